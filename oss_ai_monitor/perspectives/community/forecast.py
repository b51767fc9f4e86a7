"""Forecasts of monthly counts by exponential smoothing, back-tested from rolling origins against last year's months.

Knows arrays of counts; knows neither the warehouse nor charts.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

SEASON = 12  # months
LONGEST = 12  # months ahead
FEWEST_MONTHS = 24  # of a series that is forecast
FEWEST_TRAINING = 18  # months before the first origin: half a year of them has a month a year before
MOST_ORIGINS = 12  # the last ones: each costs a fit
LEVELS = {80: 1.281552, 95: 1.959964}
"""Prediction intervals, in percent, and how many standard deviations they reach from the middle."""
BOUNDS = ((1e-4, 0.9999), (1e-4, 0.9999), (0.8, 0.98), (None, None), (None, None))
"""Of the level, of the trend as a part of it, of the damping, as statsmodels has them, and of the first two states."""
SMOOTHED, NAIVE = "exponential smoothing", "seasonal naive"


@dataclass(frozen=True)
class Predicted:
    """Forecasts of the months after a series, first the next one: on the scale of log(1 + count)."""

    middle: np.ndarray
    deviation: np.ndarray

    def counts(self) -> np.ndarray:
        """Return the median of each month's count."""
        return np.asarray(np.expm1(self.middle))

    def interval(self, level: int) -> tuple[np.ndarray, np.ndarray]:
        """Return the ends of the interval that should hold so many percent of the counts."""
        reach = LEVELS[level] * self.deviation
        return np.maximum(np.expm1(self.middle - reach), 0), np.expm1(self.middle + reach)


Method = Callable[[np.ndarray], Predicted]


@dataclass(frozen=True)
class BackTest:
    """How one method would have done: forecasts from several origins, each of the months that have come since."""

    mase: float
    """Mean absolute error over that of last year's months within the training months; below 1 is better."""
    mase_at: dict[int, float]
    """The same of 1, 3, 6 and 12 months ahead, where the series is long enough."""
    coverage: dict[int, float]
    """Interval in percent → share of the counts that it held."""
    forecasts: int
    origins: int
    longest: int
    """Months from the first origin to the last count: no forecast of more months was compared."""


@dataclass(frozen=True)
class Forecast:
    """The better of two methods, its forecast of the next twelve months, and how both did in the back-test."""

    method: str
    predicted: Predicted
    months: int
    """Months of the series."""
    tests: dict[str, BackTest]

    @property
    def is_better_than_naive(self) -> bool:
        return self.method == SMOOTHED


def seasonal_naive(counts: np.ndarray) -> Predicted:
    """Forecast each month by the same month a year before, as far off as those were within the series."""
    logs = np.log1p(counts)
    differences = logs[SEASON:] - logs[:-SEASON]
    deviation = np.sqrt(np.mean(differences**2))
    return Predicted(logs[-SEASON:][:LONGEST], np.full(LONGEST, deviation))


def smoothed(counts: np.ndarray) -> Predicted:
    """Forecast by exponential smoothing of the logarithm: additive errors, a damped trend, no season.

    Variances are those of Hyndman et al. (2008), table 6.1, for known parameters.
    """
    logs = np.log1p(counts)
    if np.ptp(logs) == 0:
        return Predicted(np.full(LONGEST, logs[-1]), np.zeros(LONGEST))
    model = _model(logs)
    results = model.smooth(_most_likely(model))
    ahead = results.get_prediction(start=len(logs), end=len(logs) + LONGEST - 1)
    return Predicted(
        np.asarray(ahead.predicted_mean, dtype="float64"),
        np.sqrt(np.asarray(ahead.forecast_variance, dtype="float64")),
    )


def _model(logs: np.ndarray) -> Any:
    import pandas as pd
    from statsmodels.tsa.exponential_smoothing.ets import ETSModel  # half a second: only when it is needed

    return ETSModel(pd.Series(logs), error="add", trend="add", damped_trend=True)


def _most_likely(model: Any) -> np.ndarray:
    """Return the parameters with the highest likelihood: level, trend, damping, and level and trend at the start.

    `ETSModel.fit` begins once and can stay at the lower of two peaks; its optimizer also starts threads for these five
    numbers, which costs ten times as much while other threads compute.
    """
    from scipy.optimize import minimize  # as above

    def parameters(free: np.ndarray) -> np.ndarray:
        return np.array([free[0], free[0] * free[1], *free[2:]])  # the trend's is at most the level's

    def cost(free: np.ndarray) -> float:
        return -float(model.loglike(parameters(free)))

    level, trend = model.start_params[-2:]
    fits = [
        minimize(cost, [start, 0.1, 0.95, level, trend], method="SLSQP", bounds=BOUNDS)
        for start in (0.1, 0.7)  # of the level: the likelihood can have a second peak
    ]
    return parameters(min(fits, key=lambda fit: fit.fun).x)


METHODS: dict[str, Method] = {SMOOTHED: smoothed, NAIVE: seasonal_naive}


def mase(errors: np.ndarray, training: np.ndarray) -> np.ndarray:
    """Return absolute errors over the mean absolute difference of a year within the training months.

    Hyndman and Koehler (2006); infinite where no month differs from the one a year before.
    """
    scale = np.mean(np.abs(training[SEASON:] - training[:-SEASON]))
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.abs(errors) / scale)


def back_test(counts: np.ndarray, method: Method) -> BackTest:
    """Forecast from each of the last origins with the months before it only, and compare with what came."""
    first = max(FEWEST_TRAINING, len(counts) - MOST_ORIGINS)
    scaled, ahead = [], []
    is_inside: dict[int, list[np.ndarray]] = {level: [] for level in LEVELS}
    for origin in range(first, len(counts)):
        came = counts[origin : origin + LONGEST]
        predicted = method(counts[:origin])
        scaled.append(mase(came - predicted.counts()[: len(came)], counts[:origin]))
        ahead.append(np.arange(1, len(came) + 1))
        for level in LEVELS:
            low, high = (end[: len(came)] for end in predicted.interval(level))
            is_inside[level].append((low <= came) & (came <= high))
    errors, months = np.concatenate(scaled), np.concatenate(ahead)
    return BackTest(
        mase=float(errors.mean()),
        mase_at={n: float(errors[months == n].mean()) for n in (1, 3, 6, 12) if (months == n).any()},
        coverage={level: float(np.concatenate(parts).mean()) for level, parts in is_inside.items()},
        forecasts=len(errors),
        origins=len(counts) - first,
        longest=int(months.max()),
    )


@functools.lru_cache(maxsize=32)
def _forecast(counts: tuple[int, ...]) -> Forecast:
    values = np.asarray(counts, dtype="float64")
    tests = {name: back_test(values, method) for name, method in METHODS.items()}
    name = SMOOTHED if tests[SMOOTHED].mase < tests[NAIVE].mase else NAIVE
    return Forecast(name, METHODS[name](values), len(counts), tests)


def forecast(counts: Sequence[int]) -> Forecast | None:
    """Return the forecast of whole months without a gap; None of a short series, and where years do not differ.

    A series is computed once in a process, 0.15 s for its fits; no change of a choice computes it again.
    """
    if len(counts) < FEWEST_MONTHS:
        return None
    result = _forecast(tuple(int(count) for count in counts))
    return result if all(np.isfinite(test.mase) for test in result.tests.values()) else None
