"""The machine: layers, grains, checks, generations. The rules of counting are in tests/core."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from shutil import copytree

import duckdb
import pandas as pd
import pytest

from oss_ai_monitor import warehouse
from oss_ai_monitor.landing import Landing
from oss_ai_monitor.warehouse.comments import column_comments, inherited, own_comments
from oss_ai_monitor.warehouse.engines.duckdb.creating import verify_grain
from oss_ai_monitor.warehouse.reading import ENTRY_BYTES, Answers

from .conftest import PATIENCE, land_rows

HIDDEN = {
    "dataset": "hub",
    "start": date(2024, 1, 1),
    "end": date(2024, 2, 1),
    "sizes": ["unknown"],
    "at_most_b": None,
    "text_generation": False,
    "hide_derived": True,
    "downloaded": False,
}
ONE_MODEL = [{"id": "lab-of-tin/kettle", "created_at": "2024-01-10 10:00:00", "tags": ["llama"]}]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("built")
    land_rows(folder, "hub_listing", ONE_MODEL)
    warehouse.build(folder, Landing(folder / "landing").selected())
    return folder


@pytest.fixture
def folder(built: Path, tmp_path: Path) -> Path:
    """A copy of its own for each test."""
    return Path(copytree(built, tmp_path, symlinks=True, dirs_exist_ok=True))


@pytest.fixture
def sql(tmp_path: Path) -> Path:
    return Path(copytree(warehouse.sql_folder(), tmp_path / "sql"))


def rebuild(folder: Path, sql: Path | None = None) -> Path:
    return warehouse.build(folder, Landing(folder / "landing").selected(), sql=sql)


def test_a_second_row_for_a_grain_stops_the_build_and_names_it(folder: Path, sql: Path) -> None:
    before = warehouse.current(folder)
    (sql / "2_core" / "doubled.sql").write_text("-- grain: n\nselect 1 as n, unnest([1, 2]) as m\n")
    with pytest.raises(warehouse.CheckFailed, match=r"core.doubled: more than one row per n: \[\(1,\)\]"):
        rebuild(folder, sql)
    assert warehouse.current(folder) == before


def test_a_failed_check_stops_the_build_and_leaves_the_old_generation_serving(folder: Path, sql: Path) -> None:
    before = warehouse.current(folder)
    (sql / "checks" / "no_model_is_a_kettle.sql").write_text("select model_id from core.models")
    with pytest.raises(warehouse.CheckFailed, match=r"no model is a kettle.*lab-of-tin/kettle"):
        rebuild(folder, sql)
    assert warehouse.current(folder) == before
    assert {path.name for path in (folder / "generations").iterdir()} == {before.name, f"{before.stem}.json"}


def test_relations_that_read_each_other_in_a_circle_are_refused(sql: Path) -> None:
    (sql / "2_core" / "hen.sql").write_text("-- grain: n\nselect n from core.egg\n")
    (sql / "2_core" / "egg.sql").write_text("-- grain: n\nselect n from core.hen\n")
    with pytest.raises(warehouse.BuildFailed, match=r"circle: .*core\.(hen|egg)"):
        warehouse.relations(sql)


def test_a_relation_that_reads_a_later_layer_is_refused(sql: Path) -> None:
    (sql / "1_staging" / "eager.sql").write_text("-- grain: n\nselect 1 as n from marts.datasets\n")
    with pytest.raises(warehouse.BuildFailed, match=r"eager\.sql: reads marts\.datasets"):
        warehouse.relations(sql)


def test_a_relation_without_a_grain_is_refused(folder: Path, sql: Path) -> None:
    (sql / "2_core" / "loose.sql").write_text("select 1 as n\n")
    with pytest.raises(warehouse.BuildFailed, match="first line must declare the grain"):
        rebuild(folder, sql)


def test_queries_read_marts_and_core_only() -> None:
    with duckdb.connect() as parser:
        for path in sorted((warehouse.sql_folder() / "queries").glob("*.sql")):
            read = warehouse.tables(parser, path)
            assert {name.partition(".")[0] for name in read} <= {"core", "marts"}, path.name


def test_every_relation_and_column_that_people_read_is_explained(folder: Path) -> None:
    opened = warehouse.Warehouse.open(folder)
    columns = opened.query("data_dictionary")
    opened.close()
    silent = columns[columns["comment"].isna() | columns["column_comment"].isna()]
    assert not len(silent), silent[["relation", "column_name"]].to_string()
    assert set(columns["relation"].str.partition(".")[0]) == {"core", "marts"}


def test_a_rebuild_gives_the_same_warehouse(folder: Path) -> None:
    def content() -> dict[str, list[tuple]]:
        with duckdb.connect(str(warehouse.current(folder)), read_only=True) as db:
            tables = db.execute("select schema_name || '.' || table_name from duckdb_tables()").fetchall()
            return {name: db.execute(f"select * from {name} order by all").fetchall() for (name,) in tables}

    first = content()
    rebuild(folder)
    assert content() == first


def test_older_clients_can_read_the_file(folder: Path) -> None:
    path = warehouse.current(folder)
    with duckdb.connect(str(path), read_only=True) as db:
        tags = db.execute("select tags from duckdb_databases() where not internal").fetchall()[0][0]
    assert tags["storage_version"].startswith("v1.5.0")


READER = """
import sys, duckdb
with duckdb.connect(sys.argv[1], read_only=True) as db:
    print(db.execute("select model_id from core.models").fetchall()[0][0], flush=True)
    sys.stdin.read(1)
    print(db.execute("select count(*) from core.models").fetchall()[0][0], flush=True)
"""


def reader(folder: Path) -> subprocess.Popen[str]:
    """Another process that reads the stable name, and goes on reading when it gets a key."""
    command = [sys.executable, "-c", READER, str(folder / warehouse.NAME)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline().strip() == "lab-of-tin/kettle"
    return process


def test_a_build_swaps_under_a_reader_and_the_reader_reads_on(folder: Path) -> None:
    old = warehouse.current(folder)
    process = reader(folder)
    new = rebuild(folder)
    assert warehouse.current(folder) == new != old
    assert old.exists(), "a generation that somebody reads stays"
    assert process.communicate("x", timeout=PATIENCE)[0].strip() == "1"
    rebuild(folder)
    assert not old.exists(), "and goes when nobody does"


def test_a_reader_opens_the_stable_name_while_the_server_reads_and_a_build_runs(folder: Path) -> None:
    server = warehouse.Warehouse.open(folder)
    built_relations: list[str] = []

    def progress(relation: str) -> None:
        if not built_relations:
            process = reader(folder)
            process.communicate("x", timeout=PATIENCE)
            built_relations.append(relation)

    warehouse.build(folder, Landing(folder / "landing").selected(), progress=progress)
    assert built_relations
    assert len(server.sql_frame("from core.models")) == 1
    server.close()


def test_opening_for_writing_while_it_is_read_gets_duckdbs_refusal(folder: Path) -> None:
    process = reader(folder)
    with pytest.raises(duckdb.Error, match="lock"):
        duckdb.connect(str(folder / warehouse.NAME))
    process.communicate("x", timeout=PATIENCE)


def test_nothing_to_open_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(warehouse.NoWarehouse, match="oss-ai-monitor refresh"):
        warehouse.Warehouse.open(tmp_path)


def test_a_query_refuses_a_parameter_that_it_does_not_use(folder: Path) -> None:
    opened = warehouse.Warehouse.open(folder)
    with pytest.raises(duckdb.Error, match="nonsense"):
        opened.query("bases", {"dataset": "v1"}, nonsense=1)
    with pytest.raises(duckdb.Error, match="dataset"):
        opened.query("bases")
    opened.close()


def test_simulated_snapshots_are_left_out_once_something_real_has_landed(tmp_path: Path) -> None:
    land_rows(tmp_path, "hub_commits", [{"model_id": "a/b", "authors": ["x"]}], simulated=True)
    assert [run.source for run in Landing(tmp_path / "landing").selected()] == ["hub_commits"]
    land_rows(tmp_path, "hub_listing", ONE_MODEL)
    assert [run.source for run in Landing(tmp_path / "landing").selected()] == ["hub_listing"]


@pytest.mark.slow
def test_a_slow_build_never_covers_a_newer_one(tmp_path: Path) -> None:
    land_rows(tmp_path, "hub_listing", ONE_MODEL)
    slow = subprocess.Popen(
        [sys.executable, "-m", "oss_ai_monitor.cli", "--warehouse", str(tmp_path), "build"], stderr=subprocess.PIPE
    )
    land_rows(tmp_path, "hub_commits", [{"model_id": "tin/second", "authors": ["ann"]}])
    with warehouse.build_lock(tmp_path):
        rebuild(tmp_path)
    stderr = slow.communicate(timeout=600)[1]
    assert slow.returncode == 0, stderr
    opened = warehouse.Warehouse.open(tmp_path)
    assert len(opened.sql_frame("select * from core.models")) == 2
    opened.close()


def test_what_a_killed_build_left_goes_with_the_next(folder: Path) -> None:
    leftover = folder / "generations" / ".building-abc"
    leftover.mkdir()
    (leftover / "work.duckdb").write_bytes(b"x")
    (folder / "generations" / ".20200101T000000Z.building").write_bytes(b"x")
    with warehouse.build_lock(folder):
        rebuild(folder)
    left_there = sorted(path.suffix for path in (folder / "generations").iterdir())
    assert left_there == ["", ".duckdb", ".duckdb", ".json", ".json"]


def test_visitors_who_ask_the_same_share_an_answer_that_none_can_change(folder: Path) -> None:
    opened = warehouse.Warehouse.open(folder)
    first = opened.query("datasets")
    first.loc[:, "label"] = "spoilt"
    first["more"] = 1
    second = opened.query("datasets")
    opened.close()
    assert "more" not in second
    assert second["label"].tolist() == ["Hugging Face Hub"]


def test_answers_are_kept_up_to_a_bound_the_oldest_goes_first() -> None:
    computed: list[str] = []

    def ask(key: str) -> pd.DataFrame:
        computed.append(key)
        return frame

    frame = pd.DataFrame({"n": range(100)})
    answers = Answers(4 * (int(frame.memory_usage(deep=True).sum()) + ENTRY_BYTES))
    for key in ["a", "b", "c", "d", "a", "e", "a", "b"]:
        answers.get(key, partial(ask, key))
    assert computed == ["a", "b", "c", "d", "e", "b"]
    assert answers.held_bytes <= answers.max_bytes


def test_many_threads_get_the_answer_to_their_own_question(folder: Path) -> None:
    opened = warehouse.Warehouse.open(folder)

    def count_of(dataset: str) -> int:
        return len(opened.query("appeared_rules", {"dataset": dataset}))

    with ThreadPoolExecutor(8) as pool:
        counts = list(pool.map(count_of, ["hub", "v1"] * 50))
    opened.close()
    assert counts == [1, 0] * 50


def test_additions_are_read_with_the_whole_run_that_they_add_to(tmp_path: Path) -> None:
    landing = Landing(tmp_path / "landing")
    shape = warehouse.shape("hub_details")
    with duckdb.connect() as db:
        db.execute(f"create table landed as {shape}")
        for number, (likes, adds_to) in enumerate([(1, None), (2, "hub_details"), (3, "hub_details")]):
            db.execute("insert into landed (row_number, id, likes) values (1, 'a/b', ?)", [likes])
            with landing.run("hub_details", addresses=["made up"], fingerprint=str(number)) as run:
                run.as_of, run.adds_to = datetime(2024, 6, 15 + number, tzinfo=UTC), adds_to
                run.write(db.sql("from landed"))
            db.execute("truncate landed")
    warehouse.build(tmp_path, landing.selected())
    opened = warehouse.Warehouse.open(tmp_path)
    rows = opened.sql_frame("select likes, last_seen_at from core.models where model_id = 'a/b'")
    opened.close()
    assert rows.values.tolist() == [[3, datetime(2024, 6, 17)]]


def test_a_second_row_for_the_grain_of_a_view_stops_the_build_too(folder: Path, sql: Path) -> None:
    (sql / "2_core" / "doubled.sql").write_text("-- grain: n\n-- view\nselect 1 as n, unnest([1, 2]) as m\n")
    with pytest.raises(warehouse.CheckFailed, match=r"core.doubled: more than one row per n"):
        rebuild(folder, sql)
    (sql / "2_core" / "doubled.sql").unlink()
    (sql / "3_marts" / "twice.sql").write_text("-- grain: n\nselect 1 as n, unnest([1, 2]) as m\n")
    with pytest.raises(warehouse.CheckFailed, match=r"marts.twice: more than one row per n"):
        rebuild(folder, sql)


def test_rows_may_repeat_in_landing_and_staging_only_and_there_it_is_declared() -> None:
    for relation in warehouse.relations(warehouse.sql_folder()):
        is_looked_up = relation.is_scratch  # what staging looks up has a key
        may_repeat = relation.layer in ("landing", "staging") and not is_looked_up
        assert (relation.grain == "none, as landed") == may_repeat, relation.path


def test_a_column_that_is_passed_on_has_the_comment_of_the_column_that_it_passes_on(folder: Path, sql: Path) -> None:
    (sql / "2_core" / "lids.sql").write_text(
        "-- grain: lid\n-- Lids.\nselect 1 as lid, /* a lid */ 2 as size, /* cm */\n"
    )
    (sql / "3_marts" / "pots.sql").write_text(
        "-- grain: pot\n-- Pots.\nwith covers as (select one.* from core.lids as one) "
        "select covers.lid as pot, covers.size + 1 as width, /* mm */ covers.size from covers\n"
    )
    opened = warehouse.Warehouse(rebuild(folder, sql))
    comments = opened.query("data_dictionary").set_index(["relation", "column_name"])["column_comment"]
    opened.close()
    assert comments["marts.pots"].to_dict() == {"pot": "a lid", "width": "mm", "size": "cm"}


def test_a_comment_does_not_stand_again_where_a_column_is_only_passed_on() -> None:
    actual = warehouse.relations(warehouse.sql_folder())
    comments = column_comments(actual)
    with duckdb.connect() as parser:
        for relation in actual:
            if relation.is_shipped:
                passed_on, own_texts = inherited(parser, relation, comments), own_comments(relation)
                assert not {name for name in own_texts if passed_on.get(name) == own_texts[name]}, relation.path


def test_any_client_can_run_a_query_of_ours_on_the_file(folder: Path) -> None:
    opened = warehouse.Warehouse.open(folder)
    select, bound = opened.bound("hidden", HIDDEN)
    expected = opened.query("hidden", HIDDEN)
    opened.close()
    with duckdb.connect(str(warehouse.current(folder)), read_only=True) as db:
        assert db.execute(select, bound).df().equals(expected)
        described = db.execute(
            "select function_name from duckdb_functions() where schema_name = 'main' and comment is not null"
        ).fetchall()
    macros = {path.stem for path in (warehouse.sql_folder() / "macros").glob("*.sql")}
    assert {name for (name,) in described} == macros


@pytest.mark.parametrize("change", ["drop macro passes_filters", "create or replace macro is_chosen(a, b) as false"])
def test_a_generation_with_other_macros_or_none_is_asked_all_the_same(folder: Path, change: str) -> None:
    path = warehouse.current(folder)
    path.with_suffix(".json").unlink()
    opened = warehouse.Warehouse(path)
    expected = opened.query("hidden", HIDDEN)
    opened.close()
    with duckdb.connect(str(path)) as db:
        db.execute(change)
        db.execute("create or replace macro macros_version() as 'other'")
    opened = warehouse.Warehouse(path)
    assert opened.query("hidden", HIDDEN).equals(expected)
    assert opened.query("datasets")["models"].tolist() == [1]
    opened.close()


def test_a_view_of_a_table_only_names_its_keys() -> None:
    actual = {relation.qualified: relation for relation in warehouse.relations(warehouse.sql_folder())}
    named = {
        relation: line for relation in actual.values() for line in relation.header if line.startswith("-- view of ")
    }
    assert named
    for relation, line in named.items():
        table = actual[line.removeprefix("-- view of ")]
        assert (table.layer, table.kind) == ("core", "table")
        assert relation.kind == "view"
        assert relation.select.rpartition("\nfrom ")[2].startswith(table.qualified), relation.path
        assert relation.grain == table.grain.replace("_key", "_id"), relation.path


@pytest.mark.slow
def test_a_generation_has_the_name_of_what_it_stands_on_and_of_the_rules_that_made_it(folder: Path, sql: Path) -> None:
    first = identity_of(warehouse.current(folder))
    assert identity_of(rebuild(folder)) == first  # the same anywhere, at any time
    (sql / "2_core" / "more.sql").write_text("-- grain: n\nselect 1 as n\n")
    other = identity_of(rebuild(folder, sql))
    assert other.snapshot_id == first.snapshot_id
    assert other.rules != first.rules
    landed = warehouse.landed_by(first.snapshot_id)
    assert landed is not None
    time.sleep(max(0.0, (landed.replace(tzinfo=UTC) - datetime.now(UTC)).total_seconds()))  # an id speaks of seconds
    land_rows(folder, "hub_listing", [*ONE_MODEL, {"id": "lab-of-tin/lid"}], as_of=datetime(2024, 6, 16, tzinfo=UTC))
    assert identity_of(rebuild(folder)).snapshot_id != first.snapshot_id
    selected_again = Landing(folder / "landing").selected(landed.replace(tzinfo=UTC))
    assert identity_of(warehouse.build(folder, selected_again)) == first


def identity_of(path: Path) -> warehouse.Identity:
    opened = warehouse.Warehouse(path)
    opened.close()
    assert opened.identity is not None
    return opened.identity


@pytest.mark.parametrize(
    ("kind", "values", "repeated"),
    [
        ("int", "1, 2, 3", []),
        ("int", "-3, 7, -3", [-3]),
        ("bigint", "1, null, null", [None]),
        ("bigint", "9000000000000000000, 1, 2", []),
        ("bigint", "9000000000000000000, 1, 1", [1]),
        ("bigint", "-9000000000000000000, 9000000000000000000, 1, 1", [1]),
        ("int", "", []),
        ("smallint", "1, 2, 1", [1]),
        ("varchar", "'a', 'A', null", []),
        ("varchar", "'a', 'b', 'a', null", ["a"]),
    ],
)
def test_the_grain_is_verified_of_numbers_and_of_texts(kind: str, values: str, repeated: list[object]) -> None:
    relation = warehouse.Relation("core", "owls", Path("owls.sql"), "-- grain: n\nselect n")
    with duckdb.connect() as db:
        db.execute("create schema core")
        db.execute(f"create table core.owls as select unnest([{values}]::{kind}[]) as n")
        if not repeated:
            verify_grain(db, relation)
            return
        with pytest.raises(warehouse.CheckFailed, match=re.escape(str([(value,) for value in repeated]))):
            verify_grain(db, relation)
