"""What findings call things: materials by their nouns, machines by whose they are."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from configurator.dfm.base import Finding
from configurator.engine import Volume, evaluate
from configurator.materials import Material, material
from configurator.processes import PROCESSES
from configurator.products import families, family
from configurator.products.base import Family
from configurator.products.samples import sample

MEASURED = 6
"""So many of the designs are meshed and measured, too."""


def of_random_designs(kind: Family, stuff: Material, count: int = 60) -> Iterator[Finding]:
    """What is found on random designs of a family: by their numbers, and on some parts."""
    rng = random.Random(f"words-{kind.slug}")
    for index in range(count):
        params = sample(kind, rng)
        yield from kind.rules(params, stuff)
        for part in kind.build(params, "draft") if index < MEASURED else ():
            yield from PROCESSES[part.process].thorough(part, kind.stuff(part.role, stuff))


def common(stuff: Material) -> Material:
    """A material that is called by common nouns: of today's filaments none is."""
    return replace(stuff, name="Tough Plastic")


def finicky(stuff: Material) -> Material:
    """A filament that hardly anything can be printed of: every check speaks."""
    if stuff.process != "fdm":
        return stuff
    return replace(
        stuff, min_wall_mm=3.0, min_feature_mm=2.0, min_gap_mm=3.0, max_overhang_deg=10.0
    )


@pytest.mark.parametrize("slug", families())
def test_within_a_sentence_a_material_is_called_by_its_noun(slug: str) -> None:
    kind = family(slug)
    stuff = finicky(common(material(kind.materials[0])))
    said = 0
    for found in of_random_designs(kind, stuff):
        for text in (found.state, found.cause, found.cure, found.effect):
            for sentence in re.split(r"(?<=\.) ", text):
                assert stuff.name not in sentence[1:], sentence
                said += stuff.noun in sentence
    assert said, "no finding speaks of its material"


@pytest.mark.parametrize("unit", ["mm", "m"])
def test_a_part_too_large_is_not_told_what_is_near_whom(unit: str) -> None:
    """The checks know the machines of the network, and not where the customer is."""
    bed = [Volume("Little", 40, 40, 40)]
    for found in evaluate("own-file", {"file": "stand", "unit": unit}, "pla", bed).findings:
        assert "near" not in f"{found.state} {found.cause} {found.cure}"
        if found.check == "fit":
            assert "the largest printer of our network, Little, holds 32 × 32" in found.state
