"""Figures as hvPlot makes them, once per process; each visitor gets a twin: making one anew is far dearer."""

from __future__ import annotations

import dataclasses
import functools
import threading
from collections.abc import Callable, Hashable
from typing import Any

import holoviews as hv
import hvplot.pandas  # noqa: F401  (gives pandas frames their .hvplot)
from bokeh.core.property.vectorization import Expr, Field, Value
from bokeh.model import Model
from bokeh.models import HoverTool, Plot
from bokeh.plotting import figure as Figure  # noqa: N812

hv.extension("bokeh", logo=False)
hv.renderer("bokeh").webgl = False  # slower here with it: a software renderer draws

_made: dict[Hashable, Figure] = {}
_lock = threading.Lock()


def render(kind: Hashable, plot: Callable[[], Any]) -> Figure:
    """The Bokeh figure of the HoloViews object that `plot` makes, without its own hover: `tell` says what a mark is.

    `kind` must hold whatever the object depends on.
    """
    with _lock:
        if kind not in _made:
            figure = hv.render(plot(), backend="bokeh")
            figure.toolbar.tools = [tool for tool in figure.toolbar.tools if not isinstance(tool, HoverTool)]
            _made[kind] = figure
    return _clone(_made[kind], {})


@functools.cache
def _said(model: Model) -> dict[str, Any]:
    """What a model that is kept says of itself; asked once, for asking is a third of what a twin costs."""
    return dict(model.properties_with_values(include_defaults=False, include_undefined=False))


def _clone(value: Any, twins: dict[str, Model]) -> Any:
    """A copy of a model and of all that it refers to; what is no model is shared."""
    if isinstance(value, Model):
        if value.id not in twins:
            kind: type[Model] = type(value)
            twins[value.id] = twin = kind.__new__(kind)  # type: ignore[call-overload]
            new = {name: _clone(part, twins) for name, part in _said(value).items()}
            (Plot if isinstance(value, Figure) else kind).__init__(twin, **new)  # Figure would add axes of its own
        return twins[value.id]
    if isinstance(value, list | tuple):
        parts = [_clone(part, twins) for part in value]
        return tuple(parts) if isinstance(value, tuple) else parts
    if isinstance(value, Field | Value | Expr):  # where a glyph's colour stands: it may hold a mapper
        said = {part.name: _clone(getattr(value, part.name), twins) for part in dataclasses.fields(value)}
        return type(value)(**said)
    if isinstance(value, dict):
        return {key: _clone(part, twins) for key, part in value.items()}
    return value
