"""DuckDB gives some texts the same hash: a build that takes over sees them as another text all the same."""

from __future__ import annotations

import string
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from oss_ai_monitor import warehouse
from oss_ai_monitor.history import catch_up
from oss_ai_monitor.landing import Keys, Landing
from oss_ai_monitor.warehouse.engines.duckdb import beginning, changing
from oss_ai_monitor.warehouse.engines.duckdb.hashing import row_hash
from tests.conftest import land_rows
from tests.growing import build_anew, differences

SIGNS = string.ascii_letters + string.digits


def alike(expression: str, before: str = "h" * 15, after: str = "") -> tuple[str, str]:
    """Return two texts for which a hash, an expression of `text`, is the same: they differ in two signs."""
    texts = [f"{before}{one}xxxxxxx{two}{after}" for one in SIGNS for two in SIGNS]
    pairs = f"select list(text order by text) from (select unnest(?) as text) group by {expression} having count(*) > 1"
    first, second, *_ = duckdb.execute(f"{pairs} order by 1 limit 1", [texts]).fetchall()[0][0]
    return first, second


def config(model_type: str) -> str:
    return '{"model_type": "' + model_type + '"}'


def build_two_days(folder: Path, first: dict[str, Any], second: dict[str, Any]) -> tuple[Path, dict[str, Any]]:
    """Build after each of two listings, of which one row differs; return the later generation and that row's model."""
    landing = Landing(folder / "landing")
    for day, changed in enumerate((first, second), 1):
        rows = [{"id": f"tin/{n}", "created_at": "2024-01-02", "downloads": 10 * n + day} for n in range(60)]
        rows[7] |= changed
        land_rows(folder, "hub_listing", rows, as_of=datetime(2024, 5, day, tzinfo=UTC))
        generation = warehouse.build(folder, landing.selected(), keys=Keys(landing, is_simulated=False))
    with duckdb.connect(str(generation), read_only=True) as db:
        model = db.sql("from core.models where model_id = 'tin/7'").df().to_dict("records")[0]
    return generation, model


@pytest.fixture
def taken_over(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Whether each build after the first wrote only the rows of core.models that changed."""
    monkeypatch.setattr(beginning, "MAX_FREE", 1.0)
    written: list[bool] = []
    update = changing.Changing.update

    def spy(*arguments: Any) -> bool:
        written.append(update(*arguments))
        return written[-1]

    monkeypatch.setattr(changing.Changing, "update", spy)
    return written


@pytest.mark.parametrize("column", ["library_name", "pipeline_tag"])
def test_another_text_with_the_same_hash_replaces_the_row_of_a_model(
    tmp_path: Path, taken_over: list[bool], column: str
) -> None:
    first, second = alike("hash(text)")
    generation, model = build_two_days(tmp_path / "on", {column: first}, {column: second})
    assert taken_over == [True]
    assert model[column] == second
    assert differences(generation, build_anew(tmp_path / "on", tmp_path / "anew")) == []


def test_another_base_is_seen_where_its_hash_from_the_end_is_the_same_too(
    tmp_path: Path, taken_over: list[bool]
) -> None:
    first, second = alike("hash([text], reverse([text]::varchar))", "base_model:tin/", "ttttt")
    generation, _ = build_two_days(tmp_path / "on", {"tags": [first]}, {"tags": [second]})
    assert taken_over == [True]
    with duckdb.connect(str(generation), read_only=True) as db:
        bases = db.execute("select base_model_id from core.base_models where model_id = 'tin/7'").fetchall()
    assert bases == [(second.removeprefix("base_model:"),)]


def test_another_architecture_is_seen_where_its_file_has_the_same_hash(tmp_path: Path, taken_over: list[bool]) -> None:
    first, second = (
        text.removeprefix(config("")[:-2]).removesuffix('"}')
        for text in alike("hash(text)", config("hhhhhhh")[:-2], '"}')
    )
    _, model = build_two_days(tmp_path / "on", {"config": config(first)}, {"config": config(second)})
    assert taken_over == [True]
    assert model["architecture_name"] == second


def test_two_libraries_with_the_same_hash_are_summed_apart(tmp_path: Path) -> None:
    libraries = alike("hash(text)")
    landing = Landing(tmp_path / "landing")
    for day in (1, 2):
        rows = [{"id": f"tin/{n}", "downloads": 10 + n, "library_name": library} for n, library in enumerate(libraries)]
        rows.append({"id": "tin/day", "downloads": day})
        land_rows(tmp_path, "hub_listing", rows, as_of=datetime(2024, 5, day, 6, tzinfo=UTC))
    catch_up(landing)
    generation = warehouse.build(tmp_path, landing.selected(), keys=Keys(landing, is_simulated=False))
    with duckdb.connect(str(generation), read_only=True) as db:
        sums = db.execute(
            "select member, downloads_30d from marts.adoption_by_day "
            "where dimension = 'library' and day = '2024-05-02' and member != 'unknown' order by member"
        ).fetchall()
    assert sums == [(libraries[0], 10), (libraries[1], 11)]


def test_rows_that_differ_in_two_signs_wherever_they_are_have_another_hash() -> None:
    for before in range(24):
        for after in (0, 7, 8, 15):
            texts = [f"{'h' * before}{one}xxxxxxx{two}{'t' * after}" for one in SIGNS[:24] for two in SIGNS[:24]]
            for select, kind in (("text", "VARCHAR"), ("[text]", "VARCHAR[]"), ("{'a': text}", "STRUCT(a VARCHAR)")):
                rows = f'select {select} as "from" from (select unnest(?) as text)'
                counted = f"select count(distinct {row_hash({'from': kind})}) from ({rows})"
                assert duckdb.execute(counted, [texts]).fetchall() == [(24 * 24,)], (before, after, kind)
