"""Parts turned out of the plane they lie in."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from configurator.products.base import Vector


def rotation(tilt_deg: Vector) -> npt.NDArray[np.float64]:
    """(3, 3): turns about x, then y, then z; apply as ``points @ matrix.T``."""
    whole = np.eye(3)
    for axis, angle in enumerate(tilt_deg):
        turn = math.radians(angle)
        one = np.eye(3)
        a, b = (axis + 1) % 3, (axis + 2) % 3
        one[a, a] = one[b, b] = math.cos(turn)
        one[a, b], one[b, a] = -math.sin(turn), math.sin(turn)
        whole = one @ whole
    whole[np.abs(whole) < 1e-12] = 0.0
    return whole


def quaternion(tilt_deg: Vector) -> tuple[float, float, float, float]:
    """The same turn as (x, y, z, w), as glTF and three.js write it."""
    x = y = z = 0.0
    w = 1.0
    for axis, angle in enumerate(tilt_deg):
        half = math.radians(angle) / 2
        c, s = math.cos(half), math.sin(half)
        i, j, k = ((s, 0.0, 0.0), (0.0, s, 0.0), (0.0, 0.0, s))[axis]
        x, y, z, w = (
            c * x + i * w + j * z - k * y,
            c * y - i * z + j * w + k * x,
            c * z + i * y - j * x + k * w,
            c * w - i * x - j * y - k * z,
        )
    return round(x, 9) + 0.0, round(y, 9) + 0.0, round(z, 9) + 0.0, round(w, 9) + 0.0
