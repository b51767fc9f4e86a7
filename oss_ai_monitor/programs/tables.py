"""The table behind a chart, for the query of the page's address: columns as the query names them, one row each.

The page ignores what it cannot follow, and says so beside its charts. A program reads no notices, and would take other
numbers for those that it asked for: here such a request is refused.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from ..charts import Chart
from ..pages.spreadsheets import csv
from ..pages.tables import withheld
from ..perspectives import (
    ChosenPerspective,
    Perspective,
    address,
    all_perspectives,
    choose_perspective,
    file_name,
    source_facts,
)
from ..warehouse import Warehouse
from .problem import unknown_choices

MOST_NOTICES = 5
"""Notices that a refusal repeats."""
_SHOWN_INSTEAD = re.compile(r": showing [^“”.]*\.|: it is left [^“”.]*\.")
TABLE = "table"
"""The only parameter that these addresses have and the page has not: the key of a chart; the first if it is missing."""


class NoTable(Exception):
    """There is no such table; the message says which there are, or why this one is not handed out."""


class NotComputed(Exception):
    """The perspective could not be computed; the log says why."""


class InvalidRequest(Exception):
    """A choice in the address is none that can be made; the message names it."""


@dataclass(frozen=True)
class Table:
    """The table behind a chart, with what it stands on."""

    perspective: Perspective
    chart: Chart
    frame: pd.DataFrame
    names: tuple[str, ...]
    """The names of all tables of the perspective under these choices."""

    @property
    def file_name(self) -> str:
        """The name of a file without its ending."""
        return file_name(self.perspective, self.chart)

    def csv(self) -> str:
        """Return the rows as CSV: a text that a spreadsheet would run as a formula is prefixed with '."""
        return csv(self.frame)

    def json(self) -> str:
        """Return the rows as JSON, to the letter, with the meaning of each column and what they stand on."""
        perspective, columns = self.perspective, self.perspective.source_for(self.chart).columns
        answer = {
            **{name.replace(" ", "_"): text for name, text in source_facts(perspective, self.chart).items()},
            "is_simulated": perspective.warehouse.is_simulated,
            "copy_of": perspective.warehouse.copy_of,
            "answer": "" if answer_names_models(perspective) else perspective.answer_text,
            "page": address.write(perspective.page_query()),
            "table": self.chart.key,
            "tables": self.names,
            "columns": [{"name": name, "meaning": columns.get(name, "")} for name in self.frame.columns],
            "rows": list(map(plain_row, self.frame.to_dict("records"))),
        }
        return json.dumps(answer, ensure_ascii=False, allow_nan=False, separators=(",", ":")) + "\n"


FORMATS: Mapping[str, tuple[str, Callable[[Table], str]]] = {
    "csv": ("text/csv; charset=utf-8", Table.csv),
    "json": ("application/json; charset=utf-8", Table.json),
}
"""By ending of the address: the media type, and what writes the table."""


def open_view(
    warehouse: Warehouse, slug: str, query: Mapping[str, str], allowed: tuple[str, ...] = (TABLE,)
) -> ChosenPerspective:
    """Return an open perspective with at least one chart, for the query of an address.

    `allowed` are the choices beside those of the page. Notices say where dates were cut to the data. Raises NoTable and
    InvalidRequest, whose messages are for readers, before anything is computed as far as that can be; and NotComputed.
    """
    kinds = {kind.slug: kind for kind in all_perspectives}
    if slug not in kinds:
        raise NoTable(f"There is no perspective {slug}; there are {', '.join(kinds)}.")
    allowed = (address.VIEW, address.SNAPSHOT, *allowed, *address.SHARED, *kinds[slug].parameters)
    if unknown := [name for name in query if name not in allowed]:
        raise InvalidRequest(unknown_choices(unknown, allowed))
    name = query.get(TABLE)
    if TABLE in allowed and name is not None and name not in kinds[slug].sources:
        raise NoTable(f"{slug} has no table {name[:60]}; there are {', '.join(kinds[slug].sources)}.")
    chosen = choose_perspective(warehouse, kinds[slug], query)
    if invalid := [notice for notice in chosen.notices if not notice.startswith(address.CUT)]:
        raise InvalidRequest(without_substitutes(invalid))
    perspective = chosen.perspective
    perspective.open()
    if perspective.state == "error":
        raise NotComputed(f"{slug}: {perspective.reason}")
    if perspective.state == "no scores" or not any(chart.is_offered for chart in perspective.charts):
        raise NoTable(perspective.reason or f"{kinds[slug].title} has no table for this dataset.")
    return chosen


def without_substitutes(notices: list[str]) -> str:
    """Return notices of the page without what it shows instead, for a program is shown nothing instead."""
    more = len(notices) - MOST_NOTICES
    shown_notices = [*notices[:MOST_NOTICES], *([f"There are {more:,} more."] if more > 0 else [])]
    return _SHOWN_INSTEAD.sub(".", " ".join(shown_notices))


def open_table(warehouse: Warehouse, slug: str, query: Mapping[str, str]) -> Table:
    """Return a table for the query of an address.

    Raises NoTable and InvalidRequest, whose messages are for readers, and NotComputed.
    """
    perspective = open_view(warehouse, slug, query).perspective
    charts = {chart.key: chart for chart in perspective.charts if chart.is_offered}
    name = query.get(TABLE, next(iter(charts)))
    if name not in charts:
        raise NoTable(f"{slug} has no table {name[:60]}; there are {', '.join(charts)}.")
    chart = charts[name]
    if reason := withheld(perspective, chart):
        raise NoTable(reason)
    return Table(perspective, chart, perspective.table(chart), tuple(charts))


def answer_names_models(perspective: Perspective) -> bool:
    """Return whether the sentence of a perspective may name single rows of a leaderboard that are not handed out."""
    return any(withheld(perspective, chart) for chart in perspective.charts)


def plain_row(row: Mapping[Any, Any]) -> dict[str, Any]:
    """Return a row with values that JSON has: days as YYYY-MM-DD, and null for what is missing."""
    return {str(name): _value(value) for name, value in row.items()}


def _value(value: Any) -> Any:
    if value is None or value is pd.NaT or value is pd.NA or (isinstance(value, float) and not math.isfinite(value)):
        return None
    if hasattr(value, "strftime"):
        return f"{value:%Y-%m-%d}"
    return value
