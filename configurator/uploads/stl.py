"""STL as corners of triangles: binary and ASCII, and what each of them lies about."""

from __future__ import annotations

import re

import numpy as np
import numpy.typing as npt

from configurator.uploads.readers import Refused

Corners = npt.NDArray[np.float64]
MOST_TRIANGLES = 500_000
_RECORD = np.dtype([("normal", "<f4", 3), ("corners", "<f4", (3, 3)), ("colour", "<u2")])
_VERTEX = re.compile(rb"vertex\s+(\S+)\s+(\S+)\s+(\S+)", re.IGNORECASE)
_AGAIN = "Export it once more."


def looks_like_stl(data: bytes) -> bool:
    """Whether the bytes are binary STL by their length, or the beginning of one, or ASCII STL by
    their words."""
    whole = _binary_count(data) is not None
    return whole or data[:512].lstrip()[:5].lower() == b"solid" or _cut_short(data)


def read(data: bytes) -> Corners:
    """(m, 3, 3): the corners of every triangle, in the file's own unit.

    Source: the format as 3D Systems published it in 1989; binary files may begin with "solid", so
    the length decides.
    """
    count = _binary_count(data)
    if count is not None:
        allowed(count)
        records = np.frombuffer(data, _RECORD, count, offset=84)
        return records["corners"].astype(np.float64)
    if b"facet" not in data[:4096].lower():
        said = int.from_bytes(data[80:84], "little") if len(data) >= 84 else 0
        there = max(0, len(data) - 84) // 50
        raise Refused(
            f"The file says it holds {said:,} triangles, but there are {there:,} in it. "
            f"It was cut short or damaged on the way. {_AGAIN}"
        )
    return _ascii(data)


def allowed(count: int) -> None:
    """Raises Refused past so many triangles, or for none."""
    if count == 0:
        raise Refused(f"There is no triangle in the file. {_AGAIN}")
    if count > MOST_TRIANGLES:
        raise Refused(
            f"The file has {count:,} triangles; {MOST_TRIANGLES:,} can be worked with. "
            "Reduce it (Blender: Decimate; Meshmixer: Reduce) and try again."
        )


def _binary_count(data: bytes) -> int | None:
    """How many triangles a binary file holds; None where its length says that it is none."""
    if len(data) < 84:
        return None
    count = int.from_bytes(data[80:84], "little")
    return count if len(data) == 84 + 50 * count else None


def _cut_short(data: bytes) -> bool:
    """Whether it begins as binary STL of more triangles than there are: unit normals tell."""
    there = min(8, (len(data) - 84) // 50)
    if there < 1 or int.from_bytes(data[80:84], "little") <= there:
        return False
    records = np.frombuffer(data, _RECORD, there, offset=84)
    normals = np.linalg.norm(records["normal"].astype(np.float64), axis=1)
    unit = np.abs(normals - 1) < 1e-3
    return bool(
        (unit | (normals == 0)).all() and unit.any() and np.isfinite(records["corners"]).all()
    )


def _ascii(data: bytes) -> Corners:
    begun = len(re.findall(rb"\bfacet\b", data, re.IGNORECASE))
    ended = len(re.findall(rb"\bendfacet\b", data, re.IGNORECASE))
    allowed(begun)
    try:
        numbers = np.array(_VERTEX.findall(data), dtype="S").astype(np.float64)
    except ValueError as error:
        raise Refused(f"A corner in the file is no number. {_AGAIN}") from error
    if begun != ended or len(numbers) != 3 * begun:
        raise Refused(
            f"The file begins {begun:,} triangles and ends {ended:,}, with {len(numbers):,} "
            f"corners. It was cut short or damaged on the way. {_AGAIN}"
        )
    return numbers.reshape(-1, 3, 3)
