"""The monitor in a notebook: perspectives as hvPlot objects with their data, SQL as frames, the page inline."""

from __future__ import annotations

import datetime as dt
import inspect
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import holoviews as hv
import hvplot.pandas  # noqa: F401  (gives pandas frames their .hvplot)
import pandas as pd
import panel as pn
import param
from bokeh.model import Model
from bokeh.models import UIElement
from panel.io.notebook import patch_inline_stylesheets
from panel.viewable import Viewable

from . import comparing, compat
from .perspectives import Datasets, Filters, Perspective, Plot, Selection, open_perspective, other_rules, questions
from .profiles import ShownProfile, shown
from .sandbox import Refusal, single_statement
from .warehouse import Warehouse

Date = str | dt.date
WIDE, HIGH, GREY = 900, 320, "#8A8F98"
FILTERS = {"leaderboard": "dataset", "score": "benchmark", "at_most": "at_most_b"} | {
    name: name for name in ("unit", "dates", "sizes", "text_generation", "hide_derived", "downloaded")
}
"""Argument of a method → field of a selection."""
FIRST_MOMENT, LAST_MOMENT = "timestamptz '0001-01-02 00:00:00+00'", "timestamptz '9999-12-30 00:00:00+00'"
"""Of those with a time zone that Python can print."""
OTHER_NAMES = {"add": "added"}
"""Argument of a method → parameter of a perspective, where they differ."""


def open_monitor(folder: str | os.PathLike[str] | None = None) -> Monitor:
    """Open a warehouse for a notebook.

    `folder` holds oss_ai_monitor.duckdb; by default what OSS_AI_MONITOR_WAREHOUSE names, else ./warehouse.
    Raises NoWarehouse, saying what to run, where there is none.
    """
    return Monitor(Warehouse.open(Path(folder or os.environ.get("OSS_AI_MONITOR_WAREHOUSE") or "warehouse")))


def inline_stylesheets() -> None:
    """Include Panel's style sheets in the outputs of this notebook, so that they are not loaded from its CDN."""
    pn.config.inline = True
    compat.before_each_render(_patch_stylesheets)


def _patch_stylesheets(_: Viewable, root: Model) -> None:
    for model in root.select({"type": UIElement}):
        patch_inline_stylesheets(model)


class Monitor:
    """The perspectives of one warehouse, as objects that a notebook shows.

    Every perspective takes the filters that the page shares, by name:

    leaderboard : "v1", "v2", "hub" or the id of a benchmark; by default what the page opens with
    unit : "day", "week" or "month"; by default as the leaderboard's range asks for
    dates : (first, last), both included, as dates or as YYYY-MM-DD, UTC; by default the leaderboard's usual range
    sizes : of "< 3", "3–9", "9–20", "20–40", "40–80", "> 80", "unknown" (billions of parameters); none means all
    at_most : at most so many billion parameters, as people call the size; by default there is no limit
    score : "average" or the id of one benchmark of the leaderboard
    text_generation, hide_derived, downloaded : the switches of the Hub's listing

    and its own choices besides, by name. It returns an hvPlot (HoloViews) object with three attributes: `frame`, the
    DataFrame that it draws, `sentence`, which answers the perspective's question, and `rules`, a DataFrame of the
    figures in it under each other rule, empty under other choices than at first. Raises ValueError for a name that
    is no filter and for a value that cannot be chosen, saying which can.

    The methods come from the registry of perspectives: `model_types` shows the one that addresses call model-types.
    """

    def __init__(self, warehouse: Warehouse) -> None:
        self.warehouse = warehouse

    def __repr__(self) -> str:
        return f"<Monitor of {self.warehouse.path.name}, leaderboards {', '.join(Datasets(self.warehouse).names)}>"

    def sql(self, select: str, parameters: dict[str, Any] | None = None) -> pd.DataFrame:
        """Return the rows of a select of your own; `parameters` are bound as $name.

        What pandas cannot hold is text, such as a struct of moments with a time zone, or missing, as an infinite date.
        Raises ValueError for what is not one SELECT or EXPLAIN, duckdb.Error for one that cannot be answered.
        """
        with duckdb.connect() as parser:
            try:
                statement = single_statement(parser, select.removeprefix("\ufeff"))
            except Refusal as refusal:
                raise ValueError(str(refusal)) from None
        if statement.type == duckdb.StatementType.EXPLAIN:
            return self.warehouse.sql_frame(statement.query, parameters)
        columns = self.warehouse.sql_frame(f"describe from ({statement.query}\n)", parameters)
        casts = ", ".join(
            f"{_for_pandas(n, kind)} as {_quoted(name)}"
            for n, (name, kind) in enumerate(zip(columns["column_name"], columns["column_type"], strict=True), 1)
        )
        return self.warehouse.sql_frame(f"select {casts} from ({statement.query}\n)", parameters)

    def explore(self) -> Any:
        """Return the whole page as a Panel object, to show as the last line of a cell."""
        from .app import page  # imported late: charts alone do not need it

        return page(self.warehouse, search="")

    def model(self, name: str) -> ShownProfile:
        """Show what is known of a model, and why; its `facts` and `tables` are frames.

        The name is found as on the Hub: in any letter case, or as it was before it moved. Raises ValueError with the
        nearest names if there is none.
        """
        return shown(self.warehouse, "model", name)

    def owner(self, name: str) -> ShownProfile:
        """Show the models of an owner: by month, relation and architecture, their scores, the most used."""
        return shown(self.warehouse, "owner", name)

    def family(self, name: str) -> ShownProfile:
        """Show a base model with all that descends from it."""
        return shown(self.warehouse, "family", name)

    def compare(
        self, figure: str, then: Date, now: Date | None = None, leaderboard: str = "", rows: int = comparing.MOST_ROWS
    ) -> Any:
        """Show why a figure differs between two dates, both counted by the present rules, as a waterfall.

        Both dates must be those of generations at hand; `oss-ai-monitor compare` and `build --as-of DATE --beside` make
        them. Without `now` it is this warehouse. The plot has `frame`, the steps, which add up to the difference, and
        after them, where a generation of older rules is at hand, the step to what they said; `rows`, the models behind
        each step, up to `rows` of them; `sentence`; and `comparison`, which holds all of it.
        Raises ValueError for a figure or a date that is not there, with those that are.
        """
        first, last = (dt.date.fromisoformat(day) if isinstance(day, str) else day for day in (then, now))
        comparison = comparing.compare_days(self.warehouse, first or dt.date.min, last, figure, leaderboard, most=rows)
        return _waterfall(comparison)

    def show(self, slug: str, **choices: Any) -> Any:
        """Show a perspective by its slug: what its own method does, as `m.show("model-types", unit="month")`."""
        kinds = {kind.slug: kind for kind in questions}
        if slug not in kinds:
            raise ValueError(f"there is no perspective {slug!r}; there are {list(kinds)}")
        return _plot_of(self.warehouse, kinds[slug], choices)


def _waterfall(comparison: comparing.Comparison) -> Any:
    """Return the steps of a comparison as bars from the value before each to that after it, with the frames."""
    frame = pd.DataFrame(
        [
            (step.label, step.before, step.after, step.difference, step.rows, step.leader)
            for step in comparison.all_steps
        ],
        columns=["step", "before", "after", "difference", "models", "first after it"],
    )
    rows = pd.DataFrame(
        [
            (step.label, row.model_id, row.before, row.after, row.why, row.effect)
            for step in comparison.all_steps
            for row in step.listed
        ],
        columns=["step", "model_id", "before", "after", "why", "effect"],
    )
    places = range(len(frame), 0, -1)  # the first step on top
    bars = hv.Rectangles(
        [
            (before, place - 0.35, after, place + 0.35, difference)
            for before, after, difference, place in zip(
                frame["before"], frame["after"], frame["difference"], places, strict=True
            )
        ],
        kdims=["before", "bottom", "after", "top"],
        vdims=["difference"],
    )
    plot = bars.opts(
        hv.opts.Rectangles(
            width=WIDE, height=HIGH, yticks=list(zip(places, frame["step"], strict=True)), ylabel="",
            xlabel=comparison.figure.unit, title=f"{comparison.figure.title}, then and now", tools=["hover"],
        )
    )  # fmt: skip
    plot.frame, plot.rows, plot.sentence, plot.comparison = frame, rows, comparing.sentence(comparison), comparison
    return plot


def _for_pandas(n: int, kind: str) -> str:
    """Return SQL for the n-th column in a type that pandas holds."""
    if kind == "TIMESTAMP WITH TIME ZONE":
        return f"if(#{n} between {FIRST_MOMENT} and {LAST_MOMENT}, #{n}, null)"
    if kind in ("DATE", "TIMESTAMP"):
        return f"if(isfinite(#{n}), #{n}, null)"
    is_text = kind == "BIGNUM" or ("WITH TIME ZONE" in kind and not kind.startswith("TIMESTAMP WITH TIME ZONE["))
    return f"#{n}::varchar" if is_text else f"#{n}"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _plot_of(warehouse: Warehouse, kind: type[Perspective], choices: dict[str, Any]) -> Any:
    """Return the plot of a perspective, with its data and the sentence that answers the question."""
    values = {OTHER_NAMES.get(name, name): value for name, value in choices.items()}
    shared = {name: value for name, value in values.items() if name not in kind.parameters}
    selection = _selection(warehouse, shared)
    values = {name: values[name] for name in kind.parameters if name in values}
    perspective = kind(warehouse, selection)
    checked = {name: _checked(perspective.param[name], value, name) for name, value in values.items()}
    perspective = open_perspective(warehouse, kind, selection, checked).perspective
    if perspective.state in ("error", "no scores"):
        raise RuntimeError(perspective.reason)
    plot_data = perspective.plot()
    plot = _holoviews_plot(plot_data)
    plot.frame, plot.sentence = plot_data.frame, perspective.answer_text
    plot.rules = other_rules.frame(perspective.headlines)
    other_rules.show_above(plot, perspective.answer_text, perspective.headlines, perspective.headlines_note)
    return plot


def _method(kind: type[Perspective]) -> Any:
    """Return the method of Monitor for a perspective, with a docstring and a signature of its parameters."""

    def method(self: Monitor, **choices: Any) -> Any:
        return _plot_of(self.warehouse, kind, choices)

    method.__name__ = kind.slug.replace("-", "_")
    method.__qualname__ = f"Monitor.{method.__name__}"
    lines = [f"{name} : {kind.param[name].doc}" for name in kind.parameters]
    method.__doc__ = "\n\n    ".join([kind.question, "\n    ".join(lines), "And the filters that Monitor documents."])
    parameters = [inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None) for name in kind.parameters]
    filters = inspect.Parameter("filters", inspect.Parameter.VAR_KEYWORD)
    monitor = inspect.Parameter("self", inspect.Parameter.POSITIONAL_OR_KEYWORD)
    method.__signature__ = inspect.Signature([monitor, *parameters, filters])  # type: ignore[attr-defined]
    return method


for _kind in questions:
    setattr(Monitor, _kind.slug.replace("-", "_"), _method(_kind))


def _selection(warehouse: Warehouse, choices: dict[str, Any]) -> Selection:
    """Return the selection for the arguments of a method."""
    datasets = Datasets(warehouse)
    if unknown := sorted(set(choices) - set(FILTERS)):
        raise ValueError(f"there is no filter {', '.join(unknown)}; there are {', '.join(sorted(FILTERS))}")
    selection = Selection.defaults(datasets)
    if "leaderboard" in choices:  # it decides what else there is
        dataset = _checked(Filters(selection).param["dataset"], choices["leaderboard"], "leaderboard")
        selection = selection.on(dataset)
    offered, changes = Filters(selection).param, dict[str, Any]()
    for name, value in choices.items():
        if name == "dates":
            changes[name] = _dates(value, selection)
        elif name != "leaderboard":
            changes[FILTERS[name]] = _checked(offered[FILTERS[name]], value, name)
    if "sizes" in changes:
        changes["sizes"] = tuple(changes["sizes"])
    return replace(selection, **changes)


def _dates(dates: tuple[Date, Date], selection: Selection) -> tuple[dt.date, dt.date]:
    first, last = selection.bounds
    try:
        start, end = (dt.date.fromisoformat(day) if isinstance(day, str) else day for day in dates)
    except ValueError as error:
        raise ValueError(f"dates are (first, last) as YYYY-MM-DD, not {dates!r}") from error
    if not first <= start < end <= last:
        raise ValueError(f"dates must run forward, within {first} to {last}: {start} to {end} does not")
    return start, end


def _checked(parameter: param.Parameter, value: Any, name: str) -> Any:
    """Return a value after checking that a parameter allows it; errors name the argument `name`."""
    if isinstance(parameter, param.List | param.ListSelector):
        value = list(value)
        rejected = [choice for choice in value if choice not in getattr(parameter, "objects", value)]
        if rejected and parameter.objects:  # authors are offered only once there is an answer
            raise ValueError(
                f"{name}: there is no {', '.join(map(repr, rejected))}; there are {list(parameter.objects)}"
            )
    elif isinstance(parameter, param.Number):
        low, high = parameter.bounds
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if value is not None and not (is_number and low < value <= high):
            raise ValueError(f"{name}: a number above {low:g} and up to {high:g}, not {value!r}")
    elif value not in getattr(parameter, "objects", [value]):
        raise ValueError(f"{name}: there is no {value!r}; there are {list(parameter.objects)}")
    return value


def _holoviews_plot(plot: Plot) -> Any:
    """Return the HoloViews object of a plot."""
    if plot.kind == "panels":
        return _panels(plot)
    options: dict[str, Any] = {
        "x": plot.x, "y": plot.y, "width": WIDE, "height": HIGH, "title": plot.title, "xlabel": plot.x_title,
    }  # fmt: skip
    if plot.y_title:
        options["ylabel"] = plot.y_title
    if plot.hover:
        options["hover_cols"] = list(plot.hover)
    if plot.kind == "scatter" and plot.colours:
        options |= {"color": plot.by, "cmap": dict(plot.colours), "legend": "right"}
    elif plot.by:
        options |= {"by": plot.by} | ({"cmap": dict(plot.colours)} if plot.colours else {})
    if plot.kind != "bar":
        return getattr(plot.frame.hvplot, plot.kind)(**options)
    return plot.frame.hvplot.bar(**options, stacked=True, legend="right").opts(hv.opts.Bars(line_color=None))


def _panels(plot: Plot) -> hv.Layout:
    """Return an area plot for each name, on one scale."""
    panels = [
        rows.hvplot.area(
            x=plot.x, y=plot.y, color=plot.colours.get(str(name), GREY), alpha=0.6, width=WIDE // 3, height=HIGH // 2,
            title=str(name), xlabel="", ylabel=plot.y_title,
        )
        for name, rows in plot.frame.groupby(plot.by, sort=False)
    ]  # fmt: skip
    if not panels:
        raise ValueError("there is nothing to draw in these dates: widen them")
    return hv.Layout(panels).cols(3)
