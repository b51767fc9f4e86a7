"""The releases in the range of a selection: those to choose, to follow, to mark with a line, and those near another."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import pandas as pd

from ...charts import date_text
from ...warehouse import Warehouse
from ..selection import Selection

NEAR = 28  # days within which other releases are named
AUTOMATIC = "Most derivatives in range"
COLUMNS = ["label", "happened_on", "source", "must", "is_event", "day"]
T = TypeVar("T")


class ReleaseReach:
    """The releases of a warehouse by selection; queried again when dataset or dates change.

    What it returns is asked for several times for each choice, and worked out once: nobody may change it.
    """

    def __init__(self, warehouse: Warehouse) -> None:
        self._warehouse = warehouse
        self._releases = pd.DataFrame()
        self._read_for: tuple[Any, ...] = ()
        self._worked_out: dict[object, Any] = {}

    def all_releases(self, selection: Selection) -> pd.DataFrame:
        """Return every release, the most derived from in the range first; `is_in_reach`: the data covers its day."""
        dataset_and_dates = selection.dataset, *selection.dates
        if self._read_for != dataset_and_dates:
            self._releases = self._warehouse.query("release_lines", selection.values())
            self._read_for, self._worked_out = dataset_and_dates, {}
        return self._releases

    def _once(self, selection: Selection, key: object, work_out: Callable[[pd.DataFrame], T]) -> T:
        """Return what follows from the releases, worked out at the first time since they were read."""
        releases = self.all_releases(selection)
        if key not in self._worked_out:
            self._worked_out[key] = work_out(releases)
        result: T = self._worked_out[key]
        return result

    def in_reach(self, selection: Selection) -> pd.DataFrame:
        """Return every release whose day the dataset covers."""
        return self._once(selection, "in reach", lambda releases: releases[releases["is_in_reach"]])

    def without_repository(self, selection: Selection) -> pd.DataFrame:
        """Return the releases that cannot be followed, by date: no model can name them as its base."""

        def without(releases: pd.DataFrame) -> pd.DataFrame:
            releases = releases[releases["is_in_reach"] & releases["model_id"].isna()]
            return releases.sort_values(["released_on", "release_id"])

        return self._once(selection, "without repository", without)

    def followed(self, selection: Selection, release: str) -> pd.Series | None:
        """Return the chosen release, or the one with most derivatives in the range; None if there is none."""

        def first(releases: pd.DataFrame) -> pd.Series | None:
            is_chosen = (releases["release_id"] == release) if release else releases["is_in_range"]
            is_one = (is_chosen & releases["is_in_reach"] & releases["model_id"].notna()).to_numpy(bool)
            if not is_one.any():
                return None
            row = releases.iloc[int(is_one.argmax())]
            return row.rename(row["release_id"])

        return self._once(selection, ("followed", release), first)

    def lines(self, selection: Selection, chosen: list[str]) -> pd.DataFrame:
        """Return the releases that get a line, the most important first."""
        releases = self.all_releases(selection)
        is_important = (releases["derivatives_in_range"] > 0) | releases["is_widely_known"]
        is_line = releases["release_id"].isin(chosen) if chosen else is_important
        lines = releases[["label", "released_on", "source"]][
            is_line & releases["is_in_reach"] & releases["is_in_range"]
        ]
        return lines.set_axis(["label", "happened_on", "source"], axis=1).assign(must=bool(chosen))

    def around(self, selection: Selection, followed: pd.Series | None) -> pd.DataFrame:
        """Return the release, followed by the others within 28 days of it, by day."""
        if followed is None:
            return pd.DataFrame({name: [] for name in COLUMNS})

        def near(releases: pd.DataFrame) -> pd.DataFrame:
            days = (releases["released_on"] - followed["released_on"]).dt.days
            near = releases[days.abs() <= NEAR]
            near = near.assign(day=days, must=True, is_event=False, happened_on=near["released_on"])
            is_other = near["release_id"] != followed["release_id"]
            ordered: pd.DataFrame = near.assign(is_other=is_other).sort_values(["is_other", "day", "release_id"])
            return ordered[COLUMNS]

        return self._once(selection, ("around", followed["release_id"]), near)

    def offered(self, selection: Selection) -> tuple[dict[str, str], dict[str, str], list[str]]:
        """Return the releases to mark and to follow, label → id, and the ids that cannot be followed."""
        releases = self.in_reach(selection).sort_values(["released_on", "release_id"], ascending=[False, True])
        labels = releases["label"] + ", " + releases["released_on"].map(date_text)
        has_repository = releases["model_id"].notna()
        lines = dict(zip(labels, releases["release_id"], strict=True))
        labels = labels.where(has_repository, labels + ": no repository of its own")
        to_follow = {AUTOMATIC: ""} | dict(zip(labels, releases["release_id"], strict=True))
        return lines, to_follow, list(releases.loc[~has_repository, "release_id"])
