"""What the forecast expects of each workshop's own region, in machine minutes a day."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Sequence

from django.core.cache import cache
from django.db.models import Avg, F

from manufacturing.models import Machine, Program
from routing.models import Forecast

USUAL_MINUTES = 60.0
"""Machine minutes of one unit, until programs of the family tell better."""


KEPT_S = 300


def expected_minutes(today: dt.date, machines: Sequence[Machine]) -> dict[int, float]:
    """Expected machine minutes a day by machine, shared evenly within a city."""
    monday = today - dt.timedelta(days=today.weekday())
    rows = list(Forecast.objects.filter(week__in=(monday, monday + dt.timedelta(days=7))))
    minutes = _minutes_per_unit() if rows else {}
    by_city: dict[str, float] = defaultdict(float)
    for row in rows:
        units = row.mean if row.used == "model" else row.naive
        by_city[row.region] += units * minutes.get(row.family, USUAL_MINUTES) / 14
    count = Counter(machine.factory.city for machine in machines)
    return {m.pk: by_city[m.factory.city] / count[m.factory.city] for m in machines}


def _minutes_per_unit() -> dict[str, float]:
    """Means over all programs: a look at every one of them, so kept for a few minutes."""
    return cache.get_or_set("minutes per unit", _mean_minutes, KEPT_S) or {}


def _mean_minutes() -> dict[str, float]:
    rows = Program.objects.values("design__family").annotate(
        minutes=Avg(F("seconds") / 60.0 / F("quantity"))
    )
    return {row["design__family"]: float(row["minutes"]) for row in rows}
