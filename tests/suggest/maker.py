"""A maker for searches in tests: real geometry, a price that is plain arithmetic, a fake clock."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from configurator.engine import PartMeasure
from configurator.materials import Material
from configurator.products import family
from configurator.suggest.pins import pins_at_first
from configurator.suggest.search import Limits, Search
from configurator.suggest.suggest import Wish
from configurator.suggest.tried import Cost, Maker

SLUG = "cable-comb"
EVALUATIONS = 90


def cost(slug: str, parts: Sequence[PartMeasure], material: Material) -> Cost:
    """Grams of the solid; 10 cents a gram and 1 cent a cm² of surface."""
    grams = sum(part.volume_mm3 for part in parts) * material.density_g_cm3 / 1000
    return Cost(round(10 * grams + sum(part.area_mm2 for part in parts) / 100), grams)


def maker(slug: str = SLUG) -> Maker:
    return Maker(slug, family(slug).materials[0], cost)


def wish(slug: str = SLUG, pinned: Sequence[str] | None = None, **fields: Any) -> Wish:
    kind = family(slug)
    params = kind.Params.model_validate(fields.pop("params", {}))
    pins = pins_at_first(kind, params) if pinned is None else pinned
    return Wish(
        slug,
        kind.version,
        params.model_dump(mode="json"),
        kind.materials[0],
        tuple(sorted(pins)),
        **fields,
    )


def limits(
    evaluations: int = EVALUATIONS,
    deadline_s: float = 20.0,
    clock: Callable[[], float] = lambda: 0.0,
    go_on: Callable[[Search], bool] = lambda search: True,
) -> Limits:
    return Limits(evaluations, deadline_s, clock, go_on)
