"""Parts of flat sheet: outlines that a laser follows, and the plates they make."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import manifold3d as m3
import numpy as np
import numpy.typing as npt
from shapely.geometry import Polygon

from configurator.geometry.flat import Polygons, of
from configurator.geometry.kernel import Ring, segments
from configurator.geometry.mesh import Mesh
from configurator.geometry.outlines import area_mm2
from configurator.geometry.shading import CREASE_DEG
from configurator.geometry.triangulation import filled
from configurator.products.base import Quality, Vector


@dataclass(frozen=True, eq=False)
class Outline:
    """What is cut out of a sheet, mm, as the finished part is to measure.

    ``rings`` are closed without repeating their first point: the edge, counter-clockwise, then
    the holes, clockwise. ``engraved`` lines are drawn on the face and cut nothing. ``seams`` are
    lines along which the part is cut through into pieces that stay together, and ``pieces`` the
    rings of what it falls into, each piece's edge and then its holes. The laser's own width is not
    in here: whoever makes the path knows the machine and keeps to the waste; a seam it follows,
    and its width is the play. ``web_mm``, where it is finite, is the narrowest web that is meant:
    the family's own rules say if the sheet bears it, and only narrower ones have to be found.
    """

    rings: tuple[Ring, ...]
    thickness_mm: float
    engraved: tuple[Ring, ...] = ()
    seams: tuple[Ring, ...] = ()
    pieces: tuple[Ring, ...] = ()
    web_mm: float = math.inf

    def __post_init__(self) -> None:
        for line in (*self.rings, *self.engraved, *self.seams, *self.pieces):
            line.setflags(write=False)

    @cached_property
    def area_mm2(self) -> float:
        """Area of the part: its edge less its holes."""
        return sum(area_mm2(ring) for ring in self.rings)

    @cached_property
    def cut_mm(self) -> float:
        """Length of all that is cut."""
        return sum(length_mm(ring) for ring in self.rings) + _way_mm(self.seams)

    @cached_property
    def engraved_mm(self) -> float:
        return _way_mm(self.engraved)

    @property
    def contours(self) -> int:
        """How often the beam begins anew."""
        return len(self.rings) + len(self.engraved) + len(self.seams)

    @cached_property
    def polygon(self) -> Polygon:
        return Polygon(self.rings[0], self.rings[1:])

    @cached_property
    def section(self) -> m3.CrossSection:
        return m3.CrossSection(list(self.rings))

    @cached_property
    def stays(self) -> Polygons:
        """What is there when all is cut: the part, or its pieces."""
        if not self.pieces:
            return of([self.polygon])
        firsts = [at for at, ring in enumerate(self.pieces) if area_mm2(ring) > 0]
        ends = [*firsts[1:], len(self.pieces)]
        return of(
            [
                Polygon(self.pieces[first], self.pieces[first + 1 : end])
                for first, end in zip(firsts, ends, strict=True)
            ]
        )


def _way_mm(lines: Sequence[Ring]) -> float:
    """Length of open lines."""
    return sum(float(np.hypot(*np.diff(line, axis=0).T).sum()) for line in lines)


def length_mm(ring: Ring) -> float:
    """Length of a closed ring."""
    return float(np.hypot(*(ring - np.roll(ring, 1, axis=0)).T).sum())


def spaced(ring: Ring, gap_mm: float = 0.01) -> Ring:
    """The ring without points that lie on their neighbour, which some file formats would join."""
    step = np.hypot(*(ring - np.roll(ring, 1, axis=0)).T)
    kept: Ring = ring[step > gap_mm]
    return kept


def rectangle(low: tuple[float, float], high: tuple[float, float]) -> Ring:
    """(4, 2): counter-clockwise."""
    (x0, y0), (x1, y1) = low, high
    return np.array([(x0, y0), (x1, y0), (x1, y1), (x0, y1)], dtype=np.float64)


def slot(
    length_mm: float, width_mm: float, quality: Quality, at: tuple[float, float] = (0.0, 0.0)
) -> Ring:
    """A hole with round ends, lying along x, counter-clockwise."""
    radius, half = width_mm / 2, max(length_mm - width_mm, 0.0) / 2
    turn = np.linspace(-math.pi / 2, math.pi / 2, segments(radius, quality, least=16) // 2 + 1)
    end = np.column_stack([np.cos(turn), np.sin(turn)]) * radius
    out = np.array([half, 0.0])
    ring: Ring = np.concatenate([end + out, -end - out]) + np.asarray(at)
    return ring


def centred(outline: Outline) -> Outline:
    """The same, with the middle of its box at the origin."""
    edge = outline.rings[0]
    middle = (edge.min(axis=0) + edge.max(axis=0)) / 2
    engraved, seams, pieces = (
        tuple(line - middle for line in lines)
        for lines in (outline.engraved, outline.seams, outline.pieces)
    )
    rings = tuple(ring - middle for ring in outline.rings)
    return replace(outline, rings=rings, engraved=engraved, seams=seams, pieces=pieces)


def plate(outline: Outline) -> Mesh:
    """The outline, or the pieces it is cut into, made as thick as its sheet, standing on z = 0.

    Closed by construction: both faces are one triangulation, wound once each way, and every side
    of a ring carries one wall.
    """
    rings = list(outline.pieces or outline.rings)
    flat = np.concatenate(rings)
    count = len(flat)
    after, before = _neighbours([len(ring) for ring in rings])
    vertices = np.zeros((2 * count, 3))
    vertices[:count, :2] = vertices[count:, :2] = flat
    vertices[count:, 2] = outline.thickness_mm
    face = filled(rings)
    here = np.arange(count, dtype=np.int32)
    walls = [
        np.column_stack([here, after, here + count]),
        np.column_stack([after, after + count, here + count]),
    ]
    faces = np.concatenate([face[:, ::-1], face + count, *walls]).astype(np.int32)
    caps = np.repeat(np.array([0, 1], dtype=np.int32), len(face))
    sides = 2 + _smooth(flat, after, before)
    return Mesh(vertices, faces, np.concatenate([caps, sides, sides]).astype(np.int32))


def _neighbours(lengths: Sequence[int]) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
    """(n,) the number of the point after and before each, of rings one behind the other."""
    ends = np.cumsum(lengths)
    starts = ends - lengths
    count = int(ends[-1])
    after = np.arange(1, count + 1, dtype=np.int32)
    before = np.arange(-1, count - 1, dtype=np.int32)
    after[ends - 1], before[starts] = starts, ends - 1
    return after, before


def _smooth(
    flat: Ring, after: npt.NDArray[np.int32], before: npt.NDArray[np.int32]
) -> npt.NDArray[np.int32]:
    """(n,): a number for each side, the same where two meet without a crease."""
    way = flat[after] - flat
    way /= np.sqrt(way[:, 0] ** 2 + way[:, 1] ** 2)[:, None]
    turn = (way * way[before]).sum(axis=1)
    creased = turn < math.cos(math.radians(CREASE_DEG))
    first = np.flatnonzero(before > np.arange(len(flat)) - 1)  # where rings begin
    starts = creased.copy()
    starts[first] = True
    number = np.cumsum(starts)
    # The side that begins a ring without a crease goes on from the ring's last side.
    for at in first[~creased[first]].tolist():
        number[number == number[at]] = number[before[at]]
    smooth: npt.NDArray[np.int32] = number.astype(np.int32)
    return smooth


def laid_out(sizes_mm: Iterable[Vector], gap_mm: float = 6.0) -> list[Vector]:
    """Where the middles of flat parts lie beside one another, in rows about as wide as deep."""
    sizes = list(sizes_mm)
    row_mm = max(*(x for x, _, _ in sizes), math.sqrt(1.3 * sum(x * y for x, y, _ in sizes)))
    places: list[Vector] = []
    x = y = depth = 0.0
    for wide, deep, _ in sizes:
        if x > 0 and x + wide > row_mm + 1e-6:
            x, y, depth = 0.0, y - depth - gap_mm, 0.0
        places.append((x + wide / 2, y - deep / 2, 0.0))
        x, depth = x + wide + gap_mm, max(depth, deep)
    across = max(px + wide / 2 for (px, _, _), (wide, _, _) in zip(places, sizes, strict=True))
    down = y - depth
    return [(px - across / 2, py - down / 2, pz) for px, py, pz in places]
