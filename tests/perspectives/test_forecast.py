"""Forecasts: errors and intervals worked by hand, and exponential smoothing as statsmodels fits it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from statsmodels.tsa.exponential_smoothing.ets import ETSModel

from oss_ai_monitor.perspectives.community import forecast as module
from oss_ai_monitor.perspectives.community.forecast import (
    FEWEST_MONTHS,
    LONGEST,
    NAIVE,
    SMOOTHED,
    Predicted,
    back_test,
    forecast,
    mase,
    seasonal_naive,
    smoothed,
)

TWO_YEARS = [10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30, 32, 20, 22, 24, 26, 28, 30, 32, 34, 36, 38, 40, 42]


def growing(months: int, seed: int = 1) -> list[int]:
    steps = np.random.default_rng(seed).normal(0.05, 0.08, months)
    return [round(count) for count in np.exp(6 + np.cumsum(steps))]


def test_the_scaled_error_equals_a_table_worked_by_hand() -> None:
    # each month of the second year has ten more than the one a year before: errors of 5, 10 and 20 are 0.5, 1 and 2
    assert mase(np.array([5.0, -10.0, 20.0]), np.array(TWO_YEARS, float)).tolist() == [0.5, 1.0, 2.0]


def test_seasonal_naive_is_the_same_month_a_year_before() -> None:
    predicted = seasonal_naive(np.array(TWO_YEARS, float))
    assert predicted.counts() == pytest.approx(TWO_YEARS[12:])
    logs = [np.log((count + 11) / (count + 1)) for count in TWO_YEARS[:12]]
    spread = np.sqrt(np.mean(np.square(logs)))
    low, high = predicted.interval(80)
    assert low[0] == pytest.approx(21 * np.exp(-1.281552 * spread) - 1)
    assert high[-1] == pytest.approx(43 * np.exp(1.281552 * spread) - 1)


def test_a_back_test_equals_a_table_worked_by_hand() -> None:
    """A method that always says 30, give or take a little, forecasts months 19 to 24 of the two years above.

    Origins after months 18 to 23, with 6, 5, 4, 3, 2 and 1 months to come, which were 32, 34, 36, 38, 40 and 42: errors
    of 2, 4, 6, 8, 10 and 12, over ten each.
    """

    def thirty(counts: np.ndarray) -> Predicted:
        assert counts.tolist() == TWO_YEARS[: len(counts)], "it sees the months before its origin only"
        return Predicted(np.full(LONGEST, np.log1p(30)), np.full(LONGEST, np.log(35 / 31) / 1.281552))

    test = back_test(np.array(TWO_YEARS, float), thirty)
    came = [0.2, 0.4, 0.6, 0.8, 1.0, 1.2]
    errors = [error for origin in range(6) for error in came[origin:]]
    assert (test.origins, test.forecasts, test.longest) == (6, 21, 6)
    assert test.mase == pytest.approx(sum(errors) / 21)
    assert test.mase_at == pytest.approx({1: sum(came) / 6, 3: (0.6 + 0.8 + 1.0 + 1.2) / 4, 6: 1.2})
    # 80%: up to 34, which holds the first two months: 1 of them after the first origin and 2 after it and before
    assert test.coverage[80] == pytest.approx((2 + 1) / 21)
    # 95%: up to 31 × (35/31)^1.5294 − 1 = 36.31, which holds the first three
    assert test.coverage[95] == pytest.approx((3 + 2 + 1) / 21)


def naive_by_hand(training: list[int]) -> list[tuple[float, float, float, float, float]]:
    """For each of the next twelve months: the median, the ends of the 80% interval, those of the 95% interval."""
    changes = [np.log(now + 1) - np.log(before + 1) for before, now in zip(training, training[12:], strict=False)]
    deviation = (sum(change**2 for change in changes) / len(changes)) ** 0.5
    months = []
    for count in training[-12:]:
        ends = [(count + 1) * np.exp(sign * z * deviation) - 1 for z in (1.281552, 1.959964) for sign in (-1, 1)]
        months.append((float(count), max(ends[0], 0), ends[1], max(ends[2], 0), ends[3]))
    return months


def smoothed_by_statsmodels(training: list[int]) -> list[tuple[float, float, float, float, float]]:
    """The same, with the intervals of statsmodels."""
    logs = pd.Series(np.log1p(training))
    model = ETSModel(logs, error="add", trend="add", damped_trend=True)
    results = model.smooth(module._most_likely(module._model(logs.to_numpy())))
    ahead = results.get_prediction(start=len(logs), end=len(logs) + 11)
    frames = [ahead.summary_frame(alpha=alpha) for alpha in (0.2, 0.05)]
    columns = [frames[0]["mean"], *(frame[name] for frame in frames for name in ("pi_lower", "pi_upper"))]
    return [tuple(max(float(np.expm1(each)), 0) for each in month) for month in zip(*columns, strict=True)]  # type: ignore[misc]


@pytest.mark.parametrize(("method", "by_hand"), [(seasonal_naive, naive_by_hand), (smoothed, smoothed_by_statsmodels)])
@pytest.mark.parametrize("months", [26, 40])
def test_back_tests_equal_loops_over_origins(method: Any, by_hand: Any, months: int) -> None:
    counts = growing(months, 3)
    scaled: list[tuple[int, float]] = []
    inside: dict[int, list[bool]] = {80: [], 95: []}
    origins = range(max(18, months - 12), months)
    for origin in origins:
        training = counts[:origin]
        changes = [abs(now - before) for before, now in zip(training, training[12:], strict=False)]
        for ahead, (count, month) in enumerate(zip(counts[origin:], by_hand(training), strict=False), 1):
            scaled.append((ahead, abs(count - month[0]) * len(changes) / sum(changes)))
            inside[80].append(month[1] <= count <= month[2])
            inside[95].append(month[3] <= count <= month[4])
    test = back_test(np.array(counts, float), method)
    assert (test.origins, test.forecasts) == (len(origins), len(scaled))
    assert test.mase == pytest.approx(sum(error for _, error in scaled) / len(scaled), rel=1e-6)
    for n, error in test.mase_at.items():
        of_n = [each for ahead, each in scaled if ahead == n]
        assert error == pytest.approx(sum(of_n) / len(of_n), rel=1e-6)
    assert test.coverage == {level: pytest.approx(sum(each) / len(each)) for level, each in inside.items()}


@pytest.mark.parametrize("seed", range(6))
def test_smoothing_is_what_statsmodels_makes_of_it_or_more_likely(seed: int) -> None:
    logs = np.log1p(growing(36, seed))
    model = ETSModel(pd.Series(logs), error="add", trend="add", damped_trend=True)
    parameters = module._most_likely(module._model(logs))
    fitted = model.fit(disp=False)
    assert model.loglike(parameters) > fitted.llf - 0.5
    results = model.smooth(parameters)
    predicted = smoothed(np.array(growing(36, seed), float))
    assert predicted.counts() == pytest.approx(np.expm1(results.forecast(LONGEST)), rel=1e-6)
    errors = np.random.default_rng(1).normal(0, np.sqrt(np.mean(results.resid**2)), (LONGEST, 4_000))
    spread = results.simulate(LONGEST, anchor="end", repetitions=4_000, random_errors=errors).to_numpy().std(axis=1)
    assert predicted.deviation == pytest.approx(spread, rel=0.1), "the intervals are those of simulated paths"


def test_a_series_that_grows_is_better_smoothed_and_a_season_is_better_repeated() -> None:
    steady = forecast([round(100 * 1.05**n) for n in range(36)])
    season = [100, 400, 100, 300, 100, 200, 500, 100, 300, 100, 200, 600]
    seasonal = forecast([count + n for n, count in enumerate(season * 4)])
    assert steady is not None
    assert steady.is_better_than_naive
    assert steady.tests[SMOOTHED].mase < 0.2 < 0.9 < steady.tests[NAIVE].mase
    assert seasonal is not None
    assert not seasonal.is_better_than_naive
    assert seasonal.method == NAIVE
    assert seasonal.predicted.counts() == pytest.approx([count + n + 36 for n, count in enumerate(season)])


def test_intervals_hold_the_middle_and_widen() -> None:
    result = forecast(growing(40))
    assert result is not None
    middle = result.predicted.counts()
    low, high = result.predicted.interval(80)
    outer_low, outer_high = result.predicted.interval(95)
    assert len(middle) == LONGEST
    assert (outer_low < low).all()
    assert (low < middle).all()
    assert (middle < high).all()
    assert (high < outer_high).all()
    assert (np.diff(high / low) >= 0).all()


def test_a_series_is_computed_once() -> None:
    assert forecast(growing(30, 9)) is forecast(growing(30, 9))


@pytest.mark.parametrize("counts", [[], [5], growing(FEWEST_MONTHS - 1), [7] * 40, [0] * 30 + [1]])
def test_of_too_few_months_or_without_a_change_there_is_none(counts: list[int]) -> None:
    assert forecast(counts) is None


@pytest.mark.parametrize("counts", [[1, *[0] * 16, 1, *[0] * 13], [3, 0, 0, 1, 0] * 6, [0] * 12 + growing(14)])
def test_odd_series_have_finite_forecasts(counts: list[int]) -> None:
    result = forecast(counts)
    assert result is not None
    for numbers in (result.predicted.counts(), *result.predicted.interval(80), *result.predicted.interval(95)):
        assert np.isfinite(numbers).all()
        assert (numbers > -0.5).all()
