"""Demand rows in, forecast rows out."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict

import numpy as np
from django.db import transaction

from routing.forecast import HORIZON, SeriesForecast, forecast
from routing.models import Demand, Forecast


def compute(today: dt.date) -> list[Forecast]:
    """Forecast every series of the network from its full weeks up to ``today``; unsaved."""
    this_monday = today - dt.timedelta(days=today.weekday())
    weekly: dict[tuple[str, str], dict[dt.date, int]] = defaultdict(lambda: defaultdict(int))
    rows = Demand.objects.filter(day__lt=this_monday).values_list(
        "family", "region", "day", "units"
    )
    for family, region, day, units in rows:
        weekly[family, region][day - dt.timedelta(days=day.weekday())] += units
    if not weekly:
        return []
    first = min(min(weeks) for weeks in weekly.values())
    mondays = [first + dt.timedelta(days=7 * n) for n in range((this_monday - first).days // 7)]
    names = sorted(weekly)
    history = np.array([[weekly[name].get(m, 0) for m in mondays] for name in names], dtype=float)
    return [
        _row(family, region, this_monday, ahead, series)
        for (family, region), series in zip(names, forecast(history), strict=True)
        for ahead in range(HORIZON)
    ]


def _row(family: str, region: str, monday: dt.date, ahead: int, series: SeriesForecast) -> Forecast:
    return Forecast(
        family=family,
        region=region,
        week=monday + dt.timedelta(days=7 * ahead),
        mean=float(series.mean[ahead]),
        high=float(series.high[ahead]),
        naive=float(series.naive[ahead]),
        used=series.used,
        error_model=_finite(series.error_model),
        error_naive=_finite(series.error_naive),
    )


def store(rows: list[Forecast]) -> None:
    """Replace what was expected of these weeks."""
    with transaction.atomic():
        Forecast.objects.filter(week__in={row.week for row in rows}).delete()
        Forecast.objects.bulk_create(rows)


def _finite(value: float) -> float:
    return value if np.isfinite(value) else 0.0
