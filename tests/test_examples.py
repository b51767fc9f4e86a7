"""The example questions: each teaches something, reads what people may read, and is answered by the confined engine."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb
import pytest

from oss_ai_monitor import warehouse
from oss_ai_monitor.sandbox import Example, Limits, Result, Sandbox, examples

FILES = sorted((warehouse.sql_folder() / "examples").glob("*.sql"))
EXAMPLES = examples(warehouse.sql_folder())


@pytest.fixture(scope="module")
def opened(open_warehouse: Callable[[Path], warehouse.Warehouse], community: Path) -> warehouse.Warehouse:
    return open_warehouse(community)


def result_of(opened: warehouse.Warehouse, select: str) -> Result:
    """By the engine, in a thread of its own: a browser's tests leave a loop running in this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, Sandbox(opened.path, Limits(seconds=120)).run(select)).result()


def test_there_is_a_dozen_with_titles_of_their_own() -> None:
    assert len({example.title for example in EXAMPLES}) == len(FILES) >= 12
    assert all(10 < len(example.title) < 80 for example in EXAMPLES)


def test_examples_read_marts_and_core_only() -> None:
    with duckdb.connect() as parser:
        for path in FILES:
            read = warehouse.tables(parser, path)
            assert read, path.name
            assert {name.partition(".")[0] for name in read} <= {"core", "marts"}, path.name


@pytest.mark.skipif(sys.platform != "linux", reason="a process is confined on Linux only")
@pytest.mark.parametrize("example", EXAMPLES, ids=[path.stem for path in FILES])
def test_is_answered_whole_and_holds_its_grain(opened: warehouse.Warehouse, example: Example) -> None:
    result = result_of(opened, example.select)
    assert result.rows
    assert result.cut == ""
    frame = result.frame()
    grain = example.select.splitlines()[1].removeprefix("-- grain: ").split(", ")
    assert not frame.duplicated(grain).any()
    assert frame[grain].notna().all(axis=None)


def test_the_best_small_model_is_small_and_had_appeared(opened: warehouse.Warehouse) -> None:
    frame = opened.sql_frame(EXAMPLES[0].select)
    assert frame["nominal_b"].max() <= 8
    assert frame["parameters_b"].max() <= 8 * 1.25  # a number in a name stands within a quarter
    assert str(frame["appeared_on"].max())[:10] <= "2024-12-31"
    assert frame["score"].is_monotonic_decreasing


def test_a_licence_is_looser_only_within_the_order(opened: warehouse.Warehouse) -> None:
    order = ["non-commercial", "community", "OpenRAIL", "copyleft", "permissive"]
    frame = opened.sql_frame(EXAMPLES[4].select)
    model_classes, base_classes = (frame[name].map(order.index) for name in ("license_class", "base_license_class"))
    assert (model_classes > base_classes).all()


def test_a_half_life_is_within_the_days_that_it_counts(opened: warehouse.Warehouse) -> None:
    frame = opened.sql_frame(EXAMPLES[1].select)
    assert frame["half_life_days"].between(0, 180).all()
    assert (frame["derivatives_in_180_days"] >= 20).all()
