"""Which parts no machine of the network can make, and the one length that lets them fit."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from configurator.dfm.base import Finding
from configurator.dfm.cures import set_to
from configurator.dfm.fit import Volume, able_to, fit, no_second_colour
from configurator.materials import material as material_of
from configurator.products import family as family_of
from configurator.products.base import BaseParams, Family, Vector
from configurator.products.fields import field_of, fields, parse

if TYPE_CHECKING:
    from configurator.engine import PartMeasure


def fitted(
    slug: str,
    raw: Mapping[str, object],
    material: str,
    parts: Sequence[PartMeasure],
    machines: Sequence[Volume],
) -> tuple[Finding, ...]:
    """The parts of a design that none of these machines can make: what changes with the network
    and not with the design.

    Raises NotFound for an unknown family or material, BadInput for parameters out of range.
    """
    family = family_of(slug)
    params, stuff = parse(family, raw), material_of(material)
    found = unfit(family, params, parts, machines)
    return tuple(family.cured(params, finding, stuff) for finding in found)


def unfit(
    family: Family, params: BaseParams, parts: Sequence[PartMeasure], machines: Sequence[Volume]
) -> tuple[Finding, ...]:
    """The same of parameters that are read, with the length that lets the parts fit; each is made
    on a machine of its process, in two colours on one that changes them."""
    kinds: dict[tuple[str, bool], dict[str, Vector]] = {}
    for part in parts:
        kind = (part.process, bool(part.second_colour))
        kinds.setdefault(kind, {})[part.name] = part.size_mm
    found: list[Finding] = []
    for (process, two_colours), sizes in kinds.items():
        known = able_to(machines, process, two_colours)
        if not known and any(machine.process == process for machine in machines):
            found += [no_second_colour(name) for name in sizes]
        cure = partial(_shrunk, family, params, frozenset(sizes))
        found += fit(sizes, known, cure)
    return tuple(found)


def _shrunk(
    family: Family, params: BaseParams, names: Collection[str], machine: Volume
) -> tuple[str, str, float] | None:
    """(field, cure, value): the one length that, made smaller by least, lets these parts fit."""
    found: list[tuple[float, str, str, float]] = []
    for form in fields(family):
        if form.kind != "number" or form.unit not in ("mm", "%") or form.min is None:
            continue
        now = float(getattr(params, form.name))
        value = _largest_fitting(family, params, names, machine, form.name, form.min, now)
        if value is not None:
            found.append((1 - value / now, form.name, set_to(family, form.name, value), value))
    return min(found)[1:] if found else None


def _largest_fitting(
    family: Family,
    params: BaseParams,
    names: Collection[str],
    machine: Volume,
    name: str,
    low: float,
    high: float,
) -> float | None:
    def fits(value: float) -> bool:
        smaller = params.model_copy(update={name: value})
        boxes = family.declared_box(smaller).items()
        return all(machine.holds(box) for part, box in boxes if part in names)

    if not fits(low):
        return None
    for _ in range(20):
        middle = (low + high) / 2
        low, high = (middle, high) if fits(middle) else (low, middle)
    return field_of(family, name).at_most(low + 1e-3)
