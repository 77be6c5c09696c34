"""How much light reaches a point: rays to a soft key light and to a bright room.

A few rays at each pixel, spread by a sequence without chance, then averaged over neighbours on
the same surface: that takes the grain away and leaves the edges sharp.
"""

from __future__ import annotations

import math

import numpy as np

from configurator.geometry.stage import F32, Mask, Stage

KEY_RAYS = 2
ROOM_RAYS = 4
_SPREAD = 0.2
"""Half width of the key light, as the tangent of the angle it is seen under."""
_REACH = 3
"""Pixels to each side that are averaged."""


def key_light(view_deg: tuple[float, float]) -> F32:
    """Unit direction to the key light: at the photographer's left shoulder."""
    turn = math.radians(view_deg[0])
    x, y, z = -0.70, -0.50, 0.86
    turned = [x * math.cos(turn) - y * math.sin(turn), x * math.sin(turn) + y * math.cos(turn), z]
    unit: F32 = np.array(turned, dtype=np.float32) / np.float32(math.hypot(x, y, z))
    return unit


def reaching(stage: Stage, at: F32, normal: F32, light: F32, pixel: F32) -> F32:
    """(n, 2): shares of the key light and of the room's light that reach points.

    ``pixel`` (n, 2) is each point's row and column, which decides its rays.
    """
    start = at + normal * np.float32(stage.radius * 2e-3)
    key = np.zeros(len(at), dtype=np.float32)
    for ray in range(KEY_RAYS):
        key += stage.free(start, _to_light(light, _draws(pixel, ray)))
    room = np.zeros(len(at), dtype=np.float32)
    for ray in range(ROOM_RAYS):
        outwards = _over_hemisphere(normal, _draws(pixel, ray + KEY_RAYS))
        # Bright ceiling, dimmer paper ground.
        bright = 0.62 + 0.38 * np.clip(outwards[:, 2] * 1.6 + 0.3, -1, 1)
        room += stage.free(start, outwards) * bright
    return np.stack([key / KEY_RAYS, room / ROOM_RAYS], axis=1)


def _draws(pixel: F32, ray: int) -> F32:
    """(n, 2) in [0, 1): different for neighbours. Source: R2 sequence, M. Roberts 2018."""
    row, column = pixel[:, 0], pixel[:, 1]
    first = np.mod(column * np.float32(0.75487766) + row * np.float32(0.56984029) + ray * 0.618, 1)
    second = np.mod(column * np.float32(0.56984029) + row * np.float32(0.32471796) + ray * 0.755, 1)
    return np.stack([first, second], axis=1).astype(np.float32)


def _beside(axis: F32) -> tuple[F32, F32]:
    """Two unit vectors square to each axis. Source: Duff et al., JCGT 6(1), 2017."""
    x, y, z = axis[:, 0], axis[:, 1], axis[:, 2]
    sign = np.where(z >= 0, np.float32(1), np.float32(-1))
    a = -1 / (sign + z)
    b = x * y * a
    first = np.stack([1 + sign * x * x * a, sign * b, -sign * x], axis=1)
    second = np.stack([b, sign + y * y * a, -y], axis=1)
    return first, second


def _to_light(light: F32, draws: F32) -> F32:
    """Unit directions to points spread over the light's disc."""
    first, second = _beside(light[None])
    radius, angle = np.sqrt(draws[:, :1]) * _SPREAD, 2 * math.pi * draws[:, 1:]
    aimed = light + radius * (np.cos(angle) * first + np.sin(angle) * second)
    unit: F32 = (aimed / np.sqrt((aimed**2).sum(axis=1, keepdims=True))).astype(np.float32)
    return unit


def _over_hemisphere(normal: F32, draws: F32) -> F32:
    """Cosine-weighted unit directions about each normal."""
    first, second = _beside(normal)
    radius, angle = np.sqrt(draws[:, :1]), 2 * math.pi * draws[:, 1:]
    spread = radius * (np.cos(angle) * first + np.sin(angle) * second)
    aimed: F32 = (spread + np.sqrt(1 - draws[:, :1]) * normal).astype(np.float32)
    return aimed


def steadied(values: F32, guide: F32 | None, inside: Mask) -> F32:
    """(h, w, k) values averaged over neighbours whose guide (h, w, g) is alike.

    Only pixels ``inside`` (h, w) give and take. A cross bilateral filter, one axis at a time.
    """
    weighted = np.concatenate([values, np.ones_like(values[..., :1])], axis=-1) * inside[..., None]
    for axis in (0, 1):
        weighted = _averaged(weighted, guide, inside, axis)
    mean: F32 = weighted[..., :-1] / np.maximum(weighted[..., -1:], 1e-6)
    return mean


def _averaged(values: F32, guide: F32 | None, inside: Mask, axis: int) -> F32:
    total = values.copy()
    for shift in range(1, _REACH + 1):
        here = tuple(slice(shift, None) if k == axis else slice(None) for k in (0, 1))
        there = tuple(slice(None, -shift) if k == axis else slice(None) for k in (0, 1))
        weight = (inside[here] & inside[there]) * np.float32(math.exp(-shift * shift / 14))
        if guide is not None:
            apart = guide[here] - guide[there]
            weight = weight * np.exp(np.einsum("ijk,ijk->ij", apart, apart) * np.float32(-12))
        total[here] += values[there] * weight[..., None]
        total[there] += values[here] * weight[..., None]
    return total
