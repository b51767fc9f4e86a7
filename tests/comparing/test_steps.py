"""Steps between two tables of models: small ones by hand, and random ones, whose figures pandas counts."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oss_ai_monitor.comparing.figures import OF_ALL, OF_BOARDS, OF_THE_HUB, Figure
from oss_ai_monitor.comparing.steps import leaders_of, steps, value_of

FIGURES = {figure.name: figure for figure in (*OF_BOARDS, *OF_ALL, *OF_THE_HUB)}
FLAGS = (
    "is_dated", "is_fine_tuned", "is_permissive", "is_merge", "is_derived", "is_text_generation", "is_gated",
)  # fmt: skip


def models(*rows: dict[str, Any]) -> pd.DataFrame:
    """Rows of compared_models; what a row leaves out is false, missing or nothing."""
    empty_row = {"score": np.nan, "evaluation_hash": 1, "nominal_b": np.nan, "downloads_30d": 0} | dict.fromkeys(
        FLAGS, False
    )
    frame = pd.DataFrame([empty_row | row for row in rows], columns=["name_hash", *empty_row])
    return frame.astype({"name_hash": "uint64", "evaluation_hash": "uint64"} | dict.fromkeys(FLAGS, bool))


THEN = models(
    {"name_hash": 1, "score": 50.0, "nominal_b": 7.0, "is_permissive": True},
    {"name_hash": 2, "score": 40.0, "nominal_b": 7.0},
    {"name_hash": 3, "score": 30.0, "nominal_b": 70.0, "is_permissive": True},
    {"name_hash": 4, "score": 20.0},
    {"name_hash": 5, "score": 60.0, "nominal_b": 8.0},
)
NOW = models(
    {"name_hash": 1, "score": 48.0, "nominal_b": 7.0, "is_permissive": True},  # scored again
    {
        "name_hash": 2,
        "score": 40.004,
        "nominal_b": 14.0,
        "is_permissive": True,
    },  # rounded otherwise, another size, licence
    {
        "name_hash": 3,
        "score": 35.0,
        "nominal_b": 70.0,
        "evaluation_hash": 2,
    },  # another evaluation, no longer permissive
    {"name_hash": 4, "score": 20.0},
    {"name_hash": 6, "score": 49.0, "nominal_b": 7.0, "is_permissive": True},  # new; 5 is gone
)


def differences(name: str) -> list[tuple[str, float, list[int]]]:
    return [
        (step.key, round(step.difference, 6), sorted(step.name_hashes.tolist()))
        for step in steps(THEN, NOW, FIGURES[name])
    ]


def test_a_count_changes_by_who_goes_and_comes() -> None:
    assert differences("evaluated-models") == [("gone", -1, [5]), ("new", 1, [6])]


def test_the_best_average_goes_from_one_holder_to_the_next() -> None:
    assert differences("best-average") == [
        ("gone", -10, [5]), ("rescored", -2, [1]), ("rounding", 0, [2]), ("evaluation", 0, [3]), ("new", 1, [6]),
    ]  # fmt: skip
    assert [step.leaders.tolist() for step in steps(THEN, NOW, FIGURES["best-average"])] == [[1], [1], [1], [1], [6]]
    assert leaders_of(THEN, FIGURES["best-average"]).tolist() == [5]


def test_a_model_that_is_known_to_be_larger_leaves_the_small_ones() -> None:
    assert differences("best-small") == [
        ("gone", -10, [5]), ("rescored", -2, [1]), ("rounding", 0, [2]), ("evaluation", 0, []),
        ("parameters", 0, [2]), ("new", 1, [6]),
    ]  # fmt: skip
    assert differences("small-models") == [("gone", -1, [5]), ("parameters", -1, [2]), ("new", 1, [6])]


def test_the_parts_of_a_mean_are_worked_by_hand() -> None:
    # 200 / 5 = 40; without 60: 140 / 4 = 35; 138 / 4; 138.004 / 4; 143.004 / 4; with 49: 192.004 / 5
    removed, rescored, rounding, evaluation, new = steps(THEN, NOW, FIGURES["mean-average"])
    assert [step.after for step in (removed, rescored, rounding, evaluation, new)] == pytest.approx(
        [35, 34.5, 34.501, 35.751, 38.4008]
    )
    assert [step.effects.tolist() for step in (removed, rescored, evaluation)] == [[-5.0], [-0.5], [1.25]]


def test_a_share_of_all_models_moves_by_the_licences_that_changed() -> None:
    # 2 of 5; 2 of 4 without the one that is removed; 2 gains and 3 loses the licence: 2 of 4; with the new one 3 of 5
    removed, licence, new = steps(THEN, NOW, FIGURES["permissive-share"])
    assert (removed.before, removed.after, licence.after, new.after) == (40, 50, 50, 60)
    assert sorted(zip(licence.name_hashes.tolist(), licence.effects.tolist(), strict=True)) == [(2, 25), (3, -25)]


def test_a_figure_of_no_model_is_none_and_not_zero() -> None:
    no_models = models()
    assert value_of(no_models, FIGURES["best-average"]) is None
    assert value_of(no_models, FIGURES["evaluated-models"]) == 0
    (*_, new) = steps(no_models, NOW, FIGURES["best-average"])
    assert (new.before, new.after, new.leaders.tolist()) == (None, 49, [6])


row = st.fixed_dictionaries(
    {
        "name_hash": st.integers(0, 12),
        "score": st.one_of(st.just(np.nan), st.integers(0, 100_000).map(lambda n: n / 1000)),
        "evaluation_hash": st.integers(0, 1),
        "nominal_b": st.sampled_from([np.nan, 1.0, 7.0, 8.0, 70.0]),
        "downloads_30d": st.integers(0, 10**9),
        **{flag: st.booleans() for flag in FLAGS},
    }
)
tables = st.lists(row, max_size=12, unique_by=lambda one: one["name_hash"]).map(lambda rows: models(*rows))


def counted_by_pandas(frame: pd.DataFrame, figure: Figure) -> float | None:
    if figure.name == "small-models":
        return float((frame["nominal_b"] <= 8).sum())
    if figure.name == "downloads":
        return float(frame["downloads_30d"].sum())
    if figure.name in ("evaluated-models", "listed-models"):
        return float(len(frame))
    column = {
        "dated-models": "is_dated", "fine-tuned-models": "is_fine_tuned", "merges-share": "is_merge",
        "permissive-share": "is_permissive", "text-generation-models": "is_text_generation",
        "derived-share": "is_derived", "gated-share": "is_gated",
    }.get(figure.name)  # fmt: skip
    if column:
        if figure.unit == "%":
            return float(frame[column].mean() * 100) if len(frame) else None
        return float(frame[column].sum())
    scores = frame.loc[frame["nominal_b"] <= 8, "score"] if figure.name == "best-small" else frame["score"]
    value = {"best-average": scores.max, "best-small": scores.max, "mean-average": scores.mean}.get(
        figure.name, scores.median
    )()
    return None if pd.isna(value) else float(value)


@pytest.mark.parametrize("name", FIGURES)
@settings(max_examples=30)
@given(then=tables, now=tables)
def test_steps_add_up_whatever_changed(name: str, then: pd.DataFrame, now: pd.DataFrame) -> None:
    figure = FIGURES[name]
    walked = steps(then, now, figure)
    assert walked[0].before == pytest.approx(counted_by_pandas(then, figure))
    assert walked[-1].after == pytest.approx(counted_by_pandas(now, figure))
    assert all(one.after == other.before for one, other in itertools.pairwise(walked))
    total, expected = sum(step.difference for step in walked), (walked[-1].after or 0) - (walked[0].before or 0)
    assert total == (expected if figure.measure in ("count", "sum") else pytest.approx(expected, abs=1e-9))
    for step in walked:
        if step.effects is not None and step.before is not None and step.after is not None:
            assert sum(step.effects) == pytest.approx(step.difference, abs=1e-6)
        if not len(step.name_hashes):
            assert step.difference == pytest.approx(0, abs=1e-9)
