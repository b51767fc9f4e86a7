"""Templates: figures that hvPlot made, once per process, written as JSON that browsers keep.

A visitor's page gets a template as a file, and only columns and options for its named models as a message. Reports and
embeds get a figure made from the same template.
"""

from __future__ import annotations

import itertools
import json
import threading
from collections import Counter
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import holoviews as hv
import hvplot.pandas  # noqa: F401  (gives pandas frames their .hvplot)
from bokeh import plotting
from bokeh.document import Document
from bokeh.models import HoverTool

from .look import LOOK

hv.extension("bokeh", logo=False)
hv.renderer("bokeh").webgl = False  # slower here with it: a software renderer draws

Figure: TypeAlias = plotting.figure
"""What hvPlot and HoloViews make: a Bokeh figure."""
ID_MARK = "§"
"""How every id in a template begins; whoever makes models from it puts a prefix of his own in its place."""

_templates: dict[Hashable, Template] = {}
_lock = threading.Lock()
_copies = itertools.count()


@dataclass(frozen=True)
class Template:
    """A Bokeh document with one figure, as JSON; `names` are the models that columns and options can be sent to."""

    text: str
    names: frozenset[str]

    def figure(self, columns: Mapping[str, Mapping[str, Any]], options: Mapping[str, Mapping[str, Any]]) -> Figure:
        """Return a new figure with these columns in its sources and these options on its models, all by name.

        It belongs to no document. Raises KeyError for a name that the template does not have.
        """
        document = Document.from_json(json.loads(self.text.replace(f'"{ID_MARK}', f'"t{next(_copies)}-'))["doc"])
        figure: Figure = document.roots[0]
        document.remove_root(figure)
        models = {model.name: model for model in figure.references() if model.name}
        for name, properties in options.items():
            models[name].update(**properties)
        for name, source_columns in columns.items():
            models[name].data = dict(source_columns)
        return figure


def template(key: Hashable, make: Callable[[], Figure]) -> Template:
    """Return the template of the figure that `make` makes; `key` must hold everything that the figure depends on."""
    with _lock:
        if key not in _templates:
            _templates[key] = _write(make())
        return _templates[key]


def render(plot: Any) -> Figure:
    """Return the figure of an hvPlot object, without its hover and without names: charts add their own."""
    figure = hv.render(plot, backend="bokeh")
    figure.toolbar.tools = [tool for tool in figure.toolbar.tools if not isinstance(tool, HoverTool)]
    for model in figure.references():
        model.name = None
    return figure


def _write(figure: Figure) -> Template:
    """Write a figure as JSON, with short ids.

    Definitions of models that it does not use stay away, and so do callbacks of the session that happens to be first.

    Raises ValueError if two of its models have the same name, or if one of its texts looks like an id.
    """
    hovers = [tool for tool in figure.toolbar.tools if isinstance(tool, HoverTool)]
    for hover in hovers:  # tooltips do not pile up: one each, and those of lines above or below those of points
        hover.limit = hover.limit or 1
        if hover is not hovers[0] and hover.attachment == "horizontal":
            hover.attachment = "vertical"
    names = Counter(model.name for model in figure.references() if model.name)
    if repeated := [name for name, times in names.items() if times > 1]:
        raise ValueError(f"models of one figure have the same name: {', '.join(repeated)}")
    document = Document(title="")
    document.add_root(figure)
    document.theme = LOOK
    written: Any = document.to_json(deferred=False)  # as json_item does, which looks for its models more often
    config = written["config"] | {"attributes": {"notifications": None}}  # a list of them would be added to the page
    parts = {key: written[key] for key in ("version", "title", "roots")} | {"config": config}
    ids: dict[str, str] = {}
    text = json.dumps(
        {"doc": _with_short_ids(parts, ids), "root_id": ids[figure.id]},
        ensure_ascii=False,
        separators=(",", ":"),
    )
    if text.count(f'"{ID_MARK}') != text.count(f'"id":"{ID_MARK}') + 1:
        raise ValueError(f"a text of the figure begins with {ID_MARK}, as ids do")
    return Template(text, frozenset(names))


def _with_short_ids(value: Any, ids: dict[str, str]) -> Any:
    """Return a part of a document with its ids numbered, in the order in which they first stand in it."""
    if isinstance(value, dict):
        return {
            key: ids.setdefault(part, f"{ID_MARK}{len(ids)}")
            if key == "id" and isinstance(part, str)
            else _with_short_ids(part, ids)
            for key, part in value.items()
        }
    return [_with_short_ids(part, ids) for part in value] if isinstance(value, list | tuple) else value
