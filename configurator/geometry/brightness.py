"""A picture as brightness over a rectangle: cropped to fill it, toned, and sampled."""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from PIL import Image

from configurator import blobs
from configurator.geometry.mesh import Floats
from configurator.pictures import ours
from core.errors import NotFound


@dataclass(frozen=True)
class View:
    """Which part of which picture, and how it is toned.

    ``across`` and ``down`` (0 to 1) say where the picture is cut when it is wider or taller than
    its place; ``contrast`` (−1 to 1) steepens or flattens the middle; ``negative`` swaps dark and
    light; ``soft`` is the radius of a blur as a share of the width.
    """

    picture: str
    across: float = 0.5
    down: float = 0.5
    contrast: float = 0.0
    negative: bool = False
    soft: float = 0.0


def pixels(name: str) -> npt.NDArray[np.uint8]:
    """(height, width) of grey, the top row first; ``name`` is one of ours or a kept blob's.

    Raises NotFound where there is no such picture.
    """
    png = ours(name)
    return _decoded(name) if png is not None else _brought(name)


@lru_cache(maxsize=8)
def _decoded(name: str) -> npt.NDArray[np.uint8]:
    grey = np.asarray(Image.open(io.BytesIO(ours(name) or b"")).convert("L"))
    grey.setflags(write=False)
    return grey


def _brought(name: str) -> npt.NDArray[np.uint8]:
    array = blobs.load(name).arrays.get("grey")
    if array is None:
        raise NotFound("This file is no picture; choose a picture.", detail=name)
    return np.frombuffer(array.data, dtype=np.uint8).reshape(array.shape)


def brightness(view: View, width_mm: float, height_mm: float, columns: int, rows: int) -> Floats:
    """(rows, columns), 0 dark to 1 light: the view sampled over a rectangle, lowest row first."""
    grey = pixels(view.picture)
    box = _cover(grey.shape, width_mm / height_mm, view.across, view.down)
    raster = Image.fromarray(grey).resize((columns, rows), Image.Resampling.BOX, box=box)
    # What is enlarged is drawn smoothly between its pixels; what is reduced is averaged.
    if columns > box[2] - box[0]:
        raster = Image.fromarray(grey).resize((columns, rows), Image.Resampling.BICUBIC, box=box)
    light: Floats = np.asarray(raster, dtype=np.float64)[::-1] / 255
    if view.soft:
        from scipy.ndimage import gaussian_filter

        light = gaussian_filter(light, view.soft * columns, mode="nearest")
    return _toned(light, view)


def tones(view: View, aspect: float) -> float:
    """How far the lightest fiftieth of a view is from the darkest, 0 to 1; ``aspect`` is width
    over height. Single pixels, dust and the noise of a camera count for nothing."""
    columns = max(8, round(64 * min(1.0, aspect)))
    rows = max(8, round(64 / max(1.0, aspect)))
    dark, light = np.quantile(brightness(view, aspect, 1.0, columns, rows), (0.02, 0.98))
    return float(light - dark)


def _cover(
    shape: tuple[int, ...], aspect: float, across: float, down: float
) -> tuple[float, float, float, float]:
    """Left, top, right, bottom of the largest piece of that aspect."""
    height, width = float(shape[0]), float(shape[1])
    wide, high = min(width, height * aspect), min(height, width / aspect)
    left, top = (width - wide) * across, (height - high) * down
    return left, top, left + wide, top + high


def _toned(light: Floats, view: View) -> Floats:
    if view.contrast:
        steep = 2.0 ** (2 * view.contrast)
        light = np.clip(0.5 + (light - 0.5) * steep, 0, 1)
    return 1 - light if view.negative else light
