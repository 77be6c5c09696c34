"""A flat plate for the front of an instrument: mounting holes, a window, rows of holes.

What has no room, because it would meet another opening or the edge, is left out and told; so every
design is a solid. Lengths in mm, the plate's middle at the origin.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import shapely

from configurator.geometry.kernel import Ring, circle, rounded_rectangle, segments
from configurator.geometry.milled import Opening, Slab
from configurator.geometry.sheet import rectangle, slot
from configurator.products.base import Quality

WEB_MM = 1.0
"""Stays between openings whatever is asked for."""
RACK_WIDTH_MM, RACK_UNIT_MM, RACK_LESS_MM = 482.6, 44.45, 0.79
RACK_HOLES_MM = 465.1
"""From hole to hole. Source: EIA-310-D, IEC 60297-3-100 (19-inch panels)."""
RACK_FIRST_MM = 6.35
"""The lowest hole above the lower end of its unit; the highest as far below the upper end."""
RACK_SLOT_MM = (10.0, 6.8)


@dataclass(frozen=True)
class Row:
    """``count`` holes of one kind, ``pitch_mm`` apart, centred at (``x_mm``, ``y_mm``)."""

    name: str
    kind: str
    count: int
    size_mm: float
    pitch_mm: float
    x_mm: float
    y_mm: float


@dataclass(frozen=True)
class FacePlate:
    """The parameters that decide the layout, lengths in mm."""

    units: int
    width_mm: float
    height_mm: float
    sheet_mm: float
    corner_mm: float
    mount: str
    screw_mm: float
    sunk: bool
    inset_mm: float
    window: tuple[float, float, float, float, float]
    """Width, height, corner radius, and where its middle is."""
    rows: tuple[Row, ...]

    @property
    def box_mm(self) -> tuple[float, float]:
        if not self.units:
            return self.width_mm, self.height_mm
        return RACK_WIDTH_MM, self.units * RACK_UNIT_MM - RACK_LESS_MM

    @property
    def sink_mm(self) -> float:
        """How far the screws' heads sink in: a head is twice its hole wide, the cone 90°."""
        return min(self.screw_mm / 2, self.sheet_mm - 0.5) if self.sunk else 0.0


@dataclass(frozen=True, eq=False)
class Layout:
    """The plate, and by name how many openings are left out."""

    slab: Slab
    lost: dict[str, int]


@lru_cache(maxsize=32)
def laid_out(plate: FacePlate, quality: Quality) -> Layout:
    """The plate with every opening that has room, first come first served."""
    wide, high = plate.box_mm
    radius = min(plate.corner_mm, wide / 2 - 0.5, high / 2 - 0.5)
    edge = (
        rounded_rectangle(wide, high, radius, segments(radius, quality))
        if radius > 0.1
        else rectangle((-wide / 2, -high / 2), (wide / 2, high / 2))
    )
    room = shapely.Polygon(edge).buffer(-WEB_MM, join_style="mitre")
    shapely.prepare(room)
    kept: list[Opening] = []
    shapes: list[shapely.Polygon] = []
    lost: dict[str, int] = {}
    for name, opening in _wanted(plate, quality):
        shape = shapely.Polygon(opening.ring if opening.head is None else opening.head)
        free = not shapes or float(shapely.distance(shape, shapes).min()) >= WEB_MM
        if free and room.contains(shape):
            kept.append(opening)
            shapes.append(shape)
        else:
            lost[name] = lost.get(name, 0) + 1
    return Layout(Slab(edge, plate.sheet_mm, tuple(kept)), lost)


def _wanted(plate: FacePlate, quality: Quality) -> Iterator[tuple[str, Opening]]:
    """What is asked for, by name: what holds the plate, the window, then the rows."""
    for place in _mounts(plate):
        yield "mount", _mount(plate, place, quality)
    wide, high, corner, x, y = plate.window
    if wide and high:
        yield "window", Opening(_window(wide, high, corner, quality) + np.array([x, y]))
    for row in plate.rows:
        for k in range(row.count):
            at = (row.x_mm + (k - (row.count - 1) / 2) * row.pitch_mm, row.y_mm)
            yield row.name, Opening(_hole(row, quality) + np.array(at))


def _mounts(plate: FacePlate) -> list[tuple[float, float]]:
    wide, high = plate.box_mm
    if plate.units:
        x, y = RACK_HOLES_MM / 2, plate.units * RACK_UNIT_MM / 2 - RACK_FIRST_MM
    elif plate.mount == "none":
        return []
    else:
        x, y = wide / 2 - plate.inset_mm, high / 2 - plate.inset_mm
    if not plate.units and plate.mount == "sides":
        return [(-x, 0.0), (x, 0.0)]
    return [(sx * x, sy * y) for sx in (-1, 1) for sy in (-1, 1)]


def _mount(plate: FacePlate, at: tuple[float, float], quality: Quality) -> Opening:
    if plate.units:
        return Opening(slot(*RACK_SLOT_MM, quality, at))
    radius, sink = plate.screw_mm / 2, plate.sink_mm
    count = segments(radius + sink, quality, least=24)
    ring = circle(radius, count, at)
    return Opening(ring, circle(radius + sink, count, at), sink) if sink else Opening(ring)


def _window(wide: float, high: float, corner: float, quality: Quality) -> Ring:
    radius = min(corner, wide / 2 - 0.05, high / 2 - 0.05)
    if radius < 0.1:
        return rectangle((-wide / 2, -high / 2), (wide / 2, high / 2))
    return rounded_rectangle(wide, high, radius, segments(radius, quality))


def _hole(row: Row, quality: Quality) -> Ring:
    size = row.size_mm
    if row.kind == "slots":
        return slot(2.5 * size, size, quality) @ ((0.0, 1.0), (-1.0, 0.0))
    if row.kind == "squares":
        return _window(size, size, size / 6, quality)
    return circle(size / 2, segments(size / 2, quality, least=24))


def hole_mm2(row: Row) -> float:
    """Area of one hole of a row, round ones as circles."""
    size = row.size_mm
    if row.kind == "slots":
        return 1.5 * size**2 + math.pi * size**2 / 4
    if row.kind == "squares":
        return size**2 - (4 - math.pi) * (size / 6) ** 2
    return math.pi * size**2 / 4
