"""Ladders: the gain of each new best score over the base model's own, as steps over days."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from bokeh.core.properties import value
from bokeh.models import (
    BasicTicker,
    ColumnDataSource,
    CustomJS,
    HoverTool,
    LabelSet,
    LegendItem,
    MultiLine,
    NumeralTickFormatter,
    Quad,
    Range1d,
    Scatter,
    Segment,
    Span,
)

from . import alt_text
from .chart import Chart, set_data
from .figures import render
from .periods import milliseconds, number_text
from .scripts import script
from .style import GREY, add_hover, apply_style, fit, glyph_renderers, legend, set_range
from .trends import steps

PLACE_LABELS = script("ladder")
OWNER_MARKER = "star"  # the marker of models by the owner of the base
HOVER_COLUMNS = ["model_id", "score", "on", "type", "base_score"]


class Ladder(Chart):
    """One ladder a name: steps from 0 on day 0, a point on every rung, other models faint, a band around zero.

    Rungs on days that lack submissions are hollow and their steps dotted, as is the line after the last rung.
    """

    def __init__(self, key: str, *, x_title: str, y_title: str, height: int = 480, **params: Any) -> None:
        example = pd.DataFrame({"x": [0.0, 1.0], "y": [0.0, 1.0]})
        figure = render("ladder", lambda: example.hvplot.scatter(x="x", y="y", legend=False))
        super().__init__([figure], key=key, **params)
        apply_style(figure, x_title=x_title, y_title=y_title, height=height, y_format="+0.[0]", dates=False)
        figure.x_range = Range1d(0, 1)
        figure.xaxis[0].update(ticker=BasicTicker(), formatter=NumeralTickFormatter(format="0,0"))
        figure.add_layout(Span(location=0, dimension="width", line_color=GREY, line_width=1, level="underlay"))
        rungs = glyph_renderers(figure)[0]
        rungs.glyph = _marks(1.8)
        rungs.nonselection_glyph = rungs.selection_glyph = rungs.muted_glyph = rungs.hover_glyph = None
        self._rungs, self._others = rungs.data_source, ColumnDataSource()
        self._bands = ColumnDataSource(
            {name: [] for name in ("left", "right", "low", "high", "colour", "name", "summary")}
        )
        self._lines, self._tails = (ColumnDataSource({"xs": [], "ys": [], "colour": []}) for _ in range(2))
        band = figure.add_glyph(
            self._bands,
            Quad(
                left="left",
                right="right",
                bottom="low",
                top="high",
                fill_color="colour",
                fill_alpha=0.13,
                line_color=None,
            ),
        )
        others = figure.add_glyph(self._others, _marks(1.0))
        paths = {"xs": "xs", "ys": "ys", "line_color": "colour"}
        figure.add_glyph(self._tails, MultiLine(**paths, line_width=1.6, line_alpha=0.75, line_dash=[2, 4]))
        figure.add_glyph(self._lines, MultiLine(**paths, line_width=2.2, line_join="round"))
        figure.renderers.remove(rungs)
        figure.renderers.append(rungs)
        band.level = "underlay"
        self._swatches = legend(figure, {"–": GREY}, marker="circle").items[0].renderers[0]
        self._swatches.glyph.update(marker={"field": "marker"}, size=11)
        figure.legend[0].update(glyph_width=28, glyph_height=26, label_standoff=4)
        lines = Segment(x0="x", y0="y", x1="x", y1="y", line_color="colour", line_width=2.2)
        self._swatch_lines = figure.add_glyph(self._swatches.data_source, lines)
        self._swatches.data_source.data = {"x": [np.nan], "y": [np.nan], "colour": [GREY], "marker": ["circle"]}
        # no callback may watch the swatches' source: through the legend's items Bokeh would reach the whole figure, and
        # would make the items anew, without their colours, whenever anything in the figure changes
        fit(figure)
        tooltips = [
            ("", "@model_id"),
            ("", "@name"),
            ("gain", "@y{+0.0}"),
            ("score", "@score{0.0} (base @base_score{0.0})"),
        ]
        tooltips += [("appeared", "@on{%-d %b %Y}, day @x{0,0}"), ("type", "@type")]
        # where points overlap only one has a tooltip, and the tooltip of a rung never covers that of a point below it
        add_hover(figure, rungs, tooltips, opens_hub=True).update(limit=1, attachment="above")
        add_hover(figure, others, tooltips, opens_hub=True).update(limit=1, attachment="below")
        figure.add_tools(HoverTool(renderers=[band], tooltips=[("", "@name"), ("", "@summary")], visible=False))
        self._send_points(self._rungs, pd.DataFrame(columns=["days", "gain", "name", "look", *HOVER_COLUMNS]))
        self._send_points(self._others, pd.DataFrame(columns=["days", "gain", "name", "look", *HOVER_COLUMNS]))
        self._label_candidates = ColumnDataSource({"x": [], "y": [], "text": []})
        self._sent: tuple[pd.DataFrame, list[str], float] | None = None
        self._add_labels()

    def _add_labels(self) -> None:
        labels = ColumnDataSource({"x": [], "y": [], "dx": [], "dy": [], "text": []})
        label_set = LabelSet(
            source=labels, x="x", y="y", x_offset="dx", y_offset="dy", text="text", level="overlay",
            text_color=GREY, text_font_size="11px", text_font_style="bold", text_baseline="bottom",
        )  # fmt: skip
        self.figure.add_layout(label_set)
        arguments = {"figure": self.figure, "axis": self.figure.yaxis[0], "label_set": label_set}
        sources = {
            "rungs": self._rungs,
            "lines": self._lines,
            "tails": self._tails,
            "candidates": self._label_candidates,
        }
        place_labels = CustomJS(args=arguments | sources | {"labels": labels}, code=PLACE_LABELS)
        for change in ("inner_width", "inner_height"):
            self.figure.js_on_change(change, place_labels)
        self._label_candidates.js_on_change("data", place_labels)
        for side in (self.figure.x_range, self.figure.y_range):
            side.js_on_change("end", place_labels)
        self.figure.yaxis[0].js_on_change("major_label_text_color", place_labels)

    def send(
        self,
        rows: pd.DataFrame,
        bases: pd.DataFrame,
        style_by_name: dict[str, tuple[str, str]],
        *,
        labels: bool,
        others: bool,
    ) -> int:
        """Send new ladders, and return how many points lie below the figure and are not drawn.

        rows: name, days, gain, is_rung, is_unsettled, is_own and the columns of the hover (model_id, score, on, type,
        base_score), in the order of their days; bases: name, until (the last day known), low, high, summary (for the
        hover); one row a name.
        """
        rows = rows.assign(look=rows["name"].map(style_by_name))
        rungs = rows[rows["is_rung"]]
        top = max(
            float(rungs["gain"].max()) if len(rungs) else 0.0, float(bases["high"].max()) if len(bases) else 0.0, 1.0
        )
        others_rows = rows[~rows["is_rung"] & (rows["is_own"] | others)]
        lowest_drawn = -max(top / 2, -float(bases["low"].min()) if len(bases) else 0.0, 2.0)
        drawn_others = others_rows[others_rows["gain"] >= lowest_drawn]
        self._sent = rungs, bases["name"].tolist(), max([1.0, *bases["until"]])
        self._send_points(self._rungs, rungs)
        self._send_points(self._others, drawn_others)
        settled, pending = self._paths(rungs, bases, style_by_name)
        set_data(self._lines, settled)
        set_data(self._tails, pending)
        self._send_bands(bases, style_by_name)
        self._send_legend(style_by_name)
        last_rungs = rungs.drop_duplicates("name", keep="last") if labels else rungs.iloc[:0]
        lowest = min([0.0, *drawn_others["gain"], *bases["low"]])
        # ranges are set first: the browser places the names by them
        longest = max([1.0, *bases["until"]])
        set_range(self.figure.x_range, -0.012 * longest, 1.012 * longest)
        self._scale(lowest, top, lanes=1)
        set_data(
            self._label_candidates,
            {
                "x": last_rungs["days"].to_numpy("float64"),
                "y": last_rungs["gain"].to_numpy("float64"),
                "text": [
                    f"{name} {gain:+.1f}" for name, gain in zip(last_rungs["name"], last_rungs["gain"], strict=True)
                ],
            },
        )
        self.is_empty = bases.empty
        return len(others_rows) - len(drawn_others)

    def _alt_texts(self) -> list[str]:
        assert self._sent is not None
        rungs, names, until = self._sent
        intro = f"Ladders of {alt_text.count_text(len(names), 'base model')}, day 0 to day {number_text(until)}"
        if rungs.empty:
            return [f"{intro}; none has a rung."]
        best = rungs.iloc[int(np.argmax(rungs["gain"].to_numpy("float64")))]
        last_rungs = rungs.drop_duplicates("name", keep="last").sort_values("gain", ascending=False, kind="stable")
        rungs_text = ", ".join(
            f"{alt_text.readable(name)} {alt_text.signed_number(gain, '+.1f')} on day {number_text(day)}"
            for name, gain, day in zip(last_rungs["name"], last_rungs["gain"], last_rungs["days"], strict=True)
        )
        peak = f"{alt_text.signed_number(best['gain'], '+.1f')} by {alt_text.readable(best['model_id'])}"
        return [f"{intro}. Peak {peak}, derived from {alt_text.readable(best['name'])}. Last rungs: {rungs_text}."]

    def _send_points(self, source: ColumnDataSource, rows: pd.DataFrame) -> None:
        is_faint = source is self._others
        is_own = rows["is_own"].to_numpy(bool) if "is_own" in rows else np.zeros(0, bool)
        is_hollow = rows["is_unsettled"].to_numpy(bool) if "is_unsettled" in rows else np.zeros(0, bool)
        alpha = np.where(is_own, 0.95, 0.3 if is_faint else 1.0)
        set_data(
            source,
            {
                "x": rows["days"].to_numpy("float64"),
                "y": rows["gain"].to_numpy("float64"),
                "name": rows["name"].tolist(),
                "colour": [colour for colour, _ in rows["look"]],
                "marker": [
                    OWNER_MARKER if is_owners else marker
                    for (_, marker), is_owners in zip(rows["look"], is_own, strict=True)
                ],
                "size": np.where(is_own, 14.0, 5.5 if is_faint else 9.0),
                "fill": np.where(is_hollow, 0.0, alpha),
                "edge": alpha,
                "on": milliseconds(rows["on"]) if len(rows) else np.array([]),
                **{column: rows[column].tolist() for column in HOVER_COLUMNS if column != "on"},
            },
        )

    def _paths(
        self, rungs: pd.DataFrame, bases: pd.DataFrame, style_by_name: dict[str, tuple[str, str]]
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return the steps that are final, and those that may change together with the line to the last known day."""
        paths: tuple[dict[str, Any], ...] = tuple({"xs": [], "ys": [], "colour": []} for _ in range(2))
        groups = dict(list(rungs.groupby("name", sort=False)))
        for name, last_day in zip(bases["name"].astype(str), bases["until"].astype(float), strict=True):
            group = groups.get(name, rungs.iloc[:0])
            xs = np.append(0.0, group["days"].to_numpy("float64"))
            ys = np.append(0.0, group["gain"].to_numpy("float64"))
            settled = 1 + int((~group["is_unsettled"].to_numpy(bool)).sum())
            until = max(last_day, float(xs[-1]))
            for path, (x, y) in zip(
                paths,
                (steps(xs[:settled], ys[:settled]), steps(xs[settled - 1 :], ys[settled - 1 :], until)),
                strict=True,
            ):
                path["xs"].append(x)
                path["ys"].append(y)
                path["colour"].append(style_by_name[name][0])
        return paths[0], paths[1]

    def _send_bands(self, bases: pd.DataFrame, style_by_name: dict[str, tuple[str, str]]) -> None:
        bands = bases[bases["high"] > bases["low"]]
        set_data(
            self._bands,
            {
                "left": np.zeros(len(bands)),
                "right": bands["until"].to_numpy("float64"),
                "low": bands["low"].to_numpy("float64"),
                "high": bands["high"].to_numpy("float64"),
                "colour": [style_by_name[name][0] for name in bands["name"]],
                "name": bands["name"].tolist(),
                "summary": bands["summary"].tolist(),
            },
        )

    def _send_legend(self, style_by_name: dict[str, tuple[str, str]]) -> None:
        legend_model = self.figure.legend[0]
        if [item.label.value for item in legend_model.items] != list(style_by_name):
            legend_model.items = [
                LegendItem(label=value(name), renderers=[self._swatch_lines, self._swatches], index=n)
                for n, name in enumerate(style_by_name)
            ]
        blank = np.full(len(style_by_name), np.nan)
        swatches = {
            "colour": [colour for colour, _ in style_by_name.values()],
            "marker": [marker for _, marker in style_by_name.values()],
        }
        if self._swatches.data_source.data["colour"] != swatches["colour"]:
            self._swatches.data_source.data = {"x": blank, "y": blank, **swatches}


def _marks(line_width: float) -> Scatter:
    return Scatter(
        x="x", y="y", size="size", marker={"field": "marker"}, fill_color="colour", fill_alpha="fill",
        line_color="colour", line_alpha="edge", line_width=line_width,
    )  # fmt: skip
