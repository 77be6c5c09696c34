"""A picture as heights: what is light stands high, within a rim of any of four shapes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from configurator.geometry.brightness import View, brightness
from configurator.geometry.height_field import cells, field
from configurator.geometry.mesh import Floats, Mesh
from configurator.products.base import Quality

PITCH_MM: dict[Quality, float] = {"draft": 1.2, "full": 0.35}
MOST_CELLS: dict[Quality, int] = {"draft": 6_000, "full": 30_000}
RIM_SLOPE_MM = 0.6
"""Over so much width the picture's edge meets the rim."""


@dataclass(frozen=True)
class Plaque:
    """``shape`` is rectangle, oval or arch; the relief stands on a base, inside a rim."""

    view: View
    shape: str
    width_mm: float
    height_mm: float
    base_mm: float
    relief_mm: float
    rim_mm: float

    @property
    def high_mm(self) -> float:
        return self.base_mm + self.relief_mm


def plaque_mesh(plaque: Plaque, quality: Quality) -> Mesh:
    """The plaque lying on its back."""
    columns, rows = cells(plaque.width_mm, plaque.height_mm, PITCH_MM[quality], MOST_CELLS[quality])
    u = np.linspace(-1, 1, columns)[None, :]
    v = np.linspace(-1, 1, rows)[:, None]
    x, y = (part * half for part, half in zip(_within(plaque, u, v), _halves(plaque), strict=True))
    light = _sampled(plaque, x, y, columns, rows)
    z = plaque.base_mm + plaque.relief_mm * _rimmed(plaque, u, v, light)
    return field(np.stack(np.broadcast_arrays(x, y, z), axis=-1))


def _halves(plaque: Plaque) -> tuple[float, float]:
    return plaque.width_mm / 2, plaque.height_mm / 2


def _within(plaque: Plaque, u: Floats, v: Floats) -> tuple[Floats, Floats]:
    """The square's points (−1 to 1) moved into the shape; its edge lands on the shape's edge.

    Oval: the elliptical grid mapping, ``x = u·√(1 − v²/2)`` (Fong, Analytical Methods for
    Squaring the Disc, 2015).
    """
    u, v = np.broadcast_arrays(u, v)
    if plaque.shape == "oval":
        return u * np.sqrt(1 - v**2 / 2), v * np.sqrt(1 - u**2 / 2)
    if plaque.shape == "arch":
        return u, _under_arch(plaque, u, v)
    return u, v


def _under_arch(plaque: Plaque, u: Floats, v: Floats) -> Floats:
    """Each column ends at a half ellipse that springs from where the sides end."""
    top = 1 - _rise(plaque) * (1 - np.sqrt(np.clip(1 - u**2, 0, 1)))
    return -1 + (v + 1) / 2 * (top + 1)


def _rise(plaque: Plaque) -> float:
    """How much of half the height the arch takes: as a half circle, where there is room for one.

    A hair of side is left where the arch springs, so that no column has height nothing.
    """
    return min(0.9, plaque.width_mm / plaque.height_mm)


def _sampled(plaque: Plaque, x: Floats, y: Floats, columns: int, rows: int) -> Floats:
    """The picture's brightness at points of the plaque: it fills the plaque's box."""
    raster = brightness(plaque.view, plaque.width_mm, plaque.height_mm, columns, rows)
    if plaque.shape == "rectangle":
        return raster
    i = np.clip((y / plaque.height_mm + 0.5) * (rows - 1), 0, rows - 1)
    j = np.clip((x / plaque.width_mm + 0.5) * (columns - 1), 0, columns - 1)
    low, left = np.minimum(i.astype(int), rows - 2), np.minimum(j.astype(int), columns - 2)
    up, right = i - low, j - left
    lower = raster[low, left] * (1 - right) + raster[low, left + 1] * right
    upper = raster[low + 1, left] * (1 - right) + raster[low + 1, left + 1] * right
    between: Floats = lower * (1 - up) + upper * up
    return between


def _rimmed(plaque: Plaque, u: Floats, v: Floats, light: Floats) -> Floats:
    """Heights (0 to 1) with the rim at full height, met by the picture over a short slope."""
    if plaque.rim_mm == 0:
        return light
    share = np.clip((_inwards_mm(plaque, u, v) - plaque.rim_mm) / RIM_SLOPE_MM, 0, 1)
    heights: Floats = 1 - share * (1 - light)
    return heights


def _inwards_mm(plaque: Plaque, u: Floats, v: Floats) -> Floats:
    """How far the points lie from the edge; of an oval to the first order, exact for a circle."""
    half_x, half_y = _halves(plaque)
    x, y = (part * half for part, half in zip(_within(plaque, u, v), (half_x, half_y), strict=True))
    if plaque.shape == "oval":
        return _in_oval_mm(x, y, half_x, half_y)
    side, end = half_x - np.abs(x), half_y - np.abs(y)
    if plaque.shape == "rectangle":
        return np.minimum(side, end)
    rise = _rise(plaque) * half_y
    above = y - (half_y - rise)
    across = np.where(above > 0, _in_oval_mm(x, above, half_x, rise), side)
    return np.minimum(across, half_y + y)


def _in_oval_mm(x: Floats, y: Floats, half_x: float, half_y: float) -> Floats:
    """How far points (mm from its middle) lie within an oval."""
    out = np.hypot(x / half_x, y / half_y)
    falls = np.hypot(x / half_x**2, y / half_y**2)  # of 1 − out for each mm outwards, times out
    in_the_middle = np.full_like(out, min(half_x, half_y))
    found: Floats = (1 - out) * np.divide(out, falls, out=in_the_middle, where=falls > 0)
    return found
