"""The table behind a chart on the page of a model, an owner or a family, for the query of that page's address."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from .. import profiles
from ..pages.profile_charts import tables_of
from ..pages.spreadsheets import csv
from ..pages.tables import are_rows_withheld
from ..perspectives import address
from ..warehouse import Warehouse
from .problem import unknown_choices
from .tables import TABLE, InvalidRequest, NoTable

KINDS = ("model", "owner", "family")
MEANINGS = {
    "period": "first day of the day, week or month, UTC",
    "relation": "relation to a base model",
    "models": "models that appeared in the month, a count",
    "figure": "whose downloads these are",
    "downloads": "downloads in 30 days, as last listed in the period; empty: no listing has it",
}


@dataclass(frozen=True)
class SeriesTable:
    """The rows of one chart, with what they stand on."""

    profile: profiles.Profile
    key: str
    names: tuple[str, ...]
    """The keys of all charts of the page."""
    frame: pd.DataFrame
    is_simulated: bool
    copy_of: dict[str, str] | None
    """Who published the data, if they are a copy."""

    @property
    def file_name(self) -> str:
        """The name of a file without its ending."""
        name = "".join(
            sign if sign.isascii() and (sign.isalnum() or sign in "-.") else "-" for sign in self.profile.name
        )
        return f"{self.profile.kind}_{name[:80]}_{self.key}"

    def csv(self) -> str:
        """Return the rows as CSV: a text that a spreadsheet would run as a formula is prefixed with '."""
        return csv(self.frame)

    def json(self) -> str:
        """Return the rows as JSON, with the meaning of each column."""
        frame = self.frame.assign(period=self.frame["period"].dt.strftime("%Y-%m-%d"))
        answer = {
            "title": self.profile.title,
            "citation": self.profile.citation,
            "is_simulated": self.is_simulated,
            "copy_of": self.copy_of,
            "page": address.write(self.profile.query),
            "table": self.key,
            "tables": self.names,
            "columns": [{"name": name, "meaning": MEANINGS[name]} for name in frame.columns],
            "rows": [
                {
                    str(name): None if isinstance(cell, float) and math.isnan(cell) else cell
                    for name, cell in row.items()
                }
                for row in frame.to_dict("records")
            ],
        }
        return json.dumps(answer, ensure_ascii=False, allow_nan=False, separators=(",", ":")) + "\n"


def open_series(warehouse: Warehouse, kind: str, query: Mapping[str, str]) -> SeriesTable:
    """Return a table for the query of an address.

    Raises NoTable and InvalidRequest, whose messages are for readers.
    """
    allowed = (kind, TABLE, address.SNAPSHOT)
    if unknown := [name for name in query if name not in allowed]:
        raise InvalidRequest(unknown_choices(unknown, allowed))
    try:
        profile = profiles.profile(warehouse, kind, query.get(kind, ""), shows_scores=not are_rows_withheld())
    except profiles.UnknownName:
        raise NoTable(f"There is no {kind} of this name in this data.") from None
    tables = tables_of(profile.series)
    if not tables:
        raise NoTable(f"The page of this {kind} has no chart.")
    key = query.get(TABLE, next(iter(tables)))
    if key not in tables:
        raise NoTable(f"There is no table {key[:60]}; there are {', '.join(tables)}.")
    return SeriesTable(profile, key, tuple(tables), tables[key], warehouse.is_simulated, warehouse.copy_of)
