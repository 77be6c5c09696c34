"""What customers brought along, in a plain form of our own, named by the hash of its content.

A blob is a kind, a few facts and named arrays. Nothing that comes after the reading ever sees the
file that was uploaded. Layout: ``NMB1``, the header's length (u32, little-endian), the header as
JSON (``kind``, ``facts``, ``arrays``: name, dtype and shape of each), then the arrays' bytes one
after the other. On disk it is deflated.

This module imports no numpy, so that a web process can keep blobs without paying for it.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
import struct
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from core.errors import NotFound
from core.files import write_whole

Kind = Literal["picture", "outline", "solid"]
KINDS: tuple[Kind, ...] = ("picture", "outline", "solid")

MAGIC = b"NMB1"
NAME = re.compile(r"[0-9a-f]{64}")
MOST_BYTES = 192 * 2**20
"""Two million triangles with their corners; more is refused when it is read."""
ITEM_BYTES = {"|u1": 1, "<i4": 4, "<f4": 4, "<f8": 8}

_root: list[Path] = []


class Broken(ValueError):
    """These bytes are no blob."""


@dataclass(frozen=True)
class Array:
    """One array: numpy's name of its type, its shape, and its bytes in C order."""

    name: str
    dtype: str
    shape: tuple[int, ...]
    data: bytes


@dataclass(frozen=True)
class Blob:
    """A kind, facts about it (JSON types), and its arrays by name."""

    kind: str
    facts: Mapping[str, Any]
    arrays: Mapping[str, Array]


def packed(blob: Blob) -> bytes:
    """The blob as bytes: the same blob, the same bytes."""
    arrays = list(blob.arrays.values())
    head = {
        "kind": blob.kind,
        "facts": blob.facts,
        "arrays": [[a.name, a.dtype, list(a.shape)] for a in arrays],
    }
    text = json.dumps(head, sort_keys=True, separators=(",", ":")).encode()
    return b"".join([MAGIC, struct.pack("<I", len(text)), text, *(a.data for a in arrays)])


def unpacked(data: bytes) -> Blob:
    """Bytes as a blob, every length checked.

    Raises Broken where they are none.
    """
    try:
        start, head = _head(data)
        arrays = _arrays(data, start, head["arrays"])
        kind, facts = head["kind"], head["facts"]
    except (KeyError, TypeError, ValueError, struct.error) as error:
        raise Broken(f"not a blob: {error}") from error
    if kind not in KINDS or not isinstance(facts, dict):
        raise Broken("not a kind of blob")
    return Blob(kind, facts, arrays)


def _head(data: bytes) -> tuple[int, Any]:
    if data[:4] != MAGIC:
        raise ValueError("no magic")
    (length,) = struct.unpack("<I", data[4:8])
    return 8 + length, json.loads(data[8 : 8 + length])


def _arrays(data: bytes, at: int, described: Sequence[Any]) -> dict[str, Array]:
    arrays = {}
    for name, dtype, shape in described:
        if any(not isinstance(n, int) or n < 0 for n in shape):
            raise ValueError("a shape of no size")
        end = at + ITEM_BYTES[dtype] * math.prod(shape)
        if end > len(data):
            raise ValueError("cut short")
        arrays[str(name)] = Array(str(name), dtype, tuple(shape), data[at:end])
        at = end
    if at != len(data):
        raise ValueError("bytes left over")
    return arrays


def set_root(folder: Path) -> None:
    """Say where blobs are kept."""
    _root[:] = [folder]
    _loaded.cache_clear()


def root() -> Path | None:
    """Where blobs are kept, if anybody said so."""
    return _root[0] if _root else None


def name_of(data: bytes) -> str:
    """The name of a blob: the hash of its bytes."""
    return hashlib.sha256(data).hexdigest()


def keep(data: bytes) -> str:
    """Store the bytes of a blob once; gives its name."""
    name = name_of(data)
    path = _path(name)
    if not path.exists():
        write_whole(path, zlib.compress(data, 1), durable=True)
    return name


def forget(name: str) -> None:
    """Delete a blob; one that is not there is no error."""
    _path(name).unlink(missing_ok=True)
    _loaded.cache_clear()


def load(name: str) -> Blob:
    """A kept blob by its name.

    Raises NotFound with what to do.
    """
    if not NAME.fullmatch(name) or not _root:
        raise NotFound("There is no such file here; choose yours again.", detail=name[:70])
    return _loaded(name)


@lru_cache(maxsize=6)
def _loaded(name: str) -> Blob:
    try:
        deflated = _path(name).read_bytes()
    except FileNotFoundError:
        raise NotFound(
            "The file that this design was made from is not kept any more; choose it again.",
            detail=name,
        ) from None
    return unpacked(zlib.decompressobj().decompress(deflated, MOST_BYTES))


def _path(name: str) -> Path:
    if not _root:
        raise RuntimeError("nobody said where blobs are kept")
    return _root[0] / name[:2] / f"{name}.blob"
