"""The declarations of a perspective: its group, the query and columns of each chart, and its plot in a notebook."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

GROUPS = ("Overview", "Models", "Scores", "Use", "People", "Data")
"""The subjects of the questions, in reading order."""

COMPLETENESS = {
    "is_complete": "whether the whole period lies in the data and in the chosen dates, all its models submitted",
    "is_filling": "whether the leaderboard still gets models of this period",
    "is_missing_late_submissions": "whether the leaderboard never got the last models of this period",
}
"""Columns of every table of periods, with their meanings."""


@dataclass(frozen=True)
class Source:
    """The data source of a chart: a query, its bound parameters, and the columns of the table behind the chart."""

    query: str
    """The file sql/queries/<query>.sql; the shared filters that it names are bound to it."""
    columns: Mapping[str, str]
    """The columns of the table, in reading order, with their units or meanings."""
    parameters: tuple[str, ...] = ()
    """The perspective's own parameters that are bound to the query, under their names."""
    constants: Mapping[str, Any] = field(default_factory=dict)
    """Other bound parameters of the query, by name."""
    names_models: bool = False
    """Whether its rows are single models: with scores such rows are those of a leaderboard, which has not said under
    what licence it may be passed on, so that an operator can switch them off."""

    @property
    def shares(self) -> list[str]:
        """The columns that hold shares, 0 to 1, or growth, which tables for readers show as percentages."""
        return [name for name, meaning in self.columns.items() if meaning.endswith(("0 to 1", "1 is +100%"))]


@dataclass(frozen=True)
class Plot:
    """How a notebook draws a perspective: a frame, and the roles of its columns."""

    frame: pd.DataFrame
    kind: str
    """bar (stacked), line, scatter, or panels (an area for each name)."""
    x: str
    y: str
    by: str = ""
    """The column that names the series; empty for one series."""
    title: str = ""
    y_title: str = ""
    x_title: str = "appeared (UTC)"
    colours: Mapping[str, str] = field(default_factory=dict)
    """The colour of each name in `by`; empty for hvPlot's colours."""
    hover: tuple[str, ...] = ()
    """More columns that the hover shows."""
