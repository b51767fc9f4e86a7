"""Figures as hvPlot makes them, once per process; each visitor gets a copy, which costs far less than a new one."""

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

_originals: dict[Hashable, Figure] = {}
_lock = threading.Lock()


def render(key: Hashable, plot: Callable[[], Any]) -> Figure:
    """Return a copy of the Bokeh figure that `plot` describes, without HoloViews' hover: charts add their own.

    `key` must hold everything that the result of `plot` depends on.
    """
    with _lock:
        if key not in _originals:
            figure = hv.render(plot(), backend="bokeh")
            figure.toolbar.tools = [tool for tool in figure.toolbar.tools if not isinstance(tool, HoverTool)]
            _originals[key] = figure
    return _clone(_originals[key], {})


@functools.cache
def _properties(model: Model) -> dict[str, Any]:
    """Return a model's properties; cached, since reading them takes a third of the time of a copy."""
    return dict(model.properties_with_values(include_defaults=False, include_undefined=False))


def _clone(value: Any, clones: dict[str, Model]) -> Any:
    """Copy a model and every model that it refers to; values that are no models are shared."""
    if isinstance(value, Model):
        if value.id not in clones:
            model_class: type[Model] = type(value)
            clones[value.id] = clone = model_class.__new__(model_class)  # type: ignore[call-overload]
            properties = {name: _clone(part, clones) for name, part in _properties(value).items()}
            initialised_as = Plot if isinstance(value, Figure) else model_class  # Figure would add axes of its own
            initialised_as.__init__(clone, **properties)
        return clones[value.id]
    if isinstance(value, list | tuple):
        parts = [_clone(part, clones) for part in value]
        return tuple(parts) if isinstance(value, tuple) else parts
    if isinstance(value, Field | Value | Expr):  # a glyph's colour, for instance: it may hold a mapper
        arguments = {part.name: _clone(getattr(value, part.name), clones) for part in dataclasses.fields(value)}
        return type(value)(**arguments)
    if isinstance(value, dict):
        return {key: _clone(part, clones) for key, part in value.items()}
    return value
