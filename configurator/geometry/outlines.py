"""Flat outlines of tags: rings that enclose a width and a depth, and where things fit in them."""

from __future__ import annotations

import math
from collections.abc import Sequence

import manifold3d as m3
import numpy as np

from configurator.geometry.kernel import Ring, circle, rounded_rectangle, segments
from configurator.geometry.mesh import Floats
from configurator.products.base import Quality


def outline(shape: str, width_mm: float, depth_mm: float, quality: Quality) -> Ring:
    """(n, 2): a convex ring about the origin, counter-clockwise, exactly that wide and deep."""
    short = min(width_mm, depth_mm)
    if shape == "oval":
        count = segments(max(width_mm, depth_mm) / 2, quality, least=32)
        return circle(0.5, count) * [width_mm, depth_mm]
    if shape == "hexagon":
        return _hexagon(width_mm, depth_mm, quality)
    if shape == "ticket":
        return _ticket(width_mm, depth_mm, quality)
    radius = short / 2 if shape == "pill" else min(0.24 * short, 7.0)
    count = segments(radius, quality, least=24)
    return _distinct(rounded_rectangle(width_mm, depth_mm, radius, count))


def _hexagon(width_mm: float, depth_mm: float, quality: Quality) -> Ring:
    """Pointed at both ends, with soft corners."""
    x, y = width_mm / 2, depth_mm / 2
    slope = min(0.42 * depth_mm, 0.25 * width_mm)
    points = [(x, 0), (x - slope, y), (slope - x, y), (-x, 0), (slope - x, -y), (x - slope, -y)]
    return _softened(points, min(2.5, slope / 3), width_mm, depth_mm, quality)


def _ticket(width_mm: float, depth_mm: float, quality: Quality) -> Ring:
    """A luggage label: its left corners are cut."""
    x, y = width_mm / 2, depth_mm / 2
    cut = min(0.32 * depth_mm, 0.25 * width_mm)
    points = [(x, -y), (x, y), (cut - x, y), (-x, y - cut), (-x, cut - y), (cut - x, -y)]
    return _softened(points, min(3.0, cut / 2), width_mm, depth_mm, quality)


def _softened(
    points: Sequence[tuple[float, float]],
    radius_mm: float,
    width_mm: float,
    depth_mm: float,
    quality: Quality,
) -> Ring:
    """A convex polygon with its corners rounded, then stretched back to its box."""
    sharp = m3.CrossSection([np.array(points)])
    count = segments(radius_mm, quality, least=16)
    soft = sharp.offset(-radius_mm, m3.JoinType.Miter, 8).offset(
        radius_mm, m3.JoinType.Round, 2, count
    )
    ring = np.asarray(soft.to_polygons()[0])
    low, high = ring.min(axis=0), ring.max(axis=0)
    stretched: Ring = (ring - (low + high) / 2) * ([width_mm, depth_mm] / (high - low))
    return _distinct(stretched)


def hugging(letters: m3.CrossSection, margin_mm: float, tab: Ring | None, quality: Quality) -> Ring:
    """(n, 2): one ring around letters at a distance, with round bays, and a tab for the hole.

    A spine through the letters' middle keeps them together; what is still apart is joined by
    closing wider gaps, at last by the convex outline.
    """
    count = segments(margin_mm, quality, least=24)
    x0, y0, x1, y1 = letters.bounds()
    high, inset = y1 - y0, min(0.5 * (y1 - y0), 0.25 * (x1 - x0))
    spine = m3.CrossSection.square((x1 - x0 - 2 * inset, 0.2 * high))
    spine = spine.translate((x0 + inset, y0 + 0.4 * high))
    body = (letters + spine).offset(margin_mm, m3.JoinType.Round, 2, count)
    if tab is not None:
        centre = tab.mean(axis=0)
        near = np.clip(centre, [x0, y0], [x1, y1])
        anchor = circle(1.5, 16, (float(near[0]), float(near[1])))
        body = body + m3.CrossSection.hull_points(np.concatenate([tab, anchor]))
    bay = margin_mm
    rings = _outer_rings(_closed(body, bay, count))
    while len(rings) > 1 and bay < high:
        bay *= 2
        rings = _outer_rings(_closed(body, bay, count))
    if len(rings) > 1:
        rings = _outer_rings(body.hull())
    return _distinct(rings[0])


def _closed(section: m3.CrossSection, radius_mm: float, count: int) -> m3.CrossSection:
    grown = section.offset(radius_mm, m3.JoinType.Round, 2, count)
    filled = m3.CrossSection(_outer_rings(grown))
    return filled.offset(-radius_mm, m3.JoinType.Round, 2, count).simplify(0.01)


def _outer_rings(section: m3.CrossSection) -> list[Ring]:
    """The outlines without their holes, the largest first."""
    rings = [np.asarray(ring) for ring in section.to_polygons()]
    outer = [ring for ring in rings if area_mm2(ring) > 0]
    return sorted(outer, key=lambda ring: -area_mm2(ring))


def area_mm2(ring: Ring) -> float:
    """Signed area, positive when counter-clockwise."""
    x, y = ring[:, 0], ring[:, 1]
    return float(x @ np.roll(y, -1) - y @ np.roll(x, -1)) / 2


def length_mm(ring: Ring) -> float:
    """How long a ring is, all round."""
    return float(np.hypot(*(np.roll(ring, -1, axis=0) - ring).T).sum())


def inset(ring: Ring, by_mm: float) -> Ring:
    """The inner ring of a border: a true offset, so that it may have fewer points."""
    smaller = m3.CrossSection([ring]).offset(-by_mm, m3.JoinType.Miter, 4).simplify(2e-3)
    inner: Ring = np.asarray(max(smaller.to_polygons(), key=len))
    return inner


def _distinct(ring: Ring, gap_mm: float = 0.02) -> Ring:
    """The ring without points that lie on their neighbour."""
    step = np.linalg.norm(ring - np.roll(ring, 1, axis=0), axis=1)
    kept: Ring = ring[step > gap_mm]
    return kept


def _normals(ring: Ring) -> Ring:
    """(n, 2): the inward unit normal of each side, from a point to the next."""
    ahead = np.empty_like(ring)
    ahead[:-1] = ring[1:] - ring[:-1]
    ahead[-1] = ring[0] - ring[-1]
    length = np.sqrt(ahead[:, 0] ** 2 + ahead[:, 1] ** 2)
    normal: Ring = np.stack([-ahead[:, 1] / length, ahead[:, 0] / length], axis=1)
    return normal


def shifted(ring: Ring, inwards_mm: float) -> Ring:
    """The same number of points, each moved inwards square to the ring.

    Meant for moves well below the ring's radii of curvature, where it cannot cross itself.
    """
    if inwards_mm == 0:
        return ring
    ahead = _normals(ring)
    both = ahead + np.concatenate([ahead[-1:], ahead[:-1]])
    # The sum of two unit vectors is as long as twice the cosine of half the corner.
    both *= (2 / np.maximum(both[:, 0] ** 2 + both[:, 1] ** 2, 0.5))[:, None]
    moved: Ring = ring + inwards_mm * both
    return moved


def holds(ring: Ring, points: Floats, margin_mm: float) -> bool:
    """Whether points (k, 2) lie inside a convex ring, a margin away from it."""
    normal = _normals(ring)
    depth = points @ normal.T - np.einsum("ij,ij->i", ring, normal)
    return bool((depth >= margin_mm).all())


def largest_scale(
    ring: Ring, points: Floats, centre: tuple[float, float], margin_mm: float
) -> float:
    """The largest s for which centre + s·points stays inside a convex ring by a margin.

    Exact: the distance to each side falls linearly with s. 0 where the centre itself is too close.
    """
    normal = _normals(ring)
    room = np.array(centre) @ normal.T - np.einsum("ij,ij->i", ring, normal) - margin_mm
    pull = (points @ normal.T).min(axis=0)
    limits = np.where(pull < 0, room / np.maximum(-pull, 1e-12), math.inf)
    return max(0.0, float(limits.min()))
