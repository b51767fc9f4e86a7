"""Tables of the charts on the pages of models, owners and families, by address."""

from __future__ import annotations

import contextlib
import csv
import datetime as dt
import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from oss_ai_monitor.pages.profile_charts import queries_of, tables_of
from oss_ai_monitor.profiles import profile
from oss_ai_monitor.programs import InvalidRequest, NoTable, open_series
from oss_ai_monitor.warehouse import Warehouse
from tests.adoption_world import adoption_world

BASE = "tin/Base-7B"


@pytest.fixture(scope="module")
def opened(adoption_history: Path) -> Iterator[Warehouse]:
    with contextlib.closing(Warehouse.open(adoption_history)) as warehouse:
        yield warehouse


def test_the_curve_of_a_model_is_what_was_listed(opened: Warehouse) -> None:
    table = open_series(opened, "model", {"model": BASE, "table": "downloads"})
    rows = list(csv.DictReader(io.StringIO(table.csv())))
    world = adoption_world()
    last_listings = {str(day - dt.timedelta(days=day.weekday())): day for day in world.listings}  # by their Monday
    drawn = {row["period"]: float(row["downloads"]) for row in rows if row["downloads"]}
    assert drawn == {week: world.month.at[last_listings[week], BASE] for week in drawn}
    assert len(drawn) > 50
    assert table.file_name == "model_tin-Base-7B_downloads"
    answer = json.loads(table.json())
    assert {line["period"]: line["downloads"] for line in answer["rows"] if line["downloads"] is not None} == drawn
    assert all(column["meaning"] for column in answer["columns"])
    assert answer["page"] == "?model=tin%2FBase-7B"


@pytest.mark.parametrize(("kind", "name"), [("owner", "tin"), ("family", BASE)])
def test_owners_and_families_have_tables_of_their_charts(opened: Warehouse, kind: str, name: str) -> None:
    for key in (names := open_series(opened, kind, {kind: name}).names):
        frame = open_series(opened, kind, {kind: name, "table": key}).frame
        assert list(frame.columns) in (["period", "relation", "models"], ["period", "figure", "downloads"])
        assert len(frame)
    assert names


@pytest.mark.parametrize(("kind", "name"), [("model", BASE), ("owner", "tin"), ("family", BASE)])
def test_the_select_behind_each_chart_can_be_run_as_it_is(opened: Warehouse, kind: str, name: str) -> None:
    series = profile(opened, kind, name).series
    selects = queries_of(opened, series)
    assert list(selects) == list(tables_of(series))
    for select, frame in zip(selects.values(), tables_of(series).values(), strict=True):
        figure = "models" if "models" in frame else "downloads_30d"
        rows = opened.sql_frame(select)
        if "level" in rows:  # sums of several levels: the chart has those by month
            rows = rows.dropna(subset=["period"])
        assert rows[figure].sum() == frame[figure.removesuffix("_30d")].sum() > 0


@pytest.mark.parametrize(
    ("query", "error", "message"),
    [
        ({"model": "nobody/nothing"}, NoTable, "There is no model of this name"),
        ({}, NoTable, "There is no model of this name"),
        ({"model": BASE, "table": "<b>" * 100}, NoTable, "There is no table <b>"),
        ({"model": BASE, "unit": "week"}, InvalidRequest, "There is no choice unit"),
    ],
)
def test_what_is_not_there_is_refused_with_a_reason(
    opened: Warehouse, query: dict[str, str], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message) as caught:
        open_series(opened, "model", query)
    assert len(str(caught.value)) < 200
