"""The search: what a text finds, in which order, and what the box answers to a browser's messages."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest

from oss_ai_monitor.app import search
from oss_ai_monitor.app.search import Search
from oss_ai_monitor.pages.search_results import MAX_CHARACTERS, OUTDATED, facts, find, folded, query_of
from oss_ai_monitor.pages.tables import VARIABLE
from oss_ai_monitor.warehouse import Outdated, Warehouse
from tests.conftest import built_of, finished

LISTED: list[dict[str, Any]] = [
    {"id": "tin/tinker-8b", "downloads": 900, "tags": [], "created_at": "2023-01-10 09:00:00"},
    {"id": "ore/tin", "downloads": 1, "tags": []},
    {"id": "ore/my-tin_7", "downloads": 50, "tags": []},
    {"id": "ore/satin", "downloads": 7_000, "tags": []},
    {"id": "ore/50%_done", "downloads": 3, "tags": []},
    {"id": "left-out/model-1", "downloads": 5, "tags": []},
    {"id": "a/model-1", "downloads": 1, "tags": []},
    *({"id": f"smith/copy-{n}", "downloads": 0, "tags": ["base_model:tin/tinker-8b"]} for n in range(10)),
]


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    with built_of(tmp_path_factory.mktemp("names"), hub_listing=LISTED) as opened:
        yield opened


def results_of(warehouse: Warehouse, typed: str) -> list[tuple[str, str]]:
    rows = find(warehouse, folded(typed))
    assert not isinstance(rows, str)
    return [(row["kind"], row["name"]) for row in rows.to_dict("records")]


def test_whole_names_come_first_then_beginnings_then_words_then_other_parts(warehouse: Warehouse) -> None:
    assert results_of(warehouse, " TIN ") == [
        ("owner", "tin"), ("model", "ore/tin"),
        ("family", "tin/tinker-8b"), ("model", "tin/tinker-8b"),
        ("model", "ore/my-tin_7"),
        ("model", "ore/satin"),
    ]  # fmt: skip


def test_a_model_stands_before_its_family_where_the_whole_name_is_typed(warehouse: Warehouse) -> None:
    assert results_of(warehouse, "tin/Tinker-8B") == [("model", "tin/tinker-8b"), ("family", "tin/tinker-8b")]


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("%_", ["ore/50%_done"]),
        ("ore/s", ["ore/satin"]),
        ("my tin 7", ["ore/my-tin_7"]),
        ("ore 50% done", ["ore/50%_done"]),
        ("tin my", []),
        ("tin\\", []),
        ("50%_d%e", []),
        ("'; drop table marts.models; --", []),
        ("no such name", []),
        ("t", []),
        ("", []),
    ],
)
def test_what_is_typed_is_a_text_and_nothing_else(warehouse: Warehouse, typed: str, names: list[str]) -> None:
    assert [name for _, name in results_of(warehouse, typed)] == names


def test_a_release_is_found_by_its_name_and_leads_to_the_view_of_its_derivatives(warehouse: Warehouse) -> None:
    """18 April 2024 is the day that Meta gives (ai.meta.com/blog/meta-llama-3)."""
    rows = find(warehouse, folded("Llama 3"))
    assert not isinstance(rows, str)
    first = rows.to_dict("records")[0]
    assert (first["kind"], first["name"], facts(first)) == ("release", "Llama 3", "released 18 Apr 2024")
    assert query_of(first) == {"view": "releases", "dataset": "hub", "release": "llama-3"}


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("mixtral 22b", ["Mixtral 8x22B"]),  # "22b" begins no word
        ("llama", ["Llama 3", "Llama 2", "Code Llama"]),  # by July 2024; LLaMA has no repository
        ("code llama", ["Code Llama"]),
        ("xtral", []),
    ],
)
def test_of_releases_those_within_reach_are_found_the_newest_first(
    warehouse: Warehouse, typed: str, names: list[str]
) -> None:
    assert [name for kind, name in results_of(warehouse, typed) if kind == "release"] == names


def test_whoever_is_left_out_is_not_found(warehouse: Warehouse) -> None:
    assert results_of(warehouse, "model-1") == [("model", "a/model-1")]
    assert results_of(warehouse, "left-out") == []


@pytest.mark.parametrize(
    ("row", "text"),
    [
        (
            {
                "kind": "model",
                "models": 1,
                "parameters_b": 8.03,
                "score": 13.62,
                "dataset": "v2",
                "downloads_30d": 1654,
            },
            "8.03 B · v2 13.6 · 1,654 downloads in 30 days",
        ),
        (
            {"kind": "owner", "models": 1200, "parameters_b": None, "score": None, "dataset": None, "downloads_30d": 0},
            "1,200 models",
        ),
        (
            {"kind": "owner", "models": 1, "parameters_b": None, "score": None, "dataset": None, "downloads_30d": 2},
            "1 model · 2 downloads in 30 days",
        ),
        (
            {"kind": "family", "models": 10, "parameters_b": 7, "score": None, "dataset": None, "downloads_30d": 0},
            "10 descendants · 7 B",
        ),
    ],
)
def test_a_result_says_size_score_and_downloads(row: dict[str, Any], text: str) -> None:
    assert facts(row) == text


def test_no_result_says_a_score_where_an_operator_says_no(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "off")
    row = {"kind": "model", "models": 1, "parameters_b": 8.03, "score": 13.62, "dataset": "v2", "downloads_30d": 1654}
    assert facts(row) == "8.03 B · 1,654 downloads in 30 days"


def answers(box: Search, messages: list[object], monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What a box sends, once messages have come one after the other."""
    sent: list[dict[str, Any]] = []
    monkeypatch.setattr(box, "_send_msg", sent.append)

    async def send() -> None:
        for message in messages:
            box._handle_msg(message)
        while box._task:
            await box._task

    finished(send())
    return sent


def test_of_what_is_typed_while_a_search_runs_only_the_last_is_searched(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "INTERVAL", 0)
    box = Search(warehouse, {"snapshot": "s"})
    typed = ["ti", "tin", "tink", "tinke", "tinker"]
    sent = answers(box, [{"typed": text, "number": n} for n, text in enumerate(typed, 1)], monkeypatch)
    assert [message["number"] for message in sent] == [5]
    name, used = "tin/tinker-8b", "8 B · 900 downloads in 30 days"
    assert sent[0]["results"] == [
        ["family", name, f"10 descendants · {used}", "?family=tin%2Ftinker-8b&snapshot=s"],
        ["model", name, used, "?model=tin%2Ftinker-8b&snapshot=s"],
    ]


def test_what_is_not_found_is_said(warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    (sent,) = answers(Search(warehouse), [{"typed": "<b>none</b>", "number": 1}], monkeypatch)
    assert sent == {
        "number": 1,
        "results": [],
        "note": "No model, owner, family or release has “<b>none</b>” in its name.",
    }


@pytest.mark.parametrize(
    "message",
    [None, 7, "tin", {}, {"typed": "tin"}, {"typed": 7, "number": 1}, {"typed": "tin", "number": True}, {"number": 1},
     {"typed": "tin", "number": -1}, {"typed": "tin", "number": 2**60}],
)  # fmt: skip
def test_messages_that_are_none_of_a_search_are_ignored(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch, message: object
) -> None:
    assert answers(Search(warehouse), [message], monkeypatch) == []


def test_a_long_or_broken_text_is_searched_in_part(warehouse: Warehouse) -> None:
    assert len(folded("x" * 10_000)) == MAX_CHARACTERS
    assert results_of(warehouse, "tin\ud83d") == []


def test_a_search_runs_in_no_thread_of_the_server(warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    threads: list[str] = []
    query = warehouse.query

    def watched(*arguments: Any, **parameters: Any) -> Any:
        threads.append(threading.current_thread().name)
        return query(*arguments, **parameters)

    monkeypatch.setattr(warehouse, "query", watched)
    answers(Search(warehouse), [{"typed": "tin", "number": 1}], monkeypatch)
    assert [name.rpartition("_")[0] for name in threads] == ["searches"]


def test_a_generation_without_names_says_so(warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    def lacking(*_: Any, **__: Any) -> Any:
        raise Outdated(warehouse.path)

    monkeypatch.setattr(warehouse, "query", lacking)
    (sent,) = answers(Search(warehouse), [{"typed": "tin", "number": 1}], monkeypatch)
    assert (sent["results"], sent["note"]) == ([], OUTDATED)
