"""Two designs side by side: what differs first, then what is the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode

from configurator import kept_shapes, services
from configurator.materials import Material
from configurator.materials import material as material_of
from configurator.models import Design
from configurator.network import machine_volumes
from configurator.products import family
from configurator.products.base import Family
from configurator.products.fields import FormField, fields
from configurator.services import Measured
from core.errors import NearmadeError, NotFound
from core.whole import whole_number


@dataclass(frozen=True)
class Pick:
    """A design in a material, a colour and a number of pieces; as a URL ``key:pla:kiln:1``."""

    design: Design
    material: Material
    colour: str
    quantity: int

    @property
    def kind(self) -> Family:
        return family(self.design.family)

    def __str__(self) -> str:
        return f"{self.design.key}:{self.material.slug}:{self.colour}:{self.quantity}"

    @property
    def query(self) -> dict[str, str]:
        """Every parameter and the choice, as the configurator's page takes them."""
        params = {name: _plain(value) for name, value in self.design.params.items()}
        chosen = {"material": self.material.slug, "colour": self.colour}
        return {**params, **chosen, "quantity": str(self.quantity)}

    @property
    def page(self) -> str:
        """The design's own link."""
        chosen = {k: self.query[k] for k in ("material", "colour", "quantity")}
        return f"{reverse('configurator:shared', args=[self.design.key])}?{urlencode(chosen)}"


@dataclass(frozen=True)
class Side:
    """One of the two, with what is known of it."""

    name: str
    pick: Pick
    measured: Measured | None
    refusal: str
    redrawn: bool

    @property
    def hex(self) -> str:
        return services.colour_hex(self.pick.kind.slug, self.pick.colour)

    @property
    def volume_cm3(self) -> float | None:
        if self.measured is None:
            return None
        return sum(part.volume_mm3 for part in self.measured.parts) / 1000

    @property
    def price_query(self) -> str:
        return urlencode({"family": self.pick.kind.slug, **self.pick.query, "brief": "1"})


@dataclass(frozen=True)
class Row:
    """A parameter of both; "–" where one does not have it."""

    label: str
    left: str
    right: str

    @property
    def differs(self) -> bool:
        return self.left != self.right


def pick_of(text: str) -> Pick:
    """Read ``key:material:colour:quantity``. Raises NotFound for what is none of ours."""
    key, _, rest = text.partition(":")
    slug, _, rest = rest.partition(":")
    colour, _, amount = rest.partition(":")
    design = Design.objects.filter(pk=key).first()
    if design is None:
        raise NotFound("One of the two designs is not kept any more. Please choose again.")
    return picked(design, slug, colour, amount)


def picked(design: Design, slug: str, colour: str, amount: str) -> Pick:
    """A design in what was asked for, or in what comes nearest."""
    kind = family(design.family)
    stuff = material_of(slug if slug in kind.materials else kind.materials[0])
    colours = [known.slug for known in stuff.colours]
    pieces = min(500, max(1, whole_number(amount) or 1))
    return Pick(design, stuff, colour if colour in colours else colours[0], pieces)


def side_of(pick: Pick, name: str) -> Side:
    """What can be said of one; what cannot be measured any more says why."""
    redrawn = kept_shapes.is_redrawn(pick.design)
    try:
        measured = services.measured(pick.design, pick.material.slug, machine_volumes())
    except NearmadeError as error:
        return Side(name, pick, None, error.sentence, redrawn)
    return Side(name, pick, measured, "", redrawn)


def rows_of(left: Pick, right: Pick) -> list[Row]:
    """Material, colour, pieces and every parameter of either; the differing ones first."""
    rows = [
        Row("Product", left.kind.name, right.kind.name),
        Row("Material", left.material.name, right.material.name),
        Row("Colour", _colour(left), _colour(right)),
        Row("Pieces", str(left.quantity), str(right.quantity)),
    ]
    rows += [
        Row(form.label, _shown(left, form.name), _shown(right, form.name))
        for form in _fields(left.kind, right.kind)
        if _counting(left, form.name) or _counting(right, form.name)
    ]
    return sorted(rows, key=lambda row: not row.differs)


def _fields(left: Family, right: Family) -> Sequence[FormField]:
    ours = fields(left)
    names = {form.name for form in ours}
    return [*ours, *(form for form in fields(right) if form.name not in names)]


def _counting(pick: Pick, name: str) -> FormField | None:
    """The field of a parameter that the design has, unless it changes nothing in it."""
    form = next((form for form in fields(pick.kind) if form.name == name), None)
    has = form is not None and name in pick.design.params
    return form if has and form is not None and not form.idle(pick.design.params) else None


def _shown(pick: Pick, name: str) -> str:
    form = _counting(pick, name)
    if form is None:
        return "–"
    value: Any = pick.design.params[name]
    if form.kind == "number":
        return form.shown(float(value))
    if form.kind == "flag":
        return "yes" if value else "no"
    said = dict(form.choices).get(str(value), str(value))
    return (said if len(said) <= 40 else f"{said[:12]}…") or "–"


def _colour(pick: Pick) -> str:
    return next(c.name for c in pick.material.colours if c.slug == pick.colour)


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "1" if value else "0"
    return f"{value:.10g}" if isinstance(value, float) else str(value)
