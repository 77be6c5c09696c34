"""What the configurator's page shows beside the form: machines, saved name, where it came from."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest

from configurator import saved
from configurator.engine import PartMeasure
from configurator.materials import material
from configurator.network import machine_volumes
from configurator.products.fields import parse

if TYPE_CHECKING:
    from configurator.products.base import Family
    from configurator.views import Chosen


def beside(request: HttpRequest, pick: Chosen, values: dict[str, Any]) -> dict[str, Any]:
    """For templates/configurator/design.html."""
    ref = request.GET.get("saved", "")
    row = saved.keeper_of(request).kept().filter(ref=ref).first() if ref else None
    return {
        "machines": machines_json(pick.family, pick.material.process),
        "saved_row": row,
        "saved_name": row.name if row else suggested_name(pick.family.name, values),
        "came_from": request.GET.get("from", "")[:64],
        "started": _started(pick, values),
    }


def machines_json(kind: Family, process: str) -> str:
    """The build volumes of the network's machines that make parts of a family, for the view on
    the bed. ``works`` are the slugs of the materials whose parts each makes, "" for the
    customer's choice, which that process works."""
    worked = {"": process, **{slug: material(slug).process for slug, _ in kind.worn.values()}}
    return json.dumps(
        [
            {
                "name": m.name,
                "x": m.x_mm,
                "y": m.y_mm,
                "z": m.z_mm,
                "margin": m.margin_mm,
                "two_colours": m.two_colours,
                "works": [slug for slug, by in worked.items() if by == m.process],
            }
            for m in machine_volumes()
            if m.process in worked.values()
        ]
    )


def made_on(parts: Sequence[PartMeasure]) -> list[tuple[str, str]]:
    """(parts, machines of the network that hold each of them), in words; parts alike in one row."""
    known, rows = machine_volumes(), dict[tuple[str, ...], list[str]]()
    for part in parts:
        rows.setdefault(part.held_by(known), []).append(part.name)
    return [(", ".join(names), " · ".join(fitting)) for fitting, names in rows.items() if fitting]


def suggested_name(kind_name: str, values: dict[str, Any]) -> str:
    """A name to begin with: the product, and the words on it if there are any."""
    said = (values.get(name) for name in ("name", "words", "text", "label"))
    words = next((word for word in said if isinstance(word, str) and word), "")
    return f"{kind_name} {words}".strip()[: saved.LONGEST_NAME]


def _started(pick: Chosen, values: dict[str, Any]) -> str:
    """The number of the preset that the page opens with, if it is one."""
    for number, preset in enumerate(pick.family.presets):
        if parse(pick.family, preset.params).model_dump(mode="json") == values:
            return str(number)
    return ""
