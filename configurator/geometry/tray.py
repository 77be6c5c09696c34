"""A coaster or a tray: a board with a recess inside a rim, and grooves in its floor."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import manifold3d as m3
import numpy as np
import shapely

from configurator.geometry.kernel import Ring, circle, rounded_rectangle, segments
from configurator.geometry.milled import (
    FINE_MM,
    Pocket,
    Slab,
    apart,
    distinct,
    reached,
    rings_of,
)
from configurator.products.base import Quality

CHAMFER_MM = 1.0
FLOOR_MM = 1.0
"""Stays under everything, whatever is asked for."""
TOOL_MM = 6.0
"""What clears the recess; its corners are as round."""
NOTCH_MM = 11.0
"""Radius of the notch for a finger."""
NOTCH_WEB_MM = 3.0
"""Stays of the rim behind the notch."""
CORNER_MM = 8.0
"""Of a square's corners; of a hexagon's half of it."""
MOST_GROOVES = 24


@dataclass(frozen=True)
class Tray:
    """The parameters that decide the layout, lengths in mm."""

    shape: str
    size_mm: float
    board_mm: float
    rim_mm: float
    recess_mm: float
    pattern: str
    groove_mm: float
    gap_mm: float
    groove_depth_mm: float
    notch: bool

    @property
    def deep_mm(self) -> float:
        """The recess's depth, with a floor under it whatever is asked for."""
        return min(self.recess_mm, self.board_mm - FLOOR_MM)

    @property
    def groove_deep_mm(self) -> float:
        """The grooves' depth below the recess; 0 where nothing is left for them."""
        room = self.board_mm - FLOOR_MM - self.deep_mm
        return min(self.groove_depth_mm, room) if room > 0.2 else 0.0

    @property
    def has_notch(self) -> bool:
        """Whether the rim is wide enough for a notch that a finger feels."""
        return self.notch and self.rim_mm >= NOTCH_WEB_MM + 2

    @property
    def box_mm(self) -> tuple[float, float]:
        """Width and depth; a hexagon is measured across its flats and lies on one."""
        if self.shape != "hexagon":
            return self.size_mm, self.size_mm
        tip = CORNER_MM / 2 * (2 / math.sqrt(3) - 1)
        return self.size_mm * 2 / math.sqrt(3) - 2 * tip, self.size_mm


@lru_cache(maxsize=32)
def slab(tray: Tray, quality: Quality) -> Slab:
    """What is milled."""
    edge = _edge(tray, quality)
    base = m3.CrossSection([edge]).offset(-tray.rim_mm, m3.JoinType.Miter, 4.0)
    recess = reached(base, TOOL_MM, quality)
    whole = recess
    if tray.has_notch:
        whole = distinct(recess + _notch(tray, quality), quality)
    grooves: tuple[Pocket, ...] = ()
    if tray.pattern != "none" and tray.groove_deep_mm:
        shapes = _rings(tray, recess) if tray.pattern == "rings" else _waves(tray, recess, quality)
        grooves = apart(distinct(shapes, quality), tray.groove_deep_mm)
    rings = tuple(rings_of(whole, FINE_MM[quality]))
    return Slab(edge, tray.board_mm, (), (Pocket(rings, tray.deep_mm, inner=grooves),), CHAMFER_MM)


def _edge(tray: Tray, quality: Quality) -> Ring:
    size = tray.size_mm
    if tray.shape == "round":
        return circle(size / 2, segments(size / 2, quality))
    if tray.shape == "square":
        return rounded_rectangle(size, size, CORNER_MM, segments(CORNER_MM, quality))
    radius = CORNER_MM / 2
    sharp = circle((size / 2 - radius) * 2 / math.sqrt(3), 6)
    arc = np.linspace(-math.pi / 6, math.pi / 6, segments(radius, quality) // 8 * 2 + 1)
    corners = [
        point + radius * np.column_stack([np.cos(arc + turn), np.sin(arc + turn)])
        for point, turn in zip(sharp, np.arange(6) * math.pi / 3, strict=True)
    ]
    ring: Ring = np.concatenate(corners)
    return ring


def _notch(tray: Tray, quality: Quality) -> m3.CrossSection:
    """A round bay in the rim, towards whoever sits before it."""
    low = -tray.size_mm / 2 + NOTCH_WEB_MM + NOTCH_MM
    return m3.CrossSection([circle(NOTCH_MM, segments(NOTCH_MM, quality), (0.0, low))])


def _rings(tray: Tray, recess: m3.CrossSection) -> m3.CrossSection:
    """Grooves that follow the recess, one inside the other."""
    found: list[m3.CrossSection] = []
    at = tray.gap_mm
    while len(found) < MOST_GROOVES:
        outer = recess.offset(-at, m3.JoinType.Miter, 4.0)
        inner = recess.offset(-at - tray.groove_mm, m3.JoinType.Miter, 4.0)
        if inner.is_empty() or inner.area() < math.pi * 4**2:
            break
        found.append(_soft(outer, tray.groove_mm) - inner)
        at += tray.groove_mm + tray.gap_mm
    return m3.CrossSection.compose(found) if found else m3.CrossSection()


def _soft(section: m3.CrossSection, groove_mm: float) -> m3.CrossSection:
    """The same with corners that the groove's own tool leaves."""
    radius = groove_mm / 2
    core = section.offset(-radius, m3.JoinType.Miter, 4.0)
    return core.offset(radius, m3.JoinType.Round, 2.0, 24)


def _waves(tray: Tray, recess: m3.CrossSection, quality: Quality) -> m3.CrossSection:
    """Waves from side to side with round ends."""
    room = recess.offset(-tray.gap_mm - tray.groove_mm / 2, m3.JoinType.Miter, 4.0)
    if room.is_empty():
        return m3.CrossSection()
    field = shapely.Polygon(np.asarray(room.to_polygons()[0]))
    low_x, low_y, high_x, high_y = field.bounds
    long = max(24.0, tray.size_mm / 2.5)
    swing = min(tray.gap_mm, long / 12)
    pitch = max(tray.groove_mm + 1.25 * tray.gap_mm, (high_y - low_y) / MOST_GROOVES)
    x = np.linspace(low_x, high_x, 49 if quality == "draft" else 129)
    wave = swing * np.sin(2 * math.pi * x / long)
    half = int((high_y - low_y) / 2 / pitch) + 1
    lines = [
        shapely.LineString(np.column_stack([x, wave + k * pitch])) for k in range(-half, half + 1)
    ]
    strips = shapely.buffer(
        [
            piece
            for kept in shapely.intersection(lines, field)
            for piece in getattr(kept, "geoms", [kept])
            if piece.length > 2 * tray.groove_mm
        ],
        tray.groove_mm / 2,
        quad_segs=4 if quality == "draft" else 8,
    )
    rings = [np.asarray(shapely.get_coordinates(strip.exterior))[:-1] for strip in strips]
    return m3.CrossSection(rings, m3.FillRule.NonZero) if rings else m3.CrossSection()
