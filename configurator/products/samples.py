"""Designs to try a family on: random ones, and its corners."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, product
from random import Random

from configurator.products.base import BaseParams, Family
from configurator.products.fields import FormField, Value, fields, parse

FULL_FACTORIAL = 2**11
"""Up to this many combinations all corners are tried; beyond, any three extremes together are."""

STRENGTH = 3

WORDS = (
    "Mia",
    "Jörg Ångström",
    "王小明",
    "さくら",
    "O'Neill & Co.",
    "Åse",
    "Œuvre 42",
    "g",
    "iiii",
    "",
)


def sample(family: Family, rng: Random) -> BaseParams:
    """Random valid parameters, each number uniform over its range."""
    return parse(family, {field.name: _drawn(field, rng) for field in fields(family)})


def _drawn(field: FormField, rng: Random) -> Value:
    if field.kind == "number":
        assert field.min is not None and field.max is not None
        if field.whole:
            return rng.randint(int(field.min), int(field.max))
        return rng.uniform(field.min, field.max)
    if field.kind == "text":
        return rng.choice(WORDS)[: field.max_length]
    return rng.choice(_extremes(field))


def corners(family: Family) -> Iterator[BaseParams]:
    """Every combination of smallest, largest and chosen values, while those are few.

    Past FULL_FACTORIAL combinations: each extreme alone on top of the defaults, all smallest and
    all largest together, and a covering set in which any three extremes of three parameters occur
    together (nearly all faults need no more to meet: Kuhn et al., NIST SP 800-142).
    """
    form = fields(family)
    levels = [_extremes(field) for field in form]
    names = [field.name for field in form]
    rows: Iterator[tuple[Value, ...]]
    count = 1
    for level in levels:
        count *= len(level)
    rows = iter(product(*levels)) if count <= FULL_FACTORIAL else _covering(form, levels)
    for row in rows:
        yield parse(family, dict(zip(names, row, strict=True)))


def _extremes(field: FormField) -> tuple[Value, ...]:
    if field.kind == "number":
        assert field.min is not None and field.max is not None
        return (field.min, field.max)
    if field.kind in ("choice", "upload"):
        return tuple(value for value, _ in field.choices)
    if field.kind == "flag":
        return (False, True)
    assert field.max_length is not None
    return ("", "W" * field.max_length, "国" * field.max_length)


def _covering(
    form: tuple[FormField, ...], levels: list[tuple[Value, ...]]
) -> Iterator[tuple[Value, ...]]:
    defaults = [field.default for field in form]
    for column, level in enumerate(levels):
        for value in level:
            yield (*defaults[:column], value, *defaults[column + 1 :])
    yield tuple(level[0] for level in levels)
    yield tuple(level[-1] for level in levels)
    yield from _covering_rows([len(level) for level in levels], levels)


def _covering_rows(
    counts: list[int], levels: list[tuple[Value, ...]]
) -> Iterator[tuple[Value, ...]]:
    """Greedy: a row starts from a combination not seen yet and takes as many more as it can."""
    left = {
        tuple(zip(columns, taken, strict=True))
        for columns in combinations(range(len(counts)), STRENGTH)
        for taken in product(*(range(counts[column]) for column in columns))
    }
    while left:
        row = dict(min(left))
        for column in range(len(counts)):
            if column not in row:
                row[column] = _best_level(column, counts[column], row, left)
        picked = sorted(row.items())
        left -= set(combinations(picked, STRENGTH))
        yield tuple(levels[column][level] for column, level in picked)


def _best_level(
    column: int, count: int, row: dict[int, int], left: set[tuple[tuple[int, int], ...]]
) -> int:
    """The level that completes the most combinations still wanted."""
    others = list(combinations(sorted(row.items()), STRENGTH - 1))
    gains = [
        sum(tuple(sorted((*other, (column, level)))) in left for other in others)
        for level in range(count)
    ]
    return gains.index(max(gains))
