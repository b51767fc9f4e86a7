"""Tables for readers: wide where a chart counts by period and name, and withheld where an operator says so."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from oss_ai_monitor.app.card_table import COUNT, NUMBER, PERCENTAGE, formats, shown_frame
from oss_ai_monitor.pages.tables import VARIABLE, WITHHELD, ReadingTable, _wide, reading_table, withheld
from oss_ai_monitor.perspectives import Perspective, all_perspectives, open_perspective
from oss_ai_monitor.warehouse import Warehouse

NAMES = {kind.slug: kind for kind in all_perspectives}


def row(n: int, month: int, kind: str) -> dict[str, object]:
    return {"fullname": f"tin/{n}", "average": 40.0, "date": f"2024-{month:02}-05T00:00:00Z", "type": kind}


@pytest.fixture
def types(warehouse_of: Callable[..., Warehouse]) -> Perspective:
    """Three pretrained models and one fine-tuned in January, nothing in February, one fine-tuned in March."""
    rows = [*(row(n, 1, "pretrained") for n in range(3)), row(3, 1, "fine-tuned"), row(4, 3, "fine-tuned")]
    query = {"dataset": "v1", "unit": "month", "from": "2024-01-01", "to": "2024-03-31"}
    return open_perspective(warehouse_of(leaderboard_v1=rows), NAMES["model-types"], query).perspective


def table(perspective: Perspective, n: int) -> ReadingTable:
    return reading_table(perspective, perspective.charts[n])


def test_a_row_is_a_period_and_a_column_a_type(types: Perspective) -> None:
    counts = table(types, 0).frame
    assert list(counts.columns)[:3] == ["period", "pretrained", "fine-tuned"]
    assert counts["pretrained"].tolist() == [3, 0, 0]
    assert counts["fine-tuned"].tolist() == [1, 0, 1]


def test_shares_are_percentages_and_dates_are_short(types: Perspective) -> None:
    shares = table(types, 1)
    assert shares.shares == ("pretrained", "fine-tuned")
    shown = shown_frame(shares, "month")
    assert shown["period"].tolist() == ["2024-01", "2024-02", "2024-03"]
    assert shown["fine-tuned"].iloc[[0, 2]].tolist() == [25, 100]
    assert shown_frame(shares, "week")["period"][0] == "2024-01-01"


def test_rows_of_zeros_can_be_hidden_and_others_cannot(types: Perspective) -> None:
    counts = table(types, 0)
    assert counts.is_zero.tolist() == [False, True, False]
    assert shown_frame(counts, "month", hides_zeros=True)["period"].tolist() == ["2024-01", "2024-03"]
    unknown = ReadingTable(pd.DataFrame({"period": [0], "a": [float("nan")]}), True)
    assert not unknown.is_zero.any()


def test_what_is_missing_is_an_empty_cell_and_no_decimals_are_shown_that_say_nothing() -> None:
    frame = pd.DataFrame(
        {
            "new downloads": [10_351_716.0, float("nan")],
            "mean": [10_145_366.67, 2.5],
            "median": [0.25, 1.5],
            "growth": [0.3585, float("nan")],
        }
    )
    reading = ReadingTable(frame, False, ("growth",))
    assert shown_frame(reading, "week")["new downloads"].tolist() == [10_351_716.0, None]
    assert shown_frame(reading, "week")["growth"].tolist() == [pytest.approx(35.85), None]
    assert formats(reading) == {"new downloads": COUNT, "mean": COUNT, "median": NUMBER, "growth": PERCENTAGE}


@pytest.fixture(scope="module")
def opened(open_warehouse: Callable[[Path], Warehouse], community: Path) -> Warehouse:
    return open_warehouse(community)


@pytest.mark.parametrize("dataset", ["v2", "hub"])
def test_every_table_that_names_a_model_of_a_leaderboard_can_be_switched_off(
    opened: Warehouse, dataset: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Which tables name models is read from their cells, not from what they declare."""
    monkeypatch.setenv(VARIABLE, "off")
    models = set(opened.sql_frame("select distinct model_id from core.evaluations")["model_id"])
    number = 0
    for kind in all_perspectives:
        perspective = open_perspective(opened, kind, {"dataset": dataset, "unit": "month"}).perspective
        for chart in perspective.charts:
            frame = perspective.table(chart)
            cells = {cell for name in frame.select_dtypes(["object", "string"]) for cell in frame[name]}
            names_models = bool(cells & models) and perspective.selection_for(chart).has_scores
            if names_models:
                number += 1
                assert withheld(perspective, chart) == WITHHELD, (kind.slug, chart.key)
    assert number >= 3
    perspective = open_perspective(opened, NAMES["model-types"], {"dataset": dataset}).perspective
    assert withheld(perspective, perspective.charts[0]) == ""


def test_tables_are_handed_out_unless_an_operator_says_no(opened: Warehouse) -> None:
    perspective = open_perspective(opened, NAMES["score-progress"], {"dataset": "v2"}).perspective
    assert withheld(perspective, perspective.charts[0]) == ""


def test_who_is_called_as_a_column_of_ours_has_a_column_too() -> None:
    names, months = ["period", "state", "tin"], ["2024-01-01", "2024-02-01"]
    rows = pd.DataFrame(
        [
            {"period": pd.Timestamp(month), "author": name, "models": n, "is_complete": month == months[0]}
            for month in months
            for n, name in enumerate(names, 1)
        ]
    )
    wide = _wide(rows, "models")
    assert list(wide.columns) == ["period", "period ", "state ", "tin", "state"]
    assert wide[["period ", "state ", "tin"]].to_numpy().tolist() == [[1, 2, 3], [1, 2, 3]]
    assert wide["state"].tolist() == ["", "incomplete"]
