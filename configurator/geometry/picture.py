"""A product photo of a design, ray-traced: one large soft light, a bright room, paper ground.

Rays are shot by embree. What a part looks like is sampled four times a pixel, how much light
reaches it once, for light changes slowly over a surface. No chance: same design, same bytes.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt

from configurator.geometry.lighting import key_light, reaching, steadied
from configurator.geometry.shading import linear
from configurator.geometry.stage import DARK, F32, Camera, Mask, Stage
from configurator.products.base import Part

_WARM = np.array([1.0, 0.80, 0.55], dtype=np.float32)
"""Linear light of a lamp of about 3000 K."""
_SAMPLES = 2
"""Rays to a side of a pixel."""


def render(
    parts: Sequence[Part],
    *,
    colour_hex: str,
    size_px: int,
    view_deg: tuple[float, float] = (30.0, 24.0),
    shades: Mapping[str, str] = MappingProxyType({}),
) -> bytes:
    """PNG bytes, ``size_px`` square: the parts at home, transparent but for a soft shadow.

    ``shades`` are the colours of parts, by role, that have one of their own.
    """
    stage = Stage(parts, [linear(shades.get(part.role, colour_hex)) for part in parts])
    camera = stage.camera(view_deg)
    light = key_light(view_deg)
    rays = camera.rays(size_px * _SAMPLES)
    seen, at, normal, tint, glow = stage.look(camera.eye, rays)
    reach = _reach(stage, seen, at, normal, light, size_px)
    shaded = _shaded(normal, rays[seen], reach, light, tint)
    shaded = _lit_through(shaded, glow, tint)
    colour, cover = _gathered(shaded, seen, size_px)
    shadow = _shadow(stage, camera, cover < 1, light, size_px)
    return _png(colour, cover, shadow)


def _blocks(samples: npt.NDArray[Any], size_px: int) -> npt.NDArray[Any]:
    """(size, size, 4, …): the samples of each pixel side by side."""
    rest = samples.shape[1:]
    grid = samples.reshape(size_px, _SAMPLES, size_px, _SAMPLES, *rest).swapaxes(1, 2)
    return grid.reshape(size_px, size_px, _SAMPLES * _SAMPLES, *rest)


def _reach(stage: Stage, seen: Mask, at: F32, normal: F32, light: F32, size_px: int) -> F32:
    """(k, 2): light that reaches each seen sample, worked out once for its pixel."""
    number = np.full(len(seen), -1, dtype=np.int32)
    number[seen] = np.arange(len(at), dtype=np.int32)
    first = _blocks(number, size_px).max(axis=2)
    inside = first >= 0
    chosen = first[inside]
    pixel = np.argwhere(inside).astype(np.float32)
    values = np.zeros((size_px, size_px, 2), dtype=np.float32)
    values[inside] = reaching(stage, at[chosen], normal[chosen], light, pixel)
    guide = np.zeros((size_px, size_px, 6), dtype=np.float32)
    guide[inside, :3] = normal[chosen]
    guide[inside, 3:] = at[chosen] / (stage.radius * 0.06)
    for _ in range(2):
        values = steadied(values, guide, inside)
    row, column = np.divmod(np.nonzero(seen)[0], size_px * _SAMPLES)
    spread: F32 = values[row // _SAMPLES, column // _SAMPLES]
    return spread


def _shaded(normal: F32, rays: F32, reach: F32, light: F32, base: F32) -> F32:
    """(k, 3): linear light each sample sends to the camera: matt plastic with a soft sheen."""
    key, room = reach[:, 0], reach[:, 1]
    lit = np.clip(normal @ light, 0, None) * key
    bounce = np.clip(0.5 - 0.5 * normal[:, 2], 0, 1) * 0.10
    half = light - rays
    half /= np.sqrt((half**2).sum(axis=1, keepdims=True))
    sheen = np.clip(np.einsum("ij,ij->i", normal, half), 0, 1) ** 42 * 0.16 * key
    facing = np.clip(-np.einsum("ij,ij->i", normal, rays), 0, 1)
    edge = 0.05 * (1 - facing) ** 4 * room
    shaded: F32 = base * (1.12 * lit + (0.60 + bounce) * room)[:, None] + (sheen + edge)[:, None]
    return shaded


def _lit_through(shaded: F32, glow: F32, base: F32) -> F32:
    """(k, 3): parts looked at against a lamp are seen by its light more than by the room's."""
    lamp = glow[:, None] * _WARM * (0.35 + 0.65 * base)
    # Half way, for between three corners that are dark it is so but for rounding.
    through: F32 = np.where((glow > DARK / 2)[:, None], 0.22 * shaded + 1.5 * lamp, shaded)
    return through


def _gathered(shaded: F32, seen: Mask, size_px: int) -> tuple[F32, F32]:
    """Mean colour of the samples of each pixel (h, w, 3), and how many of them met a part."""
    image = np.zeros((len(seen), 3), dtype=np.float32)
    image[seen] = shaded
    cover = _blocks(seen.astype(np.float32), size_px).mean(axis=2)
    colour = _blocks(image, size_px).mean(axis=2) / np.maximum(cover, 1e-6)[..., None]
    return colour, cover


def _shadow(stage: Stage, camera: Camera, bare: Mask, light: F32, size_px: int) -> F32:
    """(h, w): how much darker than its surroundings the ground is, fading out with distance."""
    rays = camera.rays(size_px)
    down = bare.ravel() & (rays[:, 2] < -1e-3)
    place = camera.eye + rays[down] * (-camera.eye[2] / rays[down, 2:])
    away = np.sqrt((place[:, :2] ** 2).sum(axis=1)) / stage.radius
    near = away < 2.2
    down[down] = near
    place, away = place[near], away[near]
    inside = down.reshape(size_px, size_px)
    up = np.tile(np.array([0, 0, 1], dtype=np.float32), (len(place), 1))
    values = np.zeros((size_px, size_px, 2), dtype=np.float32)
    values[inside] = reaching(stage, place, up, light, np.argwhere(inside).astype(np.float32))
    for _ in range(3):
        values = steadied(values, None, inside)
    dark = 0.34 * (1 - values[..., 0]) + 0.55 * np.clip(0.84 - values[..., 1], 0, 1)
    fade = np.zeros((size_px, size_px), dtype=np.float32)
    fade[inside] = np.clip((2.2 - away) / 1.4, 0, 1) ** 1.5
    border = np.clip(
        np.minimum(np.arange(size_px), np.arange(size_px)[::-1]) / (0.16 * size_px), 0, 1
    )
    border = border**2 * (3 - 2 * border)
    frame = border[None, :] * border[:, None]
    shadow: F32 = np.clip(dark, 0, 0.75) * fade * frame
    return shadow


def _png(colour: F32, cover: F32, shadow: F32) -> bytes:
    """Parts over shadow, both over nothing; highlights rolled off gently."""
    from PIL import Image

    tone = colour * (1 + colour / 4) / (1 + colour * 0.62)
    srgb = np.where(
        tone <= 0.0031308, tone * 12.92, 1.055 * np.maximum(tone, 0) ** (1 / 2.4) - 0.055
    )
    alpha = cover + (1 - cover) * shadow
    inked = srgb * (cover / np.maximum(alpha, 1e-6))[..., None]
    pixels = np.concatenate([inked, alpha[..., None]], axis=-1)
    data = np.rint(np.clip(pixels, 0, 1) * 255).astype(np.uint8)
    out = io.BytesIO()
    Image.fromarray(data, "RGBA").save(out, "PNG", compress_level=6)
    return out.getvalue()
