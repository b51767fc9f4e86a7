"""Survival: a table worked by hand, and statsmodels on the raw list."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from statsmodels.duration.survfunc import SurvfuncRight, survdiff

from oss_ai_monitor.perspectives.endurance.survival import at, curve, log_rank, median_week


def lifetimes(*rows: tuple[int, int, str, int]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["entry", "duration", "event", "releases"])


def test_a_curve_equals_a_table_worked_by_hand() -> None:
    # ten releases from week 4 on: 2 fall in week 6 (10 at risk), 1 is removed in week 7, 3 fall in week 8 (7 at risk),
    # 1 in week 10 (4 at risk), 3 are followed to week 12
    rows = lifetimes(
        (4, 6, "fell", 2), (4, 7, "removed", 1), (4, 8, "fell", 3), (4, 10, "fell", 1), (4, 12, "followed", 3)
    )
    drawn = curve(rows, fewest=1).set_index("week")
    assert drawn.index.tolist() == [*range(4, 13)]
    assert drawn["at_risk"].tolist() == [10, 10, 10, 8, 7, 4, 4, 3, 3]
    assert drawn["fell"].tolist() == [0, 0, 2, 0, 3, 0, 1, 0, 0]
    assert drawn["removed"].tolist() == [0, 0, 0, 1, 0, 0, 0, 0, 0]
    after = {4: 1.0, 5: 1.0, 6: 8 / 10, 7: 8 / 10, 8: 8 / 10 * 4 / 7, 9: 16 / 35, 10: 16 / 35 * 3 / 4, 12: 12 / 35}
    for week, share in after.items():
        assert drawn.loc[week, "survival"] == pytest.approx(share)
    # Greenwood: the variance is S² times the sum of d / (n (n - d))
    error = 12 / 35 * np.sqrt(2 / (10 * 8) + 3 / (7 * 4) + 1 / (4 * 3))
    assert drawn.loc[10, "low"] == pytest.approx(12 / 35 - 1.959964 * error)
    assert drawn.loc[10, "high"] == pytest.approx(12 / 35 + 1.959964 * error)
    assert median_week(drawn.reset_index()) == 8


def test_until_the_first_has_fallen_there_is_no_band() -> None:
    drawn = curve(lifetimes((4, 6, "fell", 2), (4, 8, "followed", 8)), fewest=1).set_index("week")
    assert drawn.loc[[4, 5], ["low", "high"]].isna().all(axis=None)
    assert drawn.loc[6:, ["low", "high"]].notna().all(axis=None)


def test_who_enters_late_is_at_risk_only_then() -> None:
    # 4 from week 0, 2 more after week 5: in week 3 one of 4 falls, in week 6 one of 3 + 2
    rows = lifetimes((0, 3, "fell", 1), (0, 6, "fell", 1), (0, 9, "followed", 2), (5, 9, "followed", 2))
    drawn = curve(rows, fewest=1).set_index("week")
    assert drawn.loc[[3, 5, 6], "at_risk"].tolist() == [4, 3, 5]
    assert drawn.loc[9, "survival"] == pytest.approx(3 / 4 * 4 / 5)


def test_a_curve_starts_and_ends_where_enough_are_at_risk() -> None:
    # one alone falls in week 2 and would end everything; ten enter after week 4, and in week 9 fewer are left
    rows = lifetimes((0, 2, "fell", 1), (4, 6, "fell", 5), (4, 8, "followed", 3), (4, 12, "followed", 2))
    drawn = curve(rows, fewest=3)
    assert (drawn["week"].iloc[0], drawn["week"].iloc[-1]) == (4, 8)
    assert at(drawn, 8)["survival"] == 0.5  # type: ignore[index]
    assert at(drawn, 9) is None
    assert curve(rows, fewest=11).empty


def test_who_was_never_at_risk_counts_nowhere() -> None:
    rows = lifetimes((4, 6, "fell", 5), (4, 8, "followed", 5))
    idle = lifetimes((6, 6, "followed", 100), (7, 4, "removed", 3))
    pd.testing.assert_frame_equal(curve(rows), curve(pd.concat([rows, idle])))


def random_lifetimes(number: int, seed: int) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    entry = rng.choice([4, 4, 4, 5, 20], number)
    event = rng.choice(["fell", "followed", "removed"], number, p=[0.5, 0.45, 0.05])
    group = rng.choice(["a", "b", "c"], number)
    duration = entry + 1 + rng.geometric(0.03 + 0.02 * (group == "b"), number)
    return pd.DataFrame({"entry": entry, "duration": duration, "event": event, "group": group, "releases": 1})


@pytest.mark.parametrize("seed", [1, 2])
def test_counts_of_equal_lifetimes_give_what_statsmodels_says_of_the_raw_list(seed: int) -> None:
    raw = random_lifetimes(3_000, seed)
    counts = raw.groupby(["entry", "duration", "event", "group"], as_index=False)["releases"].sum()
    drawn = curve(counts).set_index("week")
    status = (raw["event"] == "fell").astype(int).to_numpy()
    expected = SurvfuncRight(raw["duration"].to_numpy(), status, entry=raw["entry"].to_numpy())
    weeks = [week for week in expected.surv_times if week in drawn.index]
    places = np.searchsorted(expected.surv_times, weeks)
    np.testing.assert_allclose(drawn.loc[weeks, "survival"], expected.surv_prob[places], rtol=1e-12)
    np.testing.assert_allclose(drawn.loc[weeks, "at_risk"], expected.n_risk[places])
    high = np.clip(expected.surv_prob + 1.959964 * expected.surv_prob_se, 0, 1)[places]
    np.testing.assert_allclose(drawn.loc[weeks, "high"], high, rtol=1e-12)
    _, probability = survdiff(raw["duration"], status, raw["group"], entry=raw["entry"].to_numpy())
    assert log_rank(counts, "group") == pytest.approx(probability)


def test_the_log_rank_test_equals_a_table_worked_by_hand() -> None:
    # week 1: one of 2 + 2 falls, of a; week 2: one of 1 + 2, of b. Expected of a: 2/4 + 1/3; variances 1/4 and 2/9
    rows = pd.DataFrame(
        [(0, 1, "fell", 1, "a"), (0, 3, "followed", 1, "a"), (0, 2, "fell", 1, "b"), (0, 3, "followed", 1, "b")],
        columns=["entry", "duration", "event", "releases", "group"],
    )
    statistic = (1 - (2 / 4 + 1 / 3)) ** 2 / (1 / 4 + 2 / 9)
    assert log_rank(rows, "group") == pytest.approx(math.erfc(math.sqrt(statistic / 2)))
    assert log_rank(rows[rows["group"] == "a"], "group") is None
    late = pd.DataFrame([(3, 9, "followed", 2, "c")], columns=rows.columns)  # nothing falls while these are at risk
    assert log_rank(pd.concat([rows, late]), "group") == log_rank(rows, "group")
    apart = pd.DataFrame([(3, 9, "fell", 2, "c")], columns=rows.columns)  # falls, but never beside another group
    assert log_rank(pd.concat([rows[rows["group"] == "a"], apart]), "group") is None
