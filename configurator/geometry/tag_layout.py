"""Where everything on a name tag goes: hole first, then the letters as large as they fit."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

import manifold3d as m3
import numpy as np

from configurator.geometry.kernel import Ring, circle, segments
from configurator.geometry.lettering import Line, line
from configurator.geometry.mesh import Floats
from configurator.geometry.outlines import holds, hugging, inset, largest_scale, outline
from configurator.geometry.plaque import Hole, Plaque
from configurator.products.base import Quality

RIM_MM = 1.6
HOLE_CHAMFER_MM = 0.4
SECOND_LINE = 0.5
"""Size of the second line to the first."""
_WEB_MM = 1.8
"""Least material around a hole."""
_LEAST_HOLE_MM = 2.0
LEAST_EM_MM = 0.4
"""Letters smaller than this are left out: they would be dust."""


class Tag(Protocol):
    """The parameters that decide the layout."""

    name: str
    second_line: str
    face: str
    lettering: str
    relief_mm: float
    shape: str
    width_mm: float
    height_mm: float
    thickness_mm: float
    rim: bool
    hole: str
    hole_mm: float


@dataclass(frozen=True, eq=False)
class Layout:
    """The plate, and what its checks need: stroke and hole as they came out, mm."""

    plaque: Plaque
    stroke_mm: float
    hole_mm: float


@dataclass(frozen=True, eq=False)
class _Block:
    """Lines of text about the origin: contours (n, 2) and the corners of their boxes (4k, 2)."""

    contours: list[Floats]
    corners: Floats
    stroke: float


@lru_cache(maxsize=32)
def laid_out(tag: Tag, quality: Quality) -> Layout:
    """The layout of a tag. Remembered for a moment: build and rules both ask."""
    block = _block(tag, quality)
    if tag.shape == "outline" and block is not None:
        return _hugged(tag, block, quality)
    shape = "pill" if tag.shape == "outline" else tag.shape
    edge = outline(shape, tag.width_mm, tag.height_mm, quality)
    inner_mm = RIM_MM if tag.rim else 0.8
    hole, hole_mm = _hole(tag, edge, inner_mm, quality)
    rim = inset(edge, RIM_MM) if tag.rim else None
    letters, stroke = _fitted(tag, block, edge, hole, inner_mm)
    return Layout(_plate(tag, edge, hole, letters, rim), stroke, hole_mm)


def _plate(
    tag: Tag, edge: Ring, hole: Ring | None, letters: list[Ring], rim: Ring | None
) -> Plaque:
    return Plaque(
        edge=edge,
        holes=[] if hole is None else [Hole(hole, [(0.0, 0.0)], HOLE_CHAMFER_MM, HOLE_CHAMFER_MM)],
        letters=letters,
        rim=rim,
        thickness_mm=tag.thickness_mm,
        relief_mm=tag.relief_mm if tag.lettering == "raised" else -tag.relief_mm,
        rim_mm=tag.relief_mm,
    )


def _block(tag: Tag, quality: Quality) -> _Block | None:
    """The lines, set centred one below the other, about the middle of their box; in em."""
    first, second = line(tag.name, tag.face, quality), line(tag.second_line, tag.face, quality)
    if first is None and second is None:
        return None
    placed: list[tuple[Line, float, float]] = []
    below = 0.0
    if first is not None:
        placed.append((first, 1.0, -first.low[1]))
        below = -0.2
    if second is not None:
        size = SECOND_LINE if first is not None else 1.0
        placed.append((second, size, below - second.high[1] * size))
    contours, corners = [], []
    for one, size, rise in placed:
        middle = (one.low[0] + one.high[0]) / 2
        shift = np.array([-middle * size, rise])
        contours += [contour * size + shift for contour in one.contours]
        (x0, y0), (x1, y1) = one.low, one.high
        corners += [np.array([x, y]) * size + shift for x in (x0, x1) for y in (y0, y1)]
    box = np.array(corners)
    centre = (box.min(axis=0) + box.max(axis=0)) / 2
    stroke = min(one.stroke * size for one, size, _ in placed)
    return _Block([contour - centre for contour in contours], box - centre, stroke)


def _hole(tag: Tag, edge: Ring, inner_mm: float, quality: Quality) -> tuple[Ring | None, float]:
    """The hole as close to the edge as its web allows, made smaller where it must be."""
    if tag.hole == "none":
        return None, 0.0
    room_mm = min(tag.width_mm, tag.height_mm) - 2 * (inner_mm + 1.0)
    if tag.hole == "top":
        room_mm = min(room_mm, 0.4 * tag.height_mm)
    diameter = max(_LEAST_HOLE_MM, min(tag.hole_mm, room_mm))
    margin = max(_WEB_MM, inner_mm + HOLE_CHAMFER_MM + 0.6) + diameter / 2
    left = tag.hole == "left"
    far = np.array([-tag.width_mm / 2, 0.0] if left else [0.0, tag.height_mm / 2])
    low, high = 0.0, 1.0
    for _ in range(24):
        middle = (low + high) / 2
        inside = holds(edge, (far * middle)[None], margin)
        low, high = (middle, high) if inside else (low, middle)
    x, y = (far * low).tolist()
    return circle(diameter / 2, segments(diameter / 2, quality, least=24), (x, y)), diameter


def _fitted(
    tag: Tag, block: _Block | None, edge: Ring, hole: Ring | None, inner_mm: float
) -> tuple[list[Ring], float]:
    """The letters at their largest, in the middle of what the hole leaves."""
    if block is None:
        return [], math.inf
    room, centre = _room(tag, edge, hole)
    margin = inner_mm + 0.045 * tag.height_mm + 0.5
    half = np.abs(block.corners).max(axis=0)
    scale = min(
        largest_scale(edge, block.corners, centre, margin),
        (room[0] / 2 - (margin if hole is None else 1.2)) / half[0],
        (room[1] / 2 - 1.0) / half[1],
    )
    if scale < LEAST_EM_MM:
        return [], 0.0
    return [c * scale + np.array(centre) for c in block.contours], block.stroke * scale


def _hugged(tag: Tag, block: _Block, quality: Quality) -> Layout:
    """A plate that follows the letters, with the hole in a tab beside or above them."""
    margin = min(4.0, max(2.2, 0.12 * tag.height_mm))
    across = min(tag.hole_mm, 0.4 * tag.height_mm) + 2 * (_WEB_MM + HOLE_CHAMFER_MM)
    tab_mm = 0.0 if tag.hole == "none" else across + 0.6 - margin
    size = np.ptp(block.corners, axis=0)
    room = np.array([tag.width_mm, tag.height_mm]) - 2 * margin
    room[0 if tag.hole == "left" else 1] -= tab_mm
    scale = max(LEAST_EM_MM, float((room / size).min()))
    contours = [contour * scale for contour in block.contours]
    letters = m3.CrossSection(contours)
    reach = size * scale / 2 + 0.6 + across / 2
    at = (-float(reach[0]), 0.0) if tag.hole == "left" else (0.0, float(reach[1]))
    tab = hole = None
    if tag.hole != "none":
        hole_mm = across - 2 * (_WEB_MM + HOLE_CHAMFER_MM)
        tab = circle(across / 2, segments(across / 2, quality, least=24), at)
        hole = circle(hole_mm / 2, segments(hole_mm / 2, quality, least=24), at)
    edge = hugging(letters, margin, tab, quality)
    middle = (edge.min(axis=0) + edge.max(axis=0)) / 2
    plate = _plate(
        tag,
        edge - middle,
        None if hole is None else hole - middle,
        [contour - middle for contour in contours],
        None,
    )
    return Layout(plate, block.stroke * scale, 0.0 if hole is None else hole_mm)


def _room(
    tag: Tag, edge: Ring, hole: Ring | None
) -> tuple[tuple[float, float], tuple[float, float]]:
    """Size and centre of the part of the plate beside, or below, the hole."""
    x0, x1 = -tag.width_mm / 2, tag.width_mm / 2
    y0, y1 = -tag.height_mm / 2, tag.height_mm / 2
    if hole is not None and tag.hole == "left":
        x0 = float(hole[:, 0].max()) + HOLE_CHAMFER_MM
    if hole is not None and tag.hole == "top":
        y1 = float(hole[:, 1].min()) - HOLE_CHAMFER_MM
    return (x1 - x0, y1 - y0), ((x0 + x1) / 2, (y0 + y1) / 2)
