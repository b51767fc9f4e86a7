"""What a perspective declares of itself, as data: its place on the page, and the query and columns of each chart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

GROUPS = ("Overview", "Models", "Scores", "Use", "People", "Data")
"""What the questions are about, in reading order."""

COMPLETENESS = {
    "is_complete": "whether the whole period lies in the data and in the chosen dates, all its models submitted",
    "is_filling": "whether the leaderboard still gets models of this period",
    "is_missing_late_submissions": "whether the leaderboard never got the last models of this period",
}
"""Columns of every table of periods, each with what it means."""


@dataclass(frozen=True)
class Source:
    """What a chart stands on: a query, what is bound to it, and the columns of the table behind the chart."""

    query: str
    """The file sql/queries/<query>.sql; the shared filters that it names are bound to it."""
    columns: Mapping[str, str]
    """The columns of the table, in reading order, each with its unit or what it means."""
    parameters: tuple[str, ...] = ()
    """The perspective's own parameters that are bound to the query, under their names."""
    constants: Mapping[str, Any] = field(default_factory=dict)
    """What else is bound to the query, by name."""


@dataclass(frozen=True)
class Plot:
    """How a notebook draws a perspective: a frame, and which of its columns is what."""

    frame: pd.DataFrame
    kind: str
    """bar (stacked), line, scatter, or panels (an area for each name)."""
    x: str
    y: str
    by: str = ""
    """The column that tells series apart; none where empty."""
    title: str = ""
    y_title: str = ""
    x_title: str = "appeared (UTC)"
    colours: Mapping[str, str] = field(default_factory=dict)
    """The colour of each name in `by`; those of the library where empty."""
    hover: tuple[str, ...] = ()
    """Columns that the hover shows besides."""
