"""Graphs: nodes at given positions over dates or numbers, and edges between them; the sender decides the layout."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from bokeh.models import HoverTool, HStrip, MultiLine

from ..plurals import counted
from . import alt_text
from .dates_or_numbers import MARGIN, DatesOrNumbers, finish_axis
from .ladder_template import add_labels
from .number_formats import SCORES, NumberFormat
from .periods import Span, number_text
from .points import mappers, markers
from .style import GREY, add_hover, apply_style, empty_source, follow_legend, legend, main_layer, range_options
from .template import Figure, render, template
from .timeline import shortened

NODE_COLUMNS = ("x", "y", "size", "kind", "model_id", "heading", "fill", "outline", "changes")
CURVE = np.linspace(0.0, 1.0, 13)
"""Where the corners of a curved edge are, from its parent to its child."""
Layers = Sequence[tuple[str, float, float]]
"""Of each layer its text, its lower and its upper end on the y axis, from top to bottom."""


class Graph(DatesOrNumbers):
    """Models as nodes and what joins them as edges; a click on a node opens the model's page.

    `colours` gives each kind its colour: that of a node, and that of an edge. `details` are (label, column) pairs for
    the hover of nodes. With `layers` in `send` the y axis names layers instead of numbers, and edges are curved.
    """

    def __init__(
        self, key: str, *, colours: dict[str, str], y_title: str, x_title: str = "appeared (UTC)",
        has_dates: bool = True, numbers: NumberFormat = SCORES, details: tuple[tuple[str, str], ...] = (),
        height: int = 480, **params: Any,
    ) -> None:  # fmt: skip
        self._numbers, self._y_title = numbers, y_title
        self._order = {name: n for n, name in enumerate(colours)}
        names = (column.partition("{")[0] for _, column in details)
        self._hover_columns = [name for name in names if name not in NODE_COLUMNS]

        def make() -> Figure:
            return self._make(colours, x_title, details, height, has_dates=has_dates)

        parts = ("graph", x_title, y_title, has_dates, numbers, details, height, *colours.items())
        super().__init__(template(parts, make), has_dates=has_dates, x_title=x_title, height=height, key=key, **params)
        self._sent = pd.DataFrame(), pd.DataFrame()
        self._layers: Layers = ()

    def _make(
        self, colours: dict[str, str], x_title: str, details: tuple[tuple[str, str], ...], height: int, *,
        has_dates: bool,
    ) -> Figure:  # fmt: skip
        """Make the figure of the template."""
        moments = pd.to_datetime(["2024-01-01", "2024-02-01"])
        example = pd.DataFrame({"x": moments if has_dates else [0.0, 1.0], "y": [0.0, 1.0]})
        figure = render(example.hvplot.scatter(x="x", y="y", legend=False))
        numbers = self._numbers.axis
        apply_style(figure, x_title=x_title, y_title=self._y_title, height=height, y_format=numbers, dates=has_dates)
        nodes = main_layer(figure, "nodes", (*NODE_COLUMNS, *self._hover_columns))
        shapes = markers(len(colours))
        colour, marker = mappers(colours, shapes)
        nodes.glyph.update(
            x="x", y="y", size="size", fill_alpha="fill", line_alpha="outline", line_width=1.5, hatch_color=None
        )
        nodes.glyph.fill_color = nodes.glyph.line_color = {"field": "kind", "transform": colour}
        nodes.glyph.marker = {"field": "kind", "transform": marker}
        edges = figure.add_glyph(
            empty_source("edges", "xs", "ys", "kind", "parent", "child", "alpha", "width"),
            MultiLine(
                xs="xs", ys="ys", line_color={"field": "kind", "transform": colour}, line_alpha="alpha",
                line_width="width",
            ),
        )  # fmt: skip
        figure.add_glyph(
            empty_source("layers", "y0", "y1"),
            HStrip(y0="y0", y1="y1", fill_color=GREY, fill_alpha=0.09, line_color=None), level="underlay",
        )  # fmt: skip
        figure.yaxis[0].name, figure.ygrid[0].name = "y-axis", "y-grid"
        figure.renderers.remove(nodes)
        figure.renderers.append(nodes)
        legend(figure, colours, markers=shapes)
        follow_legend(figure, {nodes: "kind", edges: "kind"})
        finish_axis(figure, has_dates=has_dates)
        texts = [("", "@heading"), ("", "@kind"), *((label, f"@{column}") for label, column in details)]
        hover = add_hover(figure, nodes, texts, opens_hub=True)
        hover.update(formatters={"@x": "datetime"} if has_dates else {}, limit=3, attachment="above")
        figure.add_tools(
            HoverTool(
                renderers=[edges], tooltips=[("", "@child"), ("", "@kind of @parent")], visible=False,
                line_policy="interp", attachment="below", limit=3,
            )
        )  # fmt: skip
        add_labels(figure, points=[nodes.data_source], lines=[edges.data_source], is_ranked=True)
        return figure

    def send(
        self, nodes: pd.DataFrame, edges: pd.DataFrame, *, span: Span | None = None,
        filling: tuple[np.ndarray, np.ndarray] | None = None, layers: Layers = (),
    ) -> None:  # fmt: skip
        """Send new nodes and edges.

        nodes: model_id, x (a date or a number), y, size (pixels), kind, the columns of `details`, and optional `label`,
        a text beside the node where there is room, and `label_rank`: the lowest has the first choice of room;
        `heading`, the first line of the hover instead of model_id; `fill`
        and `outline`, how strong both are, 0 to 1; `changes`, a query that a click on the node writes into the page's
        address instead of opening the model. edges: parent, child (each the heading of a node), kind, optional `alpha`
        and `width`.
        span: the dates of an axis of dates, which needs it. Raises KeyError for an edge to a node that is not sent.
        """
        self._sent, self._layers = (nodes, edges), layers
        x = self._positions(nodes["x"])
        y = nodes["y"].to_numpy("float64")
        headings = _column(nodes, "heading", nodes["model_id"].tolist())
        columns = {column: nodes[column].tolist() for column in ("kind", "model_id", *self._hover_columns)}
        columns |= {"heading": headings, "changes": _column(nodes, "changes", [""] * len(nodes))}
        numbers = {"size": nodes["size"].to_numpy("float64"), "x": x, "y": y}
        numbers |= {name: _numbers(nodes, name, default) for name, default in (("fill", 0.9), ("outline", 0.0))}
        self._send("nodes", numbers | columns)
        self._send_edges(edges, x, y, headings, is_curved=bool(layers))
        named = np.flatnonzero(nodes["label"].fillna("") != "") if "label" in nodes else np.array([], "int64")
        if "label_rank" in nodes:
            named = named[np.argsort(nodes["label_rank"].to_numpy()[named], kind="stable")]
        labels = nodes["label"].iloc[named].tolist() if len(named) else []
        short = dict(zip(dict.fromkeys(labels), shortened(list(dict.fromkeys(labels))), strict=True))
        texts = [short[label] for label in labels]
        self._send("names", {"x": x[named], "y": y[named], "text": texts})
        self.is_empty = nodes.empty
        self._show_names(self._order, {*nodes["kind"], *edges["kind"]})
        lanes = self._set_axis(x, span, filling)
        self._set_layers(layers, y, max(lanes, 1))

    def _send_edges(
        self, edges: pd.DataFrame, x: np.ndarray, y: np.ndarray, headings: list[str], *, is_curved: bool
    ) -> None:
        """Send lines between nodes: straight ones, or curves that leave and reach their nodes horizontally."""
        row = {name: n for n, name in enumerate(headings)}
        pairs = zip(edges["parent"], edges["child"], strict=True)
        ends = [np.array([row[parent], row[child]]) for parent, child in pairs]
        along, across = (CURVE, CURVE**2 * (3 - 2 * CURVE)) if is_curved else (np.array([0.0, 1.0]),) * 2
        self._send(
            "edges",
            {
                "xs": [x[start] + along * (x[end] - x[start]) for start, end in ends],
                "ys": [y[start] + across * (y[end] - y[start]) for start, end in ends],
                "alpha": _numbers(edges, "alpha", 0.6),
                "width": _numbers(edges, "width", 1.5),
                **{column: edges[column].tolist() for column in ("kind", "parent", "child")},
            },
        )

    def _set_layers(self, layers: Layers, y: np.ndarray, lanes: int) -> None:
        """Fit the y axis to layers, whose texts stand at their centres, or else to the numbers of the nodes."""
        shaded = layers[1::2]
        self._send(
            "layers", {"y0": np.array([low for _, low, _ in shaded]), "y1": np.array([high for *_, high in shaded])}
        )
        if not layers:
            finite = y[np.isfinite(y)]
            low, high = min(finite, default=0.0), max(finite, default=1.0)
            self._scale(low - MARGIN * (high - low), high, lanes=lanes)
            return
        centres = [(low + high) / 2 for _, low, high in layers]
        self._set("y-ticker", ticks=centres)
        self._set("y-axis", major_label_overrides={c: text for c, (text, *_) in zip(centres, layers, strict=True)})
        self._set("y-grid", visible=False)
        self._set("y-range", **range_options(layers[-1][1], layers[0][2]))

    def set_height(self, pixels: int) -> None:
        """Set the height of the figure, for what is sent next."""
        self.height = pixels
        self._set_height(pixels)

    def _describe(self) -> str:
        nodes, edges = self._sent
        y, kinds = nodes["y"].to_numpy("float64"), alt_text.sums_by_name(edges["kind"], np.ones(len(edges)))
        noun = "node" if self._layers else "model"
        counts = f"{counted(len(nodes), noun)} and {counted(len(edges), 'edge')}"
        text = f"Graph of {counts}, {self._range_text}."
        text += f" Edges: {alt_text.shares_text(kinds)}." if kinds else ""
        text += f" Layers: {'; '.join(alt_text.readable(name) for name, *_ in self._layers)}." if self._layers else ""
        if np.isfinite(y).any() and not self._layers:
            peak = nodes.iloc[int(np.nanargmax(y))]
            text += f" Highest {self._y_title} {self._numbers(peak['y'])}, {alt_text.readable(peak['model_id'])}."
        children = edges["parent"].value_counts()
        if len(children):
            parent, most = children.index[0], int(children.iloc[0])
            text += f" Most edges from one: {number_text(most)} from {alt_text.readable(parent)}."
        return text


def _column(frame: pd.DataFrame, name: str, default: list[str]) -> list[str]:
    return frame[name].tolist() if name in frame else default


def _numbers(frame: pd.DataFrame, name: str, default: float) -> np.ndarray:
    return frame[name].to_numpy("float64") if name in frame else np.full(len(frame), default)
