"""The filters that all perspectives share: kept while a reader moves between them, and in the address.

Bounds and choices come from the warehouse; what an address asks for is checked against them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import pandas as pd
import param

from ..charts import (
    DATES_OF_THE_RANGE,
    DATES_UP_TO_ITS_END,
    LATE_SUBMISSIONS_MISSING,
    STILL_FILLING,
    Span,
    date_text,
    number_text,
)
from ..warehouse import Warehouse, seed

UNITS = ("day", "week", "month")
SWITCHES = ("text_generation", "hide_derived", "downloaded")
HIDES = {
    "text_generation": "text generation only",
    "hide_derived": "quantized and adapters",
    "downloaded": "downloads",
    "sizes": "sizes",
}
FRESH = dt.timedelta(days=30)


class Filters(param.Parameterized):
    """What is looked at: which dataset, which dates, in which unit, of which sizes, by which score."""

    dataset = param.Selector(doc="Where the models were seen.")
    dates = param.Parameter(doc="First and last date, both included: (date, date).")
    unit = param.Selector(default="week", objects=list(UNITS), doc="How long a period is.")
    sizes = param.ListSelector(default=[], objects=[], doc="Parameters in billions; none chosen means all.")
    benchmark = param.Selector(default="average", objects=["average"], doc="The score that is compared.")
    text_generation = param.Boolean(default=True, doc="Only models that generate text.")
    hide_derived = param.Boolean(default=False, doc="Without quantized copies and adapters.")
    downloaded = param.Boolean(default=False, doc="Only models with a download in the last 30 days.")
    show_events = param.Boolean(default=True, doc="Mark when boards opened, closed or changed their scores.")

    def __init__(self, warehouse: Warehouse, today: dt.date | None = None) -> None:
        super().__init__()
        self.warehouse = warehouse
        self.datasets = warehouse.query("datasets").set_index("dataset", drop=False)
        rows: Any = self.datasets.to_dict("index")
        self._abouts: dict[str, dict[str, Any]] = rows
        self._events: tuple[tuple[Any, ...], pd.DataFrame] = ((), pd.DataFrame())
        self._rules: dict[str, dict[str, int]] = {}
        self._benchmarks: dict[str, dict[str, str]] = {name: {"Average": "average"} for name in self._abouts}
        for board, benchmark, label in warehouse.query("benchmarks")[["leaderboard", "benchmark", "label"]].to_numpy():
            self._benchmarks.setdefault(board, {})[label] = benchmark
        # an official benchmark has one score, and that never meets another
        self._benchmarks |= {name: {"Score": "average"} for name, row in rows.items() if row["kind"] == "benchmark"}
        self.param["dataset"].objects = list(self.datasets.index)
        self.param["sizes"].objects = [row["size"] for row in seed("sizes", warehouse.sql)]
        self._reset(self._first_choice(today or dt.datetime.now(dt.UTC).date()))

    @property
    def about(self) -> dict[str, Any]:
        """The row of marts.datasets for the dataset that is looked at."""
        return self._abouts[self.dataset]

    @property
    def has_scores(self) -> bool:
        """Whether the dataset is a leaderboard, or one official benchmark."""
        return bool(self.dataset != "hub")

    @property
    def kind(self) -> str:
        """hub, leaderboard or benchmark."""
        return str(self.about["kind"])

    @property
    def score_name(self) -> str:
        """The score that is compared, in a sentence."""
        if self.kind == "benchmark":
            return "score"
        labels = {name: label for label, name in self.benchmarks.items()}
        return "average score" if self.benchmark == "average" else f"{labels[self.benchmark]} score"

    @property
    def span(self) -> Span:
        """The dates and the unit, as pictures take them."""
        start, end = self.dates
        settled_on = self.about["settled_on"]
        return Span(start, end, self.unit, None if pd.isna(settled_on) else _date(settled_on), self.unsettled)

    @property
    def unsettled(self) -> str:
        """What the periods of a leaderboard within its lag are: still filling, or late submissions missing."""
        return STILL_FILLING if self.about["awaits_late_submissions"] else LATE_SUBMISSIONS_MISSING

    @property
    def incomplete(self) -> str:
        """What hatched periods are, after "are": such periods take no part in changes and trends."""
        if pd.isna(self.about["settled_on"]):
            return "incomplete"
        return "incomplete or " + (
            STILL_FILLING if self.about["awaits_late_submissions"] else "without their late submissions"
        )

    @property
    def bounds(self) -> tuple[dt.date, dt.date]:
        """The first date that can be looked at, and the day that the data speaks of."""
        return _bounds(self.about)

    @property
    def benchmarks(self) -> dict[str, str]:
        """The scores of the dataset, label to id."""
        return self._benchmarks[self.dataset]

    def rules(self) -> dict[str, int]:
        """How many dated models of the dataset stand on which rule."""
        if self.dataset not in self._rules:
            rows = self.warehouse.query("appeared_rules", {"dataset": self.dataset})
            self._rules[self.dataset] = dict(zip(rows["appeared_rule"], rows["models"], strict=True))
        return self._rules[self.dataset]

    def events(self) -> pd.DataFrame:
        """The dated events of the dataset in the chosen dates: happened_on, label, source."""
        wanted = self.dataset, *self.dates
        if self._events[0] != wanted:
            first, last = self.bounds
            known = self.warehouse.query("events", {"dataset": self.dataset, "start": first, "end": last})
            start, end = map(pd.Timestamp, self.dates)
            self._events = wanted, known[known["happened_on"].between(start, end)]
        return self._events[1]

    def values(self) -> dict[str, Any]:
        """The bound parameters that every query may name."""
        start, end = self.dates
        return {
            "dataset": self.dataset,
            "start": start,
            "end": end,
            "unit": self.unit,
            "sizes": list(self.sizes),
            "benchmark": self.benchmark,
            **{switch: getattr(self, switch) for switch in SWITCHES},
        }

    def hidden(self) -> dict[str, int]:
        """How many models the dataset has, and how many of them the sizes and each switch hide alone.

        A switch that is off says what it would hide. `kept` are those that no filter hides: `shown` of them are in the
        chosen dates, the others `before`, `after` or `undated`; of these `existed_before` are older than any date.
        """
        counted: Any = self.warehouse.query("hidden", self.values())
        return {str(name): int(counted[name].iloc[0]) for name in counted.columns if name != "dataset"}

    def left_out(self, dates: str = DATES_OF_THE_RANGE) -> list[str]:
        """Where the models of the dataset are that a picture does not show, in words; with those shown they add up.

        `dates` is the picture's: one that shows all up to the last day leaves out none of before, and one with days of
        its own says itself what it leaves out.
        """
        hidden = self.hidden()
        ways = {name: hidden[name] for name in SWITCHES if getattr(self, name)} | {"sizes": hidden["sizes"]}
        alone = ", ".join(f"{number_text(n)} by {HIDES[name]} alone" for name, n in ways.items() if n)
        gone = {
            "hidden by the filters" + (f" ({alone})" if alone else ""): hidden["models"] - hidden["remaining"],
        }
        if dates == DATES_OF_THE_RANGE:
            gone["dated outside the range"] = hidden["before"] + hidden["after"]
            gone["undated and not drawn"] = hidden["undated"]
        if dates == DATES_UP_TO_ITS_END:
            gone["dated after the range"] = hidden["after"]
            gone["undated and not drawn"] = hidden["undated"] - hidden["existed_before"]
        return [f"{number_text(n)} {why}" for why, n in gone.items() if n]

    @param.depends("dataset", watch=True)  # type: ignore[untyped-decorator]  # Param is not followed
    def _dataset_changed(self) -> None:
        self._reset(self.dataset)

    def _reset(self, dataset: str, *, anew: bool = False) -> None:
        """Go to a dataset; what is out of its range, or with `anew` the range itself, goes to its defaults at once."""
        row = self._abouts[dataset]
        self.param["benchmark"].objects = list(self._benchmarks[dataset].values())
        new: dict[str, Any] = {"dataset": dataset}
        first, last = _bounds(row)
        if self.dates is None or anew or not (first <= self.dates[0] <= self.dates[1] <= last):
            new |= {"dates": (_date(row["default_start"]), _date(row["default_end"])), "unit": row["default_unit"]}
        if self.benchmark not in self.param["benchmark"].objects:
            new["benchmark"] = "average"
        self.param.update(**new)

    def _first_choice(self, today: dt.date) -> str:
        """The Hub where its listing is fresh, else the newer leaderboard."""
        names = list(self.datasets.index)
        if "hub" in names and today - _date(self.datasets.loc["hub", "as_of"]) <= FRESH:
            return "hub"
        return next((name for name in ("v2", "v1", "hub") if name in names), names[0])

    def to_query(self) -> dict[str, str]:
        """What a link must say to reproduce the filters."""
        start, end = self.dates
        said = {"dataset": self.dataset, "from": start.isoformat(), "to": end.isoformat(), "unit": self.unit}
        if self.sizes:
            said["sizes"] = ",".join(self.sizes)
        if self.benchmark != "average":
            said["score"] = self.benchmark
        for switch in (*SWITCHES, "show_events"):
            if getattr(self, switch) != self.param[switch].default:
                said[switch] = "yes" if getattr(self, switch) else "no"
        return said

    def from_query(self, said: Mapping[str, str]) -> list[str]:
        """Take over what an address says, in one change; one sentence for each value that cannot be followed."""
        notices: list[str] = []
        with param.parameterized.batch_call_watchers(self):
            self._follow_choice(said, "dataset", "dataset", notices)
            self._reset(self.dataset, anew=True)
            self._follow_choice(said, "unit", "unit", notices)
            self._follow_choice(said, "score", "benchmark", notices)
            self._follow_dates(said, notices)
            sizes, classes = [size for size in said.get("sizes", "").split(",") if size], self.param["sizes"].objects
            self.sizes = [size for size in sizes if size in classes]
            notices += [f"There is no size “{size}”: it is left out." for size in sizes if size not in classes]
            for switch in (*SWITCHES, "show_events"):
                self._follow_switch(said, switch, notices)
        return notices

    def _follow_choice(self, said: Mapping[str, str], word: str, name: str, notices: list[str]) -> None:
        choices = self.param[name].objects
        if word in said and said[word] in choices:
            setattr(self, name, said[word])
        elif word in said:
            notices.append(f"There is no {word} “{said[word]}” here: showing {getattr(self, name)}.")

    def _follow_dates(self, said: Mapping[str, str], notices: list[str]) -> None:
        start, end = self.dates
        try:
            wanted = [
                dt.date.fromisoformat(said.get("from", str(start))),
                dt.date.fromisoformat(said.get("to", str(end))),
            ]
        except ValueError:
            notices.append(f"The dates in the address are not dates: showing {date_text(start)} to {date_text(end)}.")
            return
        if wanted[0] > wanted[1]:
            notices.append(f"The dates in the address run backwards: showing {date_text(start)} to {date_text(end)}.")
            return
        first, last = self.bounds
        kept = max(wanted[0], first), min(wanted[1], last)
        if kept[0] > kept[1]:
            notices.append(
                f"The data goes from {date_text(first)} to {date_text(last)}: showing the usual range of it."
            )
            return
        if list(kept) != wanted:
            notices.append(f"The dates were cut to the data: {date_text(kept[0])} to {date_text(kept[1])}.")
        self.dates = kept

    def _follow_switch(self, said: Mapping[str, str], switch: str, notices: list[str]) -> None:
        if said.get(switch, "yes") not in ("yes", "no"):
            notices.append(f"{switch} is yes or no, not “{said[switch]}”: it is left as it was.")
        elif switch in said:
            setattr(self, switch, said[switch] == "yes")


def _bounds(row: Mapping[str, Any]) -> tuple[dt.date, dt.date]:
    return min(_date(row["first_on"]), _date(row["default_start"])), _date(row["as_of"])


def _date(moment: Any) -> dt.date:
    return pd.Timestamp(moment).date()
