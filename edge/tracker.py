"""Where the machine is and how hot, while a program is read; every move is checked here.

Positions start as not-a-number: unknown, until an absolute move says where the tool is. All
comparisons with an unknown position are written so that they come out as a refusal.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from edge.paths import arc_box, arc_length, boxes_meet, hull, line_meets
from edge.protocol import Envelope, KeepOut

Refuse = Callable[[str, str], None]
NOWHERE = math.nan
_SLACK_MM = 1e-6
_ROUNDING_MM = 0.01
"""Filament by which a very short move may exceed its cap: slicers round E and X apart."""
_ARC_SLACK_MM = 0.05


class Tracker:
    """The machine as the program drives it. ``refuse(reason, sentence)`` is told of each fault."""

    __slots__ = (
        "_box", "_cap", "_envelope", "_feed_cap", "_keep_outs", "_near", "_push_cap", "_refuse",
        "absolute", "absolute_e", "bed", "e", "feed", "homed", "hot", "hotend", "metric",
        "moves", "settled", "x", "y", "z",
    )  # fmt: skip

    def __init__(self, envelope: Envelope, refuse: Refuse) -> None:
        self._envelope = envelope
        self._refuse = refuse
        self._box = (
            envelope.x_min_mm - _SLACK_MM,
            envelope.x_max_mm + _SLACK_MM,
            envelope.y_min_mm - _SLACK_MM,
            envelope.y_max_mm + _SLACK_MM,
            envelope.z_min_mm - _SLACK_MM,
            envelope.z_max_mm + _SLACK_MM,
        )
        self._cap = envelope.max_extrude_per_mm
        self._push_cap = envelope.max_extrude_only_mm
        self._feed_cap = envelope.max_feed_mm_s * 60.0 + _SLACK_MM
        self._keep_outs = envelope.keep_outs
        self._near = hull(envelope.keep_outs)
        self.x = self.y = self.z = NOWHERE
        self.e = 0.0
        self.feed = 0.0
        self.homed: frozenset[str] = frozenset()
        self.metric = False
        self.absolute: bool | None = None
        self.absolute_e: bool | None = None
        self.hotend = self.bed = 0.0
        self.hot = False
        self.settled = False
        self.moves = 0

    def may_move(self) -> bool:
        """Whether units, modes and homing are all known; refuses and says which is not."""
        if missing := self._missing():
            self._refuse(*missing)
            return False
        self.settled = True
        return True

    def _missing(self) -> tuple[str, str] | None:
        if not self.metric:
            return "no_units", "it moves before G21 says millimetres"
        if self.absolute is None or self.absolute_e is None:
            return "no_mode", "it moves before G90/G91 and M82/M83 are set"
        if self.homed != {"X", "Y", "Z"}:
            return "not_homed", "it moves before all axes are homed"
        return None

    def line(
        self,
        x: float | None,
        y: float | None,
        z: float | None,
        e: float | None,
        f: float | None,
    ) -> None:
        """A straight move (G0, G1); arguments as written, None where a word is missing."""
        if not self.settled and not self.may_move():
            return
        old_x, old_y, old_z = self.x, self.y, self.z
        self._go(x, y, z)
        if f is not None:
            self.set_feed(f)
        elif not self.feed:
            self._refuse("no_feed", "it moves before a feed is set")
        low_x, high_x, low_y, high_y, low_z, high_z = self._box
        new_x, new_y, new_z = self.x, self.y, self.z
        if x is not None and not low_x <= new_x <= high_x:
            self._outside("X", new_x)
        if y is not None and not low_y <= new_y <= high_y:
            self._outside("Y", new_y)
        if z is not None and not low_z <= new_z <= high_z:
            self._outside("Z", new_z)
        if e is not None:
            self._extrude(e, math.hypot(new_x - old_x, new_y - old_y, new_z - old_z), x, y, z)
        self.moves += 1
        near = self._near
        if near is None:
            return
        # Most moves pass far from any keep-out; unknown positions compare false and go on.
        if (old_x < near[0] and new_x < near[0]) or (old_x > near[1] and new_x > near[1]):
            return
        if (old_y < near[2] and new_y < near[2]) or (old_y > near[3] and new_y > near[3]):
            return
        for zone in self._keep_outs:
            if line_meets((old_x, old_y, old_z), (new_x, new_y, new_z), zone):
                self._forbidden(zone)

    def arc(
        self, clockwise: bool, end: tuple[float | None, ...], i: float, j: float, e: float | None
    ) -> None:
        """An arc in the XY plane (G2, G3) about a centre given as offsets from the start."""
        if not self.settled and not self.may_move():
            return
        start, z0 = (self.x, self.y), self.z
        self._go(end[0], end[1], end[2])
        if not self.feed:
            self._refuse("no_feed", "it moves before a feed is set")
        stop, centre = (self.x, self.y), (start[0] + i, start[1] + j)
        radii = math.dist(start, centre), math.dist(stop, centre)
        if not (radii[0] > 0 and abs(radii[0] - radii[1]) <= _ARC_SLACK_MM):
            self._refuse("bad_arc", "an arc whose start and end are not on one circle")
            return
        low, high = arc_box(start, stop, centre, clockwise)
        box = self._box
        if not (box[0] <= low[0] and high[0] <= box[1]):
            self._outside("X", low[0] if low[0] < box[0] else high[0])
        if not (box[2] <= low[1] and high[1] <= box[3]):
            self._outside("Y", low[1] if low[1] < box[2] else high[1])
        if not box[4] <= self.z <= box[5]:
            self._outside("Z", self.z)
        if e is not None:
            self._extrude(e, arc_length(start, stop, centre, clockwise), 0.0, None, None)
        for zone in self._keep_outs:
            if boxes_meet((*low, min(z0, self.z)), (*high, max(z0, self.z)), zone):
                self._forbidden(zone)
        self.moves += 1

    def _go(self, x: float | None, y: float | None, z: float | None) -> None:
        if self.absolute:
            if x is not None:
                self.x = x
            if y is not None:
                self.y = y
            if z is not None:
                self.z = z
            return
        self.x += x or 0.0
        self.y += y or 0.0
        self.z += z or 0.0

    def _outside(self, axis: str, value: float) -> None:
        if value != value:
            self._refuse("unknown_position", f"{axis} moves from where nobody knows")
        else:
            self._refuse("out_of_volume", f"{axis} goes to {value:g} mm, outside the machine")

    def _forbidden(self, zone: KeepOut) -> None:
        self._refuse("keep_out", f"it enters the keep-out '{zone.name}'")

    def set_feed(self, f: float) -> None:
        """Set the feed in mm/min."""
        if not 0 < f <= self._feed_cap:
            self._refuse("feed", f"a feed of {f:g} mm/min; the cap is {self._feed_cap:.0f}")
        self.feed = f

    def _extrude(
        self, e: float, travel: float, x: float | None, y: float | None, z: float | None
    ) -> None:
        pushed = e - self.e if self.absolute_e else e
        self.e = e if self.absolute_e else self.e + e
        if pushed <= 0:
            if pushed < -self._push_cap:
                self._refuse("retraction", f"it pulls back {-pushed:g} mm of filament at once")
            return
        if not self.hot:
            self._refuse("cold_extrusion", "it extrudes before the nozzle is hot")
        if x is None and y is None and z is None:
            if pushed > self._push_cap:
                self._refuse("extrusion", f"it pushes {pushed:g} mm of filament standing still")
        elif not pushed <= travel * self._cap + _ROUNDING_MM:
            self._refuse("extrusion", f"{pushed:g} mm of filament on {travel:g} mm of way")

    def home(self, axes: frozenset[str]) -> None:
        """Homed axes are somewhere at their switches: known to be inside, not where."""
        self.homed |= axes
        for axis in axes:
            setattr(self, axis.lower(), NOWHERE)

    def heat(self, target: float, cap: float, *, nozzle: bool, wait: bool) -> None:
        """Set a temperature in °C; the nozzle is hot once the program has waited for it."""
        what = "nozzle" if nozzle else "bed"
        if not 0 <= target <= cap:
            self._refuse("too_hot", f"the {what} to {target:g} °C; the cap is {cap:g}")
        if not nozzle:
            self.bed = target
            return
        self.hotend = target
        enough = target >= self._envelope.min_extrude_c
        self.hot = enough and (self.hot or wait)
