"""Endurance: does adoption last? Survival, retention by month of release, launch curves, half-lives, turnover."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import param

from ...charts import (
    DATES_OF_ITS_OWN,
    SHARES,
    Chart,
    HeatMap,
    LineSeries,
    StepCurves,
    SurvivalCurves,
    shortened,
    styles_by_name,
)
from ..address import read_names, write_names
from ..declaration import Plot
from ..perspective import Perspective
from ..search_list import SearchList
from . import charts as shaped
from . import texts
from .sources import SOURCES
from .survival import at, curve, log_rank

MOST_RELEASES = 12  # of an address; so many lines can be told apart


class Endurance(Perspective):
    """How long releases stay in use: survival, retention, launch curves, half-lives and turnover at the top."""

    title, slug, group, order = "Endurance", "endurance", "Use", 130
    question = "Does adoption last?"
    parameters = ("by", "threshold", "releases")
    sources = SOURCES
    other_queries = ("endurance_reach", "endurance_stays", "endurance_releases")
    disputed_facts = ()

    by = param.Selector(
        default="none",
        objects={
            "All together": "none", "Size": "size", "Architecture": "architecture", "Kind of owner": "owner",
            "Licence": "licence", "When first seen": "seen",
        },
        label="Group by",
        doc="What survival is compared by; attributes are those of today.",
    )  # fmt: skip
    threshold = param.Selector(
        default="tenth",
        objects={"A tenth of its peak": "tenth", "One download": "any", "A new derivative": "derivatives"},
        label="In use means",
        doc="What a release must still have in a month to count as in use: downloads of 30 days of at least a tenth "
        "of its peak so far, one download in 30 days, or a new model that names it as its base.",
    )
    releases = SearchList(
        default=[], item_type=str, label="Add a release", doc="Releases drawn beside the median of all launches."
    )

    def prepare(self) -> None:
        self._colours = {name: (colour, "circle") for name, colour in self.palette("architectures").items()}
        self._frames: dict[str, pd.DataFrame] = {}  # what is behind each chart, by its key
        self._reach = pd.Series(dtype="object")
        self._overall = self._curves = pd.DataFrame()

    def search(self, name: str, typed: str) -> list[str]:  # noqa: ARG002
        """Releases whose launch was followed and whose name contains what was typed, most downloaded first."""
        return list(self.warehouse.query("endurance_releases", self.selection.values(), typed=typed)["model_id"])

    def mark_events(self, charts: list[Chart]) -> None:
        """No dated events: they are of leaderboards, and these axes count weeks."""

    def draw(self) -> list[Chart]:
        dates: dict[str, Any] = {"dates": DATES_OF_ITS_OWN}
        self._survival = SurvivalCurves(
            "survival", by="group", x="week", value="survival", x_title="weeks since the release",
            y_title="share still above a tenth of their peak", details=(("at risk", "at_risk{0,0}"),), **dates,
        )  # fmt: skip
        self._retention = HeatMap(
            "retention", x="months_since", y="released_in", value="share",
            x_title="months of thirty days since the release", y_title="month of release: releases",
            details=(("releases", "releases{0,0}"), ("still in use", "still_in_use{0,0}")), shown="shown", **dates,
        )  # fmt: skip
        steps: dict[str, Any] = {
            "by": "name",
            "x": "week",
            "x_title": "week since the release",
            "unit": "week",
            **dates,
        }
        self._launches = StepCurves("launches", value="share", y_title="share of the downloads of 26 weeks", **steps)
        self._half_lives = StepCurves(
            "half-lives", value="so_far", y_title="share of the downloads of 180 days", **steps
        )
        self._best = StepCurves(
            "best-weeks", value="share", y_title="share of launches", height=260,
            details=(("launches", "launches{0,0}"),), **steps,
        )  # fmt: skip
        self._turnover = LineSeries(
            "turnover", by="name", value="jaccard", y_title="share in both months", x_title="month (UTC)",
            numbers=SHARES, height=260, details=(("stayed", "stayed{0,0}"), ("entered", "entered{0,0}")), **dates,
        )  # fmt: skip
        return [
            self._survival, self._retention, self._launches, self._half_lives, self._best, self._turnover,
        ]  # fmt: skip

    def depends_on(self) -> dict[str, Any]:
        """Weeks and months are its own: neither the unit nor the dated events change it."""
        return {name: value for name, value in super().depends_on().items() if name not in ("unit", "show_events")}

    def update(self, answer: pd.DataFrame) -> None:
        values = self.selection.values()
        self._reach = self.warehouse.query("endurance_reach", values).iloc[0]
        for chart in (self._retention, self._launches, self._best, self._turnover):
            query, parameters = self.query_for(chart)
            self._frames[chart.key] = self.warehouse.query(query, values, **parameters)
        self._frames["half-lives"] = self._frames["launches"]
        self._frames["stays"] = self.warehouse.query("endurance_stays")
        self._show_survival(answer)
        self._show_retention()
        self._show_launches()
        self._show_turnover()
        for chart in (self._survival, self._retention, self._launches, self._half_lives, self._best, self._turnover):
            chart.is_offered = not chart.is_empty

    def _show_survival(self, answer: pd.DataFrame) -> None:
        self._overall = curve(answer)
        groups = shaped.groups(answer, self.by, self.selection.datasets.sizes)
        parts = [
            curve(answer[answer["member"] == name]).assign(group="all releases" if name == "all" else name)
            for name in groups
        ]
        self._curves = pd.concat([*parts, shaped.NO_CURVE], ignore_index=True)
        names = list(dict.fromkeys(self._curves["group"]))
        styles = styles_by_name(names, {})
        if self.by == "architecture":
            styles = {name: self._colours.get(name, styles[name]) for name in names}
        self._survival.send(self._curves, styles)
        self._survival.send_at_risk(self._curves, styles, float(self._curves["week"].max() if names else 0))
        self._survival.param.update(
            title="How long releases stay above a tenth of their peak" + shaped.BY[self.by],
            caption=texts.survival_caption(answer, log_rank(answer, "member")),
            details=texts.SURVIVAL_DETAILS,
        )

    def _show_retention(self) -> None:
        cells, months, cohorts = shaped.cells(self._frames["retention"])
        self._retention.send(cells, x_names=months, y_names=cohorts)
        self._retention.param.update(
            title=f"Releases still in use, by month of release: with {texts.THRESHOLDS[self.threshold]}",
            caption=texts.retention_caption(self.threshold),
            details=texts.RETENTION_DETAILS,
        )

    def _show_launches(self) -> None:
        rows = self._frames["launches"]
        styles = styles_by_name(list(dict.fromkeys(rows["name"])), {})
        for chart, column in ((self._launches, "share"), (self._half_lives, "so_far")):
            chart.send(shaped.with_band(rows, column), styles, until=dict.fromkeys(styles, 27.0))
        best = self._frames["best-weeks"].assign(name="all launches")
        self._best.send(shaped.every_week(best), styles_by_name(["all launches"], {}), until={"all launches": 27.0})
        self._launches.param.update(
            title="How the downloads of the first 26 weeks come, week by week",
            caption=texts.launch_caption(rows),
            details=texts.LAUNCH_DETAILS,
        )
        self._half_lives.param.update(
            title="Half-life at 180 days: when half of the downloads had come",
            caption=texts.half_life_caption(rows),
            details=texts.HALF_LIFE_DETAILS,
        )
        self._best.param.update(
            title="In which week launches have most downloads",
            caption=texts.best_week_caption(self._frames["best-weeks"]),
        )

    def _show_turnover(self) -> None:
        rows = self._frames["turnover"]
        self._turnover.send(*shaped.turnover(rows), styles_by_name([shaped.TOP], {}))
        self._turnover.param.update(
            title="How much of the top 100 stays from month to month",
            caption=texts.turnover_caption(rows, self._frames["stays"]),
            details=texts.TURNOVER_DETAILS,
        )

    def sentence(self, answer: pd.DataFrame) -> str:
        return texts.sentence(answer, self._overall, at(self._overall, texts.HALF_A_YEAR))

    def left_out(self, answer: pd.DataFrame) -> list[str]:
        return texts.left_out(answer, self._reach, self._curves, [c.title for c in self.charts if c.is_empty])

    def empty_reason(self) -> str:
        return texts.empty_reason(self._reach)

    def answer_of(self, chart: Chart) -> pd.DataFrame:
        return self.answer if chart.key == "survival" else self._frames[chart.key]

    def table(self, chart: Chart) -> pd.DataFrame:
        rows = self._curves if chart.key == "survival" else self._frames[chart.key]
        return rows[list(SOURCES[chart.key].columns)]

    def plot(self) -> Plot:
        return Plot(
            self._curves, "line", "week", "survival", "group", "Releases still above a tenth of their peak",
            "share", "weeks since the release",
        )  # fmt: skip

    def to_query(self) -> dict[str, str]:
        words = super().to_query()
        words.pop("releases", None)
        return words | ({"releases": write_names(self.releases)} if self.releases else {})

    def from_query(self, query: Mapping[str, str]) -> list[str]:
        notices = super().from_query({name: word for name, word in query.items() if name != "releases"})
        if "releases" in query:
            names = read_names(query["releases"])[:MOST_RELEASES]
            rows = self.warehouse.query("endurance_launches", self.selection.values(), releases=names)
            followed = set(rows.loc[rows["is_named"].to_numpy(bool), "name"])
            if absent := [name for name in names if name not in followed]:
                notices.append(f"Without a launch that was followed, so left out: {', '.join(shortened(absent))}.")
            self.param.update(releases=[name for name in names if name in followed])
        return notices
