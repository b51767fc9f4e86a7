"""Graphs: nodes at given positions over dates or numbers, and edges between them; the sender decides the layout."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from bokeh.models import HoverTool, MultiLine

from . import alt_text
from .dates_or_numbers import MARGIN, DatesOrNumbers, finish_axis
from .ladder_template import add_labels
from .number_formats import SCORES, NumberFormat
from .periods import Span, number_text
from .points import mappers, markers
from .style import add_hover, apply_style, empty_source, follow_legend, legend, main_layer
from .template import Figure, render, template
from .timeline import shortened

NODE_COLUMNS = ("x", "y", "size", "kind", "model_id")


class Graph(DatesOrNumbers):
    """Models as nodes and what joins them as edges; a click on a node opens the model's page on the Hub.

    `colours` gives each kind its colour: that of a node, and that of an edge. `details` are (label, column) pairs for
    the hover of nodes.
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
        nodes.glyph.update(x="x", y="y", size="size", fill_alpha=0.9, line_color=None, hatch_color=None)
        nodes.glyph.fill_color = {"field": "kind", "transform": colour}
        nodes.glyph.marker = {"field": "kind", "transform": marker}
        edges = figure.add_glyph(
            empty_source("edges", "xs", "ys", "kind", "parent", "child"),
            MultiLine(
                xs="xs", ys="ys", line_color={"field": "kind", "transform": colour}, line_alpha=0.6, line_width=1.5
            ),
        )
        figure.renderers.remove(nodes)
        figure.renderers.append(nodes)
        legend(figure, colours, markers=shapes)
        follow_legend(figure, {nodes: "kind", edges: "kind"})
        finish_axis(figure, has_dates=has_dates)
        texts = [("", "@model_id"), ("", "@kind"), *((label, f"@{column}") for label, column in details)]
        hover = add_hover(figure, nodes, texts, opens_hub=True)
        hover.update(formatters={"@x": "datetime"} if has_dates else {}, limit=3, attachment="above")
        figure.add_tools(
            HoverTool(
                renderers=[edges], tooltips=[("", "@child"), ("", "@kind of @parent")], visible=False,
                line_policy="interp", attachment="below", limit=3,
            )
        )  # fmt: skip
        add_labels(figure, points=[nodes.data_source], lines=[edges.data_source])
        return figure

    def send(
        self, nodes: pd.DataFrame, edges: pd.DataFrame, *, span: Span | None = None,
        filling: tuple[np.ndarray, np.ndarray] | None = None,
    ) -> None:  # fmt: skip
        """Send new nodes and edges.

        nodes: model_id, x (a date or a number), y, size (pixels), kind, the columns of `details`, and optional `label`,
        a text beside the node where there is room. edges: parent, child (each the model_id of a node), kind.
        span: the dates of an axis of dates, which needs it. Raises KeyError for an edge to a node that is not sent.
        """
        self._sent = nodes, edges
        x = self._positions(nodes["x"])
        y = nodes["y"].to_numpy("float64")
        row = {model: n for n, model in enumerate(nodes["model_id"])}
        pairs = zip(edges["parent"], edges["child"], strict=True)
        ends = [np.array([row[parent], row[child]]) for parent, child in pairs]
        columns = {column: nodes[column].tolist() for column in ("kind", "model_id", *self._hover_columns)}
        self._send("nodes", {"x": x, "y": y, "size": nodes["size"].to_numpy("float64"), **columns})
        self._send(
            "edges",
            {
                "xs": [x[pair] for pair in ends],
                "ys": [y[pair] for pair in ends],
                **{column: edges[column].tolist() for column in ("kind", "parent", "child")},
            },
        )
        named = np.flatnonzero(nodes["label"].fillna("") != "") if "label" in nodes else np.array([], "int64")
        texts = shortened(nodes["label"].iloc[named].tolist()) if len(named) else []
        self._send("names", {"x": x[named], "y": y[named], "text": texts})
        self.is_empty = nodes.empty
        self._show_names(self._order, {*nodes["kind"], *edges["kind"]})
        lanes = self._set_axis(x, span, filling)
        finite = y[np.isfinite(y)]
        low, high = min(finite, default=0.0), max(finite, default=1.0)
        self._scale(low - MARGIN * (high - low), high, lanes=max(lanes, 1))

    def _describe(self) -> str:
        nodes, edges = self._sent
        y, kinds = nodes["y"].to_numpy("float64"), alt_text.sums_by_name(edges["kind"], np.ones(len(edges)))
        counts = f"{alt_text.count_text(len(nodes), 'model')} and {alt_text.count_text(len(edges), 'edge')}"
        text = f"Graph of {counts}, {self._range_text}."
        text += f" Edges: {alt_text.shares_text(kinds)}." if kinds else ""
        if np.isfinite(y).any():
            peak = nodes.iloc[int(np.nanargmax(y))]
            text += f" Highest {self._y_title} {self._numbers(peak['y'])}, {alt_text.readable(peak['model_id'])}."
        children = edges["parent"].value_counts()
        if len(children):
            parent, most = children.index[0], int(children.iloc[0])
            text += f" Most edges from one: {number_text(most)} from {alt_text.readable(parent)}."
        return text
