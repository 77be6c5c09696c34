"""The space that is searched: the values of each free field, as the family declares them.

A design in it is a tuple of whole numbers, one an axis: which of the axis's values it has.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from random import Random
from typing import Any

from configurator.products.base import BaseParams, Family
from configurator.products.fields import FormField, Value, fields
from configurator.suggest.pins import SEARCHED

Genome = tuple[int, ...]


@dataclass(frozen=True)
class Axis:
    """A free field and the values it may take; ``ordered`` says that neighbours are alike."""

    name: str
    values: tuple[Value, ...]
    ordered: bool


@dataclass(frozen=True)
class Space:
    """All designs that keep the pinned values of ``base``."""

    base: Mapping[str, Any]
    axes: tuple[Axis, ...]

    @property
    def count(self) -> int:
        """How many designs there are in it."""
        return math.prod(len(axis.values) for axis in self.axes)

    @property
    def start(self) -> Genome:
        """Where the customer's own design is."""
        return tuple(axis.values.index(self.base[axis.name]) for axis in self.axes)

    def params(self, genome: Genome) -> dict[str, Any]:
        """The parameters of a design in it."""
        free = {a.name: a.values[at] for a, at in zip(self.axes, genome, strict=True)}
        return {**self.base, **free}

    def differing(self, genome: Genome) -> list[int]:
        """The axes in which a design differs from the customer's own."""
        return [n for n, at in enumerate(self.start) if genome[n] != at]

    def every(self) -> Iterator[Genome]:
        """All of them, in the order of their values."""
        return product(*(range(len(axis.values)) for axis in self.axes))

    def drawn(self, rng: Random) -> Genome:
        """Any design, each value as likely as another."""
        return tuple(rng.randrange(len(axis.values)) for axis in self.axes)

    def near(self, rng: Random, changes: int) -> Genome:
        """The customer's own design with that many fields changed at most."""
        found = list(self.start)
        for n in rng.sample(range(len(self.axes)), min(changes, len(self.axes))):
            found[n] = rng.randrange(len(self.axes[n].values))
        return tuple(found)


def space(family: Family, params: BaseParams, pinned: Collection[str], reach: float) -> Space:
    """What may vary when ``pinned`` stay.

    ``reach`` (0 to 1] is how far a number may go from where it is, as a share of its range.
    """
    base = params.model_dump()
    axes = (
        _axis(form, base[form.name], reach) for form in fields(family) if form.name not in pinned
    )
    return Space(base, tuple(axis for axis in axes if axis is not None and len(axis.values) > 1))


def _axis(form: FormField, now: Value, reach: float) -> Axis | None:
    if form.kind not in SEARCHED:
        return None
    if form.kind == "number":
        return Axis(form.name, _steps(form, float(now), reach), ordered=True)
    if form.kind == "flag":
        return Axis(form.name, (False, True), ordered=False)
    return Axis(form.name, tuple(value for value, _ in form.choices), ordered=False)


def _steps(form: FormField, now: float, reach: float) -> tuple[Value, ...]:
    """The numbers of a slider within reach, and the one it has, on a step or not."""
    assert form.min is not None and form.max is not None and form.step is not None
    room = reach * (form.max - form.min) + 1e-9
    count = int((form.max - form.min) / form.step + 1e-6) + 1
    every = (round(form.min + n * form.step, form.decimals) for n in range(count))
    near = {value for value in every if abs(value - now) <= room} | {now}
    return tuple(int(value) if form.whole else value for value in sorted(near))
