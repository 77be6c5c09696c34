"""What a suggestion leaves as it is until the customer says otherwise.

Four reasons: it is not a thing to search through (a text, a picture, any kind of field that this
module does not know); the customer changed it by hand; it is an outer size, and a smaller product
is always cheaper, which nobody needs to be told; or it fits the product to something outside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from configurator.products.base import BaseParams, Family
from configurator.products.fields import FormField, fields, parse

Reason = Literal["always", "changed", "size", "fitted"]

SEARCHED = frozenset({"number", "choice", "flag"})
OUTER_SIZE_MM = 25.0
"""A length that may vary by more than this is a size of the whole product."""


def pins_at_first(family: Family, params: BaseParams) -> dict[str, Reason]:
    """Which fields to leave as they are, and why, before the customer has said anything."""
    changed = changed_by_hand(family, params)
    found = {form.name: _reason(family, form, changed) for form in fields(family)}
    return {name: reason for name, reason in found.items() if reason is not None}


def always_pinned(family: Family) -> frozenset[str]:
    """The fields that no search may touch."""
    return frozenset(form.name for form in fields(family) if form.kind not in SEARCHED)


def changed_by_hand(family: Family, params: BaseParams) -> frozenset[str]:
    """What differs from the preset that is nearest (the defaults are one as well), without what
    changes nothing as the others stand: nobody sees that."""
    now = params.model_dump()
    idle = {form.name for form in fields(family) if form.idle(now)}
    starts = ({}, *(dict(preset.params) for preset in family.presets))
    return min((_differing(family, now, start) - idle for start in starts), key=len)


def _differing(
    family: Family, now: Mapping[str, Any], start: Mapping[str, object]
) -> frozenset[str]:
    then = parse(family, start).model_dump()
    return frozenset(name for name, value in now.items() if value != then[name])


def _reason(family: Family, form: FormField, changed: frozenset[str]) -> Reason | None:
    if form.kind not in SEARCHED:
        return "always"
    if form.name in changed:
        return "changed"
    if form.name in family.fitted.split():
        return "fitted"
    return "size" if _is_outer_size(form) else None


def _is_outer_size(form: FormField) -> bool:
    if form.kind != "number" or form.unit != "mm" or form.min is None or form.max is None:
        return False
    return form.max - form.min >= OUTER_SIZE_MM
