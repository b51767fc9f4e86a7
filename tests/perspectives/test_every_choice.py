"""Every choice of every view's own controls draws, or says why not, where there is one listing and no history."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import param
import pytest

from oss_ai_monitor.app.perspective_view import PerspectiveView
from oss_ai_monitor.landing import Landing
from oss_ai_monitor.perspectives import Filters, Perspective, all_perspectives
from oss_ai_monitor.perspectives.provenance import how_counted
from oss_ai_monitor.perspectives.source_facts import source_facts
from oss_ai_monitor.warehouse import Warehouse, build
from tests.conftest import land_rows

SIZES = ("1B", "7B", "70B")


def listed() -> list[dict[str, Any]]:
    """Forty models of two months and four owners; no listing but this one, and no counter of all time."""
    rows = []
    for n in range(40):
        size = SIZES[n % 3]
        rows.append(
            {
                "id": f"{('tin', 'lead', 'zinc', 'iron')[n % 4]}/Llama-{n}-{size}",
                "created_at": (date(2024, 4, 1) + timedelta(days=n)).isoformat(),
                "tags": ["license:apache-2.0", "text-generation"],
                "pipeline_tag": "text-generation",
                "downloads": 1_000 * n,
                "likes": n,
            }
        )
    return rows


@pytest.fixture(scope="module", params=["listing", "listing and board"])
def warehouse(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    folder: Path = tmp_path_factory.mktemp("every-choice")
    land_rows(folder, "hub_listing", listed())
    if request.param == "listing and board":
        rows = [
            {"fullname": row["id"], "average": 40.0 + n, "date": f"{row['created_at']}T00:00:00Z"}
            for n, row in enumerate(listed())
        ]
        land_rows(folder, "leaderboard_v1", rows)
    build(folder, Landing(folder / "landing").selected())
    opened = Warehouse.open(folder)
    yield opened
    opened.close()


def values(perspective: Perspective) -> Iterator[tuple[str, Any]]:
    """Every value of each of its own controls with a fixed list of values."""
    for name in perspective.parameters:
        parameter = perspective.param[name]
        if isinstance(parameter, param.ListSelector):
            yield from ((name, [choice]) for choice in parameter.objects)
        elif isinstance(parameter, param.Boolean):
            yield from ((name, value) for value in (True, False))
        elif isinstance(parameter, param.Selector):
            yield from ((name, value) for value in parameter.objects)


@pytest.mark.parametrize("kind", all_perspectives, ids=lambda kind: kind.slug)
def test_every_value_of_every_control_draws_or_says_why_not(warehouse: Warehouse, kind: type[Perspective]) -> None:
    datasets = Filters(warehouse).datasets.names
    for dataset in datasets:
        filters = Filters(warehouse)
        filters.dataset = dataset
        perspective = kind(warehouse, filters)
        PerspectiveView(perspective)  # its cards read the texts of each chart; an error here is a notice on the page
        perspective.open()
        for name, value in [("", None), *values(perspective)]:
            if name:
                defaults = {other: perspective.param[other].default for other in perspective.parameters}
                perspective.param.update(defaults | {name: value})
            choice = f"{dataset}: {name}={value}"
            assert perspective.state in ("ready", "empty", "no scores"), f"{choice}: {perspective.reason}"
            if perspective.state == "ready":
                _reads(perspective, choice)
            else:
                assert perspective.reason, choice


@pytest.mark.parametrize("kind", all_perspectives, ids=lambda kind: kind.slug)
def test_sizes_that_no_model_has_are_said_and_are_no_error(warehouse: Warehouse, kind: type[Perspective]) -> None:
    for dataset in Filters(warehouse).datasets.names:
        filters = Filters(warehouse)
        filters.dataset = dataset
        filters.at_most_b = 0.001
        perspective = kind(warehouse, filters)
        PerspectiveView(perspective)
        perspective.open()
        assert perspective.state in ("ready", "empty", "no scores"), f"{dataset}: {perspective.reason}"
        assert perspective.answer_text or perspective.reason, dataset
        if perspective.state == "ready":
            _reads(perspective, dataset)


def _reads(perspective: Perspective, choice: str) -> None:
    """Read what a page, a file and a notebook read of a perspective."""
    assert perspective.answer_text, choice
    perspective.plot()
    perspective.to_query()
    for chart in perspective.charts:
        perspective.table(chart)
        how_counted(perspective, chart)
        source_facts(perspective, chart)
        if chart.is_offered and chart.is_empty:  # then its caption or its place says why
            assert chart.caption, f"{choice}: {chart.key}"
            assert chart.empty_text, f"{choice}: {chart.key}"
