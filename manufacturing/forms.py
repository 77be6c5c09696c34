"""What people of a workshop type in."""

from __future__ import annotations

from typing import Any

from django import forms

from configurator.materials import material
from configurator.products import families
from core.errors import NotFound
from manufacturing.planning.filaments import FILAMENTS

REASON = forms.CharField(max_length=200, required=False, strip=True)


class InspectForm(forms.Form):
    """Three sizes measured with a caliper, and whether the part may be sent."""

    x_mm = forms.FloatField(min_value=0.1, max_value=2000)
    y_mm = forms.FloatField(min_value=0.1, max_value=2000)
    z_mm = forms.FloatField(min_value=0.1, max_value=2000)
    result = forms.ChoiceField(choices=[("pass", "pass"), ("scrap", "scrap")])
    note = forms.CharField(max_length=300, required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("result") == "scrap" and not data.get("note"):
            self.add_error("note", "Please say what is wrong, so that the next one is better.")
        return data


class StockForm(forms.Form):
    """Grams that arrive on (or leave) a shelf."""

    material = forms.ChoiceField(choices=[(f, f) for f in FILAMENTS])
    colour = forms.SlugField(max_length=24)
    grams = forms.IntegerField(min_value=-20_000, max_value=20_000)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        kind, colour = data.get("material", ""), data.get("colour", "")
        if data.get("grams") == 0:
            self.add_error("grams", "Please say how many grams came or went.")
        if colour and colour not in {slug for slug, _ in colours_of(kind)}:
            self.add_error("colour", "This material does not come in that colour.")
        return data


def colours_of(kind: str) -> list[tuple[str, str]]:
    """(slug, name) of the colours that a material comes in."""
    try:
        return [(colour.slug, colour.name) for colour in material(kind).colours]
    except NotFound:
        return []


def used_materials() -> list[str]:
    """Materials that a product of the shop can be made of."""
    return sorted({name for kind in families().values() for name in kind.materials})
