"""Which of many designs nothing else beats in every way, and a few that show their spread."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from configurator.geometry.mesh import Floats
from configurator.suggest.tried import Tried

SAME = 1e-9


def front(found: Sequence[Tried]) -> list[Tried]:
    """Those that no other is as good as in every objective and better in one.

    Of designs with the same objectives the first stays.
    """
    values = _values(found)
    kept: list[int] = []
    for n, one in enumerate(values):
        no_worse = (values <= one + SAME * np.abs(one)).all(axis=1)
        better = (values < one - SAME * np.abs(one)).any(axis=1)
        twin = no_worse & ~better
        if not (no_worse & better).any() and not twin[:n].any():
            kept.append(n)
    return [found[n] for n in kept]


def spread(found: Sequence[Tried], taken: Sequence[Tried]) -> Tried:
    """The one that is farthest from all that are taken; at first the extremes, then between."""
    values = np.log(_values([*found, *taken]))
    low, high = values.min(axis=0), values.max(axis=0)
    scaled = (values - low) / np.maximum(high - low, SAME)
    here, there = scaled[: len(found)], scaled[len(found) :]
    for objective in range(scaled.shape[1]):  # the least of each objective belongs to the picture
        best = int(here[:, objective].argmin())
        if not len(there) or here[best, objective] < there[:, objective].min() - SAME:
            return found[best]
    gaps = np.linalg.norm(here[:, None] - there[None], axis=2).min(axis=1)
    return found[int(gaps.argmax())]


def _values(found: Sequence[Tried]) -> Floats:
    return np.array([one.objectives for one in found], dtype=float).reshape(-1, 3)
