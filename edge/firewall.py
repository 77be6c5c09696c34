"""What may reach a machine: an allow-list of G-code, checked by the node itself.

It shares no code with the planner's checks, so that one mistake cannot pass both. Anything
not known to be harmless is refused: unknown commands, unknown words, two commands in a line,
line numbers, host commands (``@``), settings written to the machine's memory.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from edge.protocol import Envelope
from edge.tracker import Tracker

MAX_BYTES = 200_000_000
MAX_LINE_BYTES = 256
MAX_REFUSALS = 20
"""Enough to understand; a hostile file must not fill the log."""
MAX_DWELL_S = 300.0

# Possessive throughout (``?+``): what one part has taken is never tried in another way, which
# makes the common line half as dear; no line can be read in two ways.
_NUMBER = r"(-?+(?:\d++(?:\.\d*+)?+|\.\d++))"
_REST = r"[ \t]*+\r?+(?:;[^\r\n]*+\r?+)?+\Z"
_MOVE = re.compile(
    rf"G[01](?: F{_NUMBER})?+(?: X{_NUMBER})?+(?: Y{_NUMBER})?+(?: Z{_NUMBER})?+(?: E{_NUMBER})?+"
    rf"(?: F{_NUMBER})?+{_REST}"
)
"""A move as slicers write it; any other order takes the slow way, to the same checks."""
_LINE = re.compile(rf"([GMT])(\d{{1,3}})((?:[ \t]*[A-Z]-?(?:\d+(?:\.\d*)?|\.\d+)?)*){_REST}")
_WORD = re.compile(rf"([A-Z]){_NUMBER}?")
_BLANK = re.compile(_REST)
_HARMLESS = b"\t\n" + bytes(range(0x20, 0x7F))
_CONTROL = re.compile(rb"[^\t\n\r\x20-\x7e]|\r(?!\n)")
"""Also a lone carriage return: some senders end a line there, and would send its rest unread."""

_WORDS = {
    "G0": "XYZEF", "G1": "XYZEF", "G2": "XYZIJEF", "G3": "XYZIJEF", "G4": "PS", "G17": "",
    "G21": "", "G28": "XYZ", "G29": "", "G90": "", "G91": "", "G92": "E", "M18": "XYZE",
    "M73": "PR", "M82": "", "M83": "", "M84": "XYZE", "M104": "S", "M106": "SP", "M107": "P",
    "M109": "SR", "M140": "S", "M190": "SR", "M204": "SPTR", "M400": "", "M600": "", "T0": "",
}  # fmt: skip
"""The whole allow-list: command → words it may carry."""
_BARE = {"G28", "M18", "M84"}
"""Commands whose words name axes and need no number."""


@dataclass(frozen=True)
class Refusal:
    """One reason not to run a program. ``line`` counts from 1; 0 is the file as a whole."""

    line: int
    reason: str
    sentence: str


class _Full(Exception):
    """Enough refusals."""


def inspect(
    gcode: bytes, envelope: Envelope, *, hotend_cap_c: float, bed_cap_c: float
) -> list[Refusal]:
    """All reasons (at most ``MAX_REFUSALS``) why this program may not run; empty when it may.

    Args:
        gcode: the program, as it would be sent.
        envelope: the machine's own limits.
        hotend_cap_c, bed_cap_c: the material's caps, from the signed manifest.
    """
    whole = whole_file(gcode)
    if whole:
        return whole
    return _Inspection(envelope, hotend_cap_c, bed_cap_c).run(gcode.decode("ascii"))


def whole_file(gcode: bytes) -> list[Refusal]:
    """What is wrong with a file as a whole, whatever machine it is for."""
    if not gcode.strip():
        return [Refusal(0, "empty", "the program is empty")]
    if len(gcode) > MAX_BYTES:
        return [Refusal(0, "too_big", f"the program has {len(gcode)} bytes")]
    # Only a file that holds anything else at all is searched for the place.
    strange = _CONTROL.search(gcode) if gcode.translate(None, _HARMLESS) else None
    if strange:
        line = gcode.count(b"\n", 0, strange.start()) + 1
        return [
            Refusal(
                line, "not_ascii", "a byte that is not printable ASCII, or a lone carriage return"
            )
        ]
    return []


class _Inspection:
    """One reading of one program."""

    def __init__(self, envelope: Envelope, hotend_cap_c: float, bed_cap_c: float) -> None:
        self.refusals: list[Refusal] = []
        self.number = 0
        self.tracker = Tracker(envelope, self.refuse)
        self.max_accel = envelope.max_accel_mm_s2
        self.hotend_cap = min(envelope.max_hotend_c, hotend_cap_c)
        self.bed_cap = min(envelope.max_bed_c, bed_cap_c)

    def refuse(self, reason: str, sentence: str) -> None:
        self.refusals.append(Refusal(self.number, reason, sentence))
        if len(self.refusals) >= MAX_REFUSALS:
            raise _Full

    def run(self, text: str) -> list[Refusal]:
        try:
            self._lines(text)
            self._end()
        except _Full:
            pass
        return self.refusals

    def _lines(self, text: str) -> None:
        """The hot loop: half a million lines pass here, so the common move is matched whole."""
        move, go = _MOVE.match, self.tracker.line
        lines = text.split("\n")
        any_long = max(map(len, lines)) > MAX_LINE_BYTES
        for number, line in enumerate(lines, 1):
            if any_long and len(line) > MAX_LINE_BYTES:
                self.number = number
                self.refuse("long_line", f"a line of {len(line)} bytes")
                continue
            found = move(line)
            if found is None:
                self.number = number
                self._other(line)
                continue
            self.number = number
            f, x, y, z, e, f2 = found.groups()
            if f2 is not None:
                if f is not None:
                    self.refuse("syntax", "two feeds in one line")
                f = f2
            go(
                None if x is None else float(x),
                None if y is None else float(y),
                None if z is None else float(z),
                None if e is None else float(e),
                None if f is None else float(f),
            )

    def _other(self, line: str) -> None:
        if _BLANK.match(line):
            return
        found = _LINE.match(line)
        if found is None:
            self.refuse("syntax", f"this is no command we know: {line[:40]!r}")
            return
        command = f"{found[1]}{int(found[2])}"
        allowed = _WORDS.get(command)
        if allowed is None:
            self.refuse("command", f"{command} may not be sent to this machine")
            return
        pairs = _WORD.findall(found[3])
        words: dict[str, float] = {k: float(v) for k, v in pairs if v}
        letters = {k for k, _ in pairs}
        if len(letters) != len(pairs) or not letters <= set(allowed):
            self.refuse("syntax", f"{command} with words it may not carry")
        elif len(words) != len(pairs) and command not in _BARE:
            self.refuse("syntax", f"{command} with a word without a number")
        else:
            self._take(command, words, letters)

    def _take(self, command: str, words: dict[str, float], letters: set[str]) -> None:
        handler = _HANDLERS.get(command)
        if handler is not None:
            handler(self, command, words, letters)

    def _end(self) -> None:
        self.number = 0
        if self.tracker.hotend > 0 or self.tracker.bed > 0:
            self.refuse("left_hot", "it ends with a heater on")
        if not self.tracker.moves:
            self.refuse("empty", "the program moves nothing")


Words = dict[str, float]
_Handler = Callable[[_Inspection, str, Words, set[str]], None]


def _line(look: _Inspection, _: str, words: Words, __: set[str]) -> None:
    get = words.get
    look.tracker.line(get("X"), get("Y"), get("Z"), get("E"), get("F"))


def _arc(look: _Inspection, command: str, words: Words, letters: set[str]) -> None:
    if not letters & {"I", "J"}:
        look.refuse("bad_arc", "an arc without a centre")
        return
    get = words.get
    if "F" in words:
        look.tracker.set_feed(words["F"])
    end = (get("X"), get("Y"), get("Z"))
    look.tracker.arc(command == "G2", end, get("I", 0.0), get("J", 0.0), get("E"))


def _dwell(look: _Inspection, _: str, words: Words, __: set[str]) -> None:
    if not 0 <= words.get("S", 0.0) + words.get("P", 0.0) / 1000 <= MAX_DWELL_S:
        look.refuse("dwell", f"a pause longer than {MAX_DWELL_S:g} s")


def _home(look: _Inspection, _: str, __: Words, letters: set[str]) -> None:
    look.tracker.home(frozenset(letters) or frozenset("XYZ"))


def _mode(look: _Inspection, command: str, _: Words, __: set[str]) -> None:
    tracker = look.tracker
    if command == "G21":
        tracker.metric = True
    elif command in ("G90", "G91"):
        tracker.absolute = command == "G90"
    else:
        tracker.absolute_e = command == "M82"


def _set_e(look: _Inspection, command: str, words: Words, __: set[str]) -> None:
    """Only the extruder may be set: without a word some firmwares set every axis to zero."""
    if "E" not in words:
        look.refuse("syntax", f"{command} without E")
        return
    look.tracker.e = words["E"]


def _spool(look: _Inspection, command: str, _: Words, __: set[str]) -> None:
    """It lifts, parks, pushes out what is in the nozzle, and waits: only where that can be done."""
    tracker = look.tracker
    if tracker.may_move() and not tracker.hot:
        look.refuse("cold_extrusion", f"{command} before the nozzle is hot")


def _motors_off(look: _Inspection, _: str, __: Words, ___: set[str]) -> None:
    """Unheld axes can be pushed anywhere: they must be homed again before they move."""
    look.tracker.homed = frozenset()
    look.tracker.settled = False


def _heat(look: _Inspection, command: str, words: Words, _: set[str]) -> None:
    if not words:
        look.refuse("syntax", f"{command} without a temperature")
        return
    nozzle, wait = command in ("M104", "M109"), command in ("M109", "M190")
    cap = look.hotend_cap if nozzle else look.bed_cap
    for target in words.values():
        look.tracker.heat(target, cap, nozzle=nozzle, wait=wait)


def _fan(look: _Inspection, _: str, words: Words, __: set[str]) -> None:
    if not 0 <= words.get("S", 255.0) <= 255:
        look.refuse("fan", "a fan speed outside 0 to 255")


def _accel(look: _Inspection, _: str, words: Words, __: set[str]) -> None:
    for value in words.values():
        if not 0 < value <= look.max_accel:
            look.refuse("accel", f"an acceleration of {value:g}; the cap is {look.max_accel:g}")


_HANDLERS: dict[str, _Handler] = {
    "G0": _line, "G1": _line, "G2": _arc, "G3": _arc, "G4": _dwell, "G21": _mode, "G28": _home,
    "G90": _mode, "G91": _mode, "G92": _set_e, "M18": _motors_off, "M82": _mode, "M83": _mode,
    "M84": _motors_off, "M104": _heat, "M106": _fan, "M109": _heat, "M140": _heat, "M190": _heat,
    "M204": _accel, "M600": _spool,
}  # fmt: skip
"""Commands that change what the tracker must know; the rest of the allow-list is harmless."""
