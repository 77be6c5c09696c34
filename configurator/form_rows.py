"""The rows of the configurator's form: each field with its value and what is said of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from configurator import blobs
from configurator.materials import Flat, Material
from configurator.products.base import Family
from configurator.products.fields import FormField, fields
from configurator.uploads.kinds import FILE_KINDS


def groups_of(
    kind: Family,
    material: Material,
    values: dict[str, Any],
    faults: dict[str, str],
    fitted: Mapping[str, float],
) -> list[dict[str, Any]]:
    """The form's fields with their values, in the groups of the declaration."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for field in fields(kind):
        value = values[field.name]
        shown = field.number(value) if field.kind == "number" else value
        row = {"field": field, "value": shown, "fault": faults.get(field.name, "")}
        if field.idle_at:
            row |= {"idle_at": _as_form(field), "hidden": field.idle(values) and not row["fault"]}
        if field.kind == "upload":
            row |= {"file": FILE_KINDS[field.accept], "own": blobs.NAME.fullmatch(str(value))}
        if field.stocked:
            row |= {"sizes": _sizes(field, material, value)}
        if field.name in fitted:
            row |= {"said": f"Set to {field.shown(value)}: {material.noun} comes in these only."}
        groups.setdefault(field.group or "Shape", []).append(row)
    return [
        {"name": name, "rows": rows, "hidden": all(row.get("hidden") for row in rows)}
        for name, rows in groups.items()
    ]


def fitted_of(kind: Family, material: Material, values: Mapping[str, Any]) -> dict[str, float]:
    """Each thickness that the material just chosen does not come in, as the nearest it does
    (the thinner of two as near)."""
    return {
        field.name: min(sorted(had), key=lambda mm: abs(mm - values[field.name]))
        for field in fields(kind)
        if field.stocked and (had := _stocked(field, material)) and values[field.name] not in had
    }


def _as_form(field: FormField) -> str:
    """Where a field is idle, with values as a form sends them; JSON."""
    sent = {
        other: [str(int(value) if isinstance(value, bool) else value) for value in at]
        for other, at in field.idle_at
    }
    return json.dumps(sent)


def _sizes(field: FormField, material: Material, value: float) -> list[tuple[str, str, bool]]:
    """(value, label, whether workshops have it) of each thickness to choose from, the thinnest
    first; the design's own is among them even where nobody has it, so that nothing is lost."""
    had = _stocked(field, material)
    return [(field.number(mm), field.shown(mm), mm in had) for mm in sorted(had | {value})]


def _stocked(field: FormField, material: Material) -> set[float]:
    """The thicknesses (mm) of a material that a field may have."""
    assert isinstance(material, Flat) and field.min is not None and field.max is not None
    return {mm for mm in material.thicknesses_mm if field.min <= mm <= field.max}
