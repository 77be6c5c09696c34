"""A picture as thickness: what is dark is thick and lets little light through.

Light falls off with depth as ``exp(−k·t)`` (Beer–Lambert), so the thickness that shows a
brightness L is ``t = thin + (thick − thin) · ln L / ln L_min``: grey looks grey against the light.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from configurator.geometry.brightness import View, brightness
from configurator.geometry.height_field import cells, slab, tube
from configurator.geometry.mesh import Floats, Mesh
from configurator.products.base import Quality, Vector

DARKEST = 0.045
"""Share of the light that is left at the thickest: about what 2.2 mm of white plastic let
through. An estimate; it sets only how the greys lie between dark and light."""

GAMMA = 2.2
"""Pictures hold brightness as ``L ** (1 / 2.2)`` (sRGB, nearly)."""

PITCH_MM: dict[Quality, float] = {"draft": 1.2, "full": 0.4}
MOST_CELLS: dict[Quality, int] = {"draft": 6_000, "full": 30_000}

SLOPE = 0.95
"""Upwards the plate gets thicker by less than it rises, so that nothing hangs: 45°."""


@dataclass(frozen=True)
class Lithophane:
    """``form`` is flat, arc or lamp; ``width_mm`` runs along the curve; the border is thick."""

    view: View
    form: str
    width_mm: float
    height_mm: float
    arc_deg: float
    thin_mm: float
    thick_mm: float
    border_mm: float

    @property
    def turn(self) -> float:
        """Radians that the curve runs through; 0 for a flat one."""
        return {"flat": 0.0, "arc": math.radians(self.arc_deg), "lamp": 2 * math.pi}[self.form]

    @property
    def radius_mm(self) -> float:
        """Of the inside. The width is measured there."""
        return self.width_mm / self.turn

    @property
    def box_mm(self) -> Vector:
        """Never exceeded; reached where the picture is darkest."""
        if self.form == "flat":
            return self.width_mm, self.thick_mm, self.height_mm
        outer = self.radius_mm + self.thick_mm
        if self.form == "lamp":
            return 2 * outer, 2 * outer, self.height_mm
        half = self.turn / 2
        wide = 2 * outer * math.sin(min(half, math.pi / 2))
        inner = self.radius_mm if math.cos(half) > 0 else outer
        return wide, outer - inner * math.cos(half), self.height_mm


def lithophane_mesh(litho: Lithophane, quality: Quality) -> tuple[Mesh, Floats]:
    """The plate standing upright, the picture towards −y (a lamp: all round), and how it glows.

    The glow (n,) is the share of light that comes through at each vertex.
    """
    columns, rows = cells(litho.width_mm, litho.height_mm, PITCH_MM[quality], MOST_CELLS[quality])
    thick = thickness(litho, columns, rows)
    mesh = _standing(litho, thick, columns, rows)
    front = thick if litho.form != "lamp" else thick[:, :-1]
    glow = np.full(len(mesh.vertices), DARKEST)
    glow[: front.size] = (
        DARKEST ** ((front - litho.thin_mm) / max(litho.thick_mm - litho.thin_mm, 1e-9)).ravel()
    )
    return mesh, glow


def _standing(litho: Lithophane, thick: Floats, columns: int, rows: int) -> Mesh:
    height = np.linspace(0, litho.height_mm, rows)[:, None]
    if litho.form == "flat":
        across = np.linspace(-0.5, 0.5, columns)[None, :] * litho.width_mm
        return _centred(slab(_flat(across, thick, height), _flat(across, 0 * thick, height)))
    if litho.form == "lamp":
        # The seam's column is there once: the ring closes on itself.
        return tube(_round(litho, thick[:, :-1], height, columns), litho.radius_mm)
    front, back = (_round(litho, t, height, columns) for t in (thick, 0 * thick))
    return _centred(slab(front, back))


def thickness(litho: Lithophane, columns: int, rows: int) -> Floats:
    """(rows, columns) mm, the lowest row first."""
    light = brightness(litho.view, litho.width_mm, litho.height_mm, columns, rows)
    share = np.log(np.maximum(light**GAMMA, DARKEST)) / math.log(DARKEST)
    thick = litho.thin_mm + (litho.thick_mm - litho.thin_mm) * share
    _frame(litho, thick)
    return _leaning_little(thick, litho.height_mm / (rows - 1))


def _frame(litho: Lithophane, thick: Floats) -> None:
    """The border, and where a lamp's picture meets itself, are as thick as can be."""
    rows, columns = thick.shape
    across = np.linspace(0, litho.width_mm, columns)
    up = np.linspace(0, litho.height_mm, rows)
    border = litho.border_mm + 1e-9
    if litho.border_mm > 0 or litho.form == "lamp":
        seam = max(border, 0.8) / (2 if litho.form == "lamp" else 1)
        thick[:, (across <= seam) | (across >= litho.width_mm - seam)] = litho.thick_mm
    if litho.border_mm > 0:
        thick[(up <= border) | (up >= litho.height_mm - border)] = litho.thick_mm


def _leaning_little(thick: Floats, step_mm: float) -> Floats:
    """What would hang over is thinned until it leans 45°; one pass from the foot up."""
    rise = (SLOPE * step_mm * np.arange(len(thick)))[:, None]
    held: Floats = np.minimum.accumulate(thick - rise, axis=0) + rise
    return held


def _flat(across: Floats, out: Floats, height: Floats) -> Floats:
    return np.stack(np.broadcast_arrays(across, -out, height), axis=-1)


def _round(litho: Lithophane, out: Floats, height: Floats, columns: int) -> Floats:
    """Points at ``radius + out``; the middle of the picture looks towards −y."""
    turn = np.linspace(-0.5, 0.5, columns)[None, : out.shape[1]] * litho.turn
    reach = litho.radius_mm + out
    points = np.broadcast_arrays(reach * np.sin(turn), -reach * np.cos(turn), height)
    return np.stack(points, axis=-1)


def _centred(mesh: Mesh) -> Mesh:
    shift = (mesh.low + mesh.high) / 2
    shift[2] = 0.0
    return Mesh(mesh.vertices - shift, mesh.faces, mesh.groups)
