"""Can a laser cut it: webs that stay, openings that clear, and a sheet that is stocked.

Widths are found by opening (shrink by half the width, grow again): what does not come back is
narrower. Source: mathematical morphology, opening by a disc.
"""

from __future__ import annotations

import manifold3d as m3
import numpy as np

from configurator.dfm.base import Finding, Place
from configurator.geometry.mesh import Ints
from configurator.geometry.sheet import Outline
from configurator.materials import Sheet
from configurator.products.base import Part

LEAST_SHARE = 0.45
"""Of the width squared: smaller crumbs are the tips of corners, not webs.

An opening takes cot(θ/2) − (π − θ)/2 of the radius squared off a corner of angle θ: 0.05 of the
width squared at 90°, 0.45 at 36°.
"""
CORNER_SHARE = 0.08
"""Where a web is known to be, only square corners are left out."""
ARC = 24
"""Segments of the disc."""
STEPS = 7
"""Halvings in search of the narrowest width: to 1 % of the limit."""
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


def narrower(
    section: m3.CrossSection, width_mm: float, share: float = LEAST_SHARE
) -> m3.CrossSection:
    """What of a flat shape is narrower than ``width_mm``, in pieces of that share of its square."""
    crumbs = _lost(section, width_mm).decompose()
    kept = [crumb for crumb in crumbs if crumb.area() > share * width_mm**2]
    return m3.CrossSection.compose(kept) if kept else m3.CrossSection()


def _lost(section: m3.CrossSection, width_mm: float) -> m3.CrossSection:
    half = width_mm / 2
    core = section.offset(-half, m3.JoinType.Round, 2.0, ARC)
    return section - core.offset(half + 0.01, m3.JoinType.Round, 2.0, ARC)


def narrowest_mm(
    section: m3.CrossSection,
    thin: m3.CrossSection,
    limit_mm: float,
    share: float = CORNER_SHARE,
) -> float:
    """The narrowest width of a shape where it is known to be ``thin``.

    Between round cuts it reads up to a tenth wide: at its very narrowest a web is only a line.
    """
    low, high = 0.0, limit_mm
    for _ in range(STEPS):
        middle = (low + high) / 2
        there = any(
            crumb.area() > share * middle**2
            for crumb in (_lost(section, middle) ^ thin).decompose()
        )
        low, high = (low, middle) if there else (middle, high)
    return high


def _bridges(part: Part, outline: Outline, sheet: Sheet, limit_mm: float) -> tuple[Finding, ...]:
    thin = narrower(outline.stays, limit_mm - SLACK_MM)
    if thin.is_empty():
        return ()
    width = narrowest_mm(outline.stays, thin, limit_mm)
    kerf = sheet.gauge(outline.thickness_mm).kerf_mm
    gone = width < 3 * kerf
    return (
        Finding(
            check="bridges",
            level="impossible" if gone else "weak",
            part=part.name,
            state=f"The narrowest web between two cuts is {width:.1f} mm; {sheet.name} "
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
    around = _frame(outline, 2 * limit_mm) - outline.section
    thin = narrower(around, limit_mm - SLACK_MM)
    if thin.is_empty():
        return ()
    width = narrowest_mm(around, thin, limit_mm)
    kerf = sheet.gauge(outline.thickness_mm).kerf_mm
    closed = width < 1.5 * kerf
    return (
        Finding(
            check="openings",
            level="impossible" if closed else "weak",
            part=part.name,
            state=f"The narrowest opening is {width:.1f} mm; {sheet.name} "
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


def _frame(outline: Outline, margin_mm: float) -> m3.CrossSection:
    edge = outline.rings[0]
    low, high = edge.min(axis=0) - margin_mm, edge.max(axis=0) + margin_mm
    return m3.CrossSection.square(tuple(high - low)).translate(tuple(low))


def beside(part: Part, thin: m3.CrossSection, width_mm: float) -> Ints:
    """The walls beside what is too narrow; the large faces are never painted."""
    mesh = part.mesh
    upright = np.flatnonzero(np.abs(mesh.normals[:, 2]) < 0.5)
    middles = mesh.corners[upright].mean(axis=1)[:, :2]
    painted = np.zeros(len(upright), dtype=bool)
    for crumb in thin.decompose():
        x0, y0, x1, y1 = crumb.bounds()
        inside = (middles >= (x0 - width_mm, y0 - width_mm)) & (
            middles <= (x1 + width_mm, y1 + width_mm)
        )
        painted |= inside.all(axis=1)
    return upright[painted].astype(np.int32)


def _middle(thin: m3.CrossSection, outline: Outline) -> Place:
    x0, y0, x1, y1 = max(thin.decompose(), key=lambda crumb: crumb.area()).bounds()
    return (x0 + x1) / 2, (y0 + y1) / 2, outline.thickness_mm
