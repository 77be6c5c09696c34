"""Which design a design was made from: a chain of designs, without a word about people."""

from __future__ import annotations

from django.db import transaction

from configurator.models import Design
from configurator.saved_models import Lineage

MOST_STEPS = 4
"""How far back a page looks."""


def parent_of(design: Design, came_from: str) -> Design | None:
    """The design that this one is a remix of, if it is: another one of the same family."""
    if not came_from or came_from == design.pk:
        return None
    return Design.objects.filter(pk=came_from, family=design.family).first()


def note(design: Design, came_from: str = "") -> Design | None:
    """Write down where a design that is being kept or shared was made from, once.

    Whoever keeps the same design later, by whatever way, does not change what was said first.
    Returns the parent of this keeping, whatever was said before.
    """
    parent = parent_of(design, came_from)
    with transaction.atomic():
        if parent is not None:
            Lineage.objects.get_or_create(design=parent)
        Lineage.objects.get_or_create(design=design, defaults={"parent": parent})
    return parent


def ancestry(design: Design) -> list[Design]:
    """The designs it was made from, the nearest first, at most ``MOST_STEPS``."""
    found: list[Design] = []
    here: str | None = design.pk
    while len(found) < MOST_STEPS:
        row = Lineage.objects.select_related("parent").filter(design=here).first()
        if row is None or row.parent is None:
            break
        found.append(row.parent)
        here = row.parent.pk
    return found
