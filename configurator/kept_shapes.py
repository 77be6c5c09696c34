"""The shape of a kept design, so that its link shows the same when its family is redrawn.

What somebody keeps or shares is drawn once, at full resolution, and put on disk under its key:
the solid, and its picture in the colour that was chosen.
"""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.db import transaction

from configurator import geometry_pool
from configurator.models import Design
from configurator.network import machine_volumes
from configurator.products import families, family
from configurator.services import picture_of
from core.errors import NotFound
from core.files import write_whole
from core.models import Work
from core.work import enqueue

KIND = "configurator.keep_shape"
MOST_WAITING = 200
"""Past that nothing is put away for later: whoever floods us must not hold up the slicer."""


def is_redrawn(design: Design) -> bool:
    """Whether its family has another shape for the same parameters by now, or is gone."""
    kind = families().get(design.family)
    return kind is None or kind.version != design.version


def ask_to_keep(design: Design, colour: str) -> None:
    """Have the shape drawn and put away, after the request."""
    if solid_path(design.key).exists() and _picture(design.key, colour, 640).exists():
        return
    if Work.objects.filter(kind=KIND, state=Work.WAITING).count() >= MOST_WAITING:
        return
    # A design that was forgotten and kept again has lost its files: it is other work.
    about = f"{design.key}:{colour}:{design.created_at.timestamp():.0f}"
    payload = {"design": design.key, "colour": colour}
    with transaction.atomic():
        enqueue(KIND, key=f"keep_shape:{about}", payload=payload)


def keep(design: Design, colour: str) -> None:
    """Draw solid and pictures, unless they are there or it is too late for it."""
    if is_redrawn(design):
        return
    if not solid_path(design.key).exists():
        write_whole(solid_path(design.key), _drawn(design))
    for width in (160, 640):
        picture_of(design.family, design.params, colour, width)


def solid(design: Design) -> bytes:
    """The design as GLB: as it was kept, or drawn now where the family is still the same.

    Raises:
        NotFound: it was kept before its family was redrawn, and its shape was not put away.
    """
    path = solid_path(design.key)
    if path.exists():
        return path.read_bytes()
    if is_redrawn(design):
        raise NotFound("The shape of this design was not kept; its measures and values were.")
    return _drawn(design)


def picture(design: Design, colour: str, width: int) -> bytes:
    """Its picture: drawn where that can still be done, else the nearest that is on disk.

    Raises:
        NotFound: neither can be had.
    """
    if not is_redrawn(design):
        return picture_of(design.family, design.params, colour, width)
    kept = pictures_of(design.key)
    if not kept:
        raise NotFound("No picture of this design was kept.")
    return min(kept, key=lambda path: _strange(path, colour, width)).read_bytes()


def pictures_of(key: str) -> list[Path]:
    """What is on disk of it."""
    return sorted(_folder(key).glob(f"{key}-*.png"))


def solid_path(key: str) -> Path:
    return _folder(key) / f"{key}.glb"


def _drawn(design: Design) -> bytes:
    material = family(design.family).materials[0]
    result = geometry_pool.evaluate(design.family, design.params, material, machine_volumes())
    return result.glb


def _strange(path: Path, colour: str, width: int) -> tuple[bool, int]:
    """How far a picture is from the one asked for: another colour is worse than any width."""
    seen, _, wide = path.stem.partition("-")[2].rpartition("-")
    return (seen != colour, abs(int(wide) - width))


def _picture(key: str, colour: str, width: int) -> Path:
    return _folder(key) / f"{key}-{colour}-{width}.png"


def _folder(key: str) -> Path:
    return Path(settings.MEDIA_ROOT) / "pictures" / key[:2]
