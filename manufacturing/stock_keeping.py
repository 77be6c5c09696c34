"""What lies on a factory's shelves."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F

from core.errors import Conflict
from manufacturing.models import Factory, Stock


def add(
    factory: Factory, material: str, colour: str, grams: int, thickness_mm: float = 0.0
) -> Stock:
    """Put grams on a shelf, or take them off with a negative figure.

    Raises:
        Conflict: more would be taken than is there and not reserved.
    """
    with transaction.atomic():
        row, _ = Stock.objects.get_or_create(
            factory=factory,
            material=material,
            colour=colour,
            thickness_mm=thickness_mm,
            defaults={"grams": 0},
        )
        enough = Stock.objects.filter(pk=row.pk, grams__gte=F("reserved_g") - grams)
        if enough.update(grams=F("grams") + grams) != 1:
            raise Conflict(
                f"Only {row.free_g} g of this lie there unreserved; the rest is promised to jobs."
            )
        row.refresh_from_db()
    return row
