"""One side: a view opened by an address, of one of the snapshots that are at hand, or why it cannot be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ... import comparing
from ...charts import Chart, date_text
from ...comparing import End
from ...perspectives import (
    Perspective,
    address,
    all_perspectives,
    choose_perspective,
    filters_text,
    rules_text,
    snapshot_of,
)
from ...sandbox import fill_parameters
from ...warehouse import Warehouse
from ..cited import ChartLinks, cited_chart
from ..tables import withheld
from .fields import Field, fields_of

LONGEST = 3_000
"""Characters of the address of a side; those that the views write have less than 1,000."""
LONGEST_QUOTED = 60
"""Characters of an address that a message repeats."""
KINDS = {kind.slug: kind for kind in all_perspectives}
NO_VIEW = "names no view. Choose one above, or paste the address of a view, such as ?view=model-types&dataset=hub."
TOO_LONG = f"has an address of more than {LONGEST:,} characters. Paste the address of a view of this page."
WITHOUT_CHART = "There is no such chart with these choices."


@dataclass(frozen=True)
class Side:
    """A view with its charts and what is said of it; there are no charts where `problem` says why.

    `query` is the view's address, with the snapshot; `about` says what is shown, `remarks` what was adjusted.
    """

    query: Mapping[str, str]
    kind: type[Perspective] | None = None
    problem: str = ""
    about: str = ""
    rules: str = ""
    sentence: str = ""
    tiles: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    charts: tuple[Chart, ...] = ()
    fields: tuple[Field, ...] = ()
    selection: str = field(default="", compare=False)
    chart_links: Mapping[str, ChartLinks] = field(default_factory=dict, compare=False)
    """By the key of a chart: its tables, its query and its citation, of this side's snapshot and selection."""


def read_address(text: str) -> dict[str, str]:
    """Return the query of a view's address, as it is pasted from a browser or stands in the address of this page."""
    return address.read(_search(text))


def repeated_choices(text: str) -> list[str]:
    """Return a remark for each choice that a view's address makes more than once."""
    return address.repeated(_search(text))


def _search(text: str) -> str:
    search = text.strip().partition("#")[0]
    return search.partition("?")[2] if "?" in search else search


def snapshots_of(warehouse: Warehouse) -> dict[str, End | None]:
    """Return the snapshots at hand by their ids, the oldest data first; None stands for the open one."""
    there: dict[str, End | None] = {end.snapshot_id: end for end in comparing.ends_beside(warehouse)}
    return there | {snapshot_of(warehouse): None}


def open_side(warehouse: Warehouse, query: Mapping[str, str], named: Mapping[str, str]) -> Side:
    """Open the view that a query names, of an open generation; `named` are the snapshots that can be chosen."""
    kind = KINDS[query[address.VIEW]]
    chosen = choose_perspective(warehouse, kind, {name: query[name] for name in query if name != address.SNAPSHOT})
    perspective = chosen.perspective
    notices = [*chosen.notices, *address.unknown_names(query, kind.parameters, kind.title)]
    remarks = [notice for notice in notices if notice.startswith(address.CUT)]
    invalid = [notice for notice in notices if notice not in remarks]
    fields = fields_of(perspective, snapshot_of(warehouse), named)
    pinned = {address.SNAPSHOT: snapshot_of(warehouse)}
    if invalid:
        text = " ".join(notice[:300] for notice in invalid[:3])
        return Side(query, kind, f"cannot be shown as its address says. {text} Choose again above.", fields=fields)
    perspective.open()
    charts = [chart for chart in perspective.charts if perspective.state in ("ready", "empty")]
    for chart in charts:
        if chart.is_empty or not chart.is_offered:
            chart.caption = chart.empty_text if chart.is_offered else WITHOUT_CHART
            chart.is_empty = True
    selection = _selection(perspective)
    identity = warehouse.identity
    data = f"data of {date_text(identity.as_of)}, " if identity else ""
    return Side(
        perspective.page_query() | pinned,
        kind,
        about=f"{data}snapshot {snapshot_of(warehouse)}, counted by {rules_text(warehouse)}",
        selection=selection,
        rules=rules_text(warehouse),
        sentence=perspective.answer_text or perspective.reason,
        tiles=tuple(f"{tile.title}: {tile.figure} {tile.full_sentence}" for tile in perspective.tiles),
        remarks=tuple(filter(None, [*remarks, perspective.scores_from, perspective.left_out_text])),
        charts=tuple(charts),
        fields=fields,
        chart_links={chart.key: _chart_links(perspective, chart, pinned) for chart in charts if not chart.is_empty},
    )


def _chart_links(perspective: Perspective, chart: Chart, pinned: Mapping[str, str]) -> ChartLinks:
    """Return what links below a chart lead to: the same as those of the view alone."""
    query = perspective.page_query() | dict(pinned)
    of_table = {name: text for name, text in query.items() if name != address.VIEW} | {"table": chart.key}
    tables = {
        name: f"data/{perspective.slug}.{name.lower()}{address.write(of_table)}"
        for name in ("CSV", "JSON")
        if not withheld(perspective, chart)
    }
    select = fill_parameters(*perspective.bound_query(chart))
    return ChartLinks(tables, {"SQL": {"q": select, **pinned}}, cited_chart(perspective, chart, query))


def _selection(perspective: Perspective) -> str:
    """Return the dataset, the dates and the other choices as text."""
    label = str(perspective.selection.about["label"])
    chart = next((chart for chart in perspective.charts if chart.is_offered), None)
    return f"{label}, {filters_text(perspective, chart)}" if chart else label


def unknown_snapshot(snapshot_id: str) -> str:
    """Return that a snapshot is not at hand, and what to do."""
    quoted = snapshot_id if len(snapshot_id) <= LONGEST_QUOTED else f"{snapshot_id[:LONGEST_QUOTED]}…"
    return (
        f"pins snapshot “{quoted}”, which is not on this server. Choose another one above; who runs the server adds "
        "one with “oss-ai-monitor build --as-of DATE --beside”."
    )
