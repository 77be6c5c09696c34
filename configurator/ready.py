"""A family's preset as a design that can be shown, priced and opened, in a material of choice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from configurator.form_rows import fitted_of
from configurator.materials import Material
from configurator.materials import material as material_of
from configurator.products.base import Family
from configurator.products.fields import parse, to_query


@dataclass(frozen=True)
class Ready:
    """One design: picture, price and link of a card are all of it."""

    kind: Family
    number: int
    params: dict[str, Any]
    material: Material
    colour: str

    @property
    def query(self) -> str:
        """The same as the URL of its page."""
        look = {"material": self.material.slug, "colour": self.colour}
        return urlencode({**to_query(parse(self.kind, self.params)), **look})


def ready(kind: Family, number: int = 0, wanted: str = "") -> Ready:
    """A preset in the wanted material, where the family has it: in a colour and a thickness that
    it comes in. Otherwise in the family's usual one.
    """
    preset = kind.presets[number]
    stuff = material_of(wanted if wanted in kind.materials else kind.materials[0])
    values = parse(kind, preset.params).model_dump(mode="json")
    colours = [colour.slug for colour in stuff.colours]
    return Ready(
        kind,
        number,
        {**preset.params, **fitted_of(kind, stuff, values)},
        stuff,
        preset.colour if preset.colour in colours else colours[0],
    )
