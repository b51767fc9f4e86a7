"""Official benchmarks: results that wait in pull requests, by age, and which of the most used models have none."""

from __future__ import annotations

from collections import Counter

import pandas as pd

from ...charts import COUNTS, DATES_OF_ITS_OWN, HeatMap, StackedRows, number_text
from ...plurals import counted
from ..declaration import Source

PENDING = Source(
    "score_progress_pending",
    columns={
        "benchmark": "official benchmark",
        "age": "from the evaluation, as the entry says, to the snapshot",
        "results": "pending results of this age, a count",
        "pending": "pending results of the benchmark, a count",
        "all_results": "all its results, a count",
    },
)
COVERAGE = Source(
    "score_progress_coverage",
    columns={
        "place": "by downloads in the 30 days before the listing",
        "model_id": "the repository",
        "downloads_30d": "these downloads, a count",
        "benchmark": "official benchmark",
        "result": "verified, reported, pending (in a pull request that is not merged), or none",
        "score": "points of 100; empty: none",
    },
    names_models=True,
)
AGES = {
    "up to a week": "#56B4E9",
    "up to 30 days": "#0072B2",
    "up to 90 days": "#E69F00",
    "up to a year": "#D55E00",
    "more than a year": "#A3402B",
    "no date": "#8A8F98",
}
VALUES = {"verified": 1.0, "reported": 1.0, "pending": 0.4}
TEXTS = {"verified": "verified", "reported": "reported", "pending": "pending", "none": "–"}


def pending_chart() -> StackedRows:
    """Return the chart of pending results."""
    return StackedRows("pending", colours=AGES, x_title="pending results", numbers=COUNTS, dates=DATES_OF_ITS_OWN)


def coverage_chart() -> HeatMap:
    """Return the matrix of models and benchmarks."""
    return HeatMap(
        "coverage", x="benchmark", y="model", value="has_result", x_title="official benchmark", y_title="",
        details=(("result", "result"), ("score", "score_text"), ("downloads in 30 days", "downloads_30d{0,0}")),
        dates=DATES_OF_ITS_OWN,
    )  # fmt: skip


def send_pending(chart: StackedRows, rows: pd.DataFrame, *, is_offered: bool) -> None:
    """Send one bar a benchmark with pending results."""
    chart.is_offered = is_offered
    pending = rows[rows["pending"] > 0] if is_offered else rows.iloc[:0]
    by_benchmark = pending.drop_duplicates("benchmark_id")
    total, oldest = int(by_benchmark["pending"].sum()), by_benchmark["oldest_days"].max()
    of_all = number_text(rows.drop_duplicates("benchmark_id")["all_results"].sum())
    since = f"; the oldest was evaluated {counted(int(oldest), 'day')} before the snapshot" if total else ""
    chart.param.update(
        title="Pending results, by age",
        caption=f"{counted(total, 'result')} of official benchmarks, of {of_all} in all, wait in pull requests{since}.",
        details="The age is from the day of the evaluation, as the entry says, to the snapshot: the day of the pull "
        "request has not landed. A pending result sets no record.",
    )
    drawn = pending[pending["results"] > 0]
    chart.send(drawn.assign(name=drawn["benchmark"], part=drawn["age"], value=drawn["results"]))


def send_coverage(chart: HeatMap, rows: pd.DataFrame, *, is_offered: bool) -> None:
    """Send a cell for each of the most used models and each benchmark."""
    chart.is_offered = is_offered
    rows = rows if is_offered else rows.iloc[:0]
    models = rows["model_id"].nunique()
    lacking = rows[rows["result"] == "none"].groupby("benchmark", sort=False).size()
    named = ", ".join(f"{benchmark} {number}" for benchmark, number in lacking.items())
    chart.param.update(
        title="The most used models without a result",
        caption=f"Of the {models} most downloaded models so many have no result: {named or 'none'}."
        if models
        else "No model's downloads are known.",
        details="Strong cells have a result that is verified by the Hub or reported in the model's repository, pale "
        "ones a pending one, blank ones none. With “text generation only” these are the most downloaded models of "
        "that task.",
    )
    ids = [str(name) for name in rows["model_id"].unique()]
    short = Counter(name.rpartition("/")[2] for name in ids)
    names = {name: last if short[last := name.rpartition("/")[2]] == 1 else name for name in ids}
    scores = [f"{score:.1f}" if pd.notna(score) else "none" for score in rows["score"]]
    cells = rows.assign(
        model=rows["model_id"].map(names),
        has_result=rows["result"].map(VALUES),
        text=rows["result"].map(TEXTS),
        score_text=scores,
    )
    chart.send(cells, x_names=list(dict.fromkeys(rows["benchmark"])), y_names=[names[name] for name in ids])
