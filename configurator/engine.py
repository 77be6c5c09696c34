"""From parameters to a solid, its faults, its measures and its picture. Pure.

Same design, same key, same bytes: nothing here reads a clock, a file that changes, or chance.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from configurator.dfm.base import Finding, Level, merged
from configurator.dfm.fit import Volume, fit
from configurator.materials import Material
from configurator.materials import material as material_of
from configurator.products import family as family_of
from configurator.products.base import BaseParams, Family, Part, Vector
from configurator.products.fields import fields, parse
from core.errors import Conflict

if TYPE_CHECKING:
    from configurator.geometry.mesh import Ints

__all__ = [
    "Evaluation",
    "PartMeasure",
    "Preview",
    "Volume",
    "canonical",
    "design_key",
    "draft",
    "evaluate",
    "meshes",
    "picture",
]


@dataclass(frozen=True, eq=False)
class Preview:
    """What follows the slider: coarse geometry, quick checks."""

    key: str
    glb: bytes = field(repr=False)
    size_mm: Vector
    triangles: int
    findings: tuple[Finding, ...]
    params: dict[str, Any]


@dataclass(frozen=True)
class PartMeasure:
    """What a price and a plan need to know of a part.

    ``overhang_mm2`` is the area that leans past what the material holds; ``footprint_mm2`` the
    area of its shadow on the bed, hollows filled (its convex outline).
    """

    name: str
    volume_mm3: float
    area_mm2: float
    size_mm: Vector
    overhang_mm2: float
    triangles: int
    footprint_mm2: float


@dataclass(frozen=True, eq=False)
class Evaluation:
    """A design at full resolution, checked."""

    key: str
    params: dict[str, Any]
    glb: bytes = field(repr=False)
    parts: tuple[PartMeasure, ...]
    size_mm: Vector
    findings: tuple[Finding, ...]
    printable: bool


def canonical(params: BaseParams) -> dict[str, Any]:
    """All parameters as JSON types, in the order of their declaration."""
    return params.model_dump(mode="json")


def design_key(slug: str, version: int, params: BaseParams) -> str:
    """32 hex digits that name this geometry on any machine."""
    content = {"family": slug, "version": version, "params": canonical(params)}
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def draft(slug: str, raw: Mapping[str, object], material: str) -> Preview:
    """A preview: the family's own rules, closedness and overhangs, but no thickness.

    Raises NotFound for an unknown family or material, BadInput for parameters out of range.
    """
    from configurator.dfm.overhangs import overhangs
    from configurator.dfm.watertight import closed_quickly

    family, stuff = family_of(slug), material_of(material)
    params = parse(family, raw)
    parts = family.build(params, "draft")
    measured = [f for part in parts for f in (*closed_quickly(part), *overhangs(part, stuff))]
    findings = merged(family.rules(params, stuff), tuple(measured))
    return Preview(
        key=design_key(slug, family.version, params),
        glb=_glb(parts, findings),
        size_mm=_size_mm(parts),
        triangles=sum(len(part.mesh.faces) for part in parts),
        findings=findings,
        params=canonical(params),
    )


def evaluate(
    slug: str, raw: Mapping[str, object], material: str, machines: Sequence[Volume] = ()
) -> Evaluation:
    """The design of record: full resolution, every check, every measure.

    Raises NotFound for an unknown family or material, BadInput for parameters out of range.
    """
    family, stuff = family_of(slug), material_of(material)
    params = parse(family, raw)
    parts = family.build(params, "full")
    measured = (*_checked(parts, stuff), *_fitted(family, params, parts, machines))
    findings = merged(
        family.rules(params, stuff), tuple(_with_button(family, params, f) for f in measured)
    )
    return Evaluation(
        key=design_key(slug, family.version, params),
        params=canonical(params),
        glb=_glb(parts, findings),
        parts=tuple(_measure(part, stuff) for part in parts),
        size_mm=_size_mm(parts),
        findings=findings,
        printable=all(finding.level != "impossible" for finding in findings),
    )


def meshes(slug: str, version: int, params: BaseParams | Mapping[str, object]) -> tuple[Part, ...]:
    """The parts of a design at full resolution, for slicing.

    Raises Conflict when the family has been redrawn since that version.
    """
    family = family_of(slug)
    if version != family.version:
        raise Conflict(
            f"{family.name} has been redrawn since this design was made; open it once to renew it.",
            detail=f"{slug}: asked for version {version}, have {family.version}",
        )
    known = params if isinstance(params, BaseParams) else parse(family, params, strict=True)
    return family.build(known, "full")


def picture(slug: str, raw: Mapping[str, object], colour_hex: str, size_px: int = 320) -> bytes:
    """A PNG of the assembled product, lit like a product photo, on a transparent ground."""
    from configurator.geometry.picture import render

    family = family_of(slug)
    parts = family.scene(family.build(parse(family, raw), "full"))
    return render(parts, colour_hex=colour_hex, size_px=size_px, view_deg=family.view_deg)


def _checked(parts: Sequence[Part], material: Material) -> tuple[Finding, ...]:
    from configurator.dfm.overhangs import overhangs
    from configurator.dfm.walls import walls
    from configurator.dfm.watertight import closed

    return tuple(
        finding
        for part in parts
        for finding in (*closed(part), *walls(part, material), *overhangs(part, material))
    )


def _fitted(
    family: Family, params: BaseParams, parts: Sequence[Part], machines: Sequence[Volume]
) -> tuple[Finding, ...]:
    sizes = {part.name: part.mesh.size_mm for part in parts}
    return fit(sizes, machines, lambda machine: _shrunk(family, params, machine))


def _with_button(family: Family, params: BaseParams, finding: Finding) -> Finding:
    """A thin wall gets the value that thickens it by what is missing."""
    name = family.wall_field
    if finding.check != "walls" or name is None or finding.field is not None:
        return finding
    assert finding.measured is not None and finding.needed is not None
    form = next(field for field in fields(family) if field.name == name)
    assert form.max is not None
    value = form.at_least(float(getattr(params, name)) + finding.needed - finding.measured)
    if value > form.max:
        return finding
    cure = f"Set {form.label.lower()} to {form.shown(value)}."
    return replace(finding, cure=cure, field=name, value=value)


def _shrunk(family: Family, params: BaseParams, machine: Volume) -> tuple[str, str, float] | None:
    """(field, label, value): the one length that, made smaller by least, lets every part fit."""
    found: list[tuple[float, str, str, float]] = []
    for form in fields(family):
        if form.kind != "number" or form.unit != "mm" or form.min is None:
            continue
        now = float(getattr(params, form.name))
        value = _largest_fitting(family, params, machine, form.name, form.min, now)
        if value is not None:
            found.append((1 - value / now, form.name, form.label, value))
    return min(found)[1:] if found else None


def _largest_fitting(
    family: Family, params: BaseParams, machine: Volume, name: str, low: float, high: float
) -> float | None:
    def fits(value: float) -> bool:
        smaller = params.model_copy(update={name: value})
        return all(machine.holds(box) for box in family.declared_box(smaller).values())

    if not fits(low):
        return None
    for _ in range(20):
        middle = (low + high) / 2
        low, high = (middle, high) if fits(middle) else (low, middle)
    return float(int(low + 1e-3))


def _measure(part: Part, material: Material) -> PartMeasure:
    from configurator.dfm.overhangs import overhang_mm2
    from configurator.geometry.measure import shadow_mm2

    mesh = part.mesh
    return PartMeasure(
        name=part.name,
        volume_mm3=mesh.volume_mm3,
        area_mm2=float(mesh.areas_mm2.sum()),
        size_mm=mesh.size_mm,
        overhang_mm2=overhang_mm2(mesh, material),
        triangles=len(mesh.faces),
        footprint_mm2=shadow_mm2(mesh),
    )


def _size_mm(parts: Sequence[Part]) -> Vector:
    """The box around the assembled product."""
    from configurator.geometry.measure import assembled_box

    return assembled_box(parts)


def _glb(parts: Sequence[Part], findings: Sequence[Finding]) -> bytes:
    from configurator.geometry.export import glb

    faults: dict[str, list[tuple[Level, Ints]]] = {}
    for finding in findings:
        if finding.faces is not None:
            faults.setdefault(finding.part, []).append((finding.level, finding.faces))
    return glb(parts, faults)
