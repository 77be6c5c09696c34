"""How a material is called within a sentence, with its colour."""

from __future__ import annotations

import pytest

from configurator.materials import in_colour, material, materials
from configurator.products import family
from orders.quotes import title_of


@pytest.mark.parametrize(
    ("slug", "noun"),
    [("pla", "PLA"), ("petg", "PETG"), ("oak", "oak"), ("acrylic", "cast acrylic")],
)
def test_a_common_noun_is_small_within_a_sentence(slug: str, noun: str) -> None:
    assert material(slug).noun == noun


@pytest.mark.parametrize(
    ("slug", "colour", "said"),
    [
        ("pla", "kiln", "PLA, kiln orange"),
        ("oak", "oak", "oiled oak"),
        ("birch", "birch", "natural birch plywood"),
        ("birch", "smoke", "birch plywood, smoked oak face"),
        ("brass", "brass", "brushed brass"),
        ("aluminium", "black", "aluminium 5754, anodised black"),
        ("pla", "of-old", "PLA, of-old"),
        ("of-old", "grey", "OF-OLD, grey"),
    ],
)
def test_material_and_colour_say_no_word_twice(slug: str, colour: str, said: str) -> None:
    assert in_colour(slug, colour) == said


def test_no_material_on_the_shelf_doubles_a_word() -> None:
    for one in materials().values():
        for colour in one.colours:
            words = one.in_colour(colour.slug).replace(",", "").split()
            assert len(words) == len(set(words)), words


def test_what_may_be_of_metal_is_not_called_wood() -> None:
    tray = family("milled-tray")
    assert {"oak", "brass", "acrylic-plate"} < set(tray.materials)
    assert "wood, metal or acrylic" in tray.summary


def test_an_order_line_is_called_by_its_material_once() -> None:
    assert title_of(family("engraved-sign"), material("oak"), "oak") == "Engraved sign, oiled oak"
