"""The nearest value of a field that cures a fault, found by asking the rule or the draft itself."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from configurator.products.base import Family
from configurator.products.fields import FormField, field_of

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


def nearest(
    family: Family, params: Any, name: str, holds: Holds, *, up: bool = True, down: bool = True
) -> float | None:
    """The nearest value at which the design holds, every step asked: for quick rules only."""
    form = field_of(family, name)
    assert form.step is not None and form.min is not None and form.max is not None
    now = float(getattr(params, name))
    firsts, decimals = {sign: _first(form, now, sign) for sign in (1, -1)}, form.decimals
    for count in range(round((form.max - form.min) / form.step) + 1):
        for sign in (1, -1):
            value = round(firsts[sign] + sign * count * form.step, decimals)
            wanted = up if sign > 0 else down
            if wanted and form.min <= value <= form.max and holds(_with(form, params, value)):
                return value
    return None


def set_to(family: Family, name: str, value: float | str) -> str:
    """The words on the button: "Set depth to 2.5 mm."."""
    form = field_of(family, name)
    if isinstance(value, str):
        return f"Set {form.label.lower()} to {dict(form.choices)[value]}."
    return f"Set {form.label.lower()} to {form.shown(value)}."


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

    decimals = form.decimals

    def at(step: int) -> float:
        return round(first + sign * step * form_step, decimals)

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
    return round(form.min + whole * form.step, form.decimals)


def _with(form: FormField, params: Any, value: float) -> Any:
    return params.model_copy(update={form.name: int(value) if form.whole else value})
