"""Reads a program as the machine would, and says whether it stays inside its envelope.

This is the planner's own reading, made with numpy over all moves at once. The agent in the
workshop has another one (``edge.firewall``), written apart so that one mistake cannot pass both.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from edge.protocol import Envelope, KeepOut, LaserEnvelope, Reach
from manufacturing.planning.motion_time import moves_seconds
from manufacturing.planning.words import Words, read_words

FULL_BEAM = float("inf")
"""A beam without a power takes the one of before, which may be the greatest."""
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
        beam_s: (n,) float, the S word of a laser's beam by then; 0 while it is off.
    """

    start: Floats
    end: Floats
    extruded_mm: Floats
    feed_mm_s: Floats
    accel_mm_s2: Floats
    line: NDArray[np.int64]
    homed: NDArray[np.bool_]
    hot_c: Floats
    beam_s: Floats


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
    max_beam_s: float
    end_beam_s: float
    filament_mm: float
    lines: int
    estimate_s: float
    moves: Moves = field(repr=False, compare=False)


@dataclass(frozen=True)
class Violation:
    """One way in which a program leaves its envelope; ``line`` is the first place, from 1."""

    code: str
    sentence: str
    line: int | None = None


class _Modes:
    """What a program sets between its moves: each setting as steps over the rows of moves.

    A position that is set rather than gone to (``G92``, ``G28``) is a row of its own between
    two moves: ``set_rows`` says before which, ``set_to`` where (X, Y, Z, E; not-a-number for
    an axis that keeps its own).
    """

    def __init__(self, words: Words, accel_mm_s2: float) -> None:
        self.max_hotend = self.max_bed = self.max_accel = self.max_beam = 0.0
        self.set_rows: list[int] = [0]
        self.set_to: list[list[float]] = [[0.0, 0.0, 0.0, 0.0]]
        self._rows = len(words.line)
        self._steps: dict[str, list[tuple[int, float]]] = {
            "accel": [(0, accel_mm_s2)],
            "absolute": [(0, 1.0)],
            "absolute_e": [(0, 1.0)],
            "homed": [(0, 0.0)],
            "hotend": [(0, 0.0)],
            "bed": [(0, 0.0)],
            "beam": [(0, 0.0)],
        }
        before = np.searchsorted(words.line, [line for line, _, _ in words.others])
        for row, (_, command, said) in zip(before.tolist(), words.others, strict=True):
            self._take(row, command, said)

    def last(self, name: str) -> float:
        """What a setting is at the end of the program."""
        return self._steps[name][-1][1]

    def column(self, name: str) -> Floats:
        """(n,) a setting as it is at each move."""
        rows = [row for row, _ in self._steps[name]]
        values = np.array([value for _, value in self._steps[name]])
        return np.repeat(values, np.diff([*rows, self._rows]))

    def _take(self, row: int, command: bytes, words: dict[bytes, float]) -> None:
        if command in (b"G90", b"G91"):
            self._set(row, "absolute", float(command == b"G90"))
        elif command in (b"M82", b"M83"):
            self._set(row, "absolute_e", float(command == b"M82"))
        elif command == b"G92":
            self._put(row, [words.get(axis, np.nan) for axis in (b"X", b"Y", b"Z", b"E")])
        elif command in (b"G28", b"$H"):
            self._set(row, "homed", 1.0)
            axes = words or (b"X", b"Y", b"Z")
            self._put(row, [0.0 if axis in axes else np.nan for axis in (b"X", b"Y", b"Z", b"E")])
        elif command in (b"M104", b"M109"):
            hotend = words.get(b"S", words.get(b"R", self.last("hotend")))
            self._set(row, "hotend", hotend)
            self.max_hotend = max(self.max_hotend, hotend)
        elif command in (b"M140", b"M190"):
            bed = words.get(b"S", words.get(b"R", self.last("bed")))
            self._set(row, "bed", bed)
            self.max_bed = max(self.max_bed, bed)
        elif command == b"M204":
            said = max(words.get(key, 0.0) for key in (b"S", b"P", b"T"))
            self._set(row, "accel", said or self.last("accel"))
            self.max_accel = max(self.max_accel, self.last("accel"))
        elif command in (b"M3", b"M4", b"M5"):
            beam = 0.0 if command == b"M5" else words.get(b"S", FULL_BEAM)
            self._set(row, "beam", beam)
            self.max_beam = max(self.max_beam, beam)

    def _set(self, row: int, name: str, value: float) -> None:
        self._steps[name].append((row, value))

    def _put(self, row: int, to: list[float]) -> None:
        self.set_rows.append(row)
        self.set_to.append(to)


def read_program(gcode: bytes, accel_mm_s2: float = 1000.0) -> ProgramFacts:
    """Read straight-line G-code (G0, G1) and follow its modes.

    Args:
        gcode: the program; millimetres, ``;`` comments, PrusaSlicer's ``;LAYER_CHANGE`` marks
            where the purge ends (without one, everything counts as the part).
        accel_mm_s2: what holds until the program sets another.
    """
    words = read_words(gcode)
    modes = _Modes(words, accel_mm_s2)
    moves = _follow(words, modes)
    drawing = (moves.extruded_mm > 0) & np.any(moves.start[:, :2] != moves.end[:, :2], axis=1)
    drawing &= moves.line > _first_layer(gcode)
    return ProgramFacts(
        bounds_mm=_box(moves.end[moves.homed]),
        extruding_bounds_mm=_box(np.vstack((moves.start[drawing], moves.end[drawing]))),
        max_hotend_c=modes.max_hotend,
        max_bed_c=modes.max_bed,
        end_hotend_c=modes.last("hotend"),
        end_bed_c=modes.last("bed"),
        max_feed_mm_s=float(moves.feed_mm_s.max(initial=0.0)),
        max_accel_mm_s2=modes.max_accel,
        max_beam_s=modes.max_beam,
        end_beam_s=modes.last("beam"),
        filament_mm=float(moves.extruded_mm.sum()),
        lines=words.lines,
        estimate_s=moves_seconds(
            moves.end - moves.start, moves.extruded_mm, moves.feed_mm_s, moves.accel_mm_s2
        ),
        moves=moves,
    )


def _first_layer(gcode: bytes) -> int:
    """The line of the first layer's mark; 0 without one."""
    mark = b";LAYER_CHANGE"
    at = 0 if gcode.startswith(mark) else gcode.find(b"\n" + mark) + 1
    return gcode.count(b"\n", 0, at) + 1 if at or gcode.startswith(mark) else 0


def _follow(words: Words, modes: _Modes) -> Moves:
    """Where every move begins and ends."""
    relative = modes.column("absolute") == 0.0
    relative_e = modes.column("absolute_e") == 0.0
    sets = len(modes.set_rows)
    said = np.insert(words.values[:, :4], modes.set_rows, modes.set_to, axis=0)
    adds = np.insert(
        np.column_stack((relative, relative, relative, relative_e)), modes.set_rows, False, axis=0
    )
    is_move = np.insert(np.ones(len(words.line), np.bool_), modes.set_rows, np.zeros(sets, bool))
    at = np.column_stack([_positions(said[:, i], adds[:, i]) for i in range(4)])
    before = np.vstack((at[:1], at[:-1]))
    start, end = before[is_move], at[is_move]
    e_words = words.values[:, 3]
    pushed = np.where(relative_e, np.nan_to_num(e_words), end[:, 3] - start[:, 3])
    feed = np.append(25.0, words.values[:, 4] / 60.0)
    return Moves(
        start=start[:, :3],
        end=end[:, :3],
        extruded_mm=pushed,
        feed_mm_s=_positions(feed, np.zeros(len(feed), np.bool_))[1:],
        accel_mm_s2=modes.column("accel"),
        line=words.line,
        homed=modes.column("homed") == 1.0,
        hot_c=modes.column("hotend"),
        beam_s=modes.column("beam"),
    )


def _positions(said: Floats, adds: NDArray[np.bool_]) -> Floats:
    """(m,) one axis after each row, from its words: the first says where it is.

    Args:
        said: (m,) not-a-number where the axis is not named.
        adds: (m,) bool, whether a word is added to the position rather than being it.
    """
    rows = np.arange(len(said))
    known = ~np.isnan(said)
    last = np.maximum.accumulate(np.where(known & ~adds, rows, 0))
    if not adds.any():
        there: Floats = said[last]
        return there
    way = np.cumsum(np.where(known & adds, said, 0.0))
    at: Floats = said[last] + way - way[last]
    return at


def _box(points: Floats) -> Box | None:
    if len(points) == 0:
        return None
    low, high = points.min(axis=0).tolist(), points.max(axis=0).tolist()
    return Box((low[0], low[1], low[2]), (high[0], high[1], high[2]))


def check_envelope(facts: ProgramFacts, envelope: Reach) -> tuple[Violation, ...]:
    """Every kind of violation once, with the first line where it happens."""
    found = [*_space(facts.moves, envelope), *_speed(facts, envelope)]
    if isinstance(envelope, Envelope):
        found += [*_heat(facts, envelope), *_flow(facts.moves, envelope), *_no_beam(facts)]
    elif isinstance(envelope, LaserEnvelope):
        found += [*_beam(facts, envelope), *_cold(facts)]
    else:
        found.append(Violation("machine", "nobody has said what this machine may do"))
    if facts.bounds_mm is None:
        found.append(Violation("no_motion", "the program never moves a homed machine"))
    return tuple(found)


def _first(bad: NDArray[np.bool_], moves: Moves) -> int | None:
    return int(moves.line[np.argmax(bad)]) if bool(bad.any()) else None


def _space(moves: Moves, envelope: Reach) -> list[Violation]:
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


def _speed(facts: ProgramFacts, envelope: Reach) -> list[Violation]:
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


def _beam(facts: ProgramFacts, envelope: LaserEnvelope) -> list[Violation]:
    found, moves = [], facts.moves
    cap = envelope.max_beam_s
    if facts.max_beam_s > cap:
        line = _first(moves.beam_s > cap, moves)
        found.append(Violation("too_bright", f"a beam above S{cap:g}", line))
    # Where an axis is not known, nobody knows what is burnt.
    if line := _first((moves.beam_s > 0) & ~moves.homed, moves):
        found.append(Violation("beam_not_homed", "the beam is on before it is homed", line))
    if facts.end_beam_s > 0:
        found.append(Violation("left_on", "it ends with the beam on"))
    return found


def _cold(facts: ProgramFacts) -> list[Violation]:
    """A laser cutter has nothing to heat and nothing to extrude."""
    if facts.max_hotend_c > 0 or facts.max_bed_c > 0 or bool(np.any(facts.moves.extruded_mm)):
        return [Violation("not_a_laser", "it heats or extrudes, which no laser cutter does")]
    return []


def _no_beam(facts: ProgramFacts) -> list[Violation]:
    if facts.max_beam_s > 0:
        return [Violation("not_a_printer", "it turns a beam on, which no printer has")]
    return []
