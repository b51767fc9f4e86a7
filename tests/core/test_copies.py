"""Copies of a release on a leaderboard: their scores are those of the original's weights, and count from its day."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from oss_ai_monitor.perspectives import Filters, ScoreProgress
from oss_ai_monitor.perspectives.changes.texts import change_text
from oss_ai_monitor.perspectives.copies import originals, with_notes
from oss_ai_monitor.profiles import profile
from oss_ai_monitor.warehouse import Warehouse
from tests.core.small_tables import WarehouseOf, by_model, evaluation, listed, rows

LLAMA, CREATED, COPIED = "2023-02-24", "Hub createdAt", "date of what it copies"
# model → the day when its repository appeared, and the day and the rule that count on the leaderboard
DAYS = {
    "huggyllama/llama-65b": (LLAMA, LLAMA, "curated release date"),
    "Enoch/llama-65b-hf": ("2023-04-13", LLAMA, COPIED),
    "huggingface/llama-65b": (None, LLAMA, COPIED),  # submitted in the first months of v1, which dates nothing
    "luodian/llama-7b-hf": ("2023-04-21", LLAMA, COPIED),  # its original is not in these data
    # the original is later than the first models of its release
    "google/gemma-1.1-7b-it": ("2024-03-26", "2024-03-26", CREATED),
    "unsloth/gemma-1.1-7b-it": ("2024-04-07", "2024-03-26", COPIED),
    "mistral-community/Mixtral-8x22B-v0.1": ("2024-04-10", "2024-04-10", "date of its release"),  # of its first day
    "unsloth/mistral-7b-bnb-4bit": ("2023-12-25", "2023-09-27", COPIED),  # in fewer bits
    "tin/before": ("2022-07-12", "2022-07-12", CREATED),
    "tin/first": ("2023-03-10", "2023-03-10", CREATED),
    "tin/second": ("2023-05-01", "2023-05-01", CREATED),
}
SCORES = {
    "huggyllama/llama-65b": 62.79,
    "Enoch/llama-65b-hf": 63.99,
    "huggingface/llama-65b": 61.19,
    "tin/before": 46.07,
    "tin/first": 63.2,
    "tin/second": 64.5,
}


@pytest.fixture(scope="module")
def opened(warehouse_of: WarehouseOf) -> Warehouse:
    created = {
        "huggyllama/llama-65b": "2023-04-04",
        "Enoch/llama-65b-hf": "2023-04-13",
        "luodian/llama-7b-hf": "2023-04-21",
        "google/gemma-1.1-7b-it": "2024-03-26",
        "unsloth/gemma-1.1-7b-it": "2024-04-07",
        "mistral-community/Mixtral-8x22B-v0.1": "2024-04-10",
        "unsloth/mistral-7b-bnb-4bit": "2023-12-25",
        "tin/before": "2022-07-12",
        "tin/first": "2023-03-10",
        "tin/second": "2023-05-01",
    }
    return warehouse_of(
        as_of=datetime(2024, 6, 15, 12, tzinfo=UTC),
        hub_listing=[listed(name, created_at=f"{day} 10:00:00") for name, day in created.items()],
        leaderboard_v1=[
            evaluation(
                name, SCORES.get(name, 20.0), date=f"{'2023-09-09' if 'llama' in name else '2024-05-01'}T09:00:00Z"
            )
            for name in DAYS
        ],
    )


@pytest.mark.parametrize(("model", "expected"), DAYS.items())
def test_a_copy_counts_on_a_leaderboard_from_the_day_of_its_original(
    opened: Warehouse, model: str, expected: tuple[str | None, str, str]
) -> None:
    repository = by_model(opened, "appeared_at::date::varchar")[model]
    counted = by_model(opened, "appeared_on::varchar, appeared_rule", "marts.evaluated_models")[model]
    assert (repository, *counted) == expected


def test_on_the_hub_a_copy_is_a_repository_of_its_own_day(opened: Warehouse) -> None:
    days = dict(rows(opened, "select model_id, appeared_on::varchar from marts.models where dataset = 'hub'"))
    assert days["Enoch/llama-65b-hf"] == "2023-04-13"
    days = dict(rows(opened, "select model_id, appeared_on::varchar from marts.models where dataset = 'v1'"))
    assert days["Enoch/llama-65b-hf"] == LLAMA


def test_a_copy_breaks_no_record_of_its_original(opened: Warehouse) -> None:
    """Later models compete with the best evaluation of the weights, by whichever repository."""
    changes = rows(
        opened,
        "select day::varchar, model_id, after from marts.changes"
        " where kind = 'record' and subject = 'v1 average' order by day",
    )
    assert changes == [(LLAMA, "Enoch/llama-65b-hf", "63.99"), ("2023-05-01", "tin/second", "64.50")]


def test_the_holder_of_a_record_is_said_to_be_a_copy(opened: Warehouse) -> None:
    filters = Filters(opened)
    filters.dataset = "v1"
    filters.dates = (date(2023, 3, 1), date(2024, 6, 15))
    progress = ScoreProgress(opened, filters)
    progress.open()
    assert "by Enoch/llama-65b-hf (copy of LLaMA, 24 Feb 2023)" in progress.answer_text
    assert progress.answer_models == ["Enoch/llama-65b-hf", "tin/second"]
    page = profile(opened, "model", "Enoch/llama-65b-hf")
    release = next(part for part in page.sections if part.title == "Its release")
    assert release.sentences[0].endswith(
        "It is a copy of LLaMA: on leaderboards it counts from the day of what it copies."
    )


def test_a_copy_is_named_by_its_owners_repository_or_by_the_release(opened: Warehouse) -> None:
    original_of = originals(opened)
    assert {
        name: original_of.get(name)
        for name in (
            "Enoch/llama-65b-hf",
            "huggyllama/llama-65b",
            "unsloth/Llama-3.2-1B-Instruct",
            "meta-llama/Llama-2-7b",
            "meta-llama/Llama-3.1-8B",
        )
    } == {
        "Enoch/llama-65b-hf": "LLaMA",
        "huggyllama/llama-65b": "LLaMA",
        "unsloth/Llama-3.2-1B-Instruct": "meta-llama/Llama-3.2-1B-Instruct",
        "meta-llama/Llama-2-7b": None,  # its owner's other repository
        "meta-llama/Llama-3.1-8B": None,
    }
    assert with_notes("tin/first", original_of) == "tin/first"
    assert with_notes("tin/first", original_of, "1 May 2024") == "tin/first (1 May 2024)"
    assert with_notes("luodian/llama-7b-hf", original_of) == "luodian/llama-7b-hf (copy of LLaMA)"


def test_changes_say_whose_copy_set_a_record(opened: Warehouse) -> None:
    def text(kind: str) -> str:
        row: Any = next(
            opened.sql_frame(
                "select 'Enoch/llama-65b-hf' as model_id, 'Enoch' as owner, 1 as models, 'GSM8K of v1' as subject_text,"
                " '6.90' as before, '44.81' as after, $kind as kind",
                {"kind": kind},
            ).itertuples()
        )
        return change_text(row, originals(opened))

    assert text("record") == "Enoch/llama-65b-hf (copy of LLaMA): record on GSM8K of v1, 44.81 after 6.90"
    assert text("gone") == "Enoch/llama-65b-hf: gone"
