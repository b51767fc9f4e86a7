"""Then and now on the six dated exports of v2, against pandas over the raw files; skipped where they are absent."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest

from oss_ai_monitor import comparing, warehouse
from oss_ai_monitor.comparing import Comparison
from oss_ai_monitor.landing import Keys, Landing
from oss_ai_monitor.sources import archive

TOLERANCE = 0.005
COLUMNS = {
    "2024": {
        "fullname": "name", "model_sha": "revision", "precision": "precision", "average": "average",
        "math_lvl_5": "math", "submission_date": "submitted", "chat_template": "chat",
    },
    "2025": {
        "model_name": "name", "model_sha": "revision", "model_precision": "precision", "model_average_score": "average",
        "evaluations_math_normalized_score": "math", "metadata_submission_date": "submitted",
        "model_has_chat_template": "chat",
    },
}  # fmt: skip
MOVED = {"gpt2": "openai-community/gpt2"}
"""A legacy name and its successor (sql/seeds/renamed.csv): both are on the leaderboard, and are one repository."""
PAIRS = [("2024-11-04", "2024-11-08"), ("2025-02-13", "2025-02-14")]
Compare = Callable[[str, str, str], Comparison]


@pytest.fixture(scope="module")
def compare(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Compare]:
    """Compare two of the days, each built as of it."""
    folder = tmp_path_factory.mktemp("six-days")
    landing = Landing(folder / "landing")
    for path in sorted((real_data / "leaderboard_snapshots").glob("*.csv.gz")):
        day = path.name.removeprefix("huggingface_v2_").removesuffix(".csv.gz")
        (table,) = archive.read([path], as_of=datetime.fromisoformat(day).replace(tzinfo=UTC))
        landing.land(table)
    with ExitStack() as stack:
        opened = {}
        for day in [day for pair in PAIRS for day in pair]:
            moment = datetime.fromisoformat(f"{day}T23:59:59").replace(tzinfo=UTC)
            keys = Keys(landing, is_simulated=False)
            path = warehouse.build(folder, landing.selected(as_of=moment), keys=keys, is_pinned=True)
            opened[day] = stack.enter_context(closing(warehouse.Warehouse(path)))
        yield lambda then, now, figure: comparing.compare(opened[then], opened[now], figure, "v2", most=500)


def best_rows(real_data: Path, day: str) -> pd.DataFrame:
    """The best unflagged evaluation of each repository in a raw file, by its name in lower case."""
    raw = pd.read_csv(real_data / f"leaderboard_snapshots/huggingface_v2_{day}.csv.gz")
    flagged = ~raw["flagged"] if day < "2025" else raw["features_is_flagged"]  # exports of 2024 have it inverted
    rows = raw[~flagged.astype(bool)].rename(columns=COLUMNS[day[:4]])
    rows = rows[rows["name"].notna() & (rows["name"] != "baseline")].assign(
        key=lambda rows: rows["name"].str.lower().replace(MOVED)
    )
    order = ["average", "submitted", "revision", "precision"]
    rows = rows.sort_values(order, ascending=[False, False, True, True], kind="stable")
    return rows.drop_duplicates("key").set_index("key")


@pytest.mark.parametrize(("then", "now", "models"), [(*PAIRS[0], 1198), (*PAIRS[1], None)])
def test_models_whose_best_row_was_scored_again_are_behind_the_steps_of_scores(
    real_data: Path, compare: Compare, then: str, now: str, models: int | None
) -> None:
    before, after = (best_rows(real_data, day) for day in (then, now))
    both = before.join(after, how="inner", suffixes=("_then", "_now"))
    changed = both[(both["math_now"] - both["math_then"]).abs() > TOLERANCE]
    identity = ("revision", "precision", "submitted", "chat")
    before_them, after_them = (
        changed[[f"{name}_{end}" for name in identity]].fillna("").agg(tuple, axis=1) for end in ("then", "now")
    )
    same = before_them == after_them
    comparison = compare(then, now, "best-math-lvl-5")
    counts = {step.key: step.rows for step in comparison.steps}
    assert counts["rescored"] == int(same.sum())
    assert counts["rescored"] + int((~same).sum()) == len(changed)
    assert len(changed) == models or (models is None and 3460 <= len(changed) <= 3480)
    assert comparison.then.value == pytest.approx(before["math"].max(), abs=1e-9)
    assert comparison.now.value == pytest.approx(after["math"].max(), abs=1e-9)
    assert comparison.now.leader.lower() == after["math"].idxmax()


@pytest.mark.parametrize(("then", "now"), PAIRS)
def test_counts_and_means_are_those_of_the_raw_files_and_the_steps_add_up(
    real_data: Path, compare: Compare, then: str, now: str
) -> None:
    before, after = (best_rows(real_data, day) for day in (then, now))
    new, removed = set(after.index) - set(before.index), set(before.index) - set(after.index)
    counted = compare(then, now, "evaluated-models")
    assert {step.key: (step.difference, step.rows) for step in counted.steps} == {
        key: (sign * len(names), len(names)) for key, names, sign in (("gone", removed, -1), ("new", new, 1)) if names
    }
    assert {row.model_id.lower() for row in counted.steps[-1].listed} == new
    for figure, expected in (
        ("evaluated-models", len), ("best-average", lambda rows: rows["average"].max()),
        ("mean-average", lambda rows: rows["average"].mean()),
        ("median-average", lambda rows: rows["average"].median()),
    ):  # fmt: skip
        comparison = compare(then, now, figure)
        values = comparison.then.value, comparison.now.value
        assert values == pytest.approx((expected(before), expected(after)), abs=1e-9), figure
        assert sum(step.difference for step in comparison.steps) == pytest.approx(values[1] - values[0], abs=1e-9)
