"""Openings through an upright flat wall, without a boolean.

A side of a ring lifted between two heights is a flat pane. The pane of the outside and the pane
of the inside are left out of their walls and filled in again around the openings, and a tunnel
joins each opening's two rims.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from configurator.geometry.kernel import Ring
from configurator.geometry.mesh import Floats
from configurator.geometry.shell import Loop, Shell, turned


@dataclass(frozen=True)
class Side:
    """A straight side of a counter-clockwise ring: it runs along ``along`` at a distance.

    ``along`` is a unit vector (x, y); the outward normal is a quarter turn clockwise of it.
    """

    along: tuple[float, float]

    @property
    def outwards(self) -> tuple[float, float]:
        return self.along[1], -self.along[0]

    def find(self, ring: Ring) -> int:
        """The number of the ring's longest edge on this side, as its first point."""
        edge = np.roll(ring, -1, axis=0) - ring
        length = edge @ np.array(self.along)
        depth = ring @ np.array(self.outwards)
        outermost = depth > depth.max() - 1e-6
        flat = outermost & np.roll(outermost, -1)
        return int(np.argmax(np.where(flat, length, -1.0)))

    def flat(self, points: Floats) -> Ring:
        """(n, 2): along the side, and height, of points (n, 3) on the pane."""
        return np.column_stack([points[:, :2] @ np.array(self.along), points[:, 2]])

    def solid(self, ring: Ring, distance_mm: float) -> Floats:
        """(n, 3): a ring (along, height) put on the pane at a distance from the middle."""
        plan = np.outer(ring[:, 0], self.along) + np.multiply(distance_mm, self.outwards)
        return np.column_stack([plan, ring[:, 1]])


FRONT, RIGHT, BACK = Side((1.0, 0.0)), Side((0.0, 1.0)), Side((-1.0, 0.0))


@dataclass(frozen=True)
class Wall:
    """A wall between two lifted rings of one length, some of whose sides are open panes."""

    low: Loop
    high: Loop

    def pane(self, build: Shell, side: Side) -> Loop:
        """The four corners of the pane, counter-clockwise seen from outside."""
        first = side.find(self.low[1])
        after = (first + 1) % len(self.low[0])
        numbers = np.array(
            [self.low[0][first], self.low[0][after], self.high[0][after], self.high[0][first]]
        )
        return numbers, side.flat(build.at(numbers))


def walls_with_windows(
    build: Shell, outer: Wall, inner: Wall, windows: Sequence[tuple[Side, Sequence[Ring]]]
) -> None:
    """Both skins of a wall, and the tunnels of its windows.

    Each window is a ring (along, height), counter-clockwise seen from outside, well inside both
    panes of its side.
    """
    pierced = [(side, rings) for side, rings in windows if rings]
    sides = [side for side, _ in pierced]
    build.wall([outer.low, outer.high], without=_edges(sides, outer))
    build.wall([inner.high, inner.low], without=_edges(sides, inner))
    for side, rings in pierced:
        outside, inside = outer.pane(build, side), inner.pane(build, side)
        rims = [_rims(build, side, rings, pane) for pane in (outside, inside)]
        build.face([outside, *map(turned, rims[0])], up=True)
        build.face([inside, *map(turned, rims[1])], up=False)
        for front, back in zip(*rims, strict=True):
            build.wall([front, back])


def _edges(sides: Sequence[Side], wall: Wall) -> list[int]:
    return [side.find(wall.low[1]) for side in sides]


def _rims(build: Shell, side: Side, rings: Sequence[Ring], pane: Loop) -> list[Loop]:
    """The openings' rings on one pane."""
    distance = float(build.at(pane[0][:1])[0, :2] @ np.array(side.outwards))
    return [(build.add(side.solid(ring, distance)), ring) for ring in rings]
