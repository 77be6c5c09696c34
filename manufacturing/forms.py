"""What people of a workshop type in."""

from __future__ import annotations

from typing import Any

from django import forms

from configurator.materials import Flat, material, materials
from configurator.products import families
from core.errors import NotFound
from manufacturing.measures import Measure, measures
from manufacturing.needs import JobNeed
from manufacturing.planning.filaments import FILAMENTS


def _measured(axis: str, name: str) -> forms.FloatField:
    what = f"{name.lower()} ({axis})"
    return forms.FloatField(
        label=f"{name}, {axis} in mm",
        min_value=0.1,
        max_value=2000,
        error_messages={
            "required": f"Please measure the {what} too: a part is sent with all three.",
            "invalid": f"We cannot read the {what}. Please write a number in mm, like 62.1.",
            "min_value": f"A {what} of nothing cannot be. Please measure once more, in mm.",
            "max_value": f"No machine makes a {what} of more than 2 m. Is it in mm?",
        },
    )


class InspectForm(forms.Form):
    """Three sizes measured with a caliper, and whether the part may be sent."""

    x_mm = _measured("x", "Width")
    y_mm = _measured("y", "Depth")
    z_mm = _measured("z", "Height")
    result = forms.ChoiceField(
        choices=[("pass", "pass"), ("scrap", "scrap")],
        error_messages=dict.fromkeys(
            ("required", "invalid_choice"),
            "Please press one of the two buttons: it is good, or it is scrapped.",
        ),
    )
    note = forms.CharField(
        max_length=300,
        required=False,
        error_messages={"max_length": "A note has room for 300 characters. Please shorten it."},
    )

    def __init__(self, *args: Any, need: JobNeed, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.need = need

    def axes(self) -> list[tuple[forms.BoundField, Measure]]:
        """Each axis' field beside what it should read."""
        return [(self[f"{one.axis}_mm"], one) for one in measures(self.need)]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("note"):
            return data
        if data.get("result") == "scrap":
            self.add_error("note", "Please say what is wrong, so that the next one is better.")
        if data.get("result") == "pass":
            self._say_what_is_off(data)
        return data

    def _say_what_is_off(self, data: dict[str, Any]) -> None:
        read = [data.get("x_mm"), data.get("y_mm"), data.get("z_mm")]
        off = [one for one in measures(self.need, read) if one.off]
        for one in off:
            self.add_error(f"{one.axis}_mm", one.sentence)
        if off:
            self.add_error(
                "note",
                "If the part is good all the same, please say why here; the note is kept with it. "
                "Otherwise scrap it.",
            )


class StockForm(forms.Form):
    """Grams that arrive on (or leave) a shelf."""

    material = forms.ChoiceField(
        choices=[(f, f) for f in {**FILAMENTS, **materials()}],
        error_messages=dict.fromkeys(
            ("required", "invalid_choice"),
            "Our shop does not print in this material, nor cut it. Please choose from the list.",
        ),
    )
    colour = forms.CharField(
        max_length=24,
        error_messages={
            "required": "Please choose the colour of the spool.",
            "max_length": "This is no colour that we know. Please choose one from the list.",
        },
    )
    thickness_mm = forms.FloatField(
        required=False,
        error_messages={"invalid": "Please choose the thickness of the sheet from the list."},
    )
    grams = forms.IntegerField(
        min_value=-20_000,
        max_value=20_000,
        error_messages={
            "required": "Please say how many grams came or went.",
            "invalid": "Please write whole grams without anything else: 1000 for a full spool.",
            "min_value": "That is more than 20 kg at once. Please write grams, in several steps.",
            "max_value": "That is more than 20 kg at once. Please write grams, in several steps.",
        },
    )
    way = forms.ChoiceField(choices=[("in", "in"), ("out", "out")], required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        kind, colour = data.get("material", ""), data.get("colour", "")
        if data.get("grams") == 0:
            self.add_error("grams", "Nothing would change. Please say how many grams came or went.")
        if kind and colour and colour not in {slug for slug, _ in colours_of(kind)}:
            self.add_error(
                "colour", "This material does not come in that colour. Please choose another."
            )
        data["thickness_mm"] = data.get("thickness_mm") or 0.0
        self._check_thickness(kind, data["thickness_mm"])
        return data

    def _check_thickness(self, kind: str, thickness_mm: float) -> None:
        """Sheets come in their thicknesses, spools in none."""
        known = materials().get(kind)
        if isinstance(known, Flat) and not known.stocks(thickness_mm):
            had = ", ".join(f"{mm:g}" for mm in known.thicknesses_mm)
            self.add_error("thickness_mm", f"{known.name} comes {had} mm thick. Please choose one.")
        elif known is not None and not isinstance(known, Flat) and thickness_mm:
            self.add_error("thickness_mm", f"{known.name} comes on spools: choose no thickness.")

    def change(self) -> dict[str, Any]:
        """What ``stock_keeping.add`` wants. Call only when ``is_valid()``."""
        data = dict(self.cleaned_data)
        if data.pop("way") == "out":
            data["grams"] = -abs(data["grams"])
        return data


def colours_of(kind: str) -> list[tuple[str, str]]:
    """(slug, name) of the colours that a material comes in."""
    try:
        return [(colour.slug, colour.name) for colour in material(kind).colours]
    except NotFound:
        return []


def thicknesses() -> list[float]:
    """All that sheets of our shop come in, mm."""
    sheets = [known for known in materials().values() if isinstance(known, Flat)]
    return sorted({thickness for sheet in sheets for thickness in sheet.thicknesses_mm})


def used_materials() -> list[str]:
    """Materials that a product of the shop can be made of."""
    return sorted({name for kind in families().values() for name in kind.materials})
