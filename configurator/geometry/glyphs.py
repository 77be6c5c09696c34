"""Glyphs of the bundled fonts as outlines that do not cross; fonts are opened when first used."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import manifold3d as m3
import numpy as np
import uharfbuzz as hb

from configurator.geometry.mesh import Floats
from configurator.geometry.strokes import finest
from configurator.products.base import Quality

FONTS = Path(__file__).parents[1] / "fonts"
FILES = {
    "modern": "modern.ttf",
    "rounded": "rounded.ttf",
    "condensed": "condensed.ttf",
    "serif": "serif.ttf",
    "elegant": "elegant.ttf",
    "slab": "slab.ttf",
    "mono": "mono.ttf",
    "hand": "hand.otf",
    "script": "script.ttf",
    "brush": "brush.otf",
    "blackletter": "blackletter.ttf",
    "stencil": "stencil.ttf",
    "cjk": "cjk.otf",
    "arabic": "arabic.ttf",
    "devanagari": "devanagari.ttf",
    "hebrew": "hebrew.ttf",
}

_CHORD_EM: dict[Quality, float] = {"draft": 0.005, "full": 0.0016}

Contours = list[Floats]


@cache
def font_of(face: str) -> Any:
    """HarfBuzz's font; its file is mapped, not read."""
    blob = hb.Blob.from_file_path(str(FONTS / FILES[face]))
    return hb.Font(hb.Face(blob))


@lru_cache(maxsize=16384)
def has(face: str, character: str) -> bool:
    """Whether the face has a glyph of its own for the character."""
    return font_of(face).get_nominal_glyph(ord(character)) not in (None, 0)


@lru_cache(maxsize=4096)
def glyph(face: str, number: int, quality: Quality) -> tuple[Floats, ...]:
    """A glyph's simple polygons (n, 2) in em: outlines counter-clockwise, counters clockwise.

    Overlaps within the glyph are resolved, whichever way its font winds.
    """
    font = font_of(face)
    pen = _Pen(_CHORD_EM[quality] * font.face.upem)
    font.draw_glyph_with_pen(number, pen)
    return tuple(united([np.array(c) / font.face.upem for c in pen.contours if len(c) > 2]))


@lru_cache(maxsize=4096)
def stroke_of(face: str, number: int) -> float:
    """The finest stroke of a glyph, em; infinite for one without ink."""
    return finest(glyph(face, number, "draft"))


class _Pen:
    """Turns a glyph's curves into chords no further than ``error`` from them."""

    def __init__(self, error: float) -> None:
        self.error = error
        self.contours: list[list[tuple[float, float]]] = []

    def moveTo(self, point: tuple[float, float]) -> None:  # noqa: N802  # the pen protocol's name
        self.contours.append([point])

    def lineTo(self, point: tuple[float, float]) -> None:  # noqa: N802  # the pen protocol's name
        if point != self.contours[-1][-1]:
            self.contours[-1].append(point)

    def qCurveTo(self, *points: tuple[float, float]) -> None:  # noqa: N802  # the pen protocol's name
        self._curve([self.contours[-1][-1], *points])

    def curveTo(self, *points: tuple[float, float]) -> None:  # noqa: N802  # the pen protocol's name
        self._curve([self.contours[-1][-1], *points])

    def closePath(self) -> None:  # noqa: N802  # the pen protocol's name
        if len(self.contours[-1]) > 1 and self.contours[-1][0] == self.contours[-1][-1]:
            self.contours[-1].pop()

    def endPath(self) -> None:  # noqa: N802  # the pen protocol's name
        self.contours.pop()

    def _curve(self, controls: Sequence[tuple[float, float]]) -> None:
        """A Bézier curve of any degree. Source for the count: Wang's formula."""
        degree = len(controls) - 1
        bends = (
            math.hypot(a[0] - 2 * b[0] + c[0], a[1] - 2 * b[1] + c[1])
            for a, b, c in zip(controls, controls[1:], controls[2:], strict=False)
        )
        worst = max(bends, default=0.0)
        count = math.ceil(math.sqrt(degree * (degree - 1) * worst / (8 * self.error)))
        for step in range(1, count):
            self.contours[-1].append(_on_curve(controls, step / count))
        self.contours[-1].append(controls[-1])


def _on_curve(controls: Sequence[tuple[float, float]], t: float) -> tuple[float, float]:
    """The point at ``t`` of a Bézier curve, by de Casteljau. Plain floats: there are few."""
    points = controls
    while len(points) > 1:
        points = [(a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])) for a, b in pairwise(points)]
    return points[0]


def united(contours: Contours) -> Contours:
    """Overlapping strokes and letters as one set of simple polygons that do not touch."""
    if not contours:
        return []
    section = m3.CrossSection(contours, m3.FillRule.NonZero)
    if section.is_empty():
        section = m3.CrossSection(contours, m3.FillRule.EvenOdd)
    section = section.simplify(2e-4)
    polygons = [np.asarray(p) for p in section.to_polygons()]
    if _touching(polygons):
        section = section.offset(1.5e-3, m3.JoinType.Miter)
        polygons = [np.asarray(p) for p in section.simplify(2e-4).to_polygons()]
    return [polygon for polygon in polygons if abs(_area(polygon)) > 2e-5]


def _touching(polygons: Contours) -> bool:
    """Whether two corners lie on one spot, which a welded STL would read as a leak."""
    if not polygons:
        return False
    points = np.round(np.concatenate(polygons), 4)
    return len(np.unique(points, axis=0)) < len(points)


def _area(polygon: Floats) -> float:
    x, y = polygon[:, 0], polygon[:, 1]
    return float(x @ np.roll(y, -1) - y @ np.roll(x, -1)) / 2
