"""The best of every benchmark of a leaderboard: its rank on the average, and how much of a specialist it is."""

from __future__ import annotations

import pandas as pd

from ...charts import DATES_OF_ITS_OWN, GAINS, IntervalDots, number_text
from ..declaration import Source
from ..selection import Selection

MOST = 20
"""Models of each benchmark in the table."""
FIRSTS = Source(
    "score_progress_firsts",
    columns={
        "label": "the benchmark",
        "place": "by its score; equal ones share a place",
        "model_id": "the repository",
        "score": "on the benchmark, points of 100",
        "average": "mean of all benchmarks, points of 100",
        "average_rank": "place on the mean; equal ones share a place",
        "specialist_gap": "standard deviations above the average model on the benchmark, less those on the mean",
        "type": "what kind of model it is",
        "parameters_b": "billions of parameters",
        "appeared_on": "day on which it appeared, UTC; empty is undated",
        "models": "models with this score, a count",
    },
    constants={"most": MOST},
    names_models=True,
)


def firsts_chart() -> IntervalDots:
    """Return the chart, with one row for each model that is the best of a benchmark."""
    details = (
        ("", "model_id"), ("score", "score{0.0}"), ("average", "average{0.0}"), ("rank on it", "average_rank{0,0}"),
    )  # fmt: skip
    return IntervalDots(
        "firsts", x_title="specialist gap", value_label="specialist gap", numbers=GAINS,
        details=details, longest=22, dates=DATES_OF_ITS_OWN,
    )  # fmt: skip


def send_firsts(chart: IntervalDots, rows: pd.DataFrame, selection: Selection) -> None:
    """Send the best of each benchmark; one benchmark alone has no average, and no chart."""
    chart.is_offered = len(selection.benchmarks) > 2
    firsts = rows[rows["place"] == 1] if chart.is_offered else rows.iloc[:0]
    gaps = firsts["specialist_gap"].fillna(0.0)
    chart.param.update(
        title="The best of every benchmark",
        caption=_caption(firsts),
        details="The specialist gap is how many standard deviations the model is above the average model on the "
        "benchmark, less how many it is on the average of all benchmarks: far above zero are specialists. It is over "
        f"all models until the last of the chosen dates, undated ones too where that is the end of the data; the table "
        f"has the {MOST} best of each. A model stands here with the evaluation whose average is highest. A click on a "
        "dot opens the model's page.",
    )
    places = zip(firsts["label"], firsts["average_rank"], strict=True)
    names = [f"{label} · rank {number_text(rank)}" for label, rank in places]
    firsts = firsts.assign(name=names, label=names, second=firsts["model_id"])
    chart.send(firsts.assign(value=gaps, low=gaps.clip(upper=0.0), high=gaps.clip(lower=0.0)))


def _caption(firsts: pd.DataFrame) -> str:
    """Return what the bars are, and the largest specialist."""
    if firsts.empty:
        return "No model has these scores."
    largest = firsts.sort_values("specialist_gap", ascending=False, kind="stable").iloc[0]
    return (
        "The best model of each benchmark, with its rank on the average of all, by how much of a specialist it is: "
        f"most of all {largest['model_id']} on {largest['label']}."
    )
