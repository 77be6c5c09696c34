"""What a search takes a design to cost and weigh is what its quote and the scales would say."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from configurator.materials import material, materials
from configurator.network import machine_volumes
from configurator.products import families, family
from configurator.services import keep_design, measured
from core.units import weight
from manufacturing.capacity import ensure_days
from manufacturing.models import Machine, Stock
from manufacturing.processes import WORKS
from orders.piece_cost import piece_cost
from orders.quotes import Wish, quote
from routing import places
from tests.orders.network import LYON, a_factory

DESIGNS: list[tuple[str, dict[str, Any]]] = [
    *((slug, {}) for slug in families()),
    ("glow-lamp", {"words": "光", "size_mm": 31}),
    ("enclosure", {"lid_of": "acrylic"}),
]


def everything() -> None:
    """One workshop that has each process and each material, so that all travels together."""
    factory = a_factory()
    made = [
        Machine.objects.create(
            factory=factory, name=process, profile=work.priced_on, process=process, status="idle"
        )
        for process, work in WORKS.items()
    ]
    ensure_days(timezone.now(), made)
    for stuff in materials().values():
        for colour in stuff.colours:
            for thickness in getattr(stuff, "thicknesses_mm", (0.0,)):
                Stock.objects.update_or_create(
                    factory=factory,
                    material=stuff.slug,
                    colour=colour.slug,
                    thickness_mm=thickness,
                    defaults={"grams": 90_000},
                )


@pytest.mark.django_db
@pytest.mark.parametrize(("slug", "params"), DESIGNS, ids=lambda value: str(value))
def test_the_price_of_every_default_is_that_of_its_quote_to_the_cent(
    slug: str, params: dict[str, Any]
) -> None:
    everything()
    design, stuff = keep_design(slug, params), material(family(slug).materials[0])
    wish = Wish(design, stuff, stuff.colours[0].slug, 1, places.place(LYON))
    parts = measured(design, stuff.slug, machine_volumes()).parts
    assert piece_cost(slug, parts, stuff).cents == quote(wish, timezone.now()).price.making_cents


@pytest.mark.django_db
def test_what_is_cut_weighs_what_is_left_of_its_sheet() -> None:
    stuff = material("acrylic")
    parts = measured(keep_design("lamp-panel", {}), "acrylic").parts
    # cast acrylic has 1.19 g/cm³; the sheet that it is cut from is larger and paid for
    by_hand = sum(part.volume_mm3 for part in parts) / 1000 * 1.19
    assert piece_cost("lamp-panel", parts, stuff).grams == pytest.approx(by_hand)


@pytest.mark.django_db
@pytest.mark.parametrize("slug", ["name-tag", "finger-box", "engraved-sign"])
@pytest.mark.parametrize("quantity", [1, 7])
def test_the_line_of_a_price_and_what_programs_are_told_are_the_same_grams(
    slug: str, quantity: int
) -> None:
    everything()
    stuff = material(family(slug).materials[0])
    wish = Wish(keep_design(slug, {}), stuff, stuff.colours[0].slug, quantity, places.place(LYON))
    found = quote(wish, timezone.now())
    (line,) = (one for one in found.price.lines if one.kind == "material")
    assert weight(found.grams) in line.label


@pytest.mark.django_db
def test_a_comparison_tells_the_weight_of_the_finished_part(client: Client) -> None:
    """A panel's own, as the suggestions have it, and not that of the sheet it is cut from."""
    everything()
    stuff = material("acrylic")
    wish = Wish(keep_design("lamp-panel", {}), stuff, "ice", 1, places.place(LYON))
    asked = {"family": "lamp-panel", "material": "acrylic", "brief": "1"}
    said = client.get("/quote/", asked, headers={"HX-Request": "true"}).content.decode()
    parts = measured(wish.design, "acrylic", machine_volumes()).parts
    grams = piece_cost("lamp-panel", parts, stuff).grams
    assert f"Weighs about {weight(grams)}<" in said
    assert weight(grams) != weight(quote(wish, timezone.now()).grams)


def test_a_kilogram_and_more_is_told_in_kilograms() -> None:
    assert (weight(999.2), weight(1159.4), weight(17.2)) == ("1.00 kg", "1.16 kg", "18 g")
