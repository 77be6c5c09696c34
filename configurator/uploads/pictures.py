"""A photograph as brightness: PNG, JPEG or WebP in, at most 800 pixels of grey out."""

from __future__ import annotations

import io
import warnings

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageOps

from configurator.blobs import Array, Blob
from configurator.uploads.readers import Refused

Image.init()  # no plugin can be loaded later

Grey = npt.NDArray[np.uint8]
FORMATS = ("PNG", "JPEG", "WEBP")
MOST_PIXELS = 64_000_000
"""A phone's largest everyday photograph has 50 million."""
LEAST_SIDE, MOST_SIDE = 16, 800
"""800 pixels over 200 mm are one each 0.25 mm, finer than a nozzle draws."""
THUMB_SIDE = 160
NARROWEST = 8
"""Times as long as wide; a strip longer than that is no picture but a mistake."""

_REFUSED = "Choose a PNG, JPEG or WebP picture."


def read(data: bytes) -> Blob:
    """The picture upright, on white, as ``grey`` (height, width) u8, the top row first."""
    picture, (width, height) = _checked(data)
    grey = _grey(picture, MOST_SIDE)
    facts = {"width": grey.shape[1], "height": grey.shape[0], "from": [width, height]}
    arrays = (Array("grey", "|u1", grey.shape, grey.tobytes()), thumb(Image.fromarray(grey)))
    return Blob("picture", facts, {array.name: array for array in arrays})


def grey_of(data: bytes, most_side: int) -> Grey:
    """A picture's brightness, (height, width), no side longer than that."""
    return _grey(_checked(data)[0], most_side)


def _checked(data: bytes) -> tuple[Image.Image, tuple[int, int]]:
    """An opened picture of a size that can be used, and its size."""
    picture = _opened(data)
    width, height = picture.size
    if width * height > MOST_PIXELS:
        raise Refused(
            f"The picture has {width} × {height} pixels; at most {MOST_PIXELS // 10**6} million "
            "can be read. Save it smaller."
        )
    if min(width, height) < LEAST_SIDE:
        raise Refused(
            f"The picture has only {width} × {height} pixels; it needs {LEAST_SIDE} each way."
        )
    if max(width, height) > NARROWEST * min(width, height):
        raise Refused(
            f"The picture is a strip of {width} × {height} pixels. Cut out the part that matters."
        )
    return picture, (width, height)


def thumb(picture: Image.Image) -> Array:
    """The picture as a small PNG, for the form it was chosen in."""
    small = picture.copy()
    small.thumbnail((THUMB_SIDE, THUMB_SIDE), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    small.save(out, "PNG")
    return Array("thumb", "|u1", (len(out.getvalue()),), out.getvalue())


def _opened(data: bytes) -> Image.Image:
    warnings.simplefilter("ignore")  # the limit on pixels is ours, above
    Image.MAX_IMAGE_PIXELS = None
    try:
        return Image.open(io.BytesIO(data), formats=FORMATS)
    except Exception as error:
        raise Refused(f"This is no picture that we can read. {_REFUSED}") from error


def _grey(picture: Image.Image, most_side: int) -> Grey:
    try:
        picture.draft("L", (most_side, most_side))  # a JPEG is decoded no larger than needed
        picture.thumbnail((2 * most_side, 2 * most_side), Image.Resampling.BOX)
        picture = ImageOps.exif_transpose(picture)
        if picture.has_transparency_data:
            layer = picture.convert("RGBA")
            picture = Image.new("RGBA", layer.size, "white")
            picture.alpha_composite(layer)
        small = _eight_bits(picture)
        small.thumbnail((most_side, most_side), Image.Resampling.LANCZOS)
        return np.asarray(small, dtype=np.uint8)
    except MemoryError:
        raise
    except Exception as error:
        raise Refused(
            f"The picture is damaged and cannot be read to its end. {_REFUSED}"
        ) from error


def _eight_bits(picture: Image.Image) -> Image.Image:
    """Grey of 0 to 255; 16 bits a pixel are scaled, not cut off."""
    if picture.mode.startswith("I") or picture.mode == "F":
        values = np.asarray(picture, dtype=np.float64)
        top = 65535.0 if values.max() > 255 else 255.0
        return Image.fromarray(np.clip(values / top * 255, 0, 255).astype(np.uint8))
    return picture.convert("L")
