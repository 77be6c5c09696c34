"""Text as outlines: shaped by HarfBuzz, drawn from the fonts in configurator/fonts.

A line may mix scripts: what its face does not have is drawn from the modern or the CJK face; what
none has is reported by ``missing`` and left out, so that no empty box is ever printed.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import manifold3d as m3
import numpy as np
import uharfbuzz as hb

from configurator.geometry.mesh import Floats
from configurator.products.base import Quality

FONTS = Path(__file__).parents[1] / "fonts"
FALLBACKS = ("modern", "cjk")
FILES = {
    "modern": "modern.ttf",
    "rounded": "rounded.ttf",
    "script": "script.ttf",
    "cjk": "cjk.otf",
}

STROKE_EM = {"modern": 0.095, "rounded": 0.105, "script": 0.055, "cjk": 0.06}
"""Thinnest stroke of each face as a share of its size, read off its letters with a ruler."""

_CHORD_EM: dict[Quality, float] = {"draft": 0.005, "full": 0.0016}

Contours = list[Floats]


@dataclass(frozen=True, eq=False)
class Line:
    """One line of text, 1 em = 1 unit, standing on y = 0.

    ``contours`` are simple closed polygons (n, 2): outlines counter-clockwise, counters clockwise.
    ``low`` and ``high`` are the corners of the box around the ink; ``stroke`` the finest stroke.
    """

    contours: tuple[Floats, ...]
    low: tuple[float, float]
    high: tuple[float, float]
    stroke: float


@cache
def _font(face: str) -> Any:
    blob = hb.Blob.from_file_path(str(FONTS / FILES[face]))
    return hb.Font(hb.Face(blob))


@cache
def _has(face: str, character: str) -> bool:
    return _font(face).get_nominal_glyph(ord(character)) not in (None, 0)


def _face_for(character: str, face: str) -> str | None:
    faces = (face, *FALLBACKS)
    return next((one for one in faces if _has(one, character)), None)


def missing(text: str, face: str) -> str:
    """The characters that neither the face nor its fallbacks can draw, each once."""
    return "".join(dict.fromkeys(c for c in text if _face_for(c, face) is None))


@lru_cache(maxsize=512)
def line(text: str, face: str, quality: Quality) -> Line | None:
    """A line of text as outlines; None where nothing of it leaves ink."""
    pen_x = 0.0
    contours: Contours = []
    used: set[str] = set()
    for run_face, run in _runs(unicodedata.normalize("NFC", text), face):
        drawn, advance = _drawn(run, run_face, quality)
        contours += [contour + np.array([pen_x, 0.0]) for contour in drawn]
        pen_x += advance
        used.add(run_face)
    merged = _united(contours)
    if not merged:
        return None
    points = np.concatenate(merged)
    low, high = points.min(axis=0).tolist(), points.max(axis=0).tolist()
    stroke = min(STROKE_EM[one] for one in used)
    return Line(tuple(merged), (low[0], low[1]), (high[0], high[1]), stroke)


def _runs(text: str, face: str) -> list[tuple[str, str]]:
    """The text cut where the face changes: [(face, piece)].

    A word that one face has whole stays in one face, so that a single rare letter does not make
    a patchwork of it.
    """
    runs: list[tuple[str, str]] = []
    for word in re.findall(r"\s+|\S+", text):
        whole = next((one for one in (face, *FALLBACKS) if all(_has(one, c) for c in word)), None)
        for character in word:
            wanted = whole or _face_for(character, face)
            if wanted is None:
                continue
            if runs and wanted == runs[-1][0]:
                runs[-1] = (wanted, runs[-1][1] + character)
            else:
                runs.append((wanted, character))
    return runs


def _drawn(text: str, face: str, quality: Quality) -> tuple[Contours, float]:
    """Contours of a run in em, as the font draws them, and how far the run reaches."""
    buffer = hb.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    font = _font(face)
    hb.shape(font, buffer)
    size = font.face.upem
    x = y = 0.0
    contours: Contours = []
    for info, place in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
        shift = [(x + place.x_offset) / size, (y + place.y_offset) / size]
        contours += [c + shift for c in _glyph(face, info.codepoint, quality)]
        x, y = x + place.x_advance, y + place.y_advance
    return contours, x / size


@lru_cache(maxsize=4096)
def _glyph(face: str, glyph: int, quality: Quality) -> tuple[Floats, ...]:
    font = _font(face)
    pen = _Pen(_CHORD_EM[quality] * font.face.upem)
    font.draw_glyph_with_pen(glyph, pen)
    return tuple(np.array(c) / font.face.upem for c in pen.contours if len(c) > 2)


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


def _united(contours: Contours) -> Contours:
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
