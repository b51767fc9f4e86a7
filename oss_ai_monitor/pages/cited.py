"""What a citation of a chart or a page says, whatever the generation was that it is of, which may be closed by now."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from ..charts import Chart
from ..perspectives import Perspective, filters_text, rules_of, snapshot_of
from ..warehouse import Warehouse


@dataclass(frozen=True)
class Cited:
    """What is cited: title, source and filters, the query of a link that pins its snapshot, and the start of a key."""

    title: str
    source: str
    filters: str
    as_of: dt.date
    query: Mapping[str, str]
    key: str
    snapshot: str
    rules: str
    is_simulated: bool


@dataclass(frozen=True)
class ChartLinks:
    """What a link below a chart of a page leads to: tables and selects by what the links are called, and a citation.

    `tables` are addresses relative to the server, `selects` queries of addresses of the SQL page.
    """

    tables: Mapping[str, str] = field(default_factory=dict)
    selects: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    cited: Cited | None = None


def cited_of(
    warehouse: Warehouse,
    title: str,
    source: str,
    as_of: dt.date,
    key: str,
    *,
    query: Mapping[str, str],
    filters: str = "",
) -> Cited:
    """Return what a citation says of something that stands on a generation."""
    return Cited(
        title, source, filters, as_of, query, key, snapshot_of(warehouse), rules_of(warehouse), warehouse.is_simulated
    )


def cited_chart(perspective: Perspective, chart: Chart, query: Mapping[str, str]) -> Cited:
    """Return what a citation of a chart says; `query` opens it, and pins its snapshot."""
    about = perspective.selection_for(chart).about
    return cited_of(
        perspective.warehouse,
        f"{chart.title} ({perspective.question})",
        str(about["label"]),
        about["as_of"],
        f"{perspective.slug}-{chart.key}-{about['dataset']}",
        query=query,
        filters=filters_text(perspective, chart),
    )
