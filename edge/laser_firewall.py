"""What may reach a laser cutter: a short allow-list of GRBL, checked by the node itself.

Written apart from the planner's checks, and stricter than GRBL: the beam is off on every rapid
move, power is never set beside a move, and nothing heats, waits, or is written to memory.
Source: GRBL 1.1, "Laser Mode" and "Commands".
"""

from __future__ import annotations

import math
import re

from edge.firewall import MAX_LINE_BYTES, MAX_REFUSALS, Refusal, whole_file
from edge.paths import line_meets
from edge.protocol import LaserEnvelope

_NUMBER = r"-?(?:\d+(?:\.\d*)?|\.\d+)"
_LINE = re.compile(rf"([GM])(\d{{1,3}})((?: [A-Z]{_NUMBER})*)")
_WORD = re.compile(rf" ([A-Z])({_NUMBER})")
_WORDS = {
    "G0": "XYF", "G1": "XYF", "G21": "", "G90": "", "M2": "", "M3": "S", "M4": "S", "M5": "",
    "M8": "", "M9": "",
}  # fmt: skip
"""The whole allow-list: command → words it may carry. M8 and M9 are the air."""
_HOME = "$H"
_SLACK_MM = 1e-6
NOWHERE = math.nan


class _Full(Exception):
    """Enough refusals."""


def inspect_laser(gcode: bytes, envelope: LaserEnvelope) -> list[Refusal]:
    """All reasons (at most ``MAX_REFUSALS``) why this program may not run; empty when it may."""
    return whole_file(gcode) or _Inspection(envelope).run(gcode.decode("ascii"))


class _Inspection:
    """One reading of one program. Positions start as not-a-number: unknown."""

    def __init__(self, envelope: LaserEnvelope) -> None:
        self.envelope = envelope
        self.refusals: list[Refusal] = []
        self.number = 0
        self.x = self.y = NOWHERE
        self.feed = self.beam = 0.0
        self.homed = self.metric = self.absolute = False
        self.moves = 0

    def refuse(self, reason: str, sentence: str) -> None:
        self.refusals.append(Refusal(self.number, reason, sentence))
        if len(self.refusals) >= MAX_REFUSALS:
            raise _Full

    def run(self, text: str) -> list[Refusal]:
        try:
            for self.number, line in enumerate(text.split("\n"), 1):
                self._line(line.partition(";")[0].rstrip(" \t\r"), len(line))
            self._end()
        except _Full:
            pass
        return self.refusals

    def _end(self) -> None:
        self.number = 0
        if self.beam > 0:
            self.refuse("left_on", "it ends with the beam on")
        if not self.moves:
            self.refuse("empty", "the program moves nothing")

    def _line(self, line: str, length: int) -> None:
        if length > MAX_LINE_BYTES:
            self.refuse("long_line", f"a line of {length} bytes")
        elif line == _HOME:
            self._home()
        elif line:
            self._command(line)

    def _home(self) -> None:
        if self.beam > 0:
            self.refuse("beam_on", "it homes with the beam on")
        self.homed, self.x, self.y = True, NOWHERE, NOWHERE

    def _command(self, line: str) -> None:
        found = _LINE.fullmatch(line)
        if found is None:
            self.refuse("syntax", f"this is no command we know: {line[:40]!r}")
            return
        command = f"{found[1]}{int(found[2])}"
        allowed = _WORDS.get(command)
        if allowed is None:
            self.refuse("command", f"{command} may not be sent to this machine")
            return
        pairs = _WORD.findall(found[3])
        words = {letter: float(value) for letter, value in pairs}
        if len(words) != len(pairs) or not set(words) <= set(allowed):
            self.refuse("syntax", f"{command} with words it may not carry")
            return
        self._take(command, words)

    def _take(self, command: str, words: dict[str, float]) -> None:
        if command in ("G0", "G1"):
            self._move(command, words)
        elif command == "G21":
            self.metric = True
        elif command == "G90":
            self.absolute = True
        elif command in ("M3", "M4"):
            self._power(command, words)
        elif command in ("M5", "M2"):
            self.beam = 0.0

    def _power(self, command: str, words: dict[str, float]) -> None:
        power = words.get("S")
        if power is None:
            self.refuse("syntax", f"{command} without a power")
            return
        if not 0 <= power <= self.envelope.max_beam_s:
            self.refuse("power", f"a power of S{power:g}; the cap is {self.envelope.max_beam_s:g}")
        if power > 0 and math.isnan(self.x + self.y):
            self.refuse("unknown_position", "the beam goes on where nobody knows it is")
        self.beam = power

    def _move(self, command: str, words: dict[str, float]) -> None:
        if missing := self._missing():
            self.refuse(*missing)
            return
        if "F" in words:
            self._set_feed(words["F"])
        elif not self.feed:
            self.refuse("no_feed", "it moves before a feed is set")
        if command == "G0" and self.beam > 0:
            self.refuse("rapid_beam", "a rapid move with the beam on")
        old = (self.x, self.y, self.envelope.z_min_mm)
        self.x, self.y = words.get("X", self.x), words.get("Y", self.y)
        self._inside(old)
        self.moves += 1

    def _missing(self) -> tuple[str, str] | None:
        if not self.metric:
            return "no_units", "it moves before G21 says millimetres"
        if not self.absolute:
            return "no_mode", "it moves before G90 is set"
        if not self.homed:
            return "not_homed", "it moves before it is homed"
        return None

    def _set_feed(self, feed: float) -> None:
        cap = self.envelope.max_feed_mm_s * 60
        if not 0 < feed <= cap + _SLACK_MM:
            self.refuse("feed", f"a feed of {feed:g} mm/min; the cap is {cap:.0f}")
        self.feed = feed

    def _inside(self, old: tuple[float, float, float]) -> None:
        """Where it goes to; an unknown place compares false and is refused."""
        limits = self.envelope
        for axis, at, low, high in (
            ("X", self.x, limits.x_min_mm, limits.x_max_mm),
            ("Y", self.y, limits.y_min_mm, limits.y_max_mm),
        ):
            if math.isnan(at):
                self.refuse("unknown_position", f"{axis} moves from where nobody knows")
            elif not low - _SLACK_MM <= at <= high + _SLACK_MM:
                self.refuse("out_of_volume", f"{axis} goes to {at:g} mm, outside the machine")
        new = (self.x, self.y, limits.z_min_mm)
        for zone in limits.keep_outs:
            if line_meets(old, new, zone):
                self.refuse("keep_out", f"it enters the keep-out '{zone.name}'")
