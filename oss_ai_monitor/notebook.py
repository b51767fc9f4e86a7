"""The monitor in a notebook: each perspective as an hvPlot object with its data, SQL as frames, the page inline."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Sequence
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

from .perspectives import (
    Architectures,
    AuthorActivity,
    BaseModels,
    Filters,
    ModelTypes,
    Perspective,
    Releases,
    ScoreProgress,
)
from .sandbox import Refusal, single_statement
from .warehouse import Warehouse

Date = str | dt.date
WIDE, HIGH = 900, 320


def open_monitor(folder: str | os.PathLike[str] | None = None) -> Monitor:
    """Open a warehouse for a notebook.

    `folder` holds oss_ai_monitor.duckdb; by default what OSS_AI_MONITOR_WAREHOUSE names, else ./warehouse.
    Raises NoWarehouse, saying what to run, where there is none.
    """
    return Monitor(Warehouse.open(Path(folder or os.environ.get("OSS_AI_MONITOR_WAREHOUSE") or "warehouse")))


def take_styles_along() -> None:
    """Have pictures and pages in this notebook hold Panel's style sheets, rather than ask its CDN for them."""
    pn.config.inline = True
    if _with_styles not in Viewable._preprocessing_hooks:
        Viewable._preprocessing_hooks.append(_with_styles)


def _with_styles(_: Viewable, root: Model) -> None:
    for model in root.select({"type": UIElement}):
        patch_inline_stylesheets(model)


class Monitor:
    """The perspectives of one warehouse, as objects that a notebook shows.

    Every perspective takes the filters that the page shares, by name:

    leaderboard : "v1", "v2", "hub" or the id of a benchmark; by default what the page opens with
    unit : "day", "week" or "month"; by default as the leaderboard's range asks for
    dates : (first, last), both included, as dates or as YYYY-MM-DD, UTC; by default the leaderboard's usual range
    sizes : of "< 3", "3–9", "9–20", "20–40", "40–80", "> 80", "unknown" (billions of parameters); none means all
    score : "average" or the id of one benchmark of the leaderboard
    text_generation, hide_derived, downloaded : the switches of the Hub's listing

    and its own choices besides. It returns an hvPlot (HoloViews) object with two attributes: `frame`, the DataFrame
    that it draws, and `said`, the sentence that answers the perspective's question. Raises ValueError for a name that
    is no filter and for a value that cannot be chosen, saying which can.
    """

    def __init__(self, warehouse: Warehouse) -> None:
        self.warehouse = warehouse

    def __repr__(self) -> str:
        return (
            f"<Monitor of {self.warehouse.path.name}, leaderboards {', '.join(Filters(self.warehouse).datasets.index)}>"
        )

    def model_types(self, *, types: Sequence[str] = (), **filters: Any) -> hv.Element:
        """New models (a count) per period and type, as stacked bars. `types`: which to show; none means all."""
        made = self._answered(ModelTypes, filters, types=list(types))
        frame = made.answer[
            ["period", "type", "models", "share", "is_complete", "is_filling", "is_missing_late_submissions"]
        ]
        title = f"New models per {made.filters.unit}"
        return _shown(_bars(frame, "type", made.palette("types"), title), frame, made)

    def author_activity(
        self, *, by: str = "owners", add: Sequence[str] = (), authors: Sequence[str] = (), **filters: Any
    ) -> hv.Element:
        """Every model of the ten most active authors on the day it appeared, coloured by type.

        On "hub" the number of new models per author and period. `by`: "owners" or "contributors"; `add`: authors to
        show beside the ten; `authors`: those to show, none means all.
        """
        made = self._answered(AuthorActivity, filters, by=by, added=list(add), authors=list(authors))
        frame = made.answer
        if authors:
            frame = frame[frame["author"].isin([*authors, *add])]
        if made.filters.has_scores:
            plot = _points(frame, "appeared_on", "author", "type", made.palette("types"), "Models of the most active")
        else:
            plot = frame.hvplot.line(
                x="period", y="models", by="author", width=WIDE, height=HIGH,
                title=f"New models per {made.filters.unit} of the most active", xlabel="appeared (UTC)",
            )  # fmt: skip
        return _shown(plot, frame, made)

    def score_progress(self, *, types: Sequence[str] = (), **filters: Any) -> hv.Element:
        """The best model of each type and period: its score (points, 0 to 100) on the day when it appeared."""
        made = self._answered(ScoreProgress, filters, types=list(types))
        frame = made.answer[made.answer["score"].notna()]
        title = f"Best model of each type and {made.filters.unit}"
        return _shown(_points(frame, "appeared_on", "score", "type", made.palette("types"), title), frame, made)

    def architectures(
        self, *, architectures: Sequence[str] = (), against: str = "before", scale: str = "difference", **filters: Any
    ) -> hv.Layout:
        """One panel per architecture on one scale: new models against the period before, or against the mean.

        `against`: "before" or "mean"; `scale`: "difference" (models) or "ratio" (log₂).
        """
        made = self._answered(
            Architectures, filters, architectures=list(architectures), against=against, scale=scale
        )  # fmt: skip
        column = {
            ("before", "difference"): "change", ("before", "ratio"): "log2_change",
            ("mean", "difference"): "above_mean", ("mean", "ratio"): "log2_above_mean",
        }[against, scale]  # fmt: skip
        frame, colours = made.answer, made.palette("architectures")
        panels = [
            rows.hvplot.area(x="period", y=column, color=colours.get(str(name), "#8A8F98"), alpha=0.6, width=WIDE // 3,
                             height=HIGH // 2, title=str(name), xlabel="", ylabel=column.replace("_", " "))
            for name, rows in frame.groupby("architecture", sort=False)
        ]  # fmt: skip
        if not panels:
            raise ValueError("no architecture has a model in these dates: widen them")
        return _shown(hv.Layout(panels).cols(3), frame, made)

    def base_models(self, *, bases: Sequence[str] = (), merges: bool = True, **filters: Any) -> hv.Element:
        """Derivatives of base models: points gained over the base's own score, by days since the base's release.

        `bases`: base models by id, none means the usual ones; `merges`: whether merges count.
        """
        own = {"bases": list(bases)} if bases else {}
        made = self._answered(BaseModels, filters, merges=merges, **own)
        frame = made.answer[~made.answer["is_base"] & (made.answer["days"] >= 0)]
        plot = frame.hvplot.scatter(
            x="days", y="gain", by="label", hover_cols=["model_id"], width=WIDE, height=HIGH + 100,
            title="What derivatives gained over their base", xlabel="days since the base's release",
            ylabel="points gained",
        )  # fmt: skip
        return _shown(plot, frame, made)

    def releases(
        self, *, architectures: Sequence[str] = (), releases: Sequence[str] = (), release: str = "", **filters: Any
    ) -> hv.Element:
        """New models per period and architecture as stacked bars. `release`: the id of the one that `said` is about."""
        made = self._answered(
            Releases, filters, architectures=list(architectures), releases=list(releases), release=release
        )
        frame = made.answer[
            ["period", "architecture", "models", "total", "is_complete", "is_filling", "is_missing_late_submissions"]
        ]
        title = f"New models per {made.filters.unit}, and releases"
        return _shown(_bars(frame, "architecture", made.palette("architectures"), title), frame, made)

    def sql(self, select: str, parameters: dict[str, Any] | None = None) -> pd.DataFrame:
        """The rows of one select of your own; `parameters` are bound as $name.

        Raises ValueError for what is not one SELECT or EXPLAIN, duckdb.Error for one that cannot be answered.
        """
        with duckdb.connect() as parser:
            try:
                single_statement(parser, select)
            except Refusal as refusal:
                raise ValueError(str(refusal)) from None
        return self.warehouse.sql_frame(select, parameters)

    def explore(self) -> Any:
        """The whole page, inline: a Panel object to show as the last line of a cell."""
        from .app import page  # here, for it loads what charts alone do not need

        return page(self.warehouse, search="")

    def _answered(self, kind: type[Perspective], filters: dict[str, Any], **own: Any) -> Any:
        made = kind(self.warehouse, _filters(self.warehouse, filters))
        for name, value in own.items():
            _set(made, name, value)
        if made.needs_scores and not made.filters.has_scores:
            raise ValueError(f'{made.title} needs scores, and "hub" has none: choose a leaderboard')
        made.open()
        if made.state == "error":
            raise RuntimeError(made.reason)
        return made


def _filters(warehouse: Warehouse, given: dict[str, Any]) -> Filters:
    """The page's filters, as the caller wants them."""
    filters = Filters(warehouse)
    given = dict(given)
    names = {"leaderboard": "dataset", "score": "benchmark"}
    known = {"leaderboard", "score", "unit", "dates", "sizes", "text_generation", "hide_derived", "downloaded"}
    if unknown := sorted(set(given) - known):
        raise ValueError(f"there is no filter {', '.join(unknown)}; there are {', '.join(sorted(known))}")
    for name in ("leaderboard", *(name for name in given if name != "leaderboard")):  # it decides what else there is
        if name in given:
            value = given[name]
            if name == "dates":
                value = _dates(value, filters)
            elif name == "sizes":
                value = list(value)
            _set(filters, names.get(name, name), value, name)
    return filters


def _dates(given: tuple[Date, Date], filters: Filters) -> tuple[dt.date, dt.date]:
    first, last = filters.bounds
    try:
        start, end = (dt.date.fromisoformat(day) if isinstance(day, str) else day for day in given)
    except ValueError as error:
        raise ValueError(f"dates are (first, last) as YYYY-MM-DD, not {given!r}") from error
    if not first <= start < end <= last:
        raise ValueError(f"dates must run forward, within {first} to {last}: {start} to {end} does not")
    return start, end


def _set(owner: param.Parameterized, name: str, value: Any, said: str = "") -> None:
    """Give a parameter a value that it allows; an error calls it what the caller `said`."""
    parameter, said = owner.param[name], said or name
    if isinstance(parameter, param.ListSelector) and parameter.objects:  # authors are known only by the answer
        wrong = [one for one in value if one not in parameter.objects]
        if wrong:
            raise ValueError(f"{said}: there is no {', '.join(map(repr, wrong))}; there are {list(parameter.objects)}")
    elif not isinstance(parameter, param.ListSelector) and value not in getattr(parameter, "objects", [value]):
        raise ValueError(f"{said}: there is no {value!r}; there are {list(parameter.objects)}")
    setattr(owner, name, value)


def _bars(frame: pd.DataFrame, by: str, colours: dict[str, str], title: str) -> hv.Element:
    plot = frame.hvplot.bar(
        x="period", y="models", by=by, stacked=True, cmap=colours, width=WIDE, height=HIGH, title=title,
        xlabel="appeared (UTC)", ylabel="new models", legend="right",
    )  # fmt: skip
    return plot.opts(hv.opts.Bars(line_color=None))


def _points(frame: pd.DataFrame, x: str, y: str, by: str, colours: dict[str, str], title: str) -> hv.Element:
    return frame.hvplot.scatter(
        x=x, y=y, color=by, cmap=colours, hover_cols=["model_id"], width=WIDE, height=HIGH, title=title,
        xlabel="appeared (UTC)", legend="right",
    )  # fmt: skip


def _shown(plot: Any, frame: pd.DataFrame, made: Perspective) -> Any:
    """The object, with what it draws and what it says."""
    plot.frame, plot.sentence = frame, made.answer_text
    return plot
