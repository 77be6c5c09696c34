"""A delivery date range with its confidence, from the machine's own free minutes.

The machine's calendar gives the day on which the last minute of work lies. What comes after
is uncertain: another maker may be asked, a part may be made twice, a parcel may take longer.
Each stage is a small distribution over whole days; their sum is their convolution, and the
range is cut so that the stated share of parcels falls into it.

The shares below are our assumptions until enough parcels have been delivered to learn them
(docs/algorithms/promise.md says so to everyone, with the worked example that is tested).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

Days = Mapping[int, float]
"""Probability by number of days; sums to 1."""

ASKING: Days = {0: 0.85, 1: 0.12, 2: 0.03}
"""Until a maker says yes: most do on the day, some offers go on to the next maker."""
REMAKING: Days = {0: 0.95, 1: 0.03, 2: 0.02}
"""A failed or scrapped part is made again."""
HANDLING: Days = {0: 0.55, 1: 0.45}
"""Cleared, inspected, packed: the same evening or the next day."""


@dataclass(frozen=True)
class DateRange:
    """The part arrives between ``earliest`` and ``latest`` with this confidence."""

    ship_by: dt.date
    earliest: dt.date
    latest: dt.date
    confidence: float


def transit(km: float) -> Days:
    """Days a parcel is under way, by distance. Source: carriers' published ground services."""
    if km < 300:
        return {1: 0.85, 2: 0.13, 3: 0.02}
    if km < 1000:
        return {2: 0.75, 3: 0.2, 4: 0.05}
    if km < 3000:
        return {3: 0.6, 4: 0.25, 5: 0.15}
    return {5: 0.4, 6: 0.3, 7: 0.2, 9: 0.1}


def convolve(a: Days, b: Days) -> dict[int, float]:
    """The distribution of the sum of two independent waits.

    >>> sorted((d, round(p, 2)) for d, p in convolve({0: .5, 1: .5}, {1: .5, 2: .5}).items())
    [(1, 0.25), (2, 0.5), (3, 0.25)]
    """
    total: dict[int, float] = {}
    for days_a, share_a in a.items():
        for days_b, share_b in b.items():
            total[days_a + days_b] = total.get(days_a + days_b, 0.0) + share_a * share_b
    return total


def quantile(days: Days, share: float) -> int:
    """The smallest number of days within which at least ``share`` of all cases fall."""
    below = 0.0
    for number in sorted(days):
        below += days[number]
        if below >= share - 1e-12:
            return number
    return max(days)


def promise(ready: dt.date, km: float, confidence: float = 0.9) -> DateRange:
    """The range of arrival for a part whose last machine minute is planned on ``ready``.

    The range is the shortest that leaves at most ``1 − confidence`` later than its end; coming
    earlier than its start disappoints nobody, so all of the doubt is spent on the late side.
    Parcels arrive on working days.
    """
    making = convolve(convolve(ASKING, REMAKING), HANDLING)
    arriving = convolve(making, transit(km))
    return DateRange(
        ship_by=working_day(ready + dt.timedelta(days=quantile(making, confidence))),
        earliest=working_day(ready + dt.timedelta(days=min(arriving))),
        latest=working_day(ready + dt.timedelta(days=quantile(arriving, confidence))),
        confidence=confidence,
    )


def working_day(day: dt.date) -> dt.date:
    """The day itself, or the Monday after a weekend.

    >>> working_day(dt.date(2026, 11, 21)).isoformat()
    '2026-11-23'
    """
    return day + dt.timedelta(days=max(0, 7 - day.weekday()) if day.weekday() >= 5 else 0)
