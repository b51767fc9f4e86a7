"""Workbooks of spreadsheets (XLSX): tables with numbers, percentages and dates as such, and a sheet about their source.

Every text is written as a string, never as a formula or a link, whatever it begins with.
"""

from __future__ import annotations

import datetime as dt
import io
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

MOST_ROWS = 1_048_575
"""Rows of a sheet below its headings, as Excel has them."""
MOST_LETTERS = 32_767
"""Letters of a cell, as Excel has them."""
FIRST_DAY = dt.date(1900, 3, 1)
"""Excel counts a day in 1900 that there never was: what is earlier is written as text."""
NO_XML = re.compile("[\ud800-\udfff\ufffe\uffff]")
OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
WIDEST = 48
"""Width of a column, in letters."""


@dataclass(frozen=True)
class Sheet:
    """A table of a workbook; `shares` are the columns that are shown as percentages."""

    name: str
    frame: pd.DataFrame
    shares: Sequence[str] = ()
    day_format: str = "yyyy-mm-dd"


def workbook(sheets: Sequence[Sheet], source: Mapping[str, str], sql: str) -> bytes:
    """Return an XLSX with these tables, and a last sheet with their source: a row for each fact and line of SQL."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, OPTIONS) as book:
        bold = book.add_format({"bold": True})
        for sheet in sheets:
            day, share = book.add_format({"num_format": sheet.day_format}), book.add_format({"num_format": "0.0%"})
            _write_table(book.add_worksheet(sheet.name), sheet, bold, day, share)
        cut = [(f"rows of {sheet.name}", f"the first {MOST_ROWS:,} of {len(sheet.frame):,}")
               for sheet in sheets if len(sheet.frame) > MOST_ROWS]  # fmt: skip
        lines = [("SQL" if n == 0 else "", line) for n, line in enumerate(sql.splitlines())]
        page = book.add_worksheet("Source")
        page.set_column(0, 0, 22)
        page.set_column(1, 1, 100)
        for n, (name, text) in enumerate([*source.items(), *cut, *lines]):
            page.write_string(n, 0, _text(name), bold)
            page.write_string(n, 1, _text(text))
    return file.getvalue()


def _write_table(page: Worksheet, sheet: Sheet, bold: Format, day: Format, share: Format) -> None:
    frame = sheet.frame.iloc[:MOST_ROWS]
    for n, name in enumerate(frame.columns):
        page.write_string(0, n, _text(str(name)), bold)
        values = frame.iloc[:, n]
        longest = 10 if values.dtype.kind in "fM" else max((len(str(value)) for value in values.head(200)), default=0)
        page.set_column(n, n, min(max(len(str(name)), longest) + 2, WIDEST))
        for row, value in enumerate(values.tolist(), 1):
            _write_cell(page, row, n, value, day, share if name in sheet.shares else None)
    page.freeze_panes(1, 1)
    if len(frame):
        page.autofilter(0, 0, len(frame), max(len(frame.columns) - 1, 0))


def _write_cell(page: Worksheet, row: int, column: int, value: Any, day: Format, share: Format | None) -> None:
    if value is None or value is pd.NaT or value is pd.NA:
        return
    if isinstance(value, bool):
        page.write_boolean(row, column, value)
    elif isinstance(value, int | float):
        if math.isfinite(value):
            page.write_number(row, column, value, share)
    elif isinstance(value, dt.date):  # a moment, too
        date = value.date() if isinstance(value, dt.datetime) else value
        if date >= FIRST_DAY:
            page.write_datetime(row, column, dt.datetime.combine(date, dt.time()), day)
        else:
            page.write_string(row, column, date.isoformat())
    else:
        page.write_string(row, column, _text(str(value)))


def _text(text: str) -> str:
    """Return a text that a cell can hold: no longer than that, and without what XML has no place for."""
    clean = NO_XML.sub("\ufffd", text)
    return clean if len(clean) <= MOST_LETTERS else clean[: MOST_LETTERS - 1] + "…"
