"""Spur gears as solids: toothing, bore with keyway, hub and lightening holes, without a boolean.

Lengths in mm. Source: key widths and depths DIN 6885-1.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from configurator.geometry.involute import Tooth
from configurator.geometry.kernel import Ring, circle, segments
from configurator.geometry.mesh import Mesh
from configurator.geometry.outlines import shifted
from configurator.geometry.shell import Loop, Shell, turned
from configurator.products.base import Quality

EDGE_MM = 0.4
"""Bores and hubs are cut at 45°, so that a shaft enters and the first layer's squeeze is gone."""

LEAST_HUB_MM = 1.0
"""A lower hub would be no more than its own soft edge."""

KEYS: tuple[tuple[float, float, float], ...] = (
    (6, 0, 0),
    (8, 2, 1.0),
    (10, 3, 1.4),
    (12, 4, 1.8),
    (17, 5, 2.3),
    (22, 6, 2.8),
    (30, 8, 3.3),
    (38, 10, 3.3),
    (44, 12, 3.3),
)
"""(bore up to, key width b, depth in the hub t2), mm. Source: DIN 6885-1, high form."""


def key(bore_mm: float) -> tuple[float, float]:
    """(width, depth in the hub) of the keyway for a bore; (0, 0) up to 6 mm, which has none."""
    for most, width, depth in KEYS:
        if bore_mm <= most:
            return width, depth
    return KEYS[-1][1:]


@dataclass(frozen=True)
class Wheel:
    """A gear's body: toothing and what is cut into it or stands on it.

    ``bore_mm`` 0 is none; ``hub_mm`` is the hub's height above the face; ``holes`` how many
    lightening holes. ``turn`` is the angle of the first tooth.
    """

    tooth: Tooth
    width_mm: float
    bore_mm: float
    keyway: bool
    hub_mm: float
    holes: int
    turn: float = 0.0

    @property
    def rim_mm(self) -> float:
        """What stays whole below the teeth. Source: usual practice, 1.2–2 modules."""
        return max(1.6 * self.tooth.module_mm, 2.4)

    @property
    def fitting_bore_mm(self) -> float:
        """The bore, made smaller where it would weaken the rim."""
        smaller = np.arange(math.floor(self.bore_mm), 1.9, -0.5).tolist()
        for bore in (self.bore_mm, *smaller) if self.bore_mm >= 1 else ():
            reach = bore / 2 + (key(bore)[1] if self.keyway else 0.0)
            if bore <= self.bore_mm and reach + self.rim_mm <= self.tooth.root_radius:
                return float(bore)
        return 0.0

    @property
    def keyed(self) -> bool:
        return self.keyway and key(self.fitting_bore_mm)[0] > 0

    @property
    def hub_radius(self) -> float:
        """Hub outside: the bore, its keyway and a wall; 0 where there is no hub or no room."""
        bore = self.fitting_bore_mm
        if self.hub_mm < LEAST_HUB_MM:
            return 0.0
        wall = max(3.0, 0.3 * bore) if bore else 0.4 * self.tooth.root_radius
        reach = bore / 2 + (key(bore)[1] if self.keyed else 0.0)
        room = self.tooth.root_radius - 0.5
        return min(reach + wall, room) if reach + 2.0 <= room else 0.0

    def lightening(self) -> tuple[float, float]:
        """(radius of the holes' circle, radius of a hole); (0, 0) where there is no room."""
        if self.holes == 0:
            return 0.0, 0.0
        bore = self.fitting_bore_mm
        inside = bore / 2 + (key(bore)[1] if self.keyed else 0.0) + 2.4
        low = max(inside, self.hub_radius + 1.2)
        high = self.tooth.root_radius - self.rim_mm
        middle, web = (low + high) / 2, max(2.4, 0.08 * high)
        radius = min((high - low) / 2, middle * math.sin(math.pi / self.holes) - web / 2)
        return (middle, radius) if radius >= 1.5 else (0.0, 0.0)

    @property
    def height_mm(self) -> float:
        return self.width_mm + (self.hub_mm if self.hub_radius else 0.0)


def outline(wheel: Wheel, quality: Quality) -> tuple[Ring, int]:
    """(z·2k, 2) the toothing, counter-clockwise, and k, the points of a flank from root to tip."""
    radius, half = wheel.tooth.profile(quality)
    teeth = wheel.tooth.teeth
    centres = wheel.turn + np.arange(teeth) * (2 * math.pi / teeth)
    angles = centres[:, None] + np.concatenate([-half, half[::-1]])
    radii = np.concatenate([radius, radius[::-1]])
    ring = np.stack([radii * np.cos(angles), radii * np.sin(angles)], axis=-1)
    return ring.reshape(-1, 2), len(radius)


def bore(wheel: Wheel, quality: Quality) -> Ring | None:
    """(n, 2): the bore with its keyway at the top (+y), counter-clockwise."""
    radius = wheel.fitting_bore_mm / 2
    if radius == 0:
        return None
    count = segments(radius, quality, least=24)
    if not wheel.keyed:
        return circle(radius, count)
    width, depth = key(2 * radius)
    start = math.asin(width / 2 / radius)
    turns = np.linspace(math.pi / 2 + start, 2.5 * math.pi - start, count)
    arc = radius * np.column_stack([np.cos(turns), np.sin(turns)])
    top = radius + depth
    ring: Ring = np.concatenate([arc, [(width / 2, top), (-width / 2, top)]])
    return ring


def mesh(wheel: Wheel, quality: Quality) -> Mesh:
    """The gear lying on its face, hub up, closed by construction."""
    build = Shell()
    ring, flank = outline(wheel, quality)
    low, high = build.loop(ring, 0.0), build.loop(ring, wheel.width_mm)
    build.wall([low, high])
    under, over = (_teeth(build, loop, flank, up=up) for loop, up in ((low, False), (high, True)))
    bottoms: list[Loop] = []
    tops: list[Loop] = []
    heads: list[Loop] = []
    mouth = bore(wheel, quality)
    if mouth is not None:
        bottom, top = _drilled(build, mouth, wheel.height_mm)
        bottoms.append(bottom)
        (heads if wheel.hub_radius else tops).append(top)
    for hole in _lightening_rings(wheel, quality):
        bottom, top = _drilled(build, hole, wheel.width_mm)
        bottoms.append(bottom)
        tops.append(top)
    if wheel.hub_radius:
        foot, head = _hub(build, wheel, quality)
        tops.append(turned(foot))
        build.face([head, *heads], up=True)
    build.face([under, *bottoms], up=False)
    build.face([over, *tops], up=True)
    return build.mesh()


def _teeth(build: Shell, loop: Loop, flank: int, *, up: bool) -> Loop:
    """Fills the teeth of one face, flank to flank; gives the polygon through their roots."""
    numbers, flat = loop
    starts = np.arange(0, len(numbers), 2 * flank)[:, None]
    level = np.arange(flank - 1)[None, :]
    right, left = starts + level, starts + 2 * flank - 1 - level
    lower = np.stack([right, right + 1, left - 1], axis=-1)
    upper = np.stack([right, left - 1, left], axis=-1)
    faces = numbers[np.concatenate([lower, upper]).reshape(-1, 3)]
    build.faces.append(faces if up else faces[:, ::-1])
    roots = (starts + np.array([0, 2 * flank - 1])).ravel()
    return numbers[roots], flat[roots]


def _drilled(build: Shell, ring: Ring, height_mm: float) -> tuple[Loop, Loop]:
    """A hole through, its edges cut at 45°; its two ends, as holes of the faces."""
    wide = shifted(ring, -EDGE_MM)
    heights = (0.0, EDGE_MM, height_mm - EDGE_MM, height_mm)
    rings = [build.loop(r, z) for r, z in zip((wide, ring, ring, wide), heights, strict=True)]
    for low, high in pairwise(rings):
        build.wall([high, low])
    return turned(rings[0]), turned(rings[-1])


def _lightening_rings(wheel: Wheel, quality: Quality) -> list[Ring]:
    at, radius = wheel.lightening()
    if radius == 0:
        return []
    count = segments(radius, quality, least=16)
    turns = math.pi / 2 + (np.arange(wheel.holes) + 0.5) * (2 * math.pi / wheel.holes)
    return [circle(radius, count, (at * math.cos(t), at * math.sin(t))) for t in turns.tolist()]


def _hub(build: Shell, wheel: Wheel, quality: Quality) -> tuple[Loop, Loop]:
    """The hub's side with a soft top edge; its two ends."""
    radius, top = wheel.hub_radius, wheel.height_mm
    ring = circle(radius, segments(radius, quality, least=24))
    sides = [
        build.loop(ring, wheel.width_mm),
        build.loop(ring, top - EDGE_MM),
        build.loop(ring * (1 - EDGE_MM / radius), top),
    ]
    build.wall(sides)
    return sides[0], sides[-1]
