"""Concentration: whose models are used, and how much of all downloads few of them have."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd
import param

from ...charts import DATES_OF_ITS_OWN, GREY, SHARES, Chart, Curves, HeatMap, LineSeries, Span, StackedRows
from .. import regions
from ..declaration import Plot
from ..perspective import Perspective
from ..selection import Selection
from ..whole_hub import SCOPE, WholeHub
from . import texts
from .sources import CHOICES, SOURCES

FIGURES = "concentration"
LEVELS = {"Models": "model", "Owners": "owner", "Families": "family", "Regions": "region"}
MOST_DAYS = 12  # columns of the heat map
ALL_EQUAL = "if all had as many"
PARTS = {"most downloaded": "#0072B2", "ten most": "#D55E00", "hundred most": "#009E73"}
MARKERS = ("circle", "square", "triangle")


class Concentration(WholeHub, Perspective):
    """Shares of the most downloaded models, owners, families and regions; Lorenz curve, Gini coefficient and HHI."""

    title, slug, group, order = "Concentration", "concentration", "Use", 140
    question = "Whose models are used?"
    parameters = (SCOPE, *CHOICES)
    is_dated, disputed_facts = False, ()
    other_queries = (FIGURES,)
    sources = SOURCES

    level = param.Selector(
        default="model",
        objects=LEVELS,
        label="Downloads of",
        doc="What is compared: models, their owners, families (a base with all that descends from it), or regions.",
    )
    without_largest = param.Boolean(
        default=False,
        label="Without the largest model",
        doc="Leave out the most downloaded model, which can hold a third of all downloads.",
    )

    def prepare(self) -> None:
        self.figures, self.curve, self.days = pd.DataFrame(), pd.DataFrame(), pd.DataFrame()

    @property
    def selection(self) -> Selection:
        """The dataset alone: all its models count, of every task, size and date."""
        chosen = super().selection
        return replace(
            chosen, sizes=(), at_most_b=None, text_generation=False, hide_derived=False, downloaded=False,
            show_events=False,
        )  # fmt: skip

    def uses(self, name: str) -> bool:
        return name != "show_events" and super().uses(name)

    def mark_events(self, charts: list[Chart]) -> None:
        """Mark nothing: no event of a dataset is one of its downloads."""

    def disputes_of(self, chart: Chart) -> dict[str, int]:  # noqa: ARG002
        return {}

    def fetch(self) -> pd.DataFrame:
        values, choices = self.selection.values(), {"level": self.level, "without_largest": self.without_largest}
        self.figures = self.warehouse.query(FIGURES, values, level=self.level)
        self.curve = self.warehouse.query("concentration_curve", values, **choices)
        self.days = self.warehouse.query("concentration_over_time", values, **choices)
        answer = self.warehouse.query("concentration_members", values, **choices)
        self.with_largest = answer.iloc[:0]
        if self.level == "region" and self.without_largest:
            choices["without_largest"] = False
            self.with_largest = self.warehouse.query("concentration_members", values, **choices)
        return answer

    def answer_of(self, chart: Chart) -> pd.DataFrame:
        return {"first-ranks": self.curve, "lorenz": self.curve, "over-time": self.days}.get(chart.key, self.answer)

    def draw(self) -> list[Chart]:
        details = ("downloads in 30 days", "downloads{0,0}"), ("place", "place"), ("models", "models{0,0}")
        self._latest = StackedRows(
            "most-downloaded", colours={"share": "#0072B2"}, x_title="share of all downloads", numbers=SHARES,
            details=details, dates=DATES_OF_ITS_OWN,
        )  # fmt: skip
        self._members = HeatMap(
            "most-downloaded-by-day", x="month", y="name", value="share", x_title="day of the listing", y_title="",
            cell_format=".1%", details=details, dates=DATES_OF_ITS_OWN,
        )  # fmt: skip
        self._ranks = Curves(
            "first-ranks", by="line", x="rank", value="download_share", x_title="how many, most downloaded first",
            y_title="share of downloads", has_powers=True, details=(("of the first", "rank{0,0}"),),
            dates=DATES_OF_ITS_OWN,
        )  # fmt: skip
        self._lorenz = Curves(
            "lorenz", by="line", x="percent", value="share", x_title="share of all, least downloaded first (%)",
            y_title="share of downloads", details=(("of the least downloaded", "percent{0.00}%"),),
            dates=DATES_OF_ITS_OWN,
        )  # fmt: skip
        self._time = LineSeries(
            "over-time", by="part", value="share", y_title="share of downloads", numbers=SHARES,
            details=(("Gini", "gini_text"), ("HHI", "hhi{0,0}")), dates=DATES_OF_ITS_OWN,
        )  # fmt: skip
        return [self._latest, self._members, self._ranks, self._lorenz, self._time]

    def update(self, answer: pd.DataFrame) -> None:
        is_region, noun = self.level == "region", texts.PLURALS[self.level]
        self._ranks.is_offered = not is_region
        self._send_members(answer, noun)
        self._send_curves(noun)
        self._send_days(noun)

    def _send_members(self, answer: pd.DataFrame, noun: str) -> None:
        rows = answer.assign(name=self._named(answer["member"]), month=[_month(day) for day in answer["day"]])
        last_days = sorted(rows["day"].unique())[-MOST_DAYS:]
        rows = rows[rows["day"].isin(last_days)]
        names = list(dict.fromkeys(rows["name"]))
        names.sort(key=lambda name: name == regions.NOT_REVIEWED)  # stable: what is no region comes last
        is_in_time = len(last_days) > 1
        for chart, is_offered in ((self._latest, not is_in_time), (self._members, is_in_time)):
            chart.param.update(
                title=f"Downloads by {noun[:-1]}" if self.level == "region" else f"The most downloaded {noun}",
                caption=texts.members_caption(self.level, self._current()),
                details=texts.members_details(self.level, self.figures, is_in_time=is_in_time),
            )
            chart.is_offered = is_offered
        latest = rows[rows["day"].isin(last_days[-1:])].assign(part="share", value=rows["share"])
        self._latest.send(latest.sort_values("name", key=lambda column: column.map(names.index)))
        self._members.set_scale(texts.COLOUR_ENDS_AT[self.level == "region"])
        self._members.send(rows, x_names=[_month(day) for day in last_days], y_names=names)

    def _send_curves(self, noun: str) -> None:
        lines = {False: f"all {noun}", True: "without largest"}
        curve = self.curve.assign(line=[lines[flag] for flag in self.curve["is_without_largest"]])
        styles = {lines[False]: ("#0072B2", "circle"), lines[True]: ("#D55E00", "square")}
        self._ranks.param.update(
            title=f"Share of the most downloaded {noun}",
            caption=texts.ranks_caption(self.level, self._current()),
            details=f"Every step to the right is ten times as many {noun}.",
        )
        self._ranks.send(curve, styles)
        self._lorenz.param.update(
            title=f"Lorenz curve of downloads over {noun}",
            caption=texts.lorenz_caption(self.level, self._current()),
            details=texts.lorenz_details(self.level, self._current()),
        )
        self._lorenz.send(_lorenz(curve, list(styles)), {ALL_EQUAL: (GREY, "circle"), **styles})

    def _send_days(self, noun: str) -> None:
        gini = [f"{number:.4f}" if pd.notna(number) else "none" for number in self.days["gini"]]
        rows = self.days.assign(part=self._named(self.days["part"]), gini_text=gini)
        rows = rows.assign(period=rows["day"], is_complete=True)  # a point is one day's figure, and stands at its day
        months_left_out = max(rows["months_left_out"], default=0)
        self._time.param.update(
            title=f"The most downloaded {noun} over time" if self.level != "region" else "Regions over time",
            caption=texts.time_caption(self.level, rows["day"].unique(), months_left_out),
            details=texts.time_details(is_weekly=bool((rows["basis"] == "weeks").any())),
        )
        days = rows["day"] if len(rows) else pd.Series([pd.Timestamp(self.selection.dates[1])])
        months = days.dt.to_period("M")  # whole months, so that a single day stands at its place in one
        span = Span(months.min().start_time.date(), months.max().end_time.date(), "day")
        styles = {name: (colour, marker) for (name, colour), marker in zip(PARTS.items(), MARKERS, strict=True)}
        self._time.is_offered = rows["day"].nunique() > 1 or months_left_out > 0  # one day says nothing over time
        self._time.send(rows, span, regions.STYLES if self.level == "region" else styles)

    def _named(self, members: pd.Series) -> list[str]:
        """Return members as a page names them: regions by their names."""
        return [regions.LABELS.get(name, name) if self.level == "region" else str(name) for name in members]

    def _current(self) -> pd.Series | None:
        """Return the latest figures with or without the largest model, as chosen; None where there is no download."""
        rows = self.figures[self.figures["is_without_largest"] == self.without_largest]
        return rows.iloc[0] if len(rows) and rows["all_downloads"].iloc[0] else None

    def sentence(self, answer: pd.DataFrame) -> str:
        if self._current() is None:
            return self.empty_reason()
        if self.level == "region":
            return texts.regions_sentence(answer, self.figures, self.with_largest, is_board=self.selection.has_scores)
        return texts.sentence(
            self.level, answer, self.figures, is_without=self.without_largest, is_board=self.selection.has_scores
        )

    def models_of_sentence(self, answer: pd.DataFrame) -> list[str]:
        if self._current() is None:
            return []
        largest = self.figures["largest_model"].dropna().astype(str)  # none where it is left out by request
        named = list(largest.iloc[:1]) if self.without_largest else []
        if self.level == "model":
            named += [str(name) for name in answer.loc[answer["last_place"] == 1, "member"].unique()]
        return named

    def left_out(self, answer: pd.DataFrame) -> list[str]:  # noqa: ARG002
        return texts.left_out(self.figures)

    def empty_reason(self) -> str:
        return texts.empty_reason(self.figures)

    def plot(self) -> Plot:
        frame = self.answer[self.answer["day"] == self.answer["day"].max()]
        return Plot(frame, "bar", "member", "share", "", self._members.title, "share of downloads", x_title="")


def _month(day: Any) -> str:
    return f"{pd.Timestamp(day):%d %b %Y}".lstrip("0")


def _lorenz(curve: pd.DataFrame, lines: list[str]) -> pd.DataFrame:
    """Return the corners of the lines from the least downloaded to all, in percent of members, and the diagonal."""
    parts = [pd.DataFrame({"line": ALL_EQUAL, "percent": [0.0, 100.0], "share": [0.0, 1.0]})]
    for line in lines:
        rows = curve[curve["line"] == line].iloc[::-1]
        if rows.empty or rows["download_share"].isna().any():
            continue
        start = pd.DataFrame({"line": [line], "percent": [100.0], "share": [1.0]})
        corners = pd.DataFrame(
            {"line": line, "percent": 100 * (1 - rows["member_share"]), "share": 1 - rows["download_share"]}
        )
        parts.append(pd.concat([corners, start]))
    return pd.concat(parts, ignore_index=True) if len(parts) > 1 else parts[0].iloc[:0]
