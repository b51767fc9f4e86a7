"""What a card shows of a chart: its texts, and its columns and options as a message to the browser holds them."""

from __future__ import annotations

import copy
import json
from typing import Any

import numpy as np

from ..charts import Chart, pack
from ..pages.glossary import explained
from ..pages.tables import withheld
from ..perspectives import Perspective, file_name, how_counted, source_facts
from .citation import pinned_query, source_line

PAIRS = "pairs"
"""Marks a dictionary that is sent as pairs; no property of a model in Bokeh is called so."""


def content(perspective: Perspective, chart: Chart) -> dict[str, Any]:
    """Return what the card of a chart shows of it: values of its parameters `texts` and `chart_data`."""
    return {"texts": _texts(perspective, chart), "chart_data": chart_data(chart)}


def chart_data(chart: Chart) -> dict[str, Any]:
    """Return the columns and options of a chart as chart.js takes them.

    Where columns are, and the options, are JSON already: else Bokeh would look for models in each of their parts. What
    JSON has not, such as not-a-number, is left to Bokeh.
    """
    packed, contents = pack(chart.columns)
    options = {
        model: {name: _pairs_of_numbers(value) for name, value in properties.items()}
        for model, properties in chart.options.items()
    }
    try:
        parts: Any = json.dumps([contents, options], default=_plain, allow_nan=False)
    except (TypeError, ValueError):
        parts = [contents, copy.deepcopy(chart.options)]
    return {"bytes": packed, "parts": parts}


def _pairs_of_numbers(value: Any) -> Any:
    """Return a dictionary with numbers as keys, such as the labels of ticks, as pairs: JSON has texts as keys only."""
    if isinstance(value, dict) and not all(isinstance(key, str) for key in value):
        return {PAIRS: list(value.items())}
    return value


def _plain(value: Any) -> Any:
    """Return what NumPy has as what JSON has. Raises TypeError for anything else."""
    if isinstance(value, np.generic | np.ndarray):
        return value.tolist()
    raise TypeError(f"an option of a chart that is no JSON: {type(value).__name__}")


def _texts(perspective: Perspective, chart: Chart) -> dict[str, Any]:
    facts, reason = source_facts(perspective, chart), withheld(perspective, chart)
    return {
        "title": chart.title,
        "empty": chart.empty_text if chart.is_empty else "",
        "note": explained(chart.caption),
        "counted": _how_counted(perspective, chart, reason),
        "description": chart.description(),
        "source": [
            source_line(perspective, chart),
            f"Filters: {facts['filters']}",
            f"Licence of the data: {facts['licence of the data']}",
        ],
        "query": pinned_query(perspective),
        "name": file_name(perspective, chart),
        "has_table": not reason,
        "is_visible": chart.is_offered,
    }


def _how_counted(perspective: Perspective, chart: Chart, reason: str) -> str:
    """Return how a chart is read and counted, as the terms and definitions of a list; `reason`: no table."""
    parts = {
        "Reading": [chart.details] if chart.details else [],
        **how_counted(perspective, chart),
        "Table": [reason] if reason else [],
    }
    return "".join(
        f"<dt>{heading}</dt>{''.join(f'<dd>{explained(text)}</dd>' for text in texts)}"
        for heading, texts in parts.items()
        if texts
    )
