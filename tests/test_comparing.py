"""Two generations are compared value by value; what differs is named."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from oss_ai_monitor import warehouse

Change = Callable[[str], warehouse.Comparison]


@pytest.fixture
def change(community: Path, tmp_path: Path) -> Change:
    """A function of statements: what differs between a generation and a copy of it that they have changed."""
    first, second = (community / warehouse.NAME).resolve(), tmp_path / "second.duckdb"
    shutil.copy(first, second)

    def changed(statements: str) -> warehouse.Comparison:
        with duckdb.connect(str(second)) as db:
            db.execute(statements)
        return warehouse.compare(first, second)

    return changed


def test_a_copy_is_the_same_in_every_relation_of_core_and_marts(change: Change) -> None:
    comparison = change("select 1")
    shipped = [relation for relation in warehouse.relations(warehouse.sql_folder()) if relation.is_shipped]
    assert (comparison.relations, comparison.differences) == (len(shipped), {})
    assert comparison.columns > 900
    assert comparison.rows > 10_000


def test_one_other_value_is_found_with_its_column(change: Change) -> None:
    differences = change(
        "update core.releases set label = 'other' where label = (select min(label) from core.releases)"
    )
    assert any("label: 1 of its values differs" in text for text in differences.differences["core.releases"])


def test_a_missing_row_and_a_repeated_one_are_named(change: Change) -> None:
    differences = change(
        "delete from marts.periods where unit = 'month' and dataset = 'hub';"
        " insert into core.releases from (from core.releases limit 1)"
    ).differences
    assert any(text.startswith("rows: ") for text in differences["marts.periods"])
    assert any(text.startswith("grain: 1 key comes twice") for text in differences["core.releases"])


def test_a_fraction_may_differ_in_its_last_digit_but_not_by_a_billionth(change: Change) -> None:
    assert change("update marts.bases set score = score * (1 + 2e-16::double)").differences == {}
    assert "marts.bases" in change("update marts.bases set score = score * (1 + 1e-9::double)").differences


def test_other_numbers_for_the_same_ids_are_no_difference(change: Change) -> None:
    differences = change(
        "update core.papers_by_key set model_key = model_key + 1000000;"
        " update core.models set model_key = model_key + 1000000"
    ).differences
    assert "core.papers_by_key" not in differences
