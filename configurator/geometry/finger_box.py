"""A box of flat panels whose edges mesh like fingers: traced corner by corner, no booleans.

Panels are drawn in their own plane with the lower left corner at the origin and are as large as
the box outside; along a joint they step back by the sheet's thickness where the neighbour's
finger goes. A corner of three panels belongs to the front or the back. Lengths in mm.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np

from configurator.geometry.kernel import Ring
from configurator.geometry.sheet import Outline, centred, rectangle, slot
from configurator.geometry.stencil import Stencil, lettered, measured
from configurator.products.base import Quality

LEAST_ROOM_MM = 14.0
"""The narrowest compartment that a finger still reaches into."""
SLIDE_MM = 0.4
"""By how much a groove is higher than the lid that slides in it."""
LOOSE_MM = 0.5
"""Free all round a plate that drops into the box."""
HEAD_MM = 1.0
"""Free above a divider."""
GRIP_MM = 24.0
PULL_MM = 14.0

Step = tuple[float, float]
"""Up to where along a side, and how far the panel steps back from its edge there."""
Side = tuple[Step, ...]
PLAIN: Side = ((math.inf, 0.0),)


@dataclass(frozen=True)
class FingerBox:
    """Sizes are those outside, without a lid that lies on top; ``play_mm`` is slot less finger."""

    width_mm: float
    depth_mm: float
    height_mm: float
    sheet_mm: float
    finger_mm: float
    play_mm: float
    lid: str
    columns: int
    rows: int
    grips: bool
    words: str = ""
    face: str = "stencil"
    size_mm: float = 24.0
    align: str = "middle"
    bridge_mm: float = 3.0
    place: str = "front"

    @property
    def bar_mm(self) -> float:
        """What stays of a side wall above the groove of a sliding lid."""
        return max(1.5 * self.sheet_mm, 6.0)

    @property
    def stop_mm(self) -> float:
        """From the back to the end of the groove: there the bar hangs on the wall."""
        return max(3 * self.sheet_mm, 12.0)

    @property
    def brim_mm(self) -> float:
        """Height of the front: that of the box, or the floor of a lid's groove."""
        slides = self.lid == "slide"
        return self.height_mm - (self.bar_mm + self.sheet_mm + SLIDE_MM if slides else 0.0)

    @property
    def inside(self) -> tuple[float, float, float]:
        """The room inside, under the lid."""
        t = self.sheet_mm
        return (
            self.width_mm - 2 * t,
            self.depth_mm - 2 * t,
            self.brim_mm - t - (t if self.lid == "lift" else 0.0),
        )

    @property
    def overall_mm(self) -> float:
        """Height with the lid on."""
        return self.height_mm + (self.sheet_mm if self.lid == "lift" else 0.0)

    @cached_property
    def made_columns(self) -> int:
        return self._fitting(self.columns, self.inside[0])

    @cached_property
    def made_rows(self) -> int:
        return self._fitting(self.rows, self.inside[1])

    def _fitting(self, wanted: int, room_mm: float) -> int:
        """How many compartments there is room for beside one another."""
        least = max(LEAST_ROOM_MM, 2 * self.sheet_mm)
        return max(1, min(wanted, int((room_mm + self.sheet_mm) // (least + self.sheet_mm))))

    @property
    def divider_mm(self) -> float:
        """Height of the dividers."""
        return self.inside[2] - HEAD_MM

    @property
    def tab_z_mm(self) -> tuple[float, float]:
        """Between which heights a divider's tab goes through the wall."""
        return self.sheet_mm + self.divider_mm / 3, self.sheet_mm + 2 * self.divider_mm / 3

    @property
    def grip_z_mm(self) -> float | None:
        """The height of the hand holes' middle; None where there is no room for them."""
        middle = self.brim_mm - 14.0 - GRIP_MM / 2 - (self.sheet_mm if self.lid == "lift" else 0)
        below = self.tab_z_mm[1] if self.made_rows > 1 else self.sheet_mm
        roomy = self.depth_mm - 2 * self.sheet_mm >= 2.6 * GRIP_MM
        fits = middle - GRIP_MM / 2 >= below + 6.0
        return middle if self.grips and roomy and fits else None

    def shares(self, length_mm: float) -> int:
        """Into how many fingers and gaps a joint is divided: odd, three at least."""
        count = int(length_mm / self.finger_mm + 1e-9)
        return max(3, count - 1 + count % 2)

    @cached_property
    def finger_widths_mm(self) -> tuple[float, ...]:
        """How wide the fingers of each joint come out."""
        lengths = (
            self.width_mm - 2 * self.sheet_mm,
            self.depth_mm - 2 * self.sheet_mm,
            self.height_mm - self.sheet_mm,
            self.brim_mm - self.sheet_mm,
        )
        return tuple(length / self.shares(length) for length in lengths)

    def between(self, count: int, room_mm: float) -> list[float]:
        """Middles of the dividers between ``count`` rooms, from the middle of the box."""
        room = (room_mm - (count - 1) * self.sheet_mm) / count
        return [(k + 1) * room + (k + 0.5) * self.sheet_mm - room_mm / 2 for k in range(count - 1)]

    @cached_property
    def rooms(self) -> tuple[tuple[float, float, float, float], ...]:
        """Where letters could go on their panel: left, bottom, width, height, from its corner."""
        w, d, t, near = self.width_mm, self.depth_mm, self.sheet_mm, self.bridge_mm + 2.0
        if self.place == "lid":
            if self.lid == "open":
                return ()
            slides = self.lid == "slide"
            side = near + (t + SLIDE_MM if slides else 0.0)
            low = near + (1.9 * PULL_MM if slides else (d + PULL_MM) / 2)
            return ((side, low, w - 2 * side, d - (t + SLIDE_MM if slides else 0.0) - near - low),)
        left, low, top = t + near, t + near, self.brim_mm - near
        places = self.between(self.made_columns, self.inside[0])
        if not places:
            return ((left, low, w - 2 * left, top - low),)
        above = self.tab_z_mm[1] + near
        found = [(left, above, w - 2 * left, top - above)]
        if self.made_columns % 2:  # the compartment in the middle, between two tabs
            start = w / 2 + places[self.made_columns // 2 - 1] + t / 2 + near
            found.append((start, low, w - 2 * start, top - low))
        return tuple(found)

    @cached_property
    def text(self) -> tuple[Stencil, tuple[float, float]] | None:
        """Its words in the room that lets them be largest, and the room's corner."""
        best: tuple[Stencil, tuple[float, float]] | None = None
        largest = -1.0
        for left, low, wide, high in self.rooms:
            room = (max(wide, 0.1), max(high, 0.1))
            text = Stencil(
                self.words, self.face, self.size_mm, self.align, self.bridge_mm, self.sheet_mm, room
            )
            made = measured(text)
            if made.size_mm > largest:
                best, largest = (text, (left, low + (room[1] - made.high_mm) / 2)), made.size_mm
        return best


def letter_holes(box: FingerBox, quality: Quality) -> list[Ring]:
    """The letters on their panel, to be cut out of it."""
    if not box.words or box.text is None:
        return []
    text, corner = box.text
    return [_hole(ring + np.array(corner)) for ring in lettered(text, quality).rings]


def joint(box: FingerBox, low_mm: float, high_mm: float, *, owner: bool) -> Side:
    """A joint between two heights (or places) of an edge: the owner has both end fingers.

    Each panel steps back a quarter of the play on either flank of its fingers, so that a finger
    is narrower than its slot by the play.
    """
    count = box.shares(high_mm - low_mm)
    width, quarter = (high_mm - low_mm) / count, box.play_mm / 4
    steps: list[Step] = []
    for k in range(count):
        out = (k % 2 == 0) == owner
        end = low_mm + (k + 1) * width + (-quarter if out else quarter)
        steps.append((end if k < count - 1 else math.inf, 0.0 if out else box.sheet_mm))
    return tuple(steps)


def traced(
    width_mm: float, height_mm: float, bottom: Side, right: Side, top: Side, left: Side
) -> Ring:
    """(n, 2): a panel's edge, counter-clockwise, stepped back along its four sides."""
    a, b = width_mm, height_mm
    corners = [
        (left[0][1], bottom[0][1]),
        (a - right[0][1], bottom[-1][1]),
        (a - right[-1][1], b - top[-1][1]),
        (left[-1][1], b - top[0][1]),
    ]
    points = [corners[0]]
    points += [(s, d) for s, d in _turns(bottom)]
    points.append(corners[1])
    points += [(a - d, s) for s, d in _turns(right)]
    points.append(corners[2])
    points += [(s, b - d) for s, d in reversed(_turns(top))]
    points.append(corners[3])
    points += [(d, s) for s, d in reversed(_turns(left))]
    return _cornered(np.array(points))


def _turns(side: Side) -> list[Step]:
    """The two points at each step of a side."""
    found = []
    for (end, depth), (_, after) in pairwise(side):
        found += [(end, depth), (end, after)]
    return found


def _cornered(ring: Ring) -> Ring:
    """The ring without points that lie on a straight line between their neighbours."""
    ring = ring[np.abs(ring - np.roll(ring, 1, axis=0)).max(axis=1) > 1e-9]
    back, ahead = ring - np.roll(ring, 1, axis=0), np.roll(ring, -1, axis=0) - ring
    bends: Ring = ring[np.abs(back[:, 0] * ahead[:, 1] - back[:, 1] * ahead[:, 0]) > 1e-9]
    return bends


def panels(box: FingerBox, quality: Quality) -> dict[str, Outline]:
    """Every panel by its name, each about its own middle, as seen from outside the box."""
    on_front = letter_holes(box, quality) if box.place == "front" else []
    found = {
        "bottom": _bottom(box),
        "front": _front(box, box.brim_mm) + on_front,
        "back": _front(box, box.height_mm),
        "left": _side(box, quality, front_right=True),
        "right": _side(box, quality, front_right=False),
        **_lids(box, quality),
        **_dividers(box),
    }
    return {name: centred(Outline(tuple(rings), box.sheet_mm)) for name, rings in found.items()}


def _bottom(box: FingerBox) -> list[Ring]:
    w, d, t = box.width_mm, box.depth_mm, box.sheet_mm
    along = joint(box, t, w - t, owner=False)
    across = joint(box, t, d - t, owner=False)
    return [traced(w, d, along, across, along, across)]


def _front(box: FingerBox, height_mm: float) -> list[Ring]:
    """The front or the back: owner of every joint it has."""
    w, t = box.width_mm, box.sheet_mm
    upright = joint(box, t, height_mm, owner=True)
    edge = traced(w, height_mm, joint(box, t, w - t, owner=True), upright, PLAIN, upright)
    places = box.between(box.made_columns, box.inside[0])
    return [edge, *(_tab_slot(box, w / 2 + x) for x in places)]


def _side(box: FingerBox, quality: Quality, *, front_right: bool) -> list[Ring]:
    """The left wall, whose front edge is on its right, or the right wall."""
    d, h, t = box.depth_mm, box.height_mm, box.sheet_mm
    front = joint(box, t, box.brim_mm, owner=False)
    if box.lid == "slide":
        depth = d - box.stop_mm
        groove = ((box.brim_mm, front[-1][1]), (box.brim_mm + t + SLIDE_MM, depth))
        front = (*front[:-1], *groove, (math.inf, 0.0))
    back = joint(box, t, h, owner=False)
    foot = joint(box, t, d - t, owner=True)
    right, left = (front, back) if front_right else (back, front)
    places = box.between(box.made_rows, box.inside[1])
    rings = [traced(d, h, foot, right, PLAIN, left), *(_tab_slot(box, d / 2 + y) for y in places)]
    if box.grip_z_mm is not None:
        long = min(90.0, d - 2 * t - 24.0)
        rings.append(_hole(slot(long, GRIP_MM, quality, (d / 2, box.grip_z_mm))))
    return rings


def _tab_slot(box: FingerBox, middle_mm: float) -> Ring:
    """The opening in a wall that a divider's tab goes through."""
    half, grown = (box.sheet_mm + box.play_mm) / 2, box.play_mm / 2
    low, high = box.tab_z_mm
    return _hole(rectangle((middle_mm - half, low - grown), (middle_mm + half, high + grown)))


def _hole(ring: Ring) -> Ring:
    hole: Ring = ring[::-1].copy()
    return hole


def _lids(box: FingerBox, quality: Quality) -> dict[str, list[Ring]]:
    letters = letter_holes(box, quality) if box.place == "lid" else []
    if box.lid == "lift":
        w, d, _ = box.inside
        plug = rectangle((0, 0), (w - 2 * LOOSE_MM, d - 2 * LOOSE_MM))
        middle = (box.width_mm / 2, box.depth_mm / 2)
        pull = (middle[0] - box.sheet_mm - LOOSE_MM, middle[1] - box.sheet_mm - LOOSE_MM)
        return {
            "lid": [
                rectangle((0, 0), (box.width_mm, box.depth_mm)),
                _pull(box, quality, middle),
                *letters,
            ],
            "lid-plug": [plug, _pull(box, quality, pull)],
        }
    if box.lid == "slide":
        opening = _pull(box, quality, (box.width_mm / 2, PULL_MM * 1.4))
        return {"lid": [_sliding(box), opening, *letters]}
    return {}


def _pull(box: FingerBox, quality: Quality, at: tuple[float, float]) -> Ring:
    """An opening for two fingers."""
    return _hole(slot(min(40.0, box.inside[0] / 2), PULL_MM, quality, at))


def _sliding(box: FingerBox) -> Ring:
    """Flush with the front and the sides as far as the grooves go, then narrow up to the back."""
    w, d, t = box.width_mm, box.depth_mm, box.sheet_mm
    wide, deep, narrow = d - box.stop_mm - SLIDE_MM, d - t - SLIDE_MM, t + SLIDE_MM
    return np.array(
        [(0, 0), (w, 0), (w, wide), (w - narrow, wide), (w - narrow, deep), (narrow, deep),
         (narrow, wide), (0, wide)], dtype=np.float64
    )  # fmt: skip


def _dividers(box: FingerBox) -> dict[str, list[Ring]]:
    """Those that run from front to back, slit from above, and those across, from below."""
    w, d, _ = box.inside
    columns, rows = box.between(box.made_columns, w), box.between(box.made_rows, d)
    along = _divider(box, d, rows, from_above=True)
    across = _divider(box, w, columns, from_above=False)
    return {
        **{f"along-{k + 1}": [along] for k in range(len(columns))},
        **{f"across-{k + 1}": [across] for k in range(len(rows))},
    }


def _divider(
    box: FingerBox, room_mm: float, crossings: Sequence[float], *, from_above: bool
) -> Ring:
    """A divider with a tab at either end, slit halfway where others cross it."""
    t, h = box.sheet_mm, box.divider_mm
    low, high = (z - t for z in box.tab_z_mm)
    end: Side = ((low, t), (high, 0.0), (math.inf, t))
    half, deep = (t + box.play_mm) / 2, h / 2 + 0.2
    steps: list[Step] = []
    for middle in crossings:
        at = room_mm / 2 + t + middle
        steps += [(at - half, 0.0), (at + half, deep)]
    slit: Side = (*steps, (math.inf, 0.0))
    return traced(
        room_mm + 2 * t, h, PLAIN if from_above else slit, end, slit if from_above else PLAIN, end
    )
