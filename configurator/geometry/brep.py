"""What a solid modeller needs to know of a part: its faces as loops of lines and arcs.

Sheet parts and upright pockets are profiles with a height, their arcs found again from the chords
that stand for them. All else is a solid of flat faces: triangles of one plane are one face, so a
round wall of a printed part has as many facets as its mesh. ``configurator.step_file`` makes STEP
of it.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

import manifold3d as m3
import numpy as np
import numpy.typing as npt
import shapely

from configurator.geometry.flat import Polygons, polygons
from configurator.geometry.kernel import Ring
from configurator.geometry.mesh import Floats, Ints, Mesh
from configurator.geometry.milled import every
from configurator.products.base import Part

ON_ARC_MM = 2e-3
"""How far the middles of neighbouring chords' circles may lie apart, for each mm of radius 1e-3."""
LEAST_TRIPLES = 4
"""An arc is at least so many chords in a row, and one more."""
LARGEST_RADIUS_MM = 2000.0
MOST_TURN = 0.6
"""Radians from one chord of an arc to the next: an arc of fewer chords is meant to have corners."""
STRAIGHT_MM = 1e-6
FLAT = 1e-7
"""How far the normals and the heights of one plane's triangles may differ."""

Segment = list[float]
"""[x, y]: a line to there. [mx, my, x, y]: an arc through the first point to the second."""


def described(parts: Sequence[Part]) -> bytes:
    """JSON: ``parts``, each with its ``name``, its ``volume_mm3`` and its solids.

    A solid is a ``profile`` (its loops, how ``high`` it is, its ``pockets``) or ``faces`` over
    ``points``. Parts lie as they do on the plate.
    """
    return json.dumps({"parts": [_part(part) for part in parts]}, separators=(",", ":")).encode()


def _part(part: Part) -> dict[str, Any]:
    pockets = list(every(part.pockets))
    solids = (
        _profiles(part)
        if part.outline is not None and not any(one.slope for one, _ in pockets)
        and _is_prism(part)
        else [_faceted(part.mesh)]
    )  # fmt: skip
    return {
        "name": part.name,
        "at": list(part.at),
        "volume_mm3": part.mesh.volume_mm3,
        "solids": solids,
    }


def _is_prism(part: Part) -> bool:
    """Whether all its faces lie flat or stand upright: no broken edge, no countersink."""
    slant = np.abs(part.mesh.normals[:, 2])
    real = part.mesh.areas_mm2 > 1e-6
    return not bool(((slant > 1e-3) & (slant < 1 - 1e-6) & real).any())


def _profiles(part: Part) -> list[dict[str, Any]]:
    """The pieces of a sheet part; pockets are cut from a part that is one piece."""
    assert part.outline is not None
    high = part.outline.thickness_mm
    pockets = [
        {"loops": loops, "from": high - deep, "to": high}
        for one, deep in every(part.pockets)
        for loops in _loops(_shapes(one.rings))
    ]
    pieces = part.outline.stays
    return [{"profile": loops, "high": high, "pockets": pockets} for loops in _loops(pieces)]


def _shapes(rings: Sequence[Ring]) -> Polygons:
    """Rings as polygons: outlines counter-clockwise, holes clockwise."""
    return polygons(m3.CrossSection(list(rings)))


def _loops(shapes: Polygons) -> Iterable[list[list[Segment]]]:
    """For each polygon its edge and its holes as segments."""
    for shape in shapely.orient_polygons(shapes):
        yield [
            segments(shapely.get_coordinates(ring)[:-1])
            for ring in (shape.exterior, *shape.interiors)
        ]


# --- arcs ---------------------------------------------------------------------------------------


def segments(ring: Ring) -> list[Segment]:
    """A closed ring (n, 2) as lines and arcs; the first segment starts where the last one ends.

    Three neighbouring points have a circle; where neighbours have the same one, they are an arc.
    """
    ring = _without_straight(ring)
    centres, radii = _circles(ring)
    same = _same_circle(ring, centres, radii)
    if same.all():
        quarters = [round(len(ring) * share) for share in (0, 0.25, 0.5, 0.75)]
        a, b, c, d = (ring[k].tolist() for k in quarters)
        return [[*b, *c], [*d, *a]]
    # An arc may run through the ring's first point, and how it ends can be read in two ways.
    breaks = np.flatnonzero(~same)[:4].tolist()
    tries = (_from(ring, same, at + more) for at in breaks for more in (0, 1))
    return min(tries, key=len)


def _from(ring: Ring, same: npt.NDArray[np.bool_], start: int) -> list[Segment]:
    """The segments when the ring begins at its point ``start``."""
    count = len(ring)
    ring, same = np.roll(ring, -start, axis=0), np.roll(same, -start)
    closed = np.concatenate([ring, ring[:1]])
    found: list[Segment] = []
    at = 0
    while at < count:
        run = 0  # triples about at + 1, at + 2 … that share one circle
        while at + run + 2 <= count and (run == 0 or same[at + run]):
            run += 1
        if run >= LEAST_TRIPLES:
            chords = run + 1
            found.append([*closed[at + chords // 2].tolist(), *closed[at + chords].tolist()])
            at += chords
        else:
            found.append(closed[at + 1].tolist())
            at += 1
    return found


def _without_straight(ring: Ring) -> Ring:
    """Without points on the line between their neighbours."""
    before, after = np.roll(ring, 1, axis=0), np.roll(ring, -1, axis=0)
    a, b = ring - before, after - ring
    off = np.abs(a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]) / np.hypot(*(after - before).T).clip(1e-12)
    kept: Ring = ring[off > STRAIGHT_MM]
    return kept if len(kept) >= 3 else ring


def _circles(ring: Ring) -> tuple[Ring, npt.NDArray[np.float64]]:
    """The circle through each point and its neighbours: middles (n, 2) and radii (n,)."""
    a, b = np.roll(ring, 1, axis=0) - ring, np.roll(ring, -1, axis=0) - ring
    twice = 2 * (a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0])
    twice = np.where(np.abs(twice) < 1e-12, 1e-12, twice)
    aa, bb = (a**2).sum(axis=1), (b**2).sum(axis=1)
    x = (b[:, 1] * aa - a[:, 1] * bb) / twice
    y = (a[:, 0] * bb - b[:, 0] * aa) / twice
    return ring + np.column_stack([x, y]), np.hypot(x, y)


def _same_circle(
    ring: Ring, centres: Ring, radii: npt.NDArray[np.float64]
) -> npt.NDArray[np.bool_]:
    """(n,): whether the triple about k and that about k + 1 lie on one arc.

    Its chords turn by less than ``MOST_TURN``: the corners of a square have one circle, too.
    """
    after = np.roll(radii, -1)
    apart = np.hypot(*(centres - np.roll(centres, -1, axis=0)).T)
    wide = np.maximum(radii, after)
    chord = np.hypot(*(ring - np.roll(ring, -1, axis=0)).T)
    longest = np.maximum(np.maximum(chord, np.roll(chord, 1)), np.roll(chord, -1))
    round_: npt.NDArray[np.bool_] = longest < MOST_TURN * np.minimum(radii, after)
    same: npt.NDArray[np.bool_] = (apart < ON_ARC_MM + 1e-3 * wide) & (wide < LARGEST_RADIUS_MM)
    return same & round_


# --- flat faces ---------------------------------------------------------------------------------


def _faceted(mesh: Mesh) -> dict[str, Any]:
    """The solid's planes: each a list of loops of point numbers, the edge first, then holes."""
    whole = _planes(mesh)
    faces: list[list[list[int]]] = []
    for triangles in whole:
        loops = _edge_loops(mesh.faces[triangles])
        if loops is None:  # it touches itself at a corner: its triangles serve as well
            faces += [[corner.tolist()] for corner in mesh.faces[triangles]]
        else:
            faces.append(_edge_first(loops, mesh, int(triangles[0])))
    return {"points": mesh.vertices.round(7).tolist(), "faces": faces}


def _planes(mesh: Mesh) -> list[Ints]:
    """Triangles that lie in one plane and hang together, by their numbers."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    start, end = mesh.faces.ravel(), mesh.faces[:, [1, 2, 0]].ravel()
    order = np.lexsort((np.maximum(start, end), np.minimum(start, end)))
    one, other = order[::2] // 3, order[1::2] // 3
    heights = np.einsum("ij,ij->i", mesh.normals, mesh.corners[:, 0])
    far = np.abs(mesh.normals[one] - mesh.normals[other]).max(axis=1)
    level = (far < FLAT) & (np.abs(heights[one] - heights[other]) < 1e-5)
    count = len(mesh.faces)
    links = coo_matrix((np.ones(int(level.sum())), (one[level], other[level])), (count, count))
    labels = connected_components(links, directed=False)[1]
    by_label = np.argsort(labels, kind="stable")
    return np.split(by_label, np.flatnonzero(np.diff(labels[by_label])) + 1)


def _edge_loops(triangles: Ints) -> list[list[int]] | None:
    """The loops round some triangles; None where one point is on two of them."""
    start, end = triangles.ravel().tolist(), triangles[:, [1, 2, 0]].ravel().tolist()
    sides = set(zip(start, end, strict=True))
    after: dict[int, list[int]] = defaultdict(list)
    for a, b in sides:
        if (b, a) not in sides:
            after[a].append(b)
    if any(len(to) > 1 for to in after.values()):
        return None
    loops = []
    while after:
        first, (at,) = after.popitem()
        loop = [first]
        while at != first:
            loop.append(at)
            (at,) = after.pop(at)
        loops.append(loop)
    return loops


def _edge_first(loops: list[list[int]], mesh: Mesh, triangle: int) -> list[list[int]]:
    """The loop with the largest area first: the others are its holes."""
    normal = mesh.normals[triangle]
    areas = [_area(mesh.vertices[loop], normal) for loop in loops]
    edge = int(np.argmax(areas))
    return [loops[edge], *loops[:edge], *loops[edge + 1 :]]


def _area(points: Floats, normal: Floats) -> float:
    return float(np.cross(points, np.roll(points, -1, axis=0)).sum(axis=0) @ normal) / 2
