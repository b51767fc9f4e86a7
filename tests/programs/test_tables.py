"""Tables by address: what the page's query asks for, to the letter, or a sentence that says why not."""

from __future__ import annotations

import contextlib
import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oss_ai_monitor.pages.tables import VARIABLE
from oss_ai_monitor.perspectives import Perspective, all_perspectives
from oss_ai_monitor.programs import FORMATS, InvalidRequest, NoTable, open_table
from oss_ai_monitor.warehouse import Warehouse
from tests.hostile import TEXTS

MONTHS = {"dataset": "v2", "unit": "month", "from": "2024-01-01", "to": "2024-12-31"}


@pytest.fixture(scope="module")
def opened(open_warehouse: Callable[[Path], Warehouse], community: Path) -> Warehouse:
    return open_warehouse(community)


@pytest.mark.parametrize("kind", all_perspectives, ids=lambda kind: kind.slug)
def test_every_chart_has_its_table_in_both_formats(opened: Warehouse, kind: type[Perspective]) -> None:
    first = open_table(opened, kind.slug, MONTHS)
    assert first.names
    for name in first.names:
        table = open_table(opened, kind.slug, MONTHS | {"table": name})
        rows = list(csv.reader(io.StringIO(table.csv(), newline="")))
        answer = json.loads(table.json())
        assert rows[0] == [column["name"] for column in answer["columns"]] == list(answer["rows"][0])
        assert len(rows) - 1 == len(answer["rows"]) == len(table.frame)
        assert all(column["meaning"] for column in answer["columns"])
        assert (answer["table"], answer["tables"]) == (name, list(first.names))
        assert {"title", "question", "dataset", "filters", "snapshot", "data_of", "licence_of_the_data"} <= set(answer)


def test_the_rows_are_what_the_warehouse_counts(opened: Warehouse) -> None:
    answer = json.loads(open_table(opened, "model-types", MONTHS).json())
    counted = opened.sql_frame(
        "select count(*) as models from marts.models where dataset = 'v2' and appeared_on between '2024-01-01' and "
        "'2024-12-31'"
    )
    assert sum(line["models"] for line in answer["rows"]) == counted["models"][0]
    assert answer["rows"][0]["period"] == "2024-01-01"
    assert answer["is_simulated"] is True


@pytest.mark.parametrize(
    ("slug", "query", "error", "message"),
    [
        ("nothing", {}, NoTable, "There is no perspective nothing; there are overview, model-types"),
        ("releases", {"table": "<b>"}, NoTable, "has no table <b>; there are new-models, derivatives"),
        ("model-types", {"unit": "fortnight"}, InvalidRequest, "There is no unit “fortnight”"),
        ("model-types", {"dataset": "v9"}, InvalidRequest, "There is no dataset “v9”"),
        ("model-types", {"types": "wooden"}, InvalidRequest, "“wooden”"),
        ("model-types", {"from": "yesterday"}, InvalidRequest, "are not dates"),
        ("model-types", {"unti": "month"}, InvalidRequest, "There is no choice unti; there are view, snapshot, table"),
        ("model-types", {"bases": "llama"}, InvalidRequest, "There is no choice bases"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_the_reason(
    opened: Warehouse, slug: str, query: dict[str, str], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        open_table(opened, slug, query)


@settings(max_examples=25)
@given(
    slug=st.sampled_from([kind.slug for kind in all_perspectives]),
    query=st.dictionaries(
        st.sampled_from(
            ["dataset", "from", "to", "unit", "sizes", "score", "types", "authors", "release", "table", "by", "bases"]
        ),
        st.text(max_size=20) | st.sampled_from(TEXTS),
        max_size=3,
    ),
)
def test_any_query_is_answered_or_refused_with_a_sentence(opened: Warehouse, slug: str, query: dict[str, str]) -> None:
    with contextlib.suppress(InvalidRequest, NoTable):
        table = open_table(opened, slug, query)
        json.loads(table.json())
        table.csv().encode()


def test_a_table_of_no_base_has_no_rows(opened: Warehouse) -> None:
    table = open_table(opened, "base-models", {"dataset": "v2", "bases": "none", "table": "gains"})
    assert (len(table.frame), json.loads(table.json())["rows"]) == (0, [])


def test_dates_past_the_data_are_answered_with_all_that_there_is(opened: Warehouse) -> None:
    assert len(open_table(opened, "model-types", {"dataset": "v2", "unit": "month", "to": "2099-01-01"}).frame)


def test_rows_of_leaderboards_can_be_switched_off(opened: Warehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "off")
    for slug in ("score-progress", "base-models", "author-activity"):
        with pytest.raises(NoTable, match="has switched off tables that name single rows"):
            open_table(opened, slug, {"dataset": "v2"})
    so_far = open_table(opened, "score-progress", {"dataset": "v2", "table": "so-far"})
    assert len(so_far.frame)
    assert json.loads(so_far.json())["answer"] == "", "it names the best models and their scores"
    assert json.loads(open_table(opened, "model-types", MONTHS).json())["answer"]
    assert set(FORMATS) == {"csv", "json"}
