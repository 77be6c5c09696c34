"""From parameters to a solid, its faults, its measures and its picture. Pure.

Same design, same key, same bytes: nothing here reads a clock, a file that changes, or chance.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from configurator.dfm.base import TINY_MM, Finding, Level, merged
from configurator.dfm.cures import set_to
from configurator.dfm.fit import Volume, able_to
from configurator.fitting import unfit
from configurator.materials import USUAL_HEX, Material
from configurator.materials import material as material_of
from configurator.processes import PROCESSES, Check, files_of
from configurator.products import family as family_of
from configurator.products.base import MAIN, BaseParams, Family, Part, Vector
from configurator.products.fields import field_of, parse
from core.errors import Conflict, NotFound

if TYPE_CHECKING:
    from configurator.geometry.mesh import Ints

__all__ = [
    "Evaluation",
    "PartMeasure",
    "Preview",
    "Trial",
    "Volume",
    "advised",
    "canonical",
    "design_key",
    "draft",
    "evaluate",
    "file",
    "measures",
    "meshes",
    "picture",
    "trial",
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
    area of its shadow on the bed, hollows filled (its convex outline). ``process`` makes it, of
    the material of its ``role``; of a sheet part ``cut_mm`` and ``engraved_mm`` are the lengths
    that the laser goes, ``contours`` how often it starts anew. Of a milled part ``cut_mm`` is what
    is cut right through, ``pocket_mm3`` what is taken out from above, ``pocket_mm`` along which
    edges and ``pocket_deep_mm`` how deep at most. ``second_colour`` is that of what is printed in
    another one, ``second_colour_mm3`` at most how much that is, and ``changes_mm`` the heights at
    which the spool is changed for it by hand.
    """

    name: str
    volume_mm3: float
    area_mm2: float
    size_mm: Vector
    overhang_mm2: float
    triangles: int
    footprint_mm2: float
    process: str = "fdm"
    role: str = MAIN
    thickness_mm: float = 0.0
    cut_mm: float = 0.0
    engraved_mm: float = 0.0
    contours: int = 0
    pocket_mm3: float = 0.0
    pocket_mm: float = 0.0
    pocket_deep_mm: float = 0.0
    second_colour: str = ""
    second_colour_mm3: float = 0.0
    changes_mm: tuple[float, ...] = ()

    def held_by(self, machines: Sequence[Volume]) -> tuple[str, ...]:
        """The names of the machines that can make it, in their order."""
        known = able_to(machines, self.process, bool(self.second_colour))
        return tuple(machine.name for machine in known if machine.holds(self.size_mm))


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
    facts: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Trial:
    """A draft as a search needs it: coarse parts and the quick checks."""

    key: str
    params: dict[str, Any]
    parts: tuple[Part, ...]
    findings: tuple[Finding, ...]


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
    tried = trial(slug, raw, material)
    return Preview(
        key=tried.key,
        glb=_glb(tried.parts, tried.findings, family_of(slug)),
        size_mm=_size_mm(tried.parts),
        triangles=sum(len(part.mesh.faces) for part in tried.parts),
        findings=tried.findings,
        params=tried.params,
    )


def trial(slug: str, raw: Mapping[str, object], material: str) -> Trial:
    """What a preview shows, as parts and without its GLB: for a search through many designs.

    Raises NotFound for an unknown family or material, BadInput for parameters out of range.
    """
    from configurator.dfm.watertight import closed_quickly

    family = family_of(slug)
    stuff = _stuff(family, material)
    params = parse(family, raw)
    parts = family.build(params, "draft")
    measured = [
        finding
        for part in parts
        for finding in (
            *closed_quickly(part),
            *_looked_at(PROCESSES[part.process].quick, part, family.stuff(part.role, stuff)),
        )
    ]
    return Trial(
        key=design_key(slug, family.version, params),
        params=canonical(params),
        parts=parts,
        findings=merged(family.rules(params, stuff), tuple(measured)),
    )


def evaluate(
    slug: str, raw: Mapping[str, object], material: str, machines: Sequence[Volume] = ()
) -> Evaluation:
    """The design of record: full resolution, every check, every measure.

    Raises NotFound for an unknown family or material, BadInput for parameters out of range.
    """
    family = family_of(slug)
    stuff = _stuff(family, material)
    params = parse(family, raw)
    parts = family.build(params, "full")
    known = measures(parts, stuff, family)
    measured = (*_checked(family, parts, stuff), *unfit(family, params, known, machines))
    findings = merged(
        family.rules(params, stuff), tuple(_with_button(family, params, f) for f in measured)
    )
    return Evaluation(
        key=design_key(slug, family.version, params),
        params=canonical(params),
        glb=_glb(parts, findings, family),
        parts=known,
        size_mm=_size_mm(parts),
        findings=findings,
        printable=all(finding.level != "impossible" for finding in findings),
        facts=family.facts(params, parts),
    )


def advised(
    slug: str, raw: Mapping[str, object], material: str, machines: Sequence[Volume] = ()
) -> Evaluation:
    """The design of record, and for each fault a value that was tried and cures it.

    For people who read the faults: the search draws the design anew a dozen times, which a slider
    that is released need not wait for. Raises as ``evaluate``.
    """
    found = evaluate(slug, raw, material, machines)
    family = family_of(slug)
    params, stuff = parse(family, raw), _stuff(family, material)
    findings = tuple(family.cured(params, finding, stuff) for finding in found.findings)
    return replace(found, findings=findings)


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


def picture(
    slug: str,
    raw: Mapping[str, object],
    colour_hex: str,
    size_px: int = 320,
    names: Sequence[str] = (),
) -> bytes:
    """A PNG of the assembled product, lit like a product photo, on a transparent ground.

    With ``names`` only those parts are shown. Raises NotFound where it has none of them.
    """
    from configurator.geometry.picture import render

    family = family_of(slug)
    parts = family.scene(family.build(parse(family, raw), "full"))
    parts = tuple(part for part in parts if not names or part.name in names)
    if not parts:
        raise NotFound("This design has no part of that name.", detail=", ".join(names)[:80])
    shades = {role: shade for role, (_, shade) in family.worn.items()}
    return render(
        parts,
        colour_hex=colour_hex,
        size_px=size_px,
        view_deg=family.view_deg,
        shades=shades,
    )


def file(
    slug: str, raw: Mapping[str, object], extension: str, colour_hex: str = USUAL_HEX
) -> bytes:
    """A design at full resolution as a file to take away; ``step`` as ``step_file`` wants it.
    Of all kinds GLB alone tells the colour.

    Raises NotFound for an unknown family or a kind of file that it does not come as, BadInput for
    parameters out of range.
    """
    from configurator.geometry.export import glb
    from configurator.geometry.files import FORMATS

    family = family_of(slug)
    params = parse(family, raw)
    if extension not in files_of(family, params):
        written = ", ".join(files_of(family, params))
        raise NotFound(f"We write {written} files.", detail=extension[:20])
    parts = family.build(params, "full")
    if extension == "glb":
        return glb(parts, worn=family.worn, shade=colour_hex)
    return FORMATS[extension](parts)


def _stuff(family: Family, slug: str) -> Material:
    """The material of that slug, if the family's process can work it.

    Raises NotFound where it cannot, or there is none.
    """
    stuff = material_of(slug)
    if stuff.process != family.process:
        raise NotFound(
            f"{family.name} is not made of {stuff.noun}.",
            detail=f"{stuff.process} for a family of {family.process}",
        )
    return stuff


def _checked(family: Family, parts: Sequence[Part], chosen: Material) -> tuple[Finding, ...]:
    from configurator.dfm.watertight import closed

    return tuple(
        finding
        for part in parts
        for finding in (
            *closed(part),
            *_looked_at(PROCESSES[part.process].thorough, part, family.stuff(part.role, chosen)),
        )
    )


def _looked_at(check: Check, part: Part, stuff: Material) -> tuple[Finding, ...]:
    """What a check says; of a solid that is inside out every face would look the wrong way, and
    of one in another unit every measure would be a fault."""
    able = part.mesh.volume_mm3 > 0 and max(part.mesh.size_mm) >= TINY_MM
    return check(part, stuff) if able else ()


def _with_button(family: Family, params: BaseParams, finding: Finding) -> Finding:
    """What is too thin gets the value that thickens it by what is missing."""
    name = family.cure_fields.get(finding.check)
    if name is None or finding.field is not None:
        return finding
    assert finding.measured is not None and finding.needed is not None
    form = field_of(family, name)
    assert form.max is not None
    value = form.at_least(float(getattr(params, name)) + finding.needed - finding.measured)
    if value > form.max:
        return finding
    return replace(finding, cure=set_to(family, name, value), field=name, value=value)


def measures(
    parts: Sequence[Part], material: Material, family: Family | None = None
) -> tuple[PartMeasure, ...]:
    """What a price and a plan need to know of each part; the family says what it is made of."""
    return tuple(
        _measure(part, family.stuff(part.role, material) if family else material) for part in parts
    )


def _measure(part: Part, material: Material) -> PartMeasure:
    from configurator.geometry.measure import pocket_measures, shadow_mm2

    mesh, outline, second = part.mesh, part.outline, part.second_colour
    footprint_mm2 = shadow_mm2(mesh)
    wide, deep, high = mesh.size_mm
    pocket_mm3, pocket_mm, pocket_deep_mm = pocket_measures(part)

    def sure(value: float) -> float:
        """To a millionth: further digits differ from processor to processor."""
        return round(value, 6)

    return PartMeasure(
        name=part.name,
        volume_mm3=sure(mesh.volume_mm3),
        area_mm2=sure(float(mesh.areas_mm2.sum())),
        size_mm=(sure(wide), sure(deep), sure(high)),
        overhang_mm2=sure(PROCESSES[part.process].overhang_mm2(part, material)),
        triangles=len(mesh.faces),
        footprint_mm2=sure(footprint_mm2),
        process=part.process,
        role=part.role,
        thickness_mm=outline.thickness_mm if outline else 0.0,
        cut_mm=sure(outline.cut_mm) if outline else 0.0,
        engraved_mm=sure(outline.engraved_mm) if outline else 0.0,
        contours=outline.contours if outline else 0,
        pocket_mm3=sure(pocket_mm3),
        pocket_mm=sure(pocket_mm),
        pocket_deep_mm=sure(pocket_deep_mm),
        second_colour=second.colour if second else "",
        second_colour_mm3=sure(footprint_mm2 * (second.high_mm - second.low_mm)) if second else 0.0,
        changes_mm=tuple(sure(z) for z in part.changes_mm),
    )


def _size_mm(parts: Sequence[Part]) -> Vector:
    """The box around the assembled product."""
    from configurator.geometry.measure import assembled_box

    return assembled_box(parts)


def _glb(parts: Sequence[Part], findings: Sequence[Finding], family: Family) -> bytes:
    from configurator.geometry.export import glb

    faults: dict[str, list[tuple[Level, Ints]]] = {}
    for finding in findings:
        if finding.faces is not None:
            faults.setdefault(finding.part, []).append((finding.level, finding.faces))
    return glb(parts, faults, family.worn, normals=False)
