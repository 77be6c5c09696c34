"""Does what is open stay open: rays shot outwards, to a face that looks back.

Plastic swells out of the nozzle and draws strings, so two walls that nearly touch become one: a
slot closes, letters run together, a counter fills. Gaps between parts are no matter of this: each
part is looked at alone.
"""

from __future__ import annotations

import numpy as np

from configurator.dfm.base import Finding
from configurator.dfm.walls import TOLERANCE, in_detail, spread, widest_beside
from configurator.geometry.mesh import Floats, Ints, Mesh
from configurator.materials import Filament
from configurator.products.base import Part

RAYS = 1000
"""Over the part, and as many over the sides of its letters or relief, if it has any."""
LEAST_SHARE = 0.008
"""Of the rays: fewer are the bottom of a notch, which may fill."""
CONFIRMED = 48
FACING = -0.95
"""The two sides of a gap are nearly parallel; those of a notch are not."""
START_MM = 1e-3


def gaps(part: Part, material: Filament) -> tuple[Finding, ...]:
    """Slots, counters and spaces between letters that are narrower than the material keeps open."""
    if part.walls_declared:
        return ()  # a height over a plain form: what faces it lies beyond the part
    tight = _tight(part, material.min_gap_mm)
    if tight is None:
        return ()
    faces, points, wide_mm, letters = tight
    typical = float(np.quantile(wide_mm, 0.25))
    x, y, z = points[int(np.argmin(wide_mm))].tolist()
    what = "Letters or lines come" if letters else "Two walls come"
    return (
        Finding(
            check="gaps",
            level="weak",
            part=part.name,
            state=f"{what} as close as {typical:.2g} mm; "
            f"{material.noun} keeps {material.min_gap_mm:g} mm open.",
            cause="What is closer fuses: plastic swells as it leaves the nozzle and draws strings.",
            cure="Make it larger, or choose a face with more room between its lines."
            if letters
            else "Make the gap wider, or close it.",
            faces=np.unique(faces).astype(np.int32),
            place=(x, y, z),
            measured=round(typical, 3),
            needed=material.min_gap_mm,
        ),
    )


def _tight(part: Part, limit_mm: float) -> tuple[Ints, Floats, Floats, bool] | None:
    """Faces, points and widths of what is too narrow, and whether it is between letters."""
    mesh = part.mesh
    fine = in_detail(part, np.arange(len(mesh.faces), dtype=np.int32))
    for letters, counted in ((True, fine), (False, ~fine)):
        area = np.where(counted, mesh.areas_mm2, 0.0)
        if not area.any():
            continue
        faces, points, wide_mm = _readings(mesh, area, limit_mm)
        if len(faces) >= LEAST_SHARE * RAYS:
            return faces, points, wide_mm, letters
    return None


def _readings(mesh: Mesh, weight: Floats, limit_mm: float) -> tuple[Ints, Floats, Floats]:
    """Faces, points and widths of the rays that meet a face that looks back, nearer than allowed.

    Only where the gap is as narrow beside them: two corners that nearly meet may do so.
    """
    faces, points = spread(mesh, RAYS, weight)
    out = mesh.normals[faces]
    hit = mesh.scene.run(
        (points + out * START_MM).astype(np.float32), out.astype(np.float32), output=True
    )
    met = hit["primID"]
    facing = np.einsum("ij,ij->i", mesh.normals[met], out) < FACING
    wide = hit["tfar"].astype(np.float64) + START_MM
    tight = np.flatnonzero((met >= 0) & facing & (wide < limit_mm * (1 - TOLERANCE)))
    if len(tight) < LEAST_SHARE * RAYS:
        return faces[:0], points[:0], wide[:0]
    chosen = tight[:: max(1, len(tight) // CONFIRMED)]
    middle = points[chosen] + out[chosen] * (wide[chosen] / 2)[:, None]
    step_mm = np.full(len(chosen), limit_mm)
    beside = widest_beside(mesh, middle, out[chosen], wide[chosen], clear_mm=0.0, step_mm=step_mm)
    sure = beside < limit_mm * (1 - TOLERANCE)
    if sure.mean() * len(tight) < LEAST_SHARE * RAYS:
        return faces[:0], points[:0], wide[:0]
    kept = tight if sure.all() else chosen[sure]
    if len(kept) < LEAST_SHARE * RAYS:
        return faces[:0], points[:0], wide[:0]
    return faces[kept], points[kept], wide[kept]
