"""The SQL that a picture shows of itself, run by the confined engine, gives the numbers of the picture."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from oss_ai_monitor import warehouse
from oss_ai_monitor.app.card_content import content
from oss_ai_monitor.app.cards import Card
from oss_ai_monitor.perspectives import Filters, Perspective, all_perspectives
from oss_ai_monitor.sandbox import Limits, Result, Sandbox, fill_parameters

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="a process is confined on Linux only")
VIEWS: dict[str, type[Perspective]] = {kind.slug: kind for kind in all_perspectives}
CHOICES: list[tuple[str, str, dict[str, Any]]] = [
    *((kind.slug, dataset, {}) for kind in all_perspectives for dataset in ("v1", "hub")),
    ("model-types", "v2", {"types": ["chat", "merge"]}),
    ("author-activity", "v1", {"added": ["no'body"]}),
    ("score-progress", "v1", {"what": "every"}),
    ("architectures", "hub", {"architectures": ["Qwen", "Llama"]}),
    ("base-models", "v2", {"merges": False}),
    ("releases", "v2", {"architectures": ["Llama"]}),
]  # fmt: skip


@pytest.fixture(scope="module")
def opened(open_warehouse: Callable[[Path], warehouse.Warehouse], community: Path) -> warehouse.Warehouse:
    return open_warehouse(community)


def looked_at(opened: warehouse.Warehouse, slug: str, dataset: str, **parameters: Any) -> Perspective:
    filters = Filters(opened)
    filters.param.update(dataset=dataset)
    filters.param.update(unit="month", sizes=["3–9", "9–20", "unknown"])
    perspective = VIEWS[slug](opened, filters)
    perspective.param.update(**parameters)
    perspective.open()
    assert perspective.state == "ready", perspective.reason
    return perspective


def result_of(opened: warehouse.Warehouse, select: str) -> Result:
    """In a thread of its own: a browser's tests leave a loop running in this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, Sandbox(opened.path, Limits(seconds=120)).run(select)).result()


def assert_same(result: Result, frame: pd.DataFrame) -> None:
    assert result.cut == ""
    typed = result.typed()
    assert list(typed.columns) == list(frame.columns)
    assert len(typed) == len(frame) > 0
    for name in frame.columns:
        drawn_column, answer_column = frame[name], typed[name]
        if drawn_column.dtype.kind == "M":
            one, other = drawn_column.to_numpy("datetime64[s]"), answer_column.to_numpy("datetime64[s]")
            assert ((one == other) | (np.isnat(one) & np.isnat(other))).all(), name
        elif drawn_column.dtype.kind in "iuf":
            np.testing.assert_allclose(
                drawn_column.to_numpy("float64"), answer_column.to_numpy("float64"), rtol=1e-12, err_msg=name
            )
        elif drawn_column.dtype.kind == "b":
            assert (drawn_column.to_numpy() == answer_column.to_numpy(bool)).all(), name
        else:
            pairs = zip(
                drawn_column.where(drawn_column.notna(), None),
                answer_column.where(answer_column.notna(), None),
                strict=True,
            )
            assert all(str(one) == str(other) for one, other in pairs), name


@pytest.mark.parametrize(("slug", "dataset", "choices"), CHOICES)
def test_the_shown_sql_gives_the_numbers_of_the_picture(
    opened: warehouse.Warehouse, slug: str, dataset: str, choices: dict[str, Any]
) -> None:
    perspective = looked_at(opened, slug, dataset, **choices)
    seen = set()
    for chart in [chart for chart in perspective.charts if chart.is_offered]:
        text = fill_parameters(*perspective.bound_query(chart))
        if text in seen:
            continue
        seen.add(text)
        assert_same(result_of(opened, text), perspective.answer_of(chart))


def test_a_card_hands_its_query_over_with_the_values_filled_in(opened: warehouse.Warehouse) -> None:
    perspective = looked_at(opened, "author-activity", "v1", added=["no'body"])
    links: list[Any] = []
    perspective.param.watch(lambda event: links.append(event.new), "navigate_to")
    values = content(perspective, perspective.charts[0])
    card = Card(perspective, perspective.charts[0], values, can_query=True, add_table=lambda *_: None)
    card._handle_msg({"action": "sql", "page": ""})
    for unknown in ({}, {"action": "drop"}, {"action": ["sql"]}, "sql", None):
        card._handle_msg(unknown)
    assert len(links) == 1
    assert links[0].slug == "sql"
    assert "['no''body']" in links[0].query["q"]
    assert "= 'v1'" in links[0].query["q"]
