"""The charts of licences and openness, by their keys, in reading order; what they show comes later."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from ...charts import DATES_OF_ITS_OWN, SHARES, Chart, HeatMap, LineSeries, Span, StackedBars, styles_by_name
from . import texts
from .sources import ACCESS, CLASSES, FACTS, LEVELS, PARTS

MOST = {"base_license": 12, "license": 8}  # rows and columns of the matrix of licences; all are in its table
MEASURES = {
    "models": "share_of_models",
    "downloads": "share_of_downloads",
    "downloads of the rest": "share_without_the_most_used",
}
GATED = {"models": ("#0072B2", "circle"), "downloads": ("#D55E00", "square")}
BAR_NAMES = {"classes": "licence", "openness": "openness", "access": "access"}


@dataclass(frozen=True)
class LicenceCharts:
    """The charts; `send_…` gives one the rows of its query."""

    in_use: HeatMap
    bars: Mapping[str, StackedBars]
    disclosure: LineSeries
    access_by_day: LineSeries
    parts: HeatMap
    drift: HeatMap
    pairs: HeatMap

    @classmethod
    def draw(cls, colours: dict[str, str]) -> LicenceCharts:
        """Create the charts; `colours` are those of the classes of licences."""
        of_all = (("", "outcome"), ("pairs", "pairs{0,0}"), ("downloads in 30 days", "downloads{0,0}"))
        of_bars = {"classes": colours, "openness": LEVELS, "access": ACCESS}
        return cls(
            HeatMap(
                "in-use", x="class of licence", y="measure", value="share", x_title="class of licence",
                y_title="share of", dates=DATES_OF_ITS_OWN,
                details=(("models", "models{0,0}"), ("downloads in 30 days", "downloads{0,0}")),
            ),
            {
                key: StackedBars(key, by=name, colours=of_bars[key], share=True, y_title="share of new models")
                for key, name in BAR_NAMES.items()
            },
            LineSeries(
                "disclosure", by="fact", value="share", y_title="share of new models", x_title="appeared (UTC)",
                numbers=SHARES, details=(("declaring", "declaring{0,0}"), ("of", "of_all{0,0}")), height=300,
            ),
            LineSeries(
                "access-by-day", by="measure", value="share", y_title="share that is gated", numbers=SHARES,
                details=(("gated", "gated{0,0}"), ("of", "of_all{0,0}")), height=300, dates=DATES_OF_ITS_OWN,
            ),
            HeatMap(
                "parts", x="part", y="level", value="share", x_title="part", y_title="declared openness",
                details=(("with it", "with_part{0,0}"), ("of", "of_all{0,0}")),
            ),
            HeatMap(
                "drift", x="derivative", y="base", value="share", x_title="class of the derivative's licence",
                y_title="class of the base's licence", details=of_all,
            ),
            HeatMap(
                "pairs", x="derivative", y="base", value="share", x_title="licence of the derivative",
                y_title="licence of the base", details=of_all,
            ),
        )  # fmt: skip

    @property
    def dated(self) -> list[Chart]:
        """Those with dates on their axis."""
        return [*self.bars.values(), self.disclosure]

    @property
    def all(self) -> list[Chart]:
        """All of them, in reading order."""
        bars = self.bars
        return [
            self.in_use, bars["classes"], self.disclosure, bars["openness"], self.parts, bars["access"],
            self.access_by_day, self.drift, self.pairs,
        ]  # fmt: skip

    def send_in_use(self, rows: pd.DataFrame) -> None:
        """Send the share of each class of all models, of their downloads, and of those without the most used model."""
        cells = pd.concat([rows.assign(measure=name, share=rows[column]) for name, column in MEASURES.items()])
        cells = cells.dropna(subset="share").rename(columns={"license_class": "class of licence"})
        drawn = [name for name in MEASURES if name in set(cells["measure"])]
        self.in_use.send(cells, x_names=list(CLASSES), y_names=drawn)

    def send_bars(self, key: str, rows: pd.DataFrame, span: Span, *, weight: str, y_title: str) -> None:
        """Send shares by period; `weight` is what is counted."""
        rows = rows.rename(columns={"name": BAR_NAMES[key]})
        self.bars[key].send(rows.assign(models=rows[weight]), span, noun=weight, y_title=y_title)

    def send_disclosure(self, rows: pd.DataFrame, span: Span) -> None:
        """Send the share that declares each fact, by period."""
        self.disclosure.send(rows, span, styles_by_name(list(FACTS), {}))

    def send_access_by_day(self, rows: pd.DataFrame) -> None:
        """Send the share that is gated on each day of a listing; offered where two of them or more can be compared."""
        drawn = rows[rows["share"].notna()].assign(period=rows["day"], is_complete=True, is_filling=False)
        days = drawn["day"]
        self.access_by_day.is_offered = days.nunique() > 1
        if self.access_by_day.is_offered:
            self.access_by_day.send(drawn, Span(days.min().date(), days.max().date(), "day"), GATED)

    def send_parts(self, rows: pd.DataFrame) -> None:
        """Send the share of each level that has each part; only levels with a model are shown."""
        levels = [level for level in ("all", *reversed(LEVELS)) if level in set(rows["level"])]
        self.parts.send(rows, x_names=list(PARTS), y_names=levels)

    def send_drift(self, cells: pd.DataFrame, count: str) -> None:
        """Send the pairs of classes; `count` is the column whose numbers stand in the cells."""
        drawn = {
            column: [name for name in CLASSES if name in set(cells[column])]
            for column in ("base_class", "license_class")
        }
        cells = cells.assign(text=cells[count].map(texts.short))
        cells = cells.rename(columns={"base_class": "base", "license_class": "derivative"})
        self.drift.send(cells, x_names=drawn["license_class"], y_names=drawn["base_class"])

    def send_pairs(self, rows: pd.DataFrame, count: str) -> None:
        """Send the pairs of licences from rows that name models; the licences with most are shown."""
        rows = rows.rename(columns={"all_downloads_30d": "downloads"})
        licences = rows.drop_duplicates(["base_license", "license"])
        names = {
            column: licences.groupby(column, sort=False)[count].sum().nlargest(most).index.tolist()
            for column, most in MOST.items()
        }
        cells = licences.assign(text=licences[count].map(texts.short))
        cells = cells.rename(columns={"base_license": "base", "license": "derivative"})
        self.pairs.send(cells, x_names=names["license"], y_names=names["base_license"])
