"""The forecast: learns a season, is honest about noise, is used only where it won."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from django.utils import timezone

from routing import forecasting
from routing.forecast import HORIZON, forecast
from routing.models import Demand, Forecast


def seasonal(series: int, weeks: int, seed: int) -> np.ndarray:
    """Poisson around a slow wave of its own phase: naive's last week is mostly chance."""
    rng = np.random.default_rng(seed)
    level, phase = rng.uniform(6, 20, (series, 1)), rng.uniform(0, 26, (series, 1))
    wave = 1 + 0.3 * np.sin(2 * np.pi * (np.arange(weeks) + phase) / 26)
    return rng.poisson(level * wave).astype(float)


def test_on_noisy_series_the_model_beats_naive_and_is_used() -> None:
    rows = forecast(seasonal(24, 53, seed=4))
    assert sum(row.used == "model" for row in rows) >= 14
    assert np.mean([row.error_model for row in rows]) < np.mean([row.error_naive for row in rows])


def test_where_naive_is_exact_it_is_used() -> None:
    """Constant series: last week is next week, and nothing can beat no error at all."""
    flat = np.repeat(np.array([[3.0], [7.0], [0.0]]), 53, axis=1)
    rows = forecast(flat)
    assert [row.used for row in rows] == ["naive"] * 3
    assert rows[1].naive.tolist() == [7.0] * HORIZON


def test_the_backtest_does_not_look_ahead() -> None:
    """Another future must not change the errors measured on the past."""
    history = seasonal(6, 53, seed=1)
    later = np.hstack([history, history[:, :1] * 50])
    first = forecast(history)[0].error_naive
    shifted = forecast(later[:, :-1])[0].error_naive
    assert first == pytest.approx(shifted)


def test_nine_of_ten_weeks_stay_below_the_high_figure() -> None:
    data = seasonal(40, 57, seed=9)
    rows = forecast(data[:, :53])
    below = [data[i, 53 + h] <= row.high[h] for i, row in enumerate(rows) for h in range(HORIZON)]
    assert 0.82 <= np.mean(below) <= 0.98


def test_a_short_history_uses_naive_and_says_it_was_not_tested() -> None:
    rows = forecast(np.array([[1.0, 2.0, 3.0]]))
    assert rows[0].used == "naive"
    assert np.isnan(rows[0].error_model)


@pytest.mark.django_db
def test_demand_rows_become_stored_forecasts_without_the_running_week() -> None:
    today = timezone.now().date()
    monday = today - dt.timedelta(days=today.weekday())
    Demand.objects.bulk_create(
        Demand(family="twisted-vase", region="Lyon", day=monday - dt.timedelta(days=n), units=2)
        for n in range(1, 300)
    )
    Demand.objects.create(family="twisted-vase", region="Lyon", day=monday, units=99)
    forecasting.store(forecasting.compute(today))
    rows = Forecast.objects.order_by("week")
    assert [row.week for row in rows] == [monday + dt.timedelta(days=7 * n) for n in range(HORIZON)]
    assert rows[0].naive == 14
    forecasting.store(forecasting.compute(today))
    assert Forecast.objects.count() == HORIZON
