"""The nearest value of a field that cures a fault, found by asking the rule or the draft itself."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from configurator.dfm.base import Finding
from configurator.products.base import Family, Quality
from configurator.products.fields import FormField, field_of

MORE_STEPS = 6
"""So many steps further a value is tried that holds on the coarse drawing only."""
Holds = Callable[[Any], bool]
"""Whether a design (its parameters) is without the fault."""


def larger(family: Family, params: Any, name: str, holds: Holds) -> float | None:
    """The least value above the present one at which the design holds, by bisection.

    None where even the largest does not. The value itself has been asked: it does hold, also
    where what lies between is not all one way.
    """
    form = field_of(family, name)
    assert form.max is not None
    return _towards(form, params, form.max, holds)


def smaller(family: Family, params: Any, name: str, holds: Holds) -> float | None:
    """The largest value below the present one at which the design holds; as ``larger``."""
    form = field_of(family, name)
    assert form.min is not None
    return _towards(form, params, form.min, holds)


def towards(family: Family, params: Any, name: str, end: float, holds: Holds) -> float | None:
    """The value nearest to the present one, on its way to ``end``; as ``larger``."""
    return _towards(field_of(family, name), params, end, holds)


def recured(
    family: Family,
    params: Any,
    finding: Finding,
    found: Callable[[Any, Quality], frozenset[str]],
    ways: Mapping[str, float | None],
    *,
    alone: bool = True,
) -> Finding:
    """The finding with a value that cures it and breaks nothing else.

    ``found`` draws a design and gives the names of the checks that it fails. What the finding
    offers is tried first, then the fields of ``ways`` in turn, towards that value of theirs (None:
    each of its choices): the coarse drawing finds it, the fine one has the last word. Where none
    does, the finding loses its
    button, unless it may be one of several of its check and not ``alone``.
    """

    known: dict[Quality, frozenset[str]] = {}

    def holds(other: Any, quality: Quality) -> bool:
        failed = found(other, quality)
        if finding.check in failed or not failed:
            return not failed
        if quality not in known:
            known[quality] = found(params, quality)
        return failed <= known[quality]

    def finely(other: Any) -> bool:
        return holds(other, "full")

    def coarsely(other: Any) -> bool:
        return holds(other, "draft")

    if finding.field is not None and finely(_set(family, params, finding.field, finding.value)):
        return finding
    for name, wanted in ways.items():
        form = field_of(family, name)
        value = (
            _chosen(form, params, coarsely, finely)
            if wanted is None
            else _drawn(form, params, wanted, coarsely, finely)
        )
        if value is not None:
            return replace(finding, cure=set_to(family, name, value), field=name, value=value)
    return replace(finding, field=None, value=None) if alone else finding


def other_choice(family: Family, params: Any, name: str, holds: Holds) -> str | None:
    """The first of a field's other choices at which the design holds."""
    return _chosen(field_of(family, name), params, holds, holds)


def _chosen(form: FormField, params: Any, coarsely: Holds, finely: Holds) -> str | None:
    """As ``other_choice``: the fine drawing is asked only of what the coarse one passes."""
    for value, _ in form.choices:
        if value != getattr(params, form.name):
            other = params.model_copy(update={form.name: value})
            if coarsely(other) and finely(other):
                return value
    return None


def _drawn(
    form: FormField, params: Any, wanted: float, coarsely: Holds, finely: Holds
) -> float | None:
    """The nearest value towards ``wanted`` at which the coarse drawing holds, or one a few steps
    on, at which the fine one does."""
    assert form.min is not None and form.max is not None
    end = min(max(wanted, form.min), form.max)
    value = _towards(form, params, end, coarsely)
    for _ in range(MORE_STEPS):
        if value is None or finely(_with(form, params, value)):
            return value
        value = _next(form, value, end)
    return None


def _next(form: FormField, value: float, end: float) -> float | None:
    """One step on, None past the end."""
    after = _first(form, value, 1 if end > value else -1)
    return after if abs(value - end) > 1e-9 else None


def _set(family: Family, params: Any, name: str, value: Any) -> Any:
    form = field_of(family, name)
    return _with(form, params, value)


def nearest(
    family: Family, params: Any, name: str, holds: Holds, *, up: bool = True, down: bool = True
) -> float | None:
    """The nearest value at which the design holds, every step asked: for quick rules only."""
    form = field_of(family, name)
    assert form.step is not None and form.min is not None and form.max is not None
    now = float(getattr(params, name))
    firsts = {sign: _first(form, now, sign) for sign in (1, -1)}
    for count in range(round((form.max - form.min) / form.step) + 1):
        for sign in (1, -1):
            value = form.exact(firsts[sign] + sign * count * form.step)
            wanted = up if sign > 0 else down
            if wanted and form.min <= value <= form.max and holds(_with(form, params, value)):
                return value
    return None


def set_to(family: Family, name: str, value: float | str, otherwise: str = "") -> str:
    """The words of a button: "Set “Depth” to 2.5 mm."; not every label is a noun.

    ``otherwise`` is another way out, as it reads after an "or".
    """
    form = field_of(family, name)
    said = dict(form.choices)[value] if isinstance(value, str) else form.shown(value)
    return f"Set “{form.label}” to {said}{f', or {otherwise}' if otherwise else ''}."


def _towards(form: FormField, params: Any, end: float, holds: Holds) -> float | None:
    """By bisection on the field's step, from the present value towards one of its ends."""
    form_step = form.step
    assert form_step is not None
    now = float(getattr(params, form.name))
    sign = 1 if end > now else -1
    first = _first(form, now, sign)
    steps = round(abs(end - first) / form_step)
    if (end - first) * sign < -1e-9 or abs(end - now) < 1e-9:
        return None

    def at(step: int) -> float:
        return form.exact(first + sign * step * form_step)

    if not holds(_with(form, params, at(steps))):
        return None
    fails, passes = -1, steps
    while passes - fails > 1:
        middle = (fails + passes) // 2
        if holds(_with(form, params, at(middle))):
            passes = middle
        else:
            fails = middle
    return at(passes)


def _first(form: FormField, now: float, sign: int) -> float:
    """The next value on the field's step above or below the present one."""
    assert form.min is not None and form.step is not None
    steps = (now - form.min) / form.step
    whole = math.floor(steps + 1e-6) + 1 if sign > 0 else math.ceil(steps - 1e-6) - 1
    return form.exact(form.min + whole * form.step)


def _with(form: FormField, params: Any, value: Any) -> Any:
    return params.model_copy(update={form.name: int(value) if form.whole else value})
