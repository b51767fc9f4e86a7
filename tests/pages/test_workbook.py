"""Workbooks, read back by another library: numbers are numbers, days are days, and no text is a formula."""

from __future__ import annotations

import datetime as dt
import io

import openpyxl
import pandas as pd

from oss_ai_monitor.pages import workbook as module
from oss_ai_monitor.pages.workbook import MOST_LETTERS, Sheet, workbook
from tests.hostile import TEXTS

FORMULAS = [
    "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", '=HYPERLINK("http://x")', "{=1}", "https://x.test", "12",
]  # fmt: skip


def read(content: bytes, name: str) -> openpyxl.worksheet.worksheet.Worksheet:
    return openpyxl.load_workbook(io.BytesIO(content))[name]


def test_numbers_percentages_and_days_are_such() -> None:
    frame = pd.DataFrame(
        {
            "period": pd.to_datetime(["2024-01-01", None]),
            "models": [3, 4],
            "share": [0.25, float("nan")],
            "is_complete": [True, False],
            "early": [dt.date(1899, 5, 1), dt.date(2024, 5, 1)],
        }
    )
    page = read(workbook([Sheet("Data", frame, ["share"], "mmm yyyy")], {}, ""), "Data")
    assert [cell.value for cell in page[1]] == list(frame.columns)
    period, models, share, is_complete, early = page[2]
    assert (period.value, period.number_format) == (dt.datetime(2024, 1, 1), "mmm yyyy")
    assert (models.value, models.data_type) == (3, "n")
    assert (share.value, share.number_format) == (0.25, "0.0%")
    assert is_complete.value is True
    assert early.value == "1899-05-01"
    assert [cell.value for cell in page[3]] == [None, 4, None, False, dt.datetime(2024, 5, 1)]


def test_no_text_is_a_formula_or_a_link_wherever_it_stands() -> None:
    texts = [*FORMULAS, *TEXTS]
    frame = pd.DataFrame({"=1+1": texts}, dtype=object)
    content = workbook([Sheet("Data", frame)], {"=A1": "=B1"}, "=1\n+select 1")
    book = openpyxl.load_workbook(io.BytesIO(content))
    cells = [cell for page in book for line in page.iter_rows() for cell in line if cell.value is not None]
    assert len(cells) >= len(texts)
    assert {cell.data_type for cell in cells} == {"s"}
    assert not [cell for cell in cells if cell.hyperlink]
    assert [cell.value for cell in book["Data"]["A"]][1 : len(FORMULAS) + 1] == FORMULAS


def test_its_last_sheet_says_what_it_stands_on() -> None:
    content = workbook([Sheet("Data", pd.DataFrame({"a": [1]}))], {"title": "New models"}, "select 1\nfrom x")
    page = read(content, "Source")
    assert [[cell.value for cell in line] for line in page.iter_rows()] == [
        ["title", "New models"], ["SQL", "select 1"], ["", "from x"],
    ]  # fmt: skip


def test_what_a_sheet_cannot_hold_is_cut_and_said(monkeypatch: object) -> None:
    long = pd.DataFrame({"a": ["x" * (MOST_LETTERS + 1)]})
    assert len(read(workbook([Sheet("Data", long)], {}, ""), "Data")["A2"].value) == MOST_LETTERS
    monkeypatch.setattr(module, "MOST_ROWS", 2)  # type: ignore[attr-defined]
    content = workbook([Sheet("Data", pd.DataFrame({"a": [1, 2, 3]}))], {}, "")
    assert read(content, "Data").max_row == 3
    assert read(content, "Source")["B1"].value == "the first 2 of 3"
