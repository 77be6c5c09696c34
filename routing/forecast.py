"""How much of each family each region will ask for: weekly, beside seasonal naive.

One gradient-boosted model learns over all series at once (families × regions), because each is
short and sparse. It is judged on rolling origins against seasonal naive (the same weekdays of
the week before, summed up) and used only for the series where its RMSSE was lower.

Source: RMSSE as in Makridakis et al. (2022), "M5 accuracy competition"; a global model over
many series as in Montero-Manso & Hyndman (2021).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

HORIZON = 4
"""Weeks ahead."""
TEST_ORIGINS = 8
"""Rolling origins; at each the model is fitted on what was known then."""
LAGS = 8
MIN_WEEKS = 26
"""With less history there is nothing to test on, and naive is used."""


@dataclass(frozen=True)
class SeriesForecast:
    """One series, ``HORIZON`` weeks ahead. All arrays (HORIZON,) units a week.

    ``high`` is the 90 % quantile; ``error_*`` are RMSSE over the rolling test weeks (NaN where
    the history is too short to test).
    """

    mean: Floats
    high: Floats
    naive: Floats
    error_model: float
    error_naive: float

    @property
    def used(self) -> str:
        """``model`` where it won its test, else ``naive``."""
        return "model" if self.error_model < self.error_naive else "naive"


def forecast(history: Floats, *, seed: int = 0) -> list[SeriesForecast]:
    """Forecast every series.

    Args:
        history: (series, weeks) float, units per full week, oldest first.
        seed: of the model.
    """
    series, weeks = history.shape
    naive = np.repeat(history[:, -1:], HORIZON, axis=1)
    if weeks < MIN_WEEKS:
        unknown = float("nan")
        return [SeriesForecast(n, n + 1.3 * np.sqrt(n), n, unknown, unknown) for n in naive]
    truth, predicted, naive_then = _backtest(history, seed)
    scale = _scale(history[:, : weeks - TEST_ORIGINS])
    error_model, error_naive = (_rmsse(truth, p, scale) for p in (predicted, naive_then))
    mean = _fit_predict(history, seed)
    spread = _spread(truth, predicted)
    return [
        SeriesForecast(
            mean[i],
            mean[i] + spread * np.sqrt(np.maximum(mean[i], 0.5)),
            naive[i],
            float(error_model[i]),
            float(error_naive[i]),
        )
        for i in range(series)
    ]


def _backtest(history: Floats, seed: int) -> tuple[Floats, Floats, Floats]:
    """(series, origins × horizons) of truth, model and naive, each made without looking ahead."""
    truth, model, naive = [], [], []
    weeks = history.shape[1]
    for origin in range(weeks - TEST_ORIGINS, weeks):
        ahead = min(HORIZON, weeks - origin)
        known = history[:, :origin]
        truth.append(history[:, origin : origin + ahead])
        model.append(_fit_predict(known, seed)[:, :ahead])
        naive.append(np.repeat(known[:, -1:], ahead, axis=1))
    return np.hstack(truth), np.hstack(model), np.hstack(naive)


def _fit_predict(history: Floats, seed: int) -> Floats:
    """(series, HORIZON) units, by one model over all series; each scaled by its own mean."""
    from sklearn.ensemble import HistGradientBoostingRegressor
    from threadpoolctl import threadpool_limits

    level = history.mean(axis=1, keepdims=True) + 0.1
    scaled = history / level
    rows, targets = _training(scaled)
    model = HistGradientBoostingRegressor(
        loss="squared_error",
        max_iter=60,
        learning_rate=0.07,
        max_leaf_nodes=8,
        min_samples_leaf=20,
        random_state=seed,
    )
    # Tables this small are slower on many threads, and far slower on a busy machine.
    with threadpool_limits(1):
        model.fit(rows, targets)
    now = np.vstack([_features(scaled, scaled.shape[1], h) for h in range(1, HORIZON + 1)])
    values = model.predict(now).reshape(HORIZON, -1).T
    units: Floats = np.maximum(values * level, 0.0)
    return units


def _training(scaled: Floats) -> tuple[Floats, Floats]:
    rows, targets = [], []
    for week in range(LAGS + HORIZON, scaled.shape[1]):
        for horizon in range(1, HORIZON + 1):
            rows.append(_features(scaled, week - horizon + 1, horizon))
            targets.append(scaled[:, week])
    return np.vstack(rows), np.concatenate(targets)


def _features(scaled: Floats, origin: int, horizon: int) -> Floats:
    """(series, LAGS + 5): what is known before week ``origin``, and where the target lies."""
    last = scaled[:, origin - LAGS : origin]
    long = scaled[:, max(0, origin - 26) : origin]
    count = len(scaled)
    angle = 2 * np.pi * ((origin + horizon - 1) % 52) / 52
    return np.column_stack(
        [
            last,
            last.mean(axis=1),
            long.mean(axis=1),
            np.full(count, float(horizon)),
            np.full(count, np.sin(angle)),
            np.full(count, np.cos(angle)),
        ]
    )


def _scale(history: Floats) -> Floats:
    """(series,) mean squared one-step naive error, never 0."""
    squared: Floats = np.mean(np.diff(history, axis=1) ** 2, axis=1)
    return np.maximum(squared, 1e-6)


def _rmsse(truth: Floats, predicted: Floats, scale: Floats) -> Floats:
    squared: Floats = np.mean((truth - predicted) ** 2, axis=1)
    return np.sqrt(squared / scale)


def _spread(truth: Floats, predicted: Floats) -> float:
    """The 90 % quantile of errors in units of √mean (split conformal over all series)."""
    scores = (truth - predicted) / np.sqrt(np.maximum(predicted, 0.5))
    return float(max(0.0, np.quantile(scores, 0.9)))
