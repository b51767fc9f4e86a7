"""A chart of an answer, drawn by hvPlot, with controls for its axes, its colours and its kind.

It is made and drawn in a thread, see `work`. First its controls are put on the page, then what is drawn: to send both
at once would keep others waiting twice as long.
"""

from __future__ import annotations

from functools import partial
from typing import Any, NamedTuple

import holoviews as hv
import pandas as pd
import panel as pn
import panel_material_ui as pmui
import param
from bokeh.models import HoverTool

from ...charts import number_text
from ...plurals import counted, verb_after
from ...sandbox import Result
from ..escaping import escape_html
from ..theme import QUIET, text_pane
from .work import Work

KINDS = {"Line": "line", "Bars": "bar", "Points": "scatter", "Histogram": "hist"}
NONE = "nothing"
MOST_NAMES, MOST_COLOURS = 60, 12  # more names on an axis, or more colours, are not readable
COLOURS = [
    *("#4C8BF5", "#E6842A", "#3BA272", "#D1495B", "#8E6BD8", "#A39382"),
    *("#C95FB0", "#2FA7B5", "#B5A12F", "#6F7F95", "#A0522D", "#5FB96B"),
]


class Choices(NamedTuple):
    """What is drawn, as chosen when it was asked for."""

    x: str
    y: str
    by: str
    kind: str


class AnswerChart(param.Parameterized):
    """A chart of one answer; the initial choices are guessed from the types of its columns."""

    x = param.Selector(objects=[NONE], doc="The column on the x axis.")
    y = param.Selector(objects=[NONE], doc="The column of numbers on the y axis.")
    by = param.Selector(objects=[NONE], label="Colour by", doc="A column whose values get a colour each.")
    kind = param.Selector(default="line", objects=KINDS, doc="How it is drawn.")

    def __init__(self, result: Result, work: Work) -> None:
        super().__init__()
        self._work = work
        self._frame = result.typed()
        kinds = {str(name): self._frame[name].dtype.kind for name in self._frame.columns}
        numbers = [name for name, kind in kinds.items() if kind in "iuf"]
        names = [name for name, kind in kinds.items() if kind not in "iufM"]
        self.param["x"].objects = list(kinds) or [NONE]
        self.param["y"].objects = numbers or [NONE]
        self.param["by"].objects = [NONE, *names]
        moments = [name for name, kind in kinds.items() if kind == "M"]
        x = next(iter([*moments, *names, *numbers]), NONE)
        self.param.update(x=x, y=next((name for name in numbers if name != x), next(iter(numbers), NONE)), by=NONE)
        if moments:
            self.by = next((name for name in names if self._separates(name)), NONE)
        is_line = moments and not self._frame.duplicated([x, *([] if self.by == NONE else [self.by])]).any()
        self.kind = "line" if is_line else "bar" if x in names else "scatter"
        self._column = pn.Column(sizing_mode="stretch_width", margin=(0, 10))
        self._note = text_pane(f"{QUIET} font-size: 0.82rem;", margin=(0, 18, 12, 18))
        small: dict[str, Any] = {"size": "small", "width": 160, "margin": (10, 6), "description": ""}
        choices = [pmui.Select.from_param(self.param[name], **small) for name in ("kind", "x", "y", "by")]
        self.view = pn.Column(
            pn.FlexBox(*choices, margin=(4, 8, 0, 8)), self._column, self._note, sizing_mode="stretch_width", margin=0
        )
        self.param.watch(self.draw, list(Choices._fields))

    @property
    def _choices(self) -> Choices:
        return Choices(self.x, self.y, self.by, self.kind)

    def _separates(self, name: str) -> bool:
        """Whether a column has few values, each in several rows."""
        values = self._frame[name].nunique()
        return 1 < values <= MOST_COLOURS and values * 3 <= len(self._frame)

    def draw(self, *_: Any) -> None:
        """Draw what is chosen; by itself it is drawn anew when something else is."""
        self._work(partial(self._drawn, self._choices), self._show)

    def _drawn(self, choices: Choices) -> tuple[Choices, Any, str]:
        """Return the choices, a figure of them, None where there is nothing to draw, and a note."""
        rows, note = self.chart_data(choices)
        return choices, None if rows.empty else hv.render(self.plot(rows, choices), backend="bokeh"), note

    def _show(self, drawn: tuple[Choices, Any, str]) -> None:
        choices, figure, note = drawn
        if choices == self._choices:  # else another drawing follows
            self._note.object = escape_html(note)
            self._column.objects = [] if figure is None else [pn.pane.Bokeh(figure, sizing_mode="stretch_width")]

    def chart_data(self, choices: Choices) -> tuple[pd.DataFrame, str]:
        """Return the rows to draw, with the columns x, y and by, and notes about those that are not drawn."""
        frame, notes = self._frame, []
        if choices.x == NONE or (choices.y == NONE and choices.kind != "hist"):
            return pd.DataFrame(), "There is no column of numbers to draw."
        if choices.kind == "hist" and frame[choices.x].dtype.kind not in "iuf":
            return pd.DataFrame(), "A histogram needs a column of numbers along the bottom."
        y = choices.x if choices.kind == "hist" else choices.y
        rows = pd.DataFrame({"x": frame[choices.x], "y": frame[y]})
        rows["by"] = "" if choices.by == NONE else frame[choices.by].map(_label)
        total = len(rows)
        rows = rows.dropna(subset=["x", "y"])
        if missing := total - len(rows):
            notes.append(f"{counted(missing, 'row')} without a value {verb_after(missing, 'is', 'are')} not drawn.")
        if (colours := rows["by"].nunique()) > MOST_COLOURS:
            rows = rows[rows["by"].isin(rows["by"].value_counts().index[:MOST_COLOURS])]
            notes.append(f"Only {MOST_COLOURS} of {number_text(colours)} values have a colour, those with most rows.")
        if rows["x"].dtype.kind not in "iufM":
            rows["x"] = rows["x"].map(_label)
            if (names := rows["x"].nunique()) > MOST_NAMES:
                rows = rows[rows["x"].isin(list(rows["x"].unique()[:MOST_NAMES]))]
                notes.append(f"Only the first {MOST_NAMES} of {number_text(names)} names are drawn.")
        elif choices.kind == "line":
            rows = rows.sort_values("x", kind="stable")
        if rows.empty:
            notes.append("There is nothing to draw.")
        return rows, " ".join(notes)

    def plot(self, rows: pd.DataFrame, choices: Choices) -> Any:
        """Return the plot of `chart_data`. Names of columns are not trusted: they are used as labels only."""
        import hvplot.pandas  # noqa: F401 - imported late, because it takes half a second

        x, y, by = (_escape_math(name) for name in choices[:3])
        several: dict[str, Any] = {"by": "by"} if choices.by != NONE else {}
        options: dict[str, Any] = {
            "height": 360, "responsive": True, "legend": "right" if several else False, "xlabel": x, "ylabel": y,
            "color": COLOURS[: max(rows["by"].nunique(), 1)] if several else COLOURS[0], "title": "",
        }  # fmt: skip
        is_dated = rows["x"].dtype.kind == "M"
        if choices.kind != "hist":
            hover = [(x, "@x{%F}" if is_dated else "@x"), (y, "@y{0,0.[0000]}"), *([(by, "@by")] if several else [])]
            options["tools"] = [HoverTool(tooltips=hover, formatters={"@x": "datetime"} if is_dated else {})]
        if choices.kind == "bar":
            several |= {"stacked": True} if several else {}
            rows = rows.groupby(["x", "by"], sort=False)["y"].sum().reset_index()
        draw: Any = rows.hvplot
        if choices.kind == "hist":
            plot = draw.hist(y="y", bins=40, alpha=0.7, **several, **options | {"ylabel": "rows"})
        elif choices.kind == "bar":
            plot = draw.bar(x="x", y="y", rot=45, **several, **options)
        else:
            plot = getattr(draw, choices.kind)(x="x", y="y", **several, **options)
        return plot.opts(toolbar=None, **({"legend_opts": {"title": by}} if several else {}))


def _escape_math(name: str) -> str:
    """Return a label that Bokeh does not take for mathematics, for which it would load a script from another host."""
    return name.replace("$$", "$\u200b$").replace("\\", "\\\u200b")


def _label(value: Any) -> str:
    return "NULL" if value is None or value != value else _escape_math(str(value))[:60]
