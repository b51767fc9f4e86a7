"""Relations: which variables of a model go together, such as likes and scores."""

from __future__ import annotations

from typing import Any

import pandas as pd
import param

from ...charts import DATES_OF_ITS_OWN, RATIOS, Chart, HeatMap, ModelPoints, date_text, number_text
from ...plurals import counted
from ..declaration import Plot
from ..perspective import Perspective
from . import texts
from .correlations import matrix
from .variables import (
    FEWEST,
    MATRIX,
    POINTS,
    SUBSETS,
    logarithms_of,
    numbers_of,
    scale_of,
    variables_of,
)


class Relations(Perspective):
    """A matrix of correlations between scores, likes, downloads, size and more, and the models behind one cell."""

    title, slug, group, order = "Relations", "relations", "Scores", 110
    question = "What goes with what?"
    sources = {"matrix": MATRIX, "models": POINTS}  # noqa: RUF012
    other_queries = ("relation_choices",)
    parameters = ("subset", "types", "architectures", "measure", "variables", "x", "y")
    needs_scores = True
    is_dated, disputed_facts = False, ()
    placeholders = {"types": "all types", "architectures": "all architectures", "variables": "all variables"}  # noqa: RUF012

    subset = param.Selector(
        default="all", objects=SUBSETS, label="Models", doc="All models, or the best of them by the chosen score."
    )
    types = param.ListSelector(default=[], objects=[], label="Types", doc="Types of models; none chosen means all.")
    architectures = param.ListSelector(
        default=[], objects=[], label="Architectures", doc="Architectures; none chosen means all."
    )
    measure = param.Selector(
        default="spearman",
        objects={"Ranks": "spearman", "Logarithms": "pearson"},
        label="Correlation of",
        doc="Spearman's of ranks, or Pearson's, of logarithms for what spans many orders.",
    )
    variables = param.ListSelector(
        default=[], objects=[], label="Variables", doc="Variables in the matrix; none chosen means all that are known."
    )
    x = param.Selector(default="likes", objects=["likes"], label="Across", doc="The variable of the x axis.")
    y = param.Selector(default="average", objects=["average"], label="Up", doc="The variable of the y axis.")

    def prepare(self) -> None:
        self._types, self._architectures = self.palette("types"), self.palette("architectures")
        self._colours = {name: (colour, "circle") for name, colour in self._types.items()}
        self.correlations = self.points = self.values = pd.DataFrame()

    @property
    def known_variables(self) -> dict[str, Any]:
        """The variables of the dataset by name, its scores first."""
        return variables_of(self.selection.benchmarks, self.selection.kind)

    def choices(self, name: str) -> list[str]:
        if name == "variables":
            return list(self.known_variables)
        dataset = {"dataset": self.selection.dataset}
        return list(self.warehouse.query("relation_choices", dataset, kind=name)["name"])

    def offer_choices(self) -> None:
        super().offer_choices()
        names = list(self.known_variables)
        for name, usual in (("x", "likes"), ("y", names[0])):
            self.param[name].objects = names
            if getattr(self, name) not in names:
                setattr(self, name, usual)
            self.param[name].default = usual

    def pick(self, chart: Chart, names: list[str]) -> None:
        """Draw the models behind a clicked cell."""
        if chart.key == "matrix" and len(names) == 2 and {*names} <= {*self.known_variables}:
            self.param.update(x=names[0], y=names[1])

    def depends_on(self) -> dict[str, Any]:
        """Neither dates nor the unit nor the dated events change it."""
        values = super().depends_on()
        return {name: value for name, value in values.items() if name not in ("start", "end", "unit", "show_events")}

    def mark_events(self, charts: list[Chart]) -> None:
        """No dated events: no axis has dates."""

    def draw(self) -> list[Chart]:
        self._matrix = HeatMap(
            "matrix", x="other variable", y="variable", value="correlation", x_title="", y_title="", low=-1,
            numbers=RATIOS, cell_format=".2f", can_pick=True, shows_all_lines=True, dates=DATES_OF_ITS_OWN,
            details=(("95% interval", "interval"), ("models", "n{0,0}"), ("", "note")),
        )  # fmt: skip
        self._models = ModelPoints("models", by="type", dates=DATES_OF_ITS_OWN)
        return [self._matrix, self._models]

    def update(self, answer: pd.DataFrame) -> None:
        variables = self.known_variables
        self.values = numbers_of(answer, variables)
        self.correlations = matrix(self.values, logarithms_of(variables))
        is_chosen = [name for name in variables if not self.variables or name in self.variables]
        is_filled = [name for name in variables if self.values[name].notna().any()]
        drawn = [name for name in is_chosen if name in is_filled]
        across = drawn if len(drawn) > 1 else is_filled  # one alone is compared with all others
        is_best = self.subset != "all" and len(answer) > 0 and len(answer) < answer["all_models"].iloc[0]
        has_sizes = bool(self.selection.sizes or self.selection.at_most_b)
        warning = texts.warning(self._score(), drawn, is_best=bool(is_best), has_sizes=has_sizes)
        self._matrix.param.update(
            title=f"What goes with what: {texts.MEASURES[self.measure]}",
            caption=texts.matrix_caption(self.measure, self._models_text(), warning),
            details=texts.MATRIX_DETAILS + texts.sources_text(self.selection.kind, self._hub_day()),
        )
        cells = self._cells(is_narrow=len(across) > texts.MOST_ON_ONE_LINE)
        self._matrix.send(cells, x_names=across, y_names=drawn)
        points = answer.assign(x=self.values[self.x], value=self.values[self.y])
        self.points = points[points["x"].notna() & points["value"].notna()]
        self._models.param.update(
            title=f"{self.y[:1].upper()}{self.y[1:]} and {self.x}, model by model",
            caption=texts.points_caption(
                texts.cell(self.correlations, self.x, self.y), len(self.points),
                warning if {self.x, self.y} & {self._score(), "parameters"} else "",
            ),
            details=texts.POINTS_DETAILS,
        )  # fmt: skip
        self._models.send(self.points, self._colours, x=scale_of(variables[self.x]), y=scale_of(variables[self.y]))

    def _cells(self, *, is_narrow: bool) -> pd.DataFrame:
        """Return a cell for each ordered pair of variables, with its interval and number of models."""
        kinds = {"spearman": ("low", "high"), "pearson": ("pearson_low", "pearson_high")}
        lows, highs = (self.correlations[name] for name in kinds[self.measure])
        values, numbers = self.correlations[self.measure], self.correlations["n"]
        cells = list(zip(values, lows, highs, numbers, strict=True))
        rows = self.correlations.assign(
            correlation=values,
            interval=[f"{texts.signed(low)} to {texts.signed(high)}" for _, low, high, _ in cells],
            text=[texts.cell_lines(*each, is_narrow=is_narrow) for each in cells],
            is_pale=numbers < FEWEST,
            note=["fewer than 30 models" if n < FEWEST else "" for n in numbers],
        )
        return pd.concat(
            [
                rows.rename(columns={"other": "other variable"}),
                rows.rename(columns={"variable": "other variable", "other": "variable"}),
            ],
            ignore_index=True,
        )

    def _hub_day(self) -> str:
        """Return the day of the Hub's listing as text; empty without one."""
        about = self.selection.datasets.rows_by_name.get("hub")
        return date_text(about["as_of"].date()) if about else ""

    def _score(self) -> str:
        """Return the name of the variable that is the chosen score."""
        if self.selection.kind == "benchmark":
            return "score"
        labels = {name: label for label, name in self.selection.benchmarks.items()}
        return labels[self.selection.benchmark] if self.selection.benchmark != "average" else "average"

    def _models_text(self) -> str:
        """Return which models are compared, as text."""
        evaluated = int(self.answer["all_models"].iloc[0]) if len(self.answer) else 0
        which = self._which_models()
        if len(self.answer) == evaluated or self.subset == "all":
            return f"{counted(evaluated, 'evaluated model')}{which}"
        return f"the {number_text(len(self.answer))} best of {counted(evaluated, 'evaluated model')}{which}"

    def _which_models(self) -> str:
        return texts.which_models(self.types, self.architectures, self.selection.of_these_sizes)

    def sentence(self, answer: pd.DataFrame) -> str:
        if answer.empty:
            return f"No model{self._which_models()} is evaluated here."
        return texts.sentence(self.correlations, self._score(), self.selection.score_name, self._models_text())

    def left_out(self, answer: pd.DataFrame) -> list[str]:
        notes = texts.unknown(self.values)
        if self.subset == "all" and len(answer):
            notes = [*texts.sampled(len(answer), int(answer["all_models"].iloc[0])), *notes]
        return notes

    def left_out_of(self, chart: Chart) -> list[str]:
        if chart.key == "matrix":
            return self.left_out(self.answer)
        missing = len(self.answer) - len(self.points)
        return [f"{counted(missing, 'model')} of which one of the two is not known"] if missing else []

    def disputes_of(self, chart: Chart) -> dict[str, int]:  # noqa: ARG002
        return {}

    def table(self, chart: Chart) -> pd.DataFrame:
        rows = self.correlations if chart.key == "matrix" else self.points
        return rows[list(self.source_for(chart).columns)].reset_index(drop=True)

    def plot(self) -> Plot:
        return Plot(
            self.points, "scatter", "x", "value", "type", self._models.title, self.y, self.x, hover=("model_id",)
        )

    def empty_reason(self) -> str:
        return "No evaluated model meets these filters. Choose other sizes, types or architectures."
