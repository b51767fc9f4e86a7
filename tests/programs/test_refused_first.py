"""A wrong choice in an address is refused before the view is computed: who asks wrongly costs the server little."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from oss_ai_monitor import comparing
from oss_ai_monitor.pages.beside.side import open_side
from oss_ai_monitor.perspectives import all_perspectives, snapshot_of
from oss_ai_monitor.programs import InvalidRequest, NoTable, feed, open_table
from oss_ai_monitor.programs.answers import view_answer
from oss_ai_monitor.programs.problem import Problem
from oss_ai_monitor.programs.then_and_now import open_comparison
from oss_ai_monitor.report import ReportError, report
from oss_ai_monitor.server.embed import Embeds
from oss_ai_monitor.server.health import Health
from oss_ai_monitor.warehouse import Warehouse

INVALID = [
    {"unknown": "1"},
    {"unit": "year"},
    {"dataset": "v9"},
    {"from": "yesterday"},
    {"sizes": "7B"},
    {"at_most": "-1"},
    {"hide_derived": "maybe"},
    {"types": "chatty"},
    {"table": "chatty"},
]
ANSWERS = {kind.slug: next(iter(kind.queries())) for kind in all_perspectives}
"""The query of each view's answer."""


@pytest.fixture(scope="module")
def opened(open_warehouse: Callable[[Path], Warehouse], community: Path) -> Warehouse:
    return open_warehouse(community)


@pytest.fixture
def queries(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the queries that a warehouse runs from now on."""
    names: list[str] = []
    ask = Warehouse.query

    def record(warehouse: Warehouse, name: str, *arguments: Any, **parameters: Any) -> Any:
        names.append(name)
        return ask(warehouse, name, *arguments, **parameters)

    monkeypatch.setattr(Warehouse, "query", record)
    return names


def test_a_right_choice_is_computed(opened: Warehouse, queries: list[str]) -> None:
    open_table(opened, "model-types", {"dataset": "v2"})
    assert ANSWERS["model-types"] in queries


@pytest.mark.parametrize("query", INVALID, ids=lambda query: next(iter(query)))
def test_tables_and_answers_refuse_first(opened: Warehouse, queries: list[str], query: dict[str, str]) -> None:
    with pytest.raises((InvalidRequest, NoTable)):
        open_table(opened, "model-types", query)
    with pytest.raises(Problem):
        view_answer(opened, "model-types", query)
    assert ANSWERS["model-types"] not in queries


@pytest.mark.parametrize("slug", ANSWERS)
def test_every_view_refuses_first(opened: Warehouse, queries: list[str], slug: str) -> None:
    with pytest.raises(InvalidRequest, match="There is no unit “year” here"):
        open_table(opened, slug, {"unit": "year"})
    assert ANSWERS[slug] not in queries


def test_feeds_refuse_first(opened: Warehouse, queries: list[str]) -> None:
    for query in ({"unknown": "1"}, {"kinds": "chatty"}, {"unit": "year"}):
        with pytest.raises(InvalidRequest):
            feed(opened, query)
    assert ANSWERS["changes"] not in queries


def test_reports_refuse_before_the_first_view(opened: Warehouse, queries: list[str]) -> None:
    for filters in ({"dataset": "v9"}, {"unit": "year"}, {"from": "2024-01-01", "to": "2023-01-01"}):
        with pytest.raises(ReportError):
            report(opened, filters=filters)
    assert not {*ANSWERS.values()} & {*queries}


def test_embeds_and_sides_refuse_first(opened: Warehouse, community: Path, queries: list[str]) -> None:
    with pytest.raises(KeyError):
        Embeds(Health(community))._render(opened, "model-types", {"picture": "chatty"})
    for query in INVALID[:-1]:
        side = open_side(opened, {"view": "model-types"} | query, {snapshot_of(opened): ""})
        assert side.problem.startswith("cannot be shown as its address says.")
    assert ANSWERS["model-types"] not in queries


def test_comparisons_refuse_first(opened: Warehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[Any] = []
    monkeypatch.setattr(comparing, "compare_days", lambda *arguments, **_: compared.append(arguments))
    for query in ({"figure": "chatty"}, {"dataset": "v9"}, {"now": "tomorrow"}):
        with pytest.raises(InvalidRequest):
            open_comparison(opened, {"then": "2024-01-01"} | query)
    assert not compared
