"""Designs that are kept, measured and pictured."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from dataclasses import fields as dataclass_fields
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.db import transaction
from django.db.models import ProtectedError
from django.db.models.functions import Now
from django.utils import timezone

from configurator import blobs, geometry_pool
from configurator.dfm.base import Finding, Place
from configurator.engine import Evaluation, PartMeasure, Volume, canonical, design_key
from configurator.fitting import fitted
from configurator.models import Design, Measurement, Upload
from configurator.products import family
from configurator.products.fields import parse, uploads_in
from configurator.uploads import sandbox
from core.errors import Conflict, NotFound
from core.files import write_whole

PICTURE_WIDTHS = (160, 320, 480, 640)


WANTED_TO = dt.timedelta(days=1)
"""How exactly it is known when a design was last asked for."""


PART_FIELDS = tuple(one.name for one in dataclass_fields(PartMeasure))


@dataclass(frozen=True)
class Found:
    """A finding as it is stored and shown: without the faces, which live in the GLB.

    ``field`` is None where no single parameter cures it. ``place`` (x, y, z) mm is a spot of its
    part, as that lies on the bed; ``measured`` and ``needed`` are the two numbers of its state.
    """

    check: str
    level: str
    part: str
    state: str
    cause: str
    cure: str
    field: str | None
    value: Any
    place: Place | None = None
    measured: float | None = None
    needed: float | None = None
    effect: str = ""
    """What else the cure changes, where nobody would expect it."""


@dataclass(frozen=True)
class Measured:
    """What price, plan and page need to know of a design in a material."""

    parts: tuple[PartMeasure, ...]
    size_mm: tuple[float, float, float]
    findings: tuple[Found, ...]
    printable: bool
    facts: tuple[str, ...] = ()
    """What the family tells of the design; of one measured long ago, nothing."""

    @property
    def largest_mm(self) -> tuple[float, float, float]:
        """The box that holds every single part: (x, y, z) maxima, mm."""
        x, y, z = zip(*(part.size_mm for part in self.parts), strict=True)
        return (max(x), max(y), max(z))

    @property
    def worst(self) -> str:
        """``impossible``, ``weak``, ``mended`` or ``""``: the gravest finding."""
        levels = {finding.level for finding in self.findings}
        return next((x for x in ("impossible", "weak", "mended") if x in levels), "")


def keep_design(slug: str, raw: Mapping[str, object], *, strict: bool = False) -> Design:
    """The design of these parameters, stored once under the hash of its content.

    ``strict`` refuses names that the family does not know and fractions of what is whole.

    Raises:
        NotFound: no such family.
        BadInput: a parameter is out of range.
    """
    kind = family(slug)
    params = parse(kind, raw, strict=strict)
    row, new = Design.objects.get_or_create(
        key=design_key(slug, kind.version, params),
        defaults={"family": slug, "version": kind.version, "params": canonical(params)},
    )
    if new:
        _link_uploads(row, uploads_in(kind, row.params))
    elif timezone.now() - row.wanted_at > WANTED_TO:
        with transaction.atomic():  # on SQLite that is what joins the queue of writers
            Design.objects.filter(pk=row.pk).update(wanted_at=Now())
    return row


def _link_uploads(design: Design, wanted: Mapping[str, str]) -> None:
    """The design's files are kept as long as the design is."""
    known = Upload.objects.filter(pk__in=wanted)
    for upload in known:
        upload.designs.add(design)


def keep_upload(kind: blobs.Kind, source: IO[bytes]) -> Upload:
    """A stranger's file, read in its sandbox and kept under the hash of what was in it.

    Raises:
        BadInput: what is wrong with the file, and what to do.
        Wait: too many files are being read just now.
    """
    data, blob = sandbox.read(kind, source)
    # The row first: a clean-up that has just begun waits for it, or is over before the file comes.
    row, _ = Upload.objects.update_or_create(
        name=blobs.name_of(data),
        defaults={"kind": kind, "facts": dict(blob.facts), "wanted_at": timezone.now()},
    )
    blobs.keep(data)
    return row


def thumb_of(name: str) -> bytes:
    """A small PNG of what was brought. Raises NotFound where there is none."""
    thumb = blobs.load(name).arrays.get("thumb")
    if thumb is None:
        raise NotFound("There is no picture of this file.", detail=name)
    return thumb.data


def forget_uploads(before: dt.datetime) -> int:
    """Delete files that no design is made from and nobody brought since."""
    gone = 0
    for name in Upload.objects.filter(designs=None, wanted_at__lt=before).values_list(
        "pk", flat=True
    ):
        with transaction.atomic():
            unwanted = Upload.objects.filter(pk=name, designs=None, wanted_at__lt=before)
            if unwanted.delete()[0]:
                blobs.forget(name)
                gone += 1
    return gone


def forget_designs(keys: Iterable[str]) -> int:
    """Delete designs with their measures and pictures; those that are referred to stay."""
    gone = 0
    for key in keys:
        try:
            with transaction.atomic():
                gone += bool(Design.objects.filter(pk=key).delete()[0])
        except ProtectedError:  # ordered in this very moment
            continue
        for file in (*_pictures(key).glob(f"{key}-*.png"), _pictures(key) / f"{key}.glb"):
            file.unlink(missing_ok=True)
    return gone


def measured(design: Design, material: str, machines: tuple[Volume, ...] = ()) -> Measured:
    """The measures of a kept design, from the database or, the first time, from the engine; and
    which of its parts none of these machines can make, as things stand.

    Raises Conflict for one whose family was redrawn before it was measured in this material.
    """
    known = known_measures(design, material)
    if known is None:
        _check_as_drawn(design)
        result = geometry_pool.advised(design.family, design.params, material)
        row, _ = Measurement.objects.get_or_create(
            design=design, material=material, defaults={"data": as_json(measures_of(result))}
        )
        known = _from_json(row.data)
    return _with_fit(known, design, material, machines)


def _with_fit(
    known: Measured, design: Design, material: str, machines: tuple[Volume, ...]
) -> Measured:
    """What is kept is true whatever the network is: what fits it is asked anew."""
    if not machines or family(design.family).version != design.version:
        return known
    unfit = fitted(design.family, design.params, material, known.parts, machines)
    findings = (*map(found, unfit), *known.findings)
    return replace(known, findings=findings, printable=known.printable and not unfit)


def known_measures(design: Design, material: str) -> Measured | None:
    """The measures of a kept design where it was measured before: nothing is computed."""
    row = Measurement.objects.filter(design=design, material=material).first()
    return _from_json(row.data) if row else None


def _check_as_drawn(design: Design) -> None:
    kind = family(design.family)
    if kind.version != design.version:
        raise Conflict(
            f"{kind.name} has been redrawn since this design was kept, so it can no longer be "
            "measured. Open it in today's drawing to go on.",
            detail=f"{design.family} {design.key}: version {design.version}, not {kind.version}",
        )


def measures_of(result: Evaluation) -> Measured:
    """The part of an evaluation that is kept."""
    return Measured(
        result.parts,
        result.size_mm,
        tuple(map(found, result.findings)),
        result.printable,
        result.facts,
    )


def found(finding: Finding) -> Found:
    """A finding without its faces."""
    value: Any = finding.value
    place = finding.place
    return Found(
        finding.check,
        finding.level,
        finding.part,
        finding.state,
        finding.cause,
        finding.cure,
        finding.field,
        value.item() if hasattr(value, "item") else value,
        _triple(place) if place is not None else None,
        _plain(finding.measured),
        _plain(finding.needed),
        finding.effect,
    )


def _plain(number: float | None) -> float | None:
    """A number as JSON knows it, whatever numpy calls it."""
    return None if number is None else float(number)


def picture_of(slug: str, params: Mapping[str, object], colour: str, width: int) -> bytes:
    """A rendered PNG, kept on disk under the design's key, colour and width."""
    kind = family(slug)
    key = design_key(slug, kind.version, parse(kind, params))
    path = _pictures(key) / f"{key}-{colour}-{width}.png"
    if path.exists():
        return path.read_bytes()
    png = geometry_pool.picture(slug, params, colour_hex(slug, colour), width)
    write_whole(path, png)
    return png


def picture_of_parts(design: Design, names: tuple[str, ...], colour: str, width: int) -> bytes:
    """A rendered PNG of some of its parts, for who makes only those; not kept.

    Raises:
        NotFound: the design has none of them.
    """
    shade = colour_hex(design.family, colour)
    return geometry_pool.picture(design.family, design.params, shade, width, names=names)


def _pictures(key: str) -> Path:
    return Path(settings.MEDIA_ROOT) / "pictures" / key[:2]


def colour_hex(slug: str, colour: str) -> str:
    """The hex of a colour that one of the family's materials comes in.

    Raises:
        NotFound: none of them does.
    """
    from configurator.materials import material

    kind = family(slug)
    for name in (*kind.materials, *kind.other_materials.values()):
        for known in material(name).colours:
            if known.slug == colour:
                return known.hex
    raise NotFound("This product does not come in that colour.", detail=colour)


def as_json(measures: Measured) -> dict[str, Any]:
    """What programs are told, and the database keeps."""
    return asdict(measures)


def _part_from(data: dict[str, Any]) -> PartMeasure:
    """What a later version measures has its default, what an earlier one did is left out."""
    known = {name: data[name] for name in PART_FIELDS if name in data}
    known["size_mm"] = _triple(data["size_mm"])
    known["changes_mm"] = tuple(data.get("changes_mm", ()))
    return PartMeasure(**known)


def _from_json(data: dict[str, Any]) -> Measured:
    parts = tuple(_part_from(part) for part in data["parts"])
    # Earlier versions kept what did not fit the network of that day, too.
    findings = tuple(_found_from(row) for row in data["findings"] if row["check"] != "fit")
    return Measured(
        parts,
        _triple(data["size_mm"]),
        findings,
        all(finding.level != "impossible" for finding in findings),
        tuple(data.get("facts", ())),
    )


def _found_from(row: dict[str, Any]) -> Found:
    """A finding as it was stored; of an old one ``field`` is "" and the last are missing."""
    place = row.get("place")
    own = {"field": row["field"] or None, "place": _triple(place) if place else None}
    return Found(**{**row, **own})


def _triple(values: Sequence[float]) -> tuple[float, float, float]:
    x, y, z = values
    return (float(x), float(y), float(z))
