"""A generation that an earlier version built: what is said of it, and what builds it anew."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from oss_ai_monitor import warehouse
from oss_ai_monitor.app.pinned import open_pinned
from oss_ai_monitor.cli.preparing import prepare
from oss_ai_monitor.landing import Landing
from tests.conftest import land_rows



@pytest.fixture
def earlier(tmp_path: Path) -> Path:
    """A folder whose warehouse was built by SQL that lacks one mart of today's."""
    sql = tmp_path / "sql"
    shutil.copytree(warehouse.sql_folder(), sql)
    mart = sql / "3_marts" / "datasets.sql"
    mart.rename(mart.with_name("boards.sql"))
    for path in [*sql.glob("[0-9]_*/*.sql"), *sql.glob("checks/*.sql")]:
        path.write_text(path.read_text(encoding="utf-8").replace("marts.datasets", "marts.boards"), encoding="utf-8")
    folder = tmp_path / "warehouse"
    land_rows(folder, "hub_listing", [{"id": "tin/one"}])
    warehouse.build(folder, Landing(folder / "landing").selected(), sql=sql)
    return folder


def test_it_is_refused_with_the_command_that_builds_it_anew(earlier: Path) -> None:
    with pytest.raises(warehouse.Outdated, match=r"built by an earlier version .* run 'oss-ai-monitor build'"):
        warehouse.Warehouse.open(earlier)


def test_serving_builds_it_anew_from_what_has_landed(earlier: Path) -> None:
    before = warehouse.current(earlier)
    messages: list[str] = []
    prepare(earlier, messages.append)
    opened = warehouse.Warehouse.open(earlier)
    assert opened.path != before
    assert int(opened.sql_frame("select count(*) as n from core.models")["n"][0]) == 1
    opened.close()
    assert messages[0] == "the warehouse is being built"


def test_a_link_that_pins_it_says_what_became_of_it(earlier: Path) -> None:
    pinned = warehouse.by_snapshot_id(earlier)
    land_rows(earlier, "hub_listing", [{"id": "tin/one"}, {"id": "tin/two"}])
    reader = warehouse.Warehouse(next(iter(pinned.values())))  # holds its file, so that it is kept
    warehouse.build(earlier, Landing(earlier / "landing").selected())
    newest, pin = open_pinned(earlier, f"?snapshot={next(iter(pinned))}")
    assert int(newest.sql_frame("select count(*) as n from core.models")["n"][0]) == 2
    assert "An earlier version of this tool built it" in pin.message
    assert "build --landed-by" in pin.message
    reader.close()


def test_other_rules_that_answer_every_query_are_still_shown(tmp_path: Path) -> None:
    sql = tmp_path / "sql"
    shutil.copytree(warehouse.sql_folder(), sql)
    with (sql / "seeds" / "licences.csv").open("a", encoding="utf-8") as seed:
        seed.write("made-up-licence,permissive,a test\n")
    folder = tmp_path / "warehouse"
    land_rows(folder, "hub_listing", [{"id": "tin/one"}])
    warehouse.build(folder, Landing(folder / "landing").selected(), sql=sql)
    opened = warehouse.Warehouse.open(folder)
    assert not opened.is_outdated
    opened.close()
