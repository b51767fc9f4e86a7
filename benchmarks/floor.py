"""The floor: the charts of a perspective on a static page without a server, fed with the same columns.

No page that draws these charts with Bokeh can change them sooner.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import bokeh
from bokeh.core.json_encoder import serialize_json
from bokeh.core.serialization import Serializer
from bokeh.document import Document
from playwright.sync_api import Browser

from oss_ai_monitor.perspectives import Perspective, open_perspective
from oss_ai_monitor.warehouse import Warehouse

from .browser import Visitor

ADDRESS = "http://floor.localhost/"
UNITS = ("month", "week")
BOKEH = Path(bokeh.__file__).parent / "server" / "static" / "js" / "bokeh.min.js"
PAGE = """<!doctype html><meta charset="utf-8"><style>
main {{ width: 930px; margin-left: 320px }} .many {{ display: grid; grid-template-columns: repeat(3, 1fr) }}
</style><button>Next</button><main>{charts}</main><script src="/bokeh.js"></script>
<script id="states" type="application/json">{states}</script><script>
const states = JSON.parse(document.getElementById("states").textContent);
const roots = {roots};
Bokeh.embed.embed_items({{"chart": {document}}}, [{{docid: "chart", roots, root_ids: Object.keys(roots)}}]);
let clicks = 0;
document.querySelector("button").addEventListener("click", () => {{
  history.replaceState({{}}, "", `?state=${{clicks}}`);
  Bokeh.documents[0].apply_json_patch(JSON.parse(states[clicks++ % states.length]));
}});
</script>"""


@dataclass(frozen=True)
class Charts:
    """The figures of each chart by their ids, their document by week, and the patches to month and back to week."""

    figures: list[list[str]]
    document: str
    states: list[str]


def charts(folder: Path, kind: type[Perspective], dataset: str) -> Charts:
    """Open a perspective and return its charts in two states. All that this page knows of charts is here."""
    warehouse, document = Warehouse.open(folder), Document()
    perspective = open_perspective(warehouse, kind, {"dataset": dataset, "unit": UNITS[-1]}).perspective
    charts_and_figures = [(chart, chart.figure()) for chart in perspective.charts if chart.is_offered]
    for _, figure in charts_and_figures:
        figure.sizing_mode = "stretch_width"
        document.add_root(figure)
    description = serialize_json(document.to_json(deferred=False))
    events: list[Any] = []
    document.on_change(events.append)
    states = []
    for unit in UNITS:
        events.clear()
        perspective.filters.unit = unit
        for chart, figure in charts_and_figures:
            models = {model.name: model for model in figure.references() if model.name}
            for name, options in chart.options.items():
                models[name].update(**options)
            for name, columns in chart.columns.items():
                models[name].data = dict(columns)
        serializer = Serializer(references=document.models.synced_references, deferred=False)
        states.append(serialize_json({"events": serializer.encode(events)}))
    warehouse.close()
    return Charts([[figure.id] for _, figure in charts_and_figures], description, states)


def floor(browser: Browser, content: Charts) -> Visitor:
    """Return a visitor of a static page with these charts; its button shows the next state."""
    visitor = Visitor(browser, ADDRESS)
    names = {figure: f"chart-{figure}" for figures in content.figures for figure in figures}
    html = PAGE.format(
        charts="".join(
            f'<div class="{"many" if len(figures) > 1 else ""}">'
            + "".join(f'<div id="{names[figure]}"></div>' for figure in figures)
            + "</div>"
            for figures in content.figures
        ),
        states=json.dumps(content.states).replace("</", "<\\/"),
        roots=json.dumps(names),
        document=content.document.replace("</", "<\\/"),
    )
    visitor.context.route(f"{ADDRESS}bokeh.js", lambda route: route.fulfill(path=BOKEH))
    visitor.context.route(f"{ADDRESS}?*", lambda route: route.fulfill(body=html, content_type="text/html"))
    visitor.open("?state=-")
    return visitor
