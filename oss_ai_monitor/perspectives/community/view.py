"""Community: who joins, who stays? New and returning owners and contributors, retention, a forecast."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pandas as pd
import param

from ...charts import (
    DATES_OF_ITS_OWN,
    GREY,
    SHARES,
    Chart,
    Curves,
    Fan,
    HeatMap,
    LineSeries,
    Span,
    StackedBars,
    date_text,
    styles_by_name,
)
from ..declaration import Plot
from ..perspective import Perspective
from ..selection import Selection
from . import charts as shaped
from . import texts
from .forecast import Forecast, forecast
from .sources import SOURCES

OWNERS = {"new": "#0072B2", "returning": "#E69F00"}
CONTRIBUTORS = {"new": "#0072B2", "new by then at the latest": "#56B4E9", "returning, at least": "#E69F00"}
REACH = "community_reach"
FORECAST = {"forecast-owners": "owners", "forecast-models": "models"}
SEVERAL = {"several contributors": ("#009E73", "circle")}
OLD = dt.timedelta(days=60)
LEAST_SCALE = 0.1  # upper end of the scale of shares that publish again


class Community(Perspective):
    """New and returning owners and contributors by month, who publishes again, and a forecast with its back-test."""

    title, slug, group, order = "Community", "community", "People", 150
    question = "Who joins, who stays?"
    parameters = ("again", "horizon")
    sources = SOURCES
    other_queries = (REACH,)
    disputed_facts = ("date",)
    wide_columns = {"owners": "owners", "contributors": "contributors"}  # noqa: RUF012

    again = param.Selector(
        default="in",
        objects={"In that month": "in", "In that month or later": "later"},
        label="Published again",
        doc="Whether an owner counts as back only with a model in the very month, or also with a later one.",
    )
    horizon = param.Selector(
        default="12",
        objects={"3 months": "3", "6 months": "6", "12 months": "12"},
        label="Forecast",
        doc="How many months the forecasts go beyond the last complete one.",
    )

    def prepare(self) -> None:
        self._frames: dict[str, pd.DataFrame] = {}  # the answer behind each chart, by its key
        self._tables: dict[str, pd.DataFrame] = {}  # the table of a forecast, by the key of its chart
        self._forecasts: dict[str, Forecast | None] = {}
        self._reach = pd.Series(dtype="object")

    @property
    def selection(self) -> Selection:
        """The dataset and the dates: who joins, joins with a model of any size and task."""
        return replace(
            super().selection, sizes=(), at_most_b=None, text_generation=False, hide_derived=False, downloaded=False,
            show_events=False,
        )  # fmt: skip

    def controls(self) -> Mapping[str, str]:
        """Return its controls; that of the forecast only where there is one to come."""
        labels = dict(super().controls())
        if pd.notna(self.selection.about["closed_on"]):
            del labels["horizon"]
        return labels

    def uses(self, name: str) -> bool:
        return name != "show_events" and super().uses(name)

    def depends_on(self) -> dict[str, Any]:
        """Months are its own: the unit does not change it."""
        return {name: value for name, value in super().depends_on().items() if name != "unit"}

    def mark_events(self, charts: list[Chart]) -> None:
        """Mark nothing: events are of models, and several of these charts have no dates."""

    def draw(self) -> list[Chart]:
        dates: dict[str, Any] = {"dates": DATES_OF_ITS_OWN}
        months: dict[str, Any] = {"x_title": "month (UTC)", **dates}
        self._owners = StackedBars(
            "owners", by="standing", colours=OWNERS, value="owners", y_title="owners with a new model", **months
        )
        self._retention = HeatMap(
            "retention", x="months_since", y="joined_in", value="share", x_title="months since the first model",
            y_title="month of the first model: owners",
            details=(("owners", "owners{0,0}"), ("published again", "returned{0,0}")), **dates,
        )  # fmt: skip
        self._fans = {
            key: Fan(key, value=column, y_title=f"new {column} a month", height=320, **months)
            for key, column in FORECAST.items()
        }
        self._contributors = StackedBars(
            "contributors", by="standing", colours=CONTRIBUTORS, value="contributors", y_title="contributors", **months
        )
        self._repositories = LineSeries(
            "repositories", by="part", value="share", y_title="share of repositories", numbers=SHARES, height=260,
            details=(("repositories", "repositories{0,0}"), ("several contributors", "shared{0,0}")), **months,
        )  # fmt: skip
        self._lorenz = Curves(
            "lorenz", by="curve", x="percent", value="share", x_title="percent of owners or contributors",
            y_title="share of models or repositories", **dates,
        )  # fmt: skip
        return [
            self._owners, self._retention, *self._fans.values(), self._contributors, self._repositories, self._lorenz,
        ]  # fmt: skip

    def update(self, answer: pd.DataFrame) -> None:
        values = self.selection.values()
        self._reach = self.warehouse.query(REACH, values).iloc[0]
        for key in ("retention", "contributors", "repositories", "lorenz", "forecast-owners"):
            query, parameters = self.query_for(self._chart(key))
            self._frames[key] = self.warehouse.query(query, values, **parameters)
        self._frames["forecast-models"] = self._frames["forecast-owners"]
        for key, column in FORECAST.items():
            self._show_forecast(key, column)
        self._show_owners(answer)
        self._show_retention(self._frames["retention"])
        self._show_contributors()
        self._show_lorenz(self._frames["lorenz"])
        for chart in self._all():
            chart.is_offered = not chart.is_empty

    def _all(self) -> list[Chart]:
        return [
            self._owners, self._retention, *self._fans.values(), self._contributors, self._repositories, self._lorenz,
        ]  # fmt: skip

    def _chart(self, key: str) -> Chart:
        return next(chart for chart in self._all() if chart.key == key)

    def _span(self, rows: pd.DataFrame) -> Span:
        """Return the months of these rows as an axis, marked as the dataset's."""
        days = rows["period"] if len(rows) else pd.Series([pd.Timestamp(self.selection.dates[1])])
        first, last = (pd.Timestamp(day).date() for day in (days.min(), days.max()))
        return replace(self.selection.span, start=first, end=last, unit="month")

    def _show_owners(self, answer: pd.DataFrame) -> None:
        self._owners.send(answer, self._span(answer), noun="owners", adds_up=False)
        self._owners.param.update(
            title="New and returning owners per month",
            caption=texts.owners_caption(self._not_drawn()),
            details=texts.owners_details(self._reach),
        )

    def _show_retention(self, rows: pd.DataFrame) -> None:
        cells, months, cohorts = shaped.cells(rows)
        self._retention.set_scale(max(LEAST_SCALE, float(cells["share"].max()) if len(cells) else 0.0))
        self._retention.send(cells, x_names=months, y_names=cohorts)
        self._retention.param.update(
            title="Owners that publish again, by the month of their first model",
            caption=texts.retention_caption(self.again),
            details=texts.retention_details(self.again),
        )

    def _show_forecast(self, key: str, column: str) -> None:
        series, fan = self._frames[key], self._fans[key]
        self._forecasts[key] = None if pd.notna(self._reach["closed_on"]) else forecast(series[column].tolist())
        rows = shaped.with_forecast(series, column, self._forecasts[key], int(self.horizon))
        self._tables[key] = rows
        fan.send_forecast(rows if self._forecasts[key] else rows.iloc[:0], self._span(rows))
        fan.param.update(
            title=f"New {column} per month, and a forecast of {self.horizon} months",
            caption=texts.forecast_caption(self._forecasts[key], column, rows, self._old_data()),
            details=texts.forecast_details(self._forecasts[key]),
        )

    def _old_data(self) -> str:
        """Return what a forecast stands on, if that is from over 60 days ago: it speaks of months that have passed."""
        day = self.selection.about["as_of"].date()
        if dt.datetime.now(dt.UTC).date() - day <= OLD:
            return ""
        name = "listing" if self.selection.kind == "hub" else self.selection.kind
        return f"the {name} of {date_text(day)}"

    def _show_contributors(self) -> None:
        rows, repositories = self._frames["contributors"], self._frames["repositories"]
        self._contributors.send(
            rows if rows["contributors"].any() else rows.iloc[:0], self._span(rows), noun="contributors", adds_up=False
        )
        self._contributors.param.update(
            title="New and returning contributors per month, as far as is known",
            caption=texts.CONTRIBUTORS_CAPTION,
            details=texts.CONTRIBUTORS_DETAILS,
        )
        self._repositories.send(shaped.shares(repositories), self._span(repositories), SEVERAL)
        self._repositories.param.update(
            title="Repositories with several contributors",
            caption=texts.repositories_caption(self._reach),
            details=texts.repositories_details(self._reach),
        )

    def _show_lorenz(self, rows: pd.DataFrame) -> None:
        names = [shaped.CURVES[kind] for kind in dict.fromkeys(rows["kind"])]
        styles = {shaped.ALL_EQUAL: (GREY, "circle"), **styles_by_name(names, {})}
        self._lorenz.send(shaped.corners(rows), styles)
        ginis = {shaped.CURVES[str(kind)]: shaped.gini(part) for kind, part in rows.groupby("kind", sort=False)}
        self._lorenz.param.update(
            title="How unequally models are shared out",
            caption=texts.lorenz_caption(ginis),
            details=texts.LORENZ_DETAILS,
        )

    def sentence(self, answer: pd.DataFrame) -> str:
        board = str(self.selection.about["label"]) if self.selection.has_scores else ""
        return texts.sentence(answer, self._frames["retention"], self.again, board)

    def left_out(self, answer: pd.DataFrame) -> list[str]:  # noqa: ARG002
        return [*texts.left_out(self._reach), *self._not_drawn()]

    def _not_drawn(self) -> list[str]:
        """Return why charts are absent."""
        months = len(self._frames["forecast-owners"])
        no_forecast = texts.no_forecast(self._reach, list(self._forecasts.values()), months)
        return [*texts.no_retention(self._frames["retention"]), *no_forecast]

    def answer_of(self, chart: Chart) -> pd.DataFrame:
        return self.answer if chart.key == "owners" else self._frames[chart.key]

    def table(self, chart: Chart) -> pd.DataFrame:
        rows = self.answer_of(chart)
        if chart.key in FORECAST:
            rows = shaped.without_gaps(self._tables[chart.key], FORECAST[chart.key])
        return rows[list(SOURCES[chart.key].columns)]

    def plot(self) -> Plot:
        return Plot(
            self.answer, "bar", "period", "owners", "standing", self._owners.title, "owners with a new model",
            x_title="month (UTC)", colours=OWNERS,
        )  # fmt: skip
