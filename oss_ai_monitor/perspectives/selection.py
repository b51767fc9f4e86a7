"""The shared choices of a reader: dataset, dates, unit, sizes, score and switches."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

from ..charts import (
    DATES_OF_THE_RANGE,
    DATES_UP_TO_ITS_END,
    LATE_SUBMISSIONS_MISSING,
    STILL_FILLING,
    Span,
    number_text,
)
from .datasets import AVERAGE, Datasets, as_date
from .phrases import decimal_text

MAX_SIZE_B = 100_000.0
"""The highest upper limit of sizes that can be chosen, in billions of parameters."""
UNITS = ("day", "week", "month")
SWITCHES = ("text_generation", "hide_derived", "downloaded")
HIDES = {
    "text_generation": "text generation only",
    "hide_derived": "quantized and adapters",
    "downloaded": "downloads",
    "sizes": "sizes",
}


@dataclass(frozen=True)
class Selection:
    """The shared choices; immutable, so that each change gives a new selection."""

    datasets: Datasets = field(repr=False, compare=False)
    dataset: str
    dates: tuple[dt.date, dt.date]
    unit: str
    sizes: tuple[str, ...] = ()
    at_most_b: float | None = None
    benchmark: str = AVERAGE
    text_generation: bool = True
    hide_derived: bool = False
    downloaded: bool = False
    show_events: bool = True

    @classmethod
    def defaults(cls, datasets: Datasets, dataset: str = "", today: dt.date | None = None) -> Selection:
        """Return the choices that the page opens with, or those for a dataset."""
        dataset = dataset or datasets.first_choice(today)
        dates, unit = datasets.defaults(dataset)
        return cls(datasets, dataset, dates, unit)

    def on(self, dataset: str, *, reset_dates: bool = False) -> Selection:
        """Return the same choices for another dataset.

        Its default dates replace those that it does not have, those that nobody chose, and with `reset_dates` all.
        """
        changes: dict[str, Any] = {"dataset": dataset}
        first, last = self.datasets.bounds(dataset)
        usual_dates, usual_unit = self.datasets.defaults(self.dataset)
        if reset_dates or not first <= self.dates[0] <= self.dates[1] <= last:
            changes["dates"], changes["unit"] = self.datasets.defaults(dataset)
        elif dataset != self.dataset and self.dates == usual_dates:
            dates, unit = self.datasets.defaults(dataset)
            changes |= {"dates": dates, "unit": unit if self.unit == usual_unit else self.unit}
        if self.benchmark not in self.datasets.benchmarks(dataset).values():
            changes["benchmark"] = AVERAGE
        return replace(self, **changes)

    def with_scores(self) -> Selection:
        """Return these choices if the dataset has scores; else those on the newest leaderboard, over its own dates.

        Where there is no leaderboard either, these choices.
        """
        board = self.datasets.newest_leaderboard
        if self.has_scores or not board:
            return self
        return replace(self.on(board), dates=self.datasets.defaults(board)[0], unit=self.unit)

    @property
    def about(self) -> dict[str, Any]:
        """The row of marts.datasets for the dataset."""
        return self.datasets.rows_by_name[self.dataset]

    @property
    def has_scores(self) -> bool:
        """Whether the dataset is a leaderboard, or one official benchmark."""
        return self.dataset != "hub"

    @property
    def kind(self) -> str:
        """hub, leaderboard or benchmark."""
        return str(self.about["kind"])

    @property
    def task_text(self) -> str:
        """Text before "models" while those of other tasks are hidden; empty where none are."""
        return "text-generation " if self.kind == "hub" and self.text_generation else ""

    @property
    def sizes_text(self) -> str:
        """The chosen sizes and their limit, for lists of filters."""
        limit = f"at most {decimal_text(self.at_most_b)} B parameters" if self.at_most_b else ""
        classes = f"size (B parameters) {', '.join(self.sizes)}" if self.sizes else ""
        return ", ".join(filter(None, [classes, limit])) or "all sizes"

    @property
    def of_these_sizes(self) -> str:
        """Text after "models" about the chosen sizes and their limit; empty where there is none."""
        size_classes = [size for size in self.sizes if size != "unknown"]
        classes = f" of {' and '.join(size_classes)} B parameters" if size_classes else ""
        if len(size_classes) < len(self.sizes):
            classes += " or of unknown size" if size_classes else " of unknown size"
        limit = f" of at most {decimal_text(self.at_most_b)} B parameters" if self.at_most_b else ""
        return " and".join(filter(None, [classes, limit]))

    @property
    def score_name(self) -> str:
        """The name of the score, for sentences."""
        if self.kind == "benchmark":
            return "score"
        labels = {name: label for label, name in self.benchmarks.items()}
        return "average score" if self.benchmark == AVERAGE else f"{labels[self.benchmark]} score"

    @property
    def span(self) -> Span:
        """The dates and the unit for charts."""
        start, end = self.dates
        settled_on = self.about["settled_on"]
        return Span(start, end, self.unit, None if pd.isna(settled_on) else as_date(settled_on), self.unsettled)

    @property
    def unsettled(self) -> str:
        """The state of a leaderboard's last periods: still filling, or late submissions missing."""
        return STILL_FILLING if self.about["awaits_late_submissions"] else LATE_SUBMISSIONS_MISSING

    @property
    def incomplete(self) -> str:
        """Text after "are" about hatched periods, which take no part in changes and trends."""
        if pd.isna(self.about["settled_on"]):
            return "incomplete"
        return "incomplete or " + (
            STILL_FILLING if self.about["awaits_late_submissions"] else "without their late submissions"
        )

    @property
    def bounds(self) -> tuple[dt.date, dt.date]:
        """The first date that can be chosen, and the day of the data."""
        return self.datasets.bounds(self.dataset)

    @property
    def benchmarks(self) -> dict[str, str]:
        """The scores of the dataset, label to id."""
        return self.datasets.benchmarks(self.dataset)

    def rules(self) -> dict[str, int]:
        """Return how many models of the dataset were dated by each rule."""
        return self.datasets.rules(self.dataset)

    def events(self) -> pd.DataFrame:
        """Return the dated events of the dataset in the chosen dates: happened_on, label, source."""
        return self.datasets.events_between(self.dataset, *self.dates)

    def values(self) -> dict[str, Any]:
        """Return the parameters that every query may use."""
        start, end = self.dates
        return {
            "dataset": self.dataset,
            "start": start,
            "end": end,
            "unit": self.unit,
            "sizes": list(self.sizes),
            "at_most_b": self.at_most_b,
            "benchmark": self.benchmark,
            **{switch: getattr(self, switch) for switch in SWITCHES},
        }

    def hidden(self) -> dict[str, int]:
        """Return how many models the dataset has, and how many of them the sizes and each switch hide on their own.

        For a switch that is off: how many it would hide. `remaining` are hidden by no filter: `in_range` of them are in
        the chosen dates, the others `before`, `after` or `undated`; of these `existed_before` are older than any date.
        """
        return self.datasets.hidden(self.values())

    def left_out(self, dates: str = DATES_OF_THE_RANGE) -> list[str]:
        """Return texts about the models of the dataset that a chart does not show, each with its count."""
        return [f"{number_text(n)} {reason}" for reason, n in self.left_out_counts(dates).items()]

    def left_out_counts(self, dates: str = DATES_OF_THE_RANGE) -> dict[str, int]:
        """Return why models of the dataset are not shown by a chart, and how many; with those shown they add up.

        `dates` is the chart's: a chart with all models up to the last day leaves out no earlier ones, and a chart with
        its own dates describes itself what it leaves out.
        """
        hidden = self.hidden()
        hidden_alone = {name: hidden[name] for name in SWITCHES if getattr(self, name)} | {"sizes": hidden["sizes"]}
        hidden_alone_text = ", ".join(
            f"{number_text(n)} by {HIDES[name]} alone" for name, n in hidden_alone.items() if n
        )
        reasons = {
            "hidden by the filters" + (f" ({hidden_alone_text})" if hidden_alone_text else ""): hidden["models"]
            - hidden["remaining"],
        }
        if dates == DATES_OF_THE_RANGE:
            reasons["dated outside the range"] = hidden["before"] + hidden["after"]
            reasons["undated and not drawn"] = hidden["undated"]
        if dates == DATES_UP_TO_ITS_END:
            reasons["dated after the range"] = hidden["after"]
            reasons["undated and not drawn"] = hidden["undated"] - hidden["existed_before"]
        return {reason: n for reason, n in reasons.items() if n}
