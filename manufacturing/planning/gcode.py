"""Reads a program as the machine would, and says whether it stays inside its envelope.

This is the planner's own reading, made with numpy over all moves at once. The agent in the
workshop has another one (``edge.firewall``), written apart so that one mistake cannot pass both.
"""

from __future__ import annotations

import re
from array import array
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from edge.protocol import Envelope, KeepOut
from manufacturing.planning.motion_time import moves_seconds

_WORD = re.compile(rb"([A-Z])\s*([-+]?(?:\d+\.?\d*|\.\d+)|(?=\s|$))")
_X, _Y, _Z, _E, _F = b"XYZEF"
_COLUMNS = 12
_ZERO = (0.0, 0.0, 0.0)
Vector = tuple[float, float, float]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Box:
    """An axis-parallel box, mm."""

    low: Vector
    high: Vector


@dataclass(frozen=True)
class Moves:
    """Every straight move of a program, n of them, in order.

    Attributes:
        start, end: (n, 3) float, mm, machine axes.
        extruded_mm: (n,) float, mm of filament; negative is a retraction.
        feed_mm_s, accel_mm_s2: (n,) float.
        line: (n,) int, from 1.
        homed: (n,) bool, whether the machine had been homed by then.
        hot_c: (n,) float, the nozzle's set temperature by then.
    """

    start: Floats
    end: Floats
    extruded_mm: Floats
    feed_mm_s: Floats
    accel_mm_s2: Floats
    line: NDArray[np.int64]
    homed: NDArray[np.bool_]
    hot_c: Floats


@dataclass(frozen=True)
class ProgramFacts:
    """What a program does. ``extruding_bounds_mm`` leaves out the purge before the first layer."""

    bounds_mm: Box | None
    extruding_bounds_mm: Box | None
    max_hotend_c: float
    max_bed_c: float
    end_hotend_c: float
    end_bed_c: float
    max_feed_mm_s: float
    max_accel_mm_s2: float
    filament_mm: float
    lines: int
    estimate_s: float
    commands: frozenset[str]
    moves: Moves = field(repr=False, compare=False)


@dataclass(frozen=True)
class Violation:
    """One way in which a program leaves its envelope; ``line`` is the first place, from 1."""

    code: str
    sentence: str
    line: int | None = None


@dataclass
class _Reader:
    """The state of the machine while its program is read, line by line."""

    at: Vector = (0.0, 0.0, 0.0)
    e: float = 0.0
    feed: float = 25.0
    accel: float = 1000.0
    max_accel: float = 0.0
    absolute: bool = True
    absolute_e: bool = True
    homed: bool = False
    hotend: float = 0.0
    bed: float = 0.0
    max_hotend: float = 0.0
    max_bed: float = 0.0
    layer_from: int | None = None
    rows: array[float] = field(default_factory=lambda: array("d"))
    seen: set[bytes] = field(default_factory=set)

    def take(self, number: int, text: bytes) -> None:
        if text.startswith((b"G1 ", b"G0 ")):
            self._move(number, text)
            return
        words = _WORD.findall(text)
        if not words:
            return
        letter, value = words[0]
        command = letter + value
        self.seen.add(command)
        if command in (b"G0", b"G1"):
            self._move(number, b" ".join(key + v for key, v in words))
        elif letter in (b"G", b"M"):
            self._other(command, {key: float(v or 0) for key, v in words[1:]})

    def _move(self, number: int, text: bytes) -> None:
        """A move as ``G1 X1 Y2 E3``; read by hand, since most lines of a program come here."""
        command, *words = text.split()
        self.seen.add(command)
        x, y, z = start = self.at
        base_x, base_y, base_z = start if not self.absolute else _ZERO
        pushed = 0.0
        for word in words:
            letter, value = word[0], float(word[1:])
            if letter == _X:
                x = base_x + value
            elif letter == _Y:
                y = base_y + value
            elif letter == _E:
                pushed = value - self.e if self.absolute_e else value
                self.e = value if self.absolute_e else self.e + value
            elif letter == _F:
                self.feed = value / 60.0
            elif letter == _Z:
                z = base_z + value
        self.at = (x, y, z)
        self.rows.extend(
            (*start, x, y, z, pushed, self.feed, self.accel, number, self.homed, self.hotend)
        )

    def _other(self, command: bytes, words: dict[bytes, float]) -> None:
        x, y, z = self.at
        if command in (b"G90", b"G91"):
            self.absolute = command == b"G90"
        elif command in (b"M82", b"M83"):
            self.absolute_e = command == b"M82"
        elif command == b"G92":
            self.e = words.get(b"E", self.e)
            self.at = (words.get(b"X", x), words.get(b"Y", y), words.get(b"Z", z))
        elif command == b"G28":
            self.homed = True
            axes = words or {b"X": 0.0, b"Y": 0.0, b"Z": 0.0}
            self.at = (
                0.0 if b"X" in axes else x,
                0.0 if b"Y" in axes else y,
                0.0 if b"Z" in axes else z,
            )
        elif command in (b"M104", b"M109"):
            self.hotend = words.get(b"S", words.get(b"R", self.hotend))
            self.max_hotend = max(self.max_hotend, self.hotend)
        elif command in (b"M140", b"M190"):
            self.bed = words.get(b"S", words.get(b"R", self.bed))
            self.max_bed = max(self.max_bed, self.bed)
        elif command == b"M204":
            self.accel = max(words.get(key, 0.0) for key in (b"S", b"P", b"T")) or self.accel
            self.max_accel = max(self.max_accel, self.accel)


def read_program(gcode: bytes) -> ProgramFacts:
    """Read straight-line G-code (G0, G1) and follow its modes.

    Args:
        gcode: the program; millimetres, ``;`` comments, PrusaSlicer's ``;LAYER_CHANGE`` marks
            where the purge ends (without one, everything counts as the part).
    """
    reader = _Reader()
    number = 0
    for number, line in enumerate(gcode.split(b"\n"), 1):
        if line.startswith(b";"):
            if reader.layer_from is None and line.startswith(b";LAYER_CHANGE"):
                reader.layer_from = number
            continue
        text = line.partition(b";")[0].strip()
        if text:
            reader.take(number, text)
    return _facts(reader, number)


def _facts(reader: _Reader, lines: int) -> ProgramFacts:
    table = np.frombuffer(reader.rows, dtype=np.float64).reshape(-1, _COLUMNS)
    moves = Moves(
        start=table[:, 0:3],
        end=table[:, 3:6],
        extruded_mm=table[:, 6],
        feed_mm_s=table[:, 7],
        accel_mm_s2=table[:, 8],
        line=table[:, 9].astype(np.int64),
        homed=table[:, 10].astype(bool),
        hot_c=table[:, 11],
    )
    drawing = (moves.extruded_mm > 0) & np.any(moves.start[:, :2] != moves.end[:, :2], axis=1)
    drawing &= moves.line > (reader.layer_from or 0)
    return ProgramFacts(
        bounds_mm=_box(moves.end[moves.homed]),
        extruding_bounds_mm=_box(np.vstack((moves.start[drawing], moves.end[drawing]))),
        max_hotend_c=reader.max_hotend,
        max_bed_c=reader.max_bed,
        end_hotend_c=reader.hotend,
        end_bed_c=reader.bed,
        max_feed_mm_s=float(moves.feed_mm_s.max(initial=0.0)),
        max_accel_mm_s2=reader.max_accel,
        filament_mm=float(moves.extruded_mm.sum()),
        lines=lines,
        estimate_s=moves_seconds(
            moves.end - moves.start, moves.extruded_mm, moves.feed_mm_s, moves.accel_mm_s2
        ),
        commands=frozenset(c.decode("ascii") for c in reader.seen),
        moves=moves,
    )


def _box(points: Floats) -> Box | None:
    if len(points) == 0:
        return None
    low, high = points.min(axis=0).tolist(), points.max(axis=0).tolist()
    return Box((low[0], low[1], low[2]), (high[0], high[1], high[2]))


def check_envelope(facts: ProgramFacts, envelope: Envelope) -> tuple[Violation, ...]:
    """Every kind of violation once, with the first line where it happens."""
    found = [
        *_space(facts.moves, envelope),
        *_speed(facts, envelope),
        *_heat(facts, envelope),
        *_flow(facts.moves, envelope),
    ]
    if facts.bounds_mm is None:
        found.append(Violation("no_motion", "the program never moves a homed machine"))
    return tuple(found)


def _first(bad: NDArray[np.bool_], moves: Moves) -> int | None:
    return int(moves.line[np.argmax(bad)]) if bool(bad.any()) else None


def _space(moves: Moves, envelope: Envelope) -> list[Violation]:
    found = []
    if line := _first(~moves.homed & np.any(moves.start != moves.end, axis=1), moves):
        found.append(Violation("not_homed", "it moves before it is homed", line))
    limits = (
        ("X", envelope.x_min_mm, envelope.x_max_mm),
        ("Y", envelope.y_min_mm, envelope.y_max_mm),
        ("Z", envelope.z_min_mm, envelope.z_max_mm),
    )
    for i, (axis, low, high) in enumerate(limits):
        to = moves.end[:, i]
        if line := _first((to < low - 1e-6) | (to > high + 1e-6), moves):
            sentence = f"{axis} leaves {low:g} to {high:g} mm"
            found.append(Violation("out_of_volume", sentence, line))
    found.extend(
        Violation("keep_out", f"it enters the keep-out '{zone.name}'", line)
        for zone in envelope.keep_outs
        if (line := _first(_enters(moves, zone), moves))
    )
    return found


def _enters(moves: Moves, zone: KeepOut) -> NDArray[np.bool_]:
    """(n,) bool: which straight moves touch the box (slab test over all three axes)."""
    low = np.array((zone.x_min_mm, zone.y_min_mm, zone.z_min_mm))
    high = np.array((zone.x_max_mm, zone.y_max_mm, zone.z_max_mm))
    way = moves.end - moves.start
    still = way == 0
    step = np.where(still, 1.0, way)
    near, far = (low - moves.start) / step, (high - moves.start) / step
    inside = (moves.start >= low) & (moves.start <= high)
    enter = np.where(still, np.where(inside, -np.inf, np.inf), np.minimum(near, far))
    leave = np.where(still, np.where(inside, np.inf, -np.inf), np.maximum(near, far))
    first, last = np.maximum(enter.max(axis=1), 0.0), np.minimum(leave.min(axis=1), 1.0)
    hits: NDArray[np.bool_] = (first <= last) & moves.homed
    return hits


def _speed(facts: ProgramFacts, envelope: Envelope) -> list[Violation]:
    found = []
    cap = envelope.max_feed_mm_s
    if line := _first(facts.moves.feed_mm_s > cap + 1e-6, facts.moves):
        found.append(Violation("too_fast", f"a feed above {cap:g} mm/s", line))
    if facts.max_accel_mm_s2 > envelope.max_accel_mm_s2:
        sentence = f"an acceleration of {facts.max_accel_mm_s2:g} mm/s²"
        found.append(Violation("too_abrupt", sentence))
    return found


def _heat(facts: ProgramFacts, envelope: Envelope) -> list[Violation]:
    found = []
    if facts.max_hotend_c > envelope.max_hotend_c:
        found.append(Violation("hotend_too_hot", f"a nozzle at {facts.max_hotend_c:g} °C"))
    if facts.max_bed_c > envelope.max_bed_c:
        found.append(Violation("bed_too_hot", f"a bed at {facts.max_bed_c:g} °C"))
    if facts.end_hotend_c > 0 or facts.end_bed_c > 0:
        found.append(Violation("left_hot", "it ends with a heater on"))
    return found


def _flow(moves: Moves, envelope: Envelope) -> list[Violation]:
    found = []
    pushing = moves.extruded_mm > 0
    cold = pushing & (moves.hot_c < envelope.min_extrude_c)
    if line := _first(cold, moves):
        found.append(Violation("cold_extrusion", "it extrudes with a cold nozzle", line))
    travel = np.linalg.norm(moves.end - moves.start, axis=1)
    # 0.01 mm of slack: the slicer rounds E to 5 digits and X and Y to 3.
    blob = (travel > 0) & (moves.extruded_mm > travel * envelope.max_extrude_per_mm + 0.01)
    blob |= (travel == 0) & (moves.extruded_mm > envelope.max_extrude_only_mm)
    if line := _first(blob, moves):
        found.append(Violation("too_much_filament", "it extrudes a blob", line))
    return found
