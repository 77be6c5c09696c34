"""Can a laser cut it: webs that stay, openings that clear, and a sheet that is stocked.

Widths are found by opening (shrink by half the width, grow again): what does not come back is
narrower (``geometry.flat.unreached``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

import numpy as np
import shapely
from shapely.geometry import Polygon

from configurator.dfm.base import Finding, Place
from configurator.dfm.cures import recured
from configurator.geometry.flat import Polygons, unreached
from configurator.geometry.mesh import Ints
from configurator.geometry.sheet import Outline
from configurator.materials import Sheet
from configurator.products.base import Family, Part, Quality

LEAST_SHARE = 0.45
"""Of the width squared: smaller crumbs are the tips of corners, not webs.

An opening takes cot(θ/2) − (π − θ)/2 of the radius squared off a corner of angle θ: 0.05 of the
width squared at 90°, 0.45 at 36°.
"""
CORNER_SHARE = 0.08
"""Where a web is known to be, only square corners are left out."""
STEPS = 7
"""Halvings in search of the narrowest width: to 1 % of the limit."""
MOST_WEBS = 24
"""So many of the largest narrow places are measured; a puzzle of sixty pieces has hundreds."""
SLACK_MM = 0.02
"""By which chords may read a width too small."""


def cut(part: Part, sheet: Sheet) -> tuple[Finding, ...]:
    """Thin webs and narrow openings of a sheet part."""
    assert part.outline is not None, "a part of sheet keeps its outline"
    thickness = part.outline.thickness_mm
    return (
        *_bridges(part, part.outline, sheet, sheet.least_bridge_mm(thickness)),
        *_openings(part, part.outline, sheet, sheet.least_hole_mm(thickness)),
    )


def faults(outlines: Iterable[Outline], sheet: Sheet) -> frozenset[str]:
    """The names of the checks that parts of sheet fail, in search of a value that passes all."""
    found = set()
    for outline in outlines:
        web = min(sheet.least_bridge_mm(outline.thickness_mm), outline.web_mm)
        if len(narrower(outline.stays, web - SLACK_MM)):
            found.add("bridges")
        hole = sheet.least_hole_mm(outline.thickness_mm)
        if len(_too_narrow(_around(outline, hole), hole)):
            found.add("openings")
    return frozenset(found)


def cured(
    family: Family, params: Any, finding: Finding, sheet: Sheet, ways: Mapping[str, float]
) -> Finding:
    """The finding with the first value that cures it: parts are drawn anew at each that is tried.

    ``ways`` is by field: towards which value it is tried.
    """
    if finding.check not in ("bridges", "openings") or finding.level == "mended":
        return finding

    def found(one: Any, quality: Quality) -> frozenset[str]:
        drawn = _outlines(family, one, quality)
        return faults([drawn[finding.part]] if finding.part in drawn else [], sheet)

    return recured(family, params, finding, found, ways)


@lru_cache(maxsize=32)
def _outlines(family: Family, params: Any, quality: Quality) -> dict[str, Outline]:
    """What a design is cut along, by part. Remembered: several parts may look for a cure."""
    parts = family.build(params, quality)
    return {part.name: part.outline for part in parts if part.outline is not None}


def narrower(shapes: Polygons, width_mm: float, share: float = LEAST_SHARE) -> Polygons:
    """What of flat shapes is narrower than ``width_mm``, in pieces of that share of its square."""
    return unreached(shapes, width_mm, share * width_mm**2)[0]


def narrowest_mm(
    shapes: Polygons, thin: Polygons, limit_mm: float, share: float = CORNER_SHARE
) -> float:
    """The narrowest width of shapes where they are known to be ``thin``.

    Between round cuts it reads up to a tenth wide: at its very narrowest a web is only a line.
    """
    where = shapely.multipolygons(thin)
    shapely.prepare(where)
    shapes = shapes[shapely.intersects(where, shapes)]
    # What lies further off than the disc is wide has no say in what the disc reaches here.
    near = shapely.union_all(shapely.envelope(thin)).buffer(2 * limit_mm, join_style="mitre")
    there = shapely.get_parts(shapely.intersection(shapes, near))
    low, high = 0.0, limit_mm
    for _ in range(STEPS):
        middle = (low + high) / 2
        crumbs, of_there = unreached(there, middle, share * middle**2)
        # What a smaller disc leaves out lies wholly within what a larger one does.
        narrow = shapely.intersects(where, crumbs)
        if narrow.any():
            high, there = middle, there[np.unique(of_there[narrow])]
        else:
            low = middle
    return high


def _bridges(part: Part, outline: Outline, sheet: Sheet, limit_mm: float) -> tuple[Finding, ...]:
    thin = narrower(outline.stays, min(limit_mm, outline.web_mm) - SLACK_MM)
    if not len(thin):
        return ()
    # Where pieces meet, sharp corners are everywhere, and a corner is no web.
    share = LEAST_SHARE if outline.pieces else CORNER_SHARE
    largest = thin[np.argsort(-shapely.area(thin), kind="stable")[:MOST_WEBS]]
    width = narrowest_mm(outline.stays, largest, limit_mm, share)
    kerf = sheet.gauge(outline.thickness_mm).kerf_mm
    gone = width < 3 * kerf
    return (
        Finding(
            check="bridges",
            level="impossible" if gone else "weak",
            part=part.name,
            state=f"The narrowest web between two cuts is {width:.1f} mm; {sheet.noun} "
            f"{outline.thickness_mm:g} mm thick needs {limit_mm:.1f} mm.",
            cause=f"Two cuts of {kerf:g} mm so close together burn it away."
            if gone
            else "The heat of both cuts chars it, and it breaks when the part is handled.",
            cure="Leave more between the cut-outs.",
            faces=beside(part, thin, limit_mm),
            place=_middle(thin, outline),
            measured=round(width, 3),
            needed=round(limit_mm, 3),
        ),
    )


def _openings(part: Part, outline: Outline, sheet: Sheet, limit_mm: float) -> tuple[Finding, ...]:
    """Holes, slots and notches too narrow for the beam, or for the smoke to leave by."""
    around = _around(outline, limit_mm)
    thin = _too_narrow(around, limit_mm)
    if not len(thin):
        return ()
    width = narrowest_mm(around, thin, limit_mm)
    kerf = sheet.gauge(outline.thickness_mm).kerf_mm
    closed = width < 1.5 * kerf
    return (
        Finding(
            check="openings",
            level="impossible" if closed else "weak",
            part=part.name,
            state=f"The narrowest opening is {width:.1f} mm; {sheet.noun} "
            f"{outline.thickness_mm:g} mm thick needs {limit_mm:.1f} mm.",
            cause=f"The beam itself takes {kerf:g} mm."
            if closed
            else "The waste does not fall out, and the edges melt or char.",
            cure="Make the opening wider.",
            faces=beside(part, thin, limit_mm),
            place=_middle(thin, outline),
            measured=round(width, 3),
            needed=round(limit_mm, 3),
        ),
    )


def _too_narrow(around: Polygons, limit_mm: float) -> Polygons:
    """Narrow places of openings, and those that are narrow all over, however small they are."""
    core = shapely.buffer(around, -limit_mm / 2 + SLACK_MM, join_style="mitre", mitre_limit=4.0)
    closed = shapely.is_empty(core)
    ends = narrower(around[~closed], limit_mm - SLACK_MM)
    found: Polygons = np.concatenate([around[closed], ends])
    return found


def _around(outline: Outline, limit_mm: float) -> Polygons:
    """What is not there: holes, and the room around the edge."""
    around: Polygons = shapely.get_parts(_frame(outline, 2 * limit_mm).difference(outline.polygon))
    return around


def _frame(outline: Outline, margin_mm: float) -> Polygon:
    edge = outline.rings[0]
    low, high = edge.min(axis=0) - margin_mm, edge.max(axis=0) + margin_mm
    return shapely.box(*low, *high)


def beside(part: Part, thin: Polygons, width_mm: float) -> Ints:
    """The walls beside what is too narrow; the large faces are never painted."""
    mesh = part.mesh
    upright = np.flatnonzero(np.abs(mesh.normals[:, 2]) < 0.5)
    middles = mesh.corners[upright].mean(axis=1)[:, :2]
    low_x, low_y, high_x, high_y = shapely.bounds(thin).T
    around = shapely.box(low_x - width_mm, low_y - width_mm, high_x + width_mm, high_y + width_mm)
    painted, _ = shapely.STRtree(around).query(shapely.points(middles), predicate="intersects")
    beside: Ints = upright[np.unique(painted)].astype(np.int32)
    return beside


def _middle(thin: Polygons, outline: Outline) -> Place:
    x0, y0, x1, y1 = shapely.bounds(thin[np.argmax(shapely.area(thin))]).tolist()
    return (x0 + x1) / 2, (y0 + y1) / 2, outline.thickness_mm
