"""The table below a card: as people read it, sorted and filtered in the browser, and never wider than its card."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import panel as pn
import param
from panel.custom import Child

from ..pages.tables import STATE, ReadingTable
from ..pages.theme import TABLE_ROLES, stylesheet
from .component import Component
from .model_links import link_formats

STYLE = stylesheet(Path(__file__).with_name("card_table.css"))
SHORT_DAYS = {"month": "%Y-%m"}
"""How a period is written; other units have whole days. As text it can be sorted and filtered."""
COUNT: dict[str, Any] = {"type": "money", "thousand": ",", "precision": 0}
LARGE = 1_000_000
NUMBER = COUNT | {"precision": 2}
PERCENTAGE = COUNT | {"precision": 1, "symbol": "%", "symbolAfter": True}


def shown_frame(table: ReadingTable, unit: str, *, hides_zeros: bool = False) -> pd.DataFrame:
    """Return the rows of a table as the browser gets them: days as text, shares in percent."""
    frame = table.frame[~table.is_zero] if hides_zeros else table.frame
    texts = {
        name: frame[name].dt.strftime(SHORT_DAYS.get(unit, "%Y-%m-%d") if name == "period" else "%Y-%m-%d")
        for name in frame.select_dtypes("datetime").columns
    }
    frame = frame.assign(**texts, **{name: frame[name] * 100 for name in table.shares}).reset_index(drop=True)
    partly_empty = [name for name in frame.select_dtypes("float").columns if frame[name].isna().any()]
    # the browser shows null as an empty cell, and not-a-number as NaN
    return frame.assign(**{name: frame[name].astype(object).where(frame[name].notna(), None) for name in partly_empty})


class CardTable(Component):
    """A table that can be sorted and, if it has a row for each model, filtered; its script names its parts."""

    scripts = (TABLE_ROLES, Path(__file__).with_suffix(".js"))

    table = Child(doc="The table itself.")
    label = param.String(doc="What the table is called.")

    def __init__(
        self, table: ReadingTable, frame: pd.DataFrame, pinned: Mapping[str, str], label: str, **params: Any
    ) -> None:
        """`pinned` is the part of the address that pins a snapshot."""
        tabulator = pn.widgets.Tabulator(
            frame, show_index=False, disabled=True, selectable=False, pagination="local", page_size=12,
            layout="fit_data_stretch", frozen_columns=["period"] if table.is_wide else [],
            sizing_mode="stretch_width", theme="simple", stylesheets=[STYLE], margin=0, **of_columns(table, pinned),
        )  # fmt: skip
        super().__init__(
            table=tabulator, label=label, sizing_mode="stretch_width", margin=(0, 18, 16, 18),
            stylesheets=[STYLE], **params,
        )  # fmt: skip

    def update(self, table: ReadingTable, frame: pd.DataFrame, pinned: Mapping[str, str], label: str) -> None:
        """Show other rows."""
        self.label = label
        self.table.param.update(value=frame, **of_columns(table, pinned))


def of_columns(table: ReadingTable, pinned: Mapping[str, str]) -> dict[str, Any]:
    """Return what a table says of its columns, which may change with its rows. Headings are text: some are names."""
    return {
        "formatters": formatters(table, pinned),
        "title_formatters": {str(name): "plaintext" for name in table.frame.columns},
        "header_tooltips": table.meanings,
        "text_align": alignment(table),
        "header_filters": False if table.is_wide else filters(table),
    }


def filters(table: ReadingTable) -> dict[str, Any]:
    """Return the field of each column in which a reader filters it, with a name of its own."""
    numbers = formats(table)
    return {
        str(name): {
            "type": "number" if name in numbers else "input",
            "elementAttributes": {"aria-label": f"Filter {name}"},
        }
        for name in table.frame.columns
    }


def alignment(table: ReadingTable) -> dict[str, str]:
    """Return on which side the cells of each column stand: numbers below each other."""
    numbers = formats(table)
    return {str(name): "right" if name in numbers else "left" for name in table.frame.columns}


def formatters(table: ReadingTable, pinned: Mapping[str, str]) -> dict[str, Any]:
    """Return how the cells of each column are shown: numbers as they are written, names as links to their pages."""
    links = (
        {} if table.is_wide else link_formats(table.frame.columns, pinned, names_contributors=table.names_contributors)
    )
    return formats(table) | links


def formats(table: ReadingTable) -> dict[str, Any]:
    """Return how the numbers of each column are written: large ones, and whole ones, without decimals."""
    kinds = {name: table.frame[name].dtype.kind for name in table.frame.columns if name != STATE}
    numbers = {
        name: COUNT if kind in "iu" or _needs_no_decimals(table.frame[name]) else NUMBER
        for name, kind in kinds.items()
        if kind in "iuf"
    }
    return numbers | dict.fromkeys(table.shares, PERCENTAGE)


def _needs_no_decimals(numbers: pd.Series) -> bool:
    """Whether numbers are whole, apart from missing ones, or so large that their decimals say nothing."""
    finite = numbers[np.isfinite(numbers)]
    return len(finite) > 0 and bool((finite == finite.round()).all() or finite.abs().max() >= LARGE)
