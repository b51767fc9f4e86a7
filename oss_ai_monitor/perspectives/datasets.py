"""The datasets of a warehouse, with their dates, scores, rules and dated events."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import pandas as pd

from ..warehouse import Warehouse, seed

AVERAGE = "average"  # the score that every leaderboard has
LEADERBOARDS = ("v2", "v1")  # newest first
FRESH = dt.timedelta(days=30)  # the page opens with the Hub's listing if it is not older


class Datasets:
    """The datasets of one warehouse; read once, and shared by all selections of a visitor."""

    def __init__(self, warehouse: Warehouse) -> None:
        self.warehouse = warehouse
        self.table = warehouse.query("datasets").set_index("dataset", drop=False)
        """marts.datasets, by name."""
        rows: Any = self.table.to_dict("index")
        self.rows_by_name: dict[str, dict[str, Any]] = rows
        self.sizes = tuple(row["size"] for row in seed("sizes", warehouse.sql))
        self._benchmarks: dict[str, dict[str, str]] = {name: {"Average": AVERAGE} for name in self.rows_by_name}
        columns = ["leaderboard", "benchmark", "label"]
        for board, benchmark, label in warehouse.query("benchmarks")[columns].to_numpy():
            self._benchmarks.setdefault(board, {})[label] = benchmark
        # an official benchmark has one score, which is never compared with others
        self._benchmarks |= {name: {"Score": AVERAGE} for name, row in rows.items() if row["kind"] == "benchmark"}
        self._rules: dict[str, dict[str, int]] = {}
        self._events: dict[str, pd.DataFrame] = {}
        self._last_events: tuple[object, pd.DataFrame] = None, pd.DataFrame()
        self._last_hidden: tuple[Mapping[str, Any], dict[str, int]] = {}, {}
        self._relations: dict[str, bool] = {}

    @property
    def names(self) -> list[str]:
        """The names of all datasets, in the order in which they are offered."""
        return [str(name) for name in self.table.index]

    @property
    def boards(self) -> list[str]:
        """The datasets that have scores: leaderboards and official benchmarks."""
        return [name for name in self.names if name != "hub"]

    @property
    def newest_leaderboard(self) -> str:
        """The name of the newest leaderboard of the warehouse; an empty string if there is none."""
        return next((name for name in LEADERBOARDS if name in self.names), "")

    def first_choice(self, today: dt.date | None = None) -> str:
        """Return the dataset that the page opens with: the Hub if its listing is fresh, else the newest leaderboard."""
        today = today or dt.datetime.now(dt.UTC).date()
        if "hub" in self.names and today - as_date(self.rows_by_name["hub"]["as_of"]) <= FRESH:
            return "hub"
        return self.newest_leaderboard or ("hub" if "hub" in self.names else self.names[0])

    def bounds(self, dataset: str) -> tuple[dt.date, dt.date]:
        """Return the first date that can be chosen, and the day of the data."""
        row = self.rows_by_name[dataset]
        return min(as_date(row["first_on"]), as_date(row["default_start"])), as_date(row["as_of"])

    def defaults(self, dataset: str) -> tuple[tuple[dt.date, dt.date], str]:
        """Return the default dates and unit of a dataset."""
        row = self.rows_by_name[dataset]
        return (as_date(row["default_start"]), as_date(row["default_end"])), str(row["default_unit"])

    def benchmarks(self, dataset: str) -> dict[str, str]:
        """Return the scores of a dataset, label → id."""
        return self._benchmarks[dataset]

    def rules(self, dataset: str) -> dict[str, int]:
        """Return how many models of a dataset were dated by each rule."""
        if dataset not in self._rules:
            rows = self.warehouse.query("appeared_rules", {"dataset": dataset})
            self._rules[dataset] = dict(zip(rows["appeared_rule"], rows["models"], strict=True))
        return self._rules[dataset]

    def lacks_relations(self, dataset: str) -> bool:
        """Return whether models of a dataset name bases and no relation to them, as in older listings of the Hub."""
        if dataset not in self._relations:
            rows = self.warehouse.query("listing_relations", {"dataset": dataset})
            self._relations[dataset] = bool(rows["lacks_relations"].item())
        return self._relations[dataset]

    def events(self, dataset: str) -> pd.DataFrame:
        """Return the dated events of a dataset: happened_on, label, source."""
        if dataset not in self._events:
            first, last = self.bounds(dataset)
            self._events[dataset] = self.warehouse.query("events", {"dataset": dataset, "start": first, "end": last})
        return self._events[dataset]

    def events_between(self, dataset: str, start: dt.date, end: dt.date) -> pd.DataFrame:
        """Return the dated events of these days; several parts of a view ask for the same ones."""
        chosen, events = self._last_events
        if chosen != (dataset, start, end):
            events = self.events(dataset)
            events = events[events["happened_on"].between(pd.Timestamp(start), pd.Timestamp(end))]
            self._last_events = (dataset, start, end), events
        return events

    def hidden(self, values: Mapping[str, Any]) -> dict[str, int]:
        """Return the row of the query `hidden` for some choices; every chart and the controls ask for the same one."""
        chosen, counts = self._last_hidden
        if chosen != values:
            row = self.warehouse.query("hidden", values)
            counts = {str(name): int(row[name].to_numpy()[0]) for name in row.columns if name != "dataset"}
            self._last_hidden = values, counts
        return dict(counts)


def as_date(moment: Any) -> dt.date:
    """Return the day of a moment as a date."""
    return pd.Timestamp(moment).date()
