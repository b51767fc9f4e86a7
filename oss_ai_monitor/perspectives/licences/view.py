"""Licences and openness: on what terms models appear and are used, and what becomes of the licence of a base."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd
import param

from ...charts import GREY, NOT_DRAWN, Chart, date_text
from ...plurals import counted
from ..datasets import as_date
from ..declaration import Plot, Source
from ..perspective import Perspective
from ..phrases import BASE_WITHOUT_RELATION
from ..selection import Selection
from ..whole_hub import SCOPE, WholeHub
from . import sources as declared
from . import texts
from .charts import LicenceCharts
from .training_data import TRAINING_DATA, send_training_data, training_data_chart

ALL = "all"
RELATIONS = {
    "All": ALL,
    "Finetune": "finetune",
    "Adapter": "adapter",
    "Quantized": "quantized",
    "Merge": "merge",
    "Base without relation": "base without relation",
    "None declared": "none declared",
}
OUTCOMES = {
    "All": ALL, "Kept": "kept", "Looser": "looser", "Stricter": "stricter", "Other": "other", "Dropped": "dropped",
}  # fmt: skip
_OF_ALL = {"models": "new models", "downloads": "downloads of new models"}
_CLASSES = {"All": ALL} | {name.capitalize() if name.islower() else name: name for name in declared.CLASSES}


class Licences(WholeHub, Perspective):
    """Classes of licences by models and by use, declared openness and its parts, and the drift of licences."""

    title, slug, group, order = "Licences and openness", "licences", "Models", 70
    question = "On what terms do models appear, and how openly?"
    parameters = (SCOPE, "weight", "relation", "classes", "base_class", "derivative_class", "outcome", "changed")
    sources = {  # noqa: RUF012
        "in-use": declared.IN_USE,
        "classes": declared.BY_CLASS,
        "disclosure": declared.DISCLOSURE,
        "openness": declared.BY_LEVEL,
        "parts": declared.PARTS_OF_LEVELS,
        "access": declared.BY_ACCESS,
        "access-by-day": declared.ACCESS_BY_DAY,
        "drift": declared.DRIFT,
        "pairs": declared.PAIRS,
        "training-data": TRAINING_DATA,
    }
    other_queries = ("licence_classes", "licences_left_out")
    disputed_facts = ("date", "size", "base model")
    wide_columns = dict.fromkeys(("classes", "disclosure", "openness", "access"), "share")

    weight = param.Selector(
        default="models",
        objects={"Models": "models", "Downloads": "downloads"},
        label="Count",
        doc="Models, or their downloads in the 30 days before the Hub's listing.",
    )
    relation = param.Selector(
        default=ALL,
        objects=RELATIONS,
        label="Relation",
        doc=f"Only models with this relation to a base model, as declared or by tags. {BASE_WITHOUT_RELATION}",
    )
    classes = param.ListSelector(
        default=[], objects=list(declared.CLASSES), label="Classes", doc="Classes to draw; none chosen means all."
    )
    base_class = param.Selector(
        default=ALL, objects=_CLASSES, label="Pairs: base", doc="The class of the base's licence in the pairs."
    )
    derivative_class = param.Selector(
        default=ALL, objects=_CLASSES, label="Pairs: derivative", doc="The class of the derivative's licence there."
    )
    outcome = param.Selector(
        default=ALL,
        objects=OUTCOMES,
        label="Pairs: outcome",
        doc="What became of the base's licence. Kept: the same licence. Looser or stricter: one of a class that "
        "restricts use less or more. Other: another one of the same class, or one without a place in the order. "
        "Dropped: none is declared.",
    )
    changed = param.Boolean(
        default=True,
        label="Pairs: other licence",
        doc="Only pairs whose derivative declares another licence than its base.",
    )

    def prepare(self) -> None:
        rows = self.warehouse.query("licence_classes")
        self._colours = dict(zip(rows["license_class"], rows["color"], strict=True)) | {NOT_DRAWN: GREY}
        self._answers: dict[str, pd.DataFrame] = {}

    def fetch(self) -> pd.DataFrame:
        """Query every chart; a query whose parameters are as before is answered from memory."""
        values = self.selection.values()
        self._answers = {
            key: self.warehouse.query(source.query, values, **self._values_of(source))
            for key, source in self.sources.items()
            if isinstance(source, Source)
        }
        self._left_out = self.warehouse.query("licences_left_out", values, relation=self.relation).iloc[0]
        return self._answers["in-use"]

    def _values_of(self, source: Source) -> dict[str, Any]:
        values = {name: getattr(self, name) for name in source.parameters} | dict(source.constants)
        return {name: list(value) if isinstance(value, list) else value for name, value in values.items()}

    def answer_of(self, chart: Chart) -> pd.DataFrame:
        return self._answers[chart.key]

    def draw(self) -> list[Chart]:
        self._charts = LicenceCharts.draw(self._colours)
        self._training_data = training_data_chart(self.palette("types"))
        return [*self._charts.all, self._training_data]

    def mark_events(self, charts: list[Chart]) -> None:
        """Mark dated events on the charts with dates alone."""
        super().mark_events([chart for chart in charts if chart in self._charts.dated])

    def update(self, answer: pd.DataFrame) -> None:
        charts, answers, unit = self._charts, self._answers, self.selection.unit
        span, of_all = self.selection.span, _OF_ALL[self.weight]
        count = "pairs" if self.weight == "models" else "downloads"
        most_used = str(answer["most_used"].iloc[0]) if len(answer) else ""
        charts.in_use.param.update(
            title="Classes of licences: all models, and their use",
            caption=texts.in_use_caption(most_used, self._downloads),
            details=texts.CLASSES_TEXT,
        )
        charts.send_in_use(answer)
        charts.access_by_day.param.update(
            title="Gated models over time, from our own snapshots",
            caption=texts.access_by_day_caption(answers["access-by-day"]),
            details=texts.ACCESS_BY_DAY_TEXT,
        )
        charts.send_access_by_day(answers["access-by-day"])
        is_over_time = charts.access_by_day.is_offered or self.selection.kind != "hub"
        for key, (by, _, details) in texts.BARS.items():
            charts.bars[key].param.update(
                title=f"{texts.per(self.weight, unit)}, {by}",
                caption=texts.bars_caption(
                    of_all,
                    unit,
                    key,
                    is_over_time=is_over_time,
                    unknown_access=texts.unknown_access(key, answers["access"], self._listing),
                ),
                details=details,
            )
            charts.send_bars(key, answers[key], span, weight=self.weight, y_title=f"share of {of_all}")
        charts.disclosure.param.update(
            title=f"{texts.per(self.weight, unit)}, by what is declared",
            caption=f"Of the {of_all} of each {unit}, the share that declares a licence, a base model, training data, "
            "or a paper on arXiv, where that is known.",
            details=texts.DISCLOSURE_TEXT,
        )
        charts.send_disclosure(answers["disclosure"], span)
        charts.parts.param.update(
            title="The five parts of declared openness",
            caption=f"Of the {of_all} of each level, the share that has each part, of those of which it is known.",
            details=texts.PARTS_TEXT,
        )
        charts.send_parts(answers["parts"])
        charts.drift.param.update(
            title="From the base's licence to the derivative's",
            caption=texts.drift(answers["drift"]),
            details=f"Cells count {texts.CELLS[self.weight]}; the colour is the share of the row. {texts.NO_ADVICE}",
        )
        charts.send_drift(answers["drift"], count)
        charts.pairs.param.update(
            title="The same, by single licence",
            caption=f"Cells count {texts.CELLS[self.weight]}, for the forty pairs of licences with most; the colour is "
            "the share of all derivatives of that licence.",
            details=f"The table names models, and says what a licence asks for. {texts.NO_ADVICE}",
        )
        charts.send_pairs(answers["pairs"], count)
        send_training_data(self._training_data, answers["training-data"], self.weight)

    @property
    def _listing(self) -> dict[str, Any] | None:
        """What is known of the Hub's listing, which has the downloads and the access; None where none has landed."""
        return self.selection.datasets.rows_by_name.get("hub")

    @property
    def _downloads(self) -> texts.KnownDownloads:
        """The day of the downloads, and for how many models they are known."""
        models = int(self.answer["models"].sum())
        unlisted = int(self._left_out["listed_models_of_unknown_downloads"])
        on_board = int(self._left_out["board_models_of_known_downloads"])
        day = as_date(self._listing["as_of"]) if self._listing else None
        return texts.KnownDownloads(
            day, max(models - unlisted, 0) if self.selection.kind == "hub" else on_board, models
        )

    def data_of(self, chart: Chart) -> str:
        """Return the day of the dataset, and that of the downloads where it is another one."""
        board, listing = super().data_of(chart), self._listing
        is_other = listing is not None and self.selection_for(chart).kind != "hub"
        return f"{board}; downloads and access: {date_text(listing['as_of'])}" if listing and is_other else board

    def sentence(self, answer: pd.DataFrame) -> str:
        return texts.in_use(answer, self.selection, self._downloads)

    def models_of_sentence(self, answer: pd.DataFrame) -> list[str]:
        return [str(answer["most_used"].iloc[0])] if len(answer) and answer["downloads"].sum() else []

    def selection_for(self, chart: Chart | None = None) -> Selection:
        """Return the choices behind a chart: of recorded sums no filter chooses a part."""
        chosen = self.selection
        if chart is None or chart.key != "access-by-day":
            return chosen
        return replace(chosen, sizes=(), at_most_b=None, text_generation=False, hide_derived=False, downloaded=False)

    def disputes_of(self, chart: Chart) -> dict[str, int]:
        """Return nothing for recorded sums: no claim acts on them."""
        return {} if chart.key == "access-by-day" else super().disputes_of(chart)

    def left_out_of(self, chart: Chart) -> list[str]:
        if chart.key == "access-by-day":
            return texts.access_left_out(self._answers["access-by-day"])
        unlisted = int(self._left_out["pairs_without_a_listed_base"])
        unknown = int(self._left_out["models_of_unknown_access"])
        if chart.key in ("drift", "pairs") and unlisted:
            return [f"{counted(unlisted, 'pair')} with a base model that no source lists"]
        texts_of_unknown = texts.unknown_facts(self._left_out)
        if chart.key == "disclosure":
            return texts_of_unknown
        if chart.key in ("openness", "parts") and unknown:
            access = f"whether the weights of {counted(unknown, 'model')} are open: their access is not known"
            return [access, *texts_of_unknown]
        return []

    def plot(self) -> Plot:
        chart = self._charts.bars["classes"]
        return Plot(
            self.table(chart), "bar", "period", self.weight, "name", chart.title, _OF_ALL[self.weight],
            colours=self._colours,
        )  # fmt: skip
