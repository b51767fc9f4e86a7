"""Dumps of huggingface_hub's ModelInfo objects, and listings whose objects were made text."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from oss_ai_monitor.history import catch_up
from oss_ai_monitor.landing import Landing
from oss_ai_monitor.sources import Table, hub

DUMPED = {
    "id": "s/one", "author": "s", "sha": "c0ffee", "created_at": "2025-01-01 10:00:00+00:00",
    "last_modified": "2025-02-01 10:00:00+00:00", "private": False, "disabled": None, "downloads": 4,
    "downloads_all_time": 90, "gated": False, "likes": 2, "tags": ["license:mit"], "card_data": {"license": "mit"},
    "siblings": None,
}  # fmt: skip


def listed(path: Path, *items: dict[str, Any]) -> Table:
    path.write_text("".join(json.dumps(item) + "\n" for item in items), encoding="utf-8")
    (table,) = hub.read([path])
    return table


def landed(table: Table) -> list[dict[str, Any]]:
    return [
        {name: value for name, value in zip(relation.columns, row, strict=True) if value is not None}
        for relation in table.relations
        for row in relation.fetchall()
    ]


def test_the_attributes_of_model_info_are_the_fields_of_the_hub(tmp_path: Path) -> None:
    table = listed(tmp_path / "models.jsonl", DUMPED, DUMPED | {"id": "s/two"})
    first = landed(table)[0]
    assert first == {
        "row_number": 1, "id": "s/one", "author": "s", "sha": "c0ffee", "created_at": datetime(2025, 1, 1, 10),
        "last_modified": datetime(2025, 2, 1, 10), "private": False, "downloads": 4, "downloads_all_time": 90,
        "gated": "false", "likes": 2, "tags": ["license:mit"], "card_data": '{"license":"mit"}',
        "extra": '{"siblings":null}',
    }  # fmt: skip
    assert (table.as_of, table.as_of_rule) == (datetime(2025, 2, 1, 10, tzinfo=UTC), "latest date in the data")
    assert table.notes == [
        "2 records hold cardData under the name card_data",
        "2 records hold createdAt under the name created_at",
        "2 records hold downloadsAllTime under the name downloads_all_time",
        "2 records hold lastModified under the name last_modified",
    ]


def test_what_stands_under_both_names_is_taken_once_and_another_value_is_kept(tmp_path: Path) -> None:
    record = DUMPED | {"createdAt": "2025-01-01 10:00:00+00:00", "cardData": {"license": "apache-2.0"}}
    first, _ = landed(listed(tmp_path / "models.jsonl", record, {"id": "s/two"}))
    assert (first["created_at"], first["card_data"]) == (datetime(2025, 1, 1, 10), '{"license":"apache-2.0"}')
    assert json.loads(first["extra"]) == {"card_data": {"license": "mit"}, "siblings": None}


def test_one_dumped_model_is_details(tmp_path: Path) -> None:
    dumped = {name: value for name, value in DUMPED.items() if name in ("id", "created_at", "card_data")}
    table = listed(tmp_path / "model.json", dumped)
    assert table.source == "hub_details"
    assert landed(table)[0]["card_data"] == '{"license":"mit"}'


def test_a_record_without_an_id_is_known_by_its_model_id(tmp_path: Path) -> None:
    table = listed(tmp_path / "old.jsonl", {"modelId": "s/old-0", "likes": 1}, {"modelId": "s/old-1", "id": None})
    assert landed(table) == [{"row_number": 1, "id": "s/old-0", "likes": 1}, {"row_number": 2, "id": "s/old-1"}]


def test_what_says_nothing_of_its_day_says_so_and_is_no_day_of_adoption(tmp_path: Path) -> None:
    table = listed(tmp_path / "old.jsonl", {"modelId": "s/old-0", "downloads": 7}, {"modelId": "s/old-1"})
    os.utime(tmp_path / "old.jsonl", (1_700_000_000, 1_700_000_000))
    landing = Landing(tmp_path / "landing")
    run = landing.land(table)
    assert (run.as_of, run.as_of_rule) == (datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC), "file time")
    assert run.notes == (
        "2 records hold id under the name modelId",
        "attention: no record holds a createdAt that can be read, so no model is dated by it",
        "attention: nothing in it says of which day it speaks, so the file's own time, 2023-11-14, was taken; "
        "ingest it again with --as-of and the right day",
        "it is not used for the history of adoption, for its day is not known",
    )
    assert catch_up(landing) == ([], [])
    (table_with_as_of,) = hub.read([tmp_path / "old.jsonl"], as_of=datetime(2021, 9, 1, tzinfo=UTC))
    second_run = landing.land(table_with_as_of)
    recorded, _ = catch_up(landing)
    assert [day.as_of for day in recorded] == [datetime(2021, 9, 1, tzinfo=UTC)]
    assert landing.selected()[-1] == second_run  # a day that was given goes before a file's time, however late


def test_objects_that_were_made_text_are_objects(tmp_path: Path) -> None:
    row = {
        "id": "hs/one", "createdAt": "2025-01-01 00:00:00", "cardData": '{"license": "mit"}',
        "config": '{"model_type": "llama"}', "safetensors": '{"total": 7}', "tags": '["en"]',
        "baseModels": '{"relation": "finetune", "models": []}',
    }  # fmt: skip
    table = listed(tmp_path / "hubstats.jsonl", row, row | {"id": "hs/two", "cardData": "license: mit", "config": "[]"})
    first, second = landed(table)
    assert first == {
        "row_number": 1, "id": "hs/one", "created_at": datetime(2025, 1, 1), "card_data": '{"license": "mit"}',
        "config": '{"model_type": "llama"}', "safetensors": '{"total": 7}', "tags": ["en"],
        "base_models": '{"relation": "finetune", "models": []}',
    }  # fmt: skip
    assert json.loads(second["extra"]) == {"cardData": "license: mit", "config": "[]"}
    assert table.notes == [
        "2 records hold baseModels as JSON text, which was read",
        "1 record holds cardData as JSON text, which was read",
        "1 record holds config as JSON text, which was read",
        "2 records hold safetensors as JSON text, which was read",
        "2 records hold tags as JSON text, which was read",
        "1 record holds cardData in another type than documented: NULL in its column, kept in extra",
        "1 record holds config in another type than documented: NULL in its column, kept in extra",
    ]
