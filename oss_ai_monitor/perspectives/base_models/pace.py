"""The pace of derivatives: how many attempts each record took, and how many a base pulled in its first 180 days."""

from __future__ import annotations

from typing import Any

import pandas as pd

from ...charts import DATES_OF_ITS_OWN, GAINS, SCORES, Curves, StackedRows, date_text
from ...plurals import counted
from ..declaration import Source

DAYS = 180
CHOICES = ("bases", "merges", "resized")
ATTEMPTS = Source(
    "base_models_attempts",
    columns={
        "label": "the base model",
        "attempts": "dated derivatives up to the day, that day's included, a count",
        "gain": "best gain so far, points above the base's own score",
        "is_record": "whether a derivative of that day beat the base and all before; otherwise the row is the last day",
        "model_id": "the repository that did",
        "appeared_on": "day on which it appeared, UTC",
    },
    parameters=CHOICES,
    names_models=True,
)
PULL = Source(
    "base_models_pull",
    columns={
        "label": "the base model",
        "released_on": "day of its release, UTC",
        "derivatives": "evaluated derivatives dated in these days, a count",
        "days": "days after the release that are counted, 180 at most",
        "is_complete": "whether all 180 days have passed and have their submissions",
        "derivatives_per_30_days": "evaluated derivatives in 30 days",
    },
    parameters=CHOICES,
)
PART = "evaluated derivatives in 30 days"
Styles = dict[str, tuple[str, str]]


def attempts_chart() -> Curves:
    """Return the chart of gains over attempts."""
    return Curves(
        "attempts", by="label", x="attempts", value="gain", x_title="derivatives so far",
        y_title="points gained over the base's own score", numbers=GAINS, has_powers=True,
        details=(("", "model_text"), ("derivatives", "attempts{0,0}"), ("", "day_text")), dates=DATES_OF_ITS_OWN,
    )  # fmt: skip


def pull_chart() -> StackedRows:
    """Return the chart of derivatives in the first 180 days."""
    return StackedRows("pull", colours={PART: "#0072B2"}, x_title=PART, numbers=SCORES, dates=DATES_OF_ITS_OWN)


def send_attempts(chart: Curves, rows: pd.DataFrame, styles: Styles) -> None:
    """Send the records as steps: a gain holds until the attempt that beat it."""
    chart.param.update(
        title="Attempts to each record",
        caption="The best gain so far against the number of derivatives that had appeared by then; every step to the "
        "right is ten times as many.",
        details="Derivatives of one day are in no order: a record counts all of its day. Only dated derivatives with "
        "this score count, from the day of the base's release, and pending results do not.",
    )
    chart.send(_steps(rows), styles)


def _steps(rows: pd.DataFrame) -> pd.DataFrame:
    """Return two corners for each row, and one for the first derivative."""
    parts: list[dict[str, Any]] = []
    for label, group in rows.groupby("label", sort=False):
        before = 0.0
        parts.append({"label": label, "attempts": 1, "gain": before, "model_text": "", "day_text": ""})
        for row in group.to_dict("records"):
            day = date_text(row["appeared_on"]) if row["is_record"] else ""
            texts = {"model_text": row["model_id"] if row["is_record"] else "", "day_text": day}
            corner = {"label": label, "attempts": row["attempts"]}
            parts += [corner | {"gain": before} | texts, corner | {"gain": row["gain"]} | texts]
            before = row["gain"]
    return pd.DataFrame(parts, columns=["label", "attempts", "gain", "model_text", "day_text"])


def send_pull(chart: StackedRows, rows: pd.DataFrame) -> None:
    """Send one bar a base; the days of a horizon that is not over stand behind its name."""
    bars = rows.assign(name=rows["label"], part=PART, value=rows["derivatives_per_30_days"])
    short = rows[~rows["is_complete"].astype(bool)]
    notes = {row["label"]: f"({counted(row['days'], 'day')})" for row in short.to_dict("records")}
    chart.param.update(
        title=f"Evaluated derivatives in the first {DAYS} days",
        caption=f"Evaluated derivatives of each base in 30 days, over the first {DAYS} days after its release.",
        details="Where a number of days stands behind a name, the horizon goes beyond the data, or beyond the last day "
        "of which all models have been submitted: the rate is over the days until then. Only derivatives that this "
        "leaderboard evaluated count, by the day on which they appeared.",
    )
    chart.send(bars, notes=notes)
