"""A build takes over what did not change, and what it makes is what a build of everything makes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from shutil import copytree

import duckdb
import pytest

from oss_ai_monitor import warehouse
from oss_ai_monitor.history import catch_up
from oss_ai_monitor.landing import Keys, Landing
from oss_ai_monitor.warehouse import name_hash
from oss_ai_monitor.warehouse.engines.duckdb import beginning, changing, decided, growing
from oss_ai_monitor.warehouse.engines.duckdb.beginning import Beginning
from oss_ai_monitor.warehouse.engines.duckdb.creating import create_from
from oss_ai_monitor.warehouse.engines.duckdb.taking_over import TakingOver
from oss_ai_monitor.warehouse.plan.relations import Changes
from tests.conftest import land_rows
from tests.growing import PIECES, build_anew, build_on, community, differences, land_piece

SETTLED = {"core.architecture_names", "core.unknown_parents"}
"""What relations that are decided by model read as a whole: of the seeds alone, or few and read anew each time."""
FIRST = ("a whole listing", "details", "first leaderboard", "second leaderboard", "benchmarks", "commits")


@pytest.fixture(scope="module")
def origin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return community(tmp_path_factory.mktemp("origin"))


@pytest.fixture(scope="module")
def built(origin: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A warehouse that was built twice, so that no id was new at the second time."""
    folder = tmp_path_factory.mktemp("built")
    for piece in FIRST:
        land_piece(origin, folder, piece)
    build_on(folder)
    build_on(folder)
    return folder


@pytest.fixture
def folder(built: Path, tmp_path: Path) -> Path:
    return Path(copytree(built, tmp_path / "warehouse", symlinks=True))


def record(generation: Path) -> warehouse.BuildRecord:
    recorded = warehouse.build_record(generation)
    assert recorded is not None
    return recorded


def digest(generation: Path) -> str:
    with warehouse.connect(generation, read_only=True) as db:
        return warehouse.digest(db)


def comments(generation: Path) -> list[tuple[str, ...]]:
    with duckdb.connect(str(generation), read_only=True) as db:
        return db.execute(
            """
            select schema_name, table_name, column_name, comment from duckdb_columns() where not internal
            union all
            select schema_name, table_name, '', comment from duckdb_tables()
            union all
            select schema_name, view_name, '', comment from duckdb_views() where not internal
            union all
            select schema_name, function_name, macro_definition, comment from duckdb_functions() where not internal
            order by all
            """
        ).fetchall()


def tables() -> int:
    return sum(
        relation.is_shipped and relation.kind == "table" and not (relation.by_model or relation.grows_by)
        for relation in warehouse.relations(warehouse.sql_folder())
    )


def test_where_nothing_has_landed_every_table_is_taken_over_and_is_what_it_was(folder: Path) -> None:
    before = digest(warehouse.current(folder))
    generation = build_on(folder)
    assert record(generation).taken_over == tables()
    assert digest(generation) == before


def test_a_full_build_takes_nothing_over_and_makes_the_same(folder: Path) -> None:
    before = digest(warehouse.current(folder))
    generation = build_on(folder, is_full=True)
    assert record(generation).taken_over == 0
    assert digest(generation) == before


def test_what_reads_another_sql_is_made_anew_and_the_rest_is_taken_over(folder: Path, tmp_path: Path) -> None:
    sql = Path(copytree(warehouse.sql_folder(), tmp_path / "sql"))
    path = sql / "2_core" / "benchmarks.sql"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("    label,", "    upper(label) as label,"), encoding="utf-8")
    generation = build_on(folder, sql=sql)
    assert 0 < record(generation).taken_over < tables()
    with duckdb.connect(str(generation), read_only=True) as db:
        labels = db.execute("select distinct label from core.benchmarks where leaderboard = 'v1'").fetchall()
    assert labels
    assert all(label == label.upper() for (label,) in labels)


def test_a_new_listing_leaves_the_evaluations_as_they_are(origin: Path, folder: Path, tmp_path: Path) -> None:
    before = record(warehouse.current(folder)).fingerprints
    land_piece(origin, folder, "a changed listing")
    generation = build_on(folder)
    now = record(generation).fingerprints
    assert now["core.repositories"] != before["core.repositories"]
    if now["core.submitted_names"].content == before["core.submitted_names"].content:
        assert now["core.submissions_by_key"] == before["core.submissions_by_key"]
    assert differences(generation, build_anew(folder, tmp_path / "anew")) == []


def test_only_models_of_which_something_else_is_declared_are_decided_anew(
    origin: Path, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(decided, "MAX_SHARE", 1.0)
    monkeypatch.setattr(changing, "MAX_SHARE", 1.0)
    monkeypatch.setattr(beginning, "MAX_FREE", 1.0)
    seen: list[tuple[bool, int]] = []
    finish = decided.Decided.finish

    def spy(self: decided.Decided, generation: str) -> None:
        seen.append((self.is_whole, self.changed))
        finish(self, generation)

    monkeypatch.setattr(decided.Decided, "finish", spy)
    written: list[bool] = []
    update = changing.Changing.update

    def spy_on_update(self: changing.Changing, relation: warehouse.Relation, changes: Changes) -> bool:
        written.append(update(self, relation, changes))
        return written[-1]

    monkeypatch.setattr(changing.Changing, "update", spy_on_update)
    for piece in PIECES:
        if piece not in FIRST:
            land_piece(origin, folder, piece)
            generation, anew = build_on(folder), build_anew(folder, tmp_path / piece)
            assert differences(generation, anew) == [], piece
            assert comments(generation) == comments(anew), piece
    assert written
    assert all(written), "each build wrote only the rows of core.models that changed"
    assert not any(is_whole for is_whole, _ in seen)
    assert any(0 < changed < 1_000 for _, changed in seen)


def test_what_grows_by_days_stays_where_all_models_are_decided_anew(
    origin: Path, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for piece in ("half a listing", "a changed listing"):
        land_piece(origin, folder, piece)
        build_on(folder)
    monkeypatch.setattr(decided, "MAX_SHARE", 0.0)
    for piece in ("more details", "changes"):
        land_piece(origin, folder, piece)
        assert differences(build_on(folder), build_anew(folder, tmp_path / piece)) == [], piece


def damage_the_file(folder: Path) -> None:
    with warehouse.current(folder).open("r+b") as file:
        file.seek(500_000)
        file.write(b"\xff" * 4_096)


def remove_the_record(folder: Path) -> None:
    path = warehouse.current(folder).with_suffix(".json")
    path.write_bytes(path.read_bytes().replace(b'"fingerprints"', b'"fingermarks"'))


@pytest.mark.parametrize(
    ("damage", "reason"), [(damage_the_file, "has changed since"), (remove_the_record, "does not say what")]
)
def test_without_a_sound_generation_before_it_everything_is_made_anew_and_the_build_says_so(
    folder: Path, damage: Callable[[Path], None], reason: str
) -> None:
    before = digest(warehouse.current(folder))
    damage(folder)
    generation = build_on(folder)
    assert reason in record(generation).notice
    assert record(generation).taken_over == 0
    assert digest(generation) == before


def test_without_the_file_of_decisions_or_with_a_damaged_one_all_is_decided_anew(folder: Path) -> None:
    before = digest(warehouse.current(folder))
    path = folder / "generations" / decided.FILE
    path.write_bytes(b"\0" * 10_000)
    assert digest(build_on(folder)) == before
    path.unlink()
    assert digest(build_on(folder)) == before


def test_the_file_of_another_generation_is_not_begun_with(origin: Path, folder: Path, tmp_path: Path) -> None:
    with duckdb.connect(str(folder / "generations" / decided.FILE)) as db:
        db.execute("update state set generation = 'another'")
    land_piece(origin, folder, "more details")
    assert differences(build_on(folder), build_anew(folder, tmp_path / "anew")) == []


def test_a_build_that_ends_in_the_middle_leaves_the_generation_before_as_it_was(
    origin: Path, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    served = warehouse.current(folder)
    before = served.read_bytes()
    land_piece(origin, folder, "a changed listing")

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("oss_ai_monitor.warehouse.building.check", die)
        with pytest.raises(KeyboardInterrupt):
            build_on(folder)
    assert warehouse.current(folder) == served
    assert served.read_bytes() == before
    assert [path.name for path in (folder / "generations").glob(".*building*")] == []
    assert differences(build_on(folder), build_anew(folder, tmp_path / "anew")) == []


def test_what_is_passed_on_holds_no_byte_of_the_file_before(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = digest(warehouse.current(folder))
    copied: list[Path] = []
    monkeypatch.setattr("shutil.copyfile", lambda source, _: copied.append(source))
    generation = build_on(folder, begins_as_copy=False)
    assert copied == []
    assert record(generation).taken_over == tables()
    assert digest(generation) == before


def test_a_file_does_not_grow_from_build_to_build(origin: Path, folder: Path) -> None:
    first = build_on(folder, is_full=True).stat().st_size
    sizes = []
    for number, piece in enumerate(("a changed listing", "more details", "changes", "half a listing")):
        land_piece(origin, folder, piece)
        sizes.append(build_on(folder).stat().st_size)
        assert sizes[-1] < 2 * first, (number, sizes)
    assert min(sizes) < 1.2 * first, "where there is much room a file begins empty"


def test_a_table_of_which_few_rows_change_says_how_they_are_found() -> None:
    actual = {relation.qualified: relation for relation in warehouse.relations(warehouse.sql_folder())}
    declared = [(relation, relation.changes_by) for relation in actual.values() if changing_line(relation)]
    assert declared
    for relation, changes in declared:
        assert changes, f"{relation.path}: not read: {changing_line(relation)}"
        assert relation.is_shipped
        assert relation.kind == "table"
        assert changes.origin in relation.reads
        assert relation.select.count(f"from {changes.origin}\n") == 1
        assert relation.select.count(changes.origin) == 2, "each row comes from one of its rows, and is joined to none"
        assert "\norder by " in relation.select


def changing_line(relation: warehouse.Relation) -> str:
    return next((line for line in relation.header if line.startswith("-- changes by")), "")


def test_decisions_that_a_build_left_unfinished_are_not_used(
    origin: Path, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    land_piece(origin, folder, "more details")

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(decided.Decided, "finish", die)
        with pytest.raises(KeyboardInterrupt):
            build_on(folder)
    with duckdb.connect(str(folder / "generations" / decided.FILE), read_only=True) as db:
        assert db.execute("from state").fetchall() == []
    assert differences(build_on(folder), build_anew(folder, tmp_path / "anew")) == []


def test_a_name_that_is_left_out_is_in_no_file_of_the_generations_after_the_build(tmp_path: Path) -> None:
    land_rows(tmp_path, "hub_listing", [{"id": "tin/owl", "tags": ["base_model:Zebulon-Quill/kettle"]}])
    landing = Landing(tmp_path / "landing")

    def build() -> None:
        warehouse.build(tmp_path, landing.selected(), keys=Keys(landing, is_simulated=False))

    def holding() -> list[str]:
        path = tmp_path / "generations" / decided.FILE
        with duckdb.connect(str(path), read_only=True) as db:
            return [name for (name,) in db.execute("select base_model_id from core.declared_bases").fetchall()]

    build()
    assert holding() == ["Zebulon-Quill/kettle"]
    (tmp_path / "left_out.csv").write_text(f"hash,extent\n{name_hash('zebulon-quill')},everywhere\n")
    build()
    assert [name.partition("/")[0] for name in holding()] == ["left-out"]
    assert b"Quill" not in (tmp_path / "generations" / decided.FILE).read_bytes()


def test_what_is_decided_by_model_reads_nothing_else_that_changes() -> None:
    actual = {relation.qualified: relation for relation in warehouse.relations(warehouse.sql_folder())}
    by_model = [relation for relation in actual.values() if relation.by_model]
    assert by_model
    for relation in by_model:
        others = {name for name in relation.reads - set(relation.by_model) if not name.startswith("seeds.")}
        assert others <= SETTLED, relation.path
        assert set(relation.by_model) <= relation.reads, relation.path
        if relation.is_shipped:
            assert relation.select.rstrip().endswith(f"order by {relation.grain}"), relation.path
    assert all(name.startswith("seeds.") for name in actual["core.architecture_names"].reads)


LISTING = [{"id": f"tin/model-{n}", "downloads": 50_000 + 9_000 * n, "downloads_all_time": 900_000} for n in range(5)]


def land_day(folder: Path, day: int) -> None:
    moved = [row | {"downloads": 50_000 + 9_000 * (n + day % 3)} for n, row in enumerate(LISTING)]
    as_of = datetime(2026, 3, day, 12, tzinfo=UTC)
    land_rows(folder, "hub_listing", moved[day % 2 :], as_of=as_of)
    catch_up(Landing(folder / "landing"))


def test_what_grows_by_days_gets_the_new_ones_and_all_where_an_earlier_one_landed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "growing"
    landing = Landing(folder / "landing")
    reads_all: list[bool] = []
    add = growing.Growing._add

    def spy(self: growing.Growing, relation: warehouse.Relation, last: date | None) -> None:
        reads_all.append(last is None)
        add(self, relation, last)

    monkeypatch.setattr(growing.Growing, "_add", spy)
    for day in (3, 4, 5, 7, 8):
        land_day(folder, day)
        generation = warehouse.build(folder, landing.selected(), keys=Keys(landing, is_simulated=False))
        assert differences(generation, build_anew(folder, tmp_path / f"anew-{day}")) == []
    assert reads_all[0]
    assert not all(reads_all)
    run = landing.manifests("hub_adoption")[-1]
    run.folder.rename(run.folder.with_name(".damaged-" + run.folder.name))
    generation = warehouse.build(folder, landing.selected(), keys=Keys(landing, is_simulated=False))
    assert reads_all[-1]
    assert differences(generation, build_anew(folder, tmp_path / "anew")) == []


def test_a_table_that_cannot_be_copied_is_made_anew(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = digest(warehouse.current(folder))

    def fail(db: duckdb.DuckDBPyConnection, relation: warehouse.Relation, select: str) -> None:
        if select == "from previous.core.releases":
            raise duckdb.IOException("Corrupt database file")
        create_from(db, relation, select)

    monkeypatch.setattr(beginning, "SMALL_FILE", 0)
    monkeypatch.setattr(beginning, "MAX_FREE", -1)
    monkeypatch.setattr("oss_ai_monitor.warehouse.engines.duckdb.taking_over.create_from", fail)
    assert digest(build_on(folder)) == before


def test_the_content_of_a_table_is_its_rows_and_the_names_and_types_of_its_columns() -> None:
    def content(select: str) -> str:
        with duckdb.connect() as db:
            db.execute("create schema core")
            relation = warehouse.Relation("core", "owls", Path("owls.sql"), f"-- grain: n\n{select}")
            making = TakingOver(db, [relation], {}, Beginning())
            making.make(relation)
            return making.now["core.owls"].content

    first = content("select unnest([1, 2]) as n, 3 as wings")
    assert content("select unnest([2, 1]) as n, 3 as wings") == first
    others = [
        "select unnest([1, 2]) as n, 3 as legs",
        "select unnest([1, 2]) as n, 3::bigint as wings",
        "select unnest([1, 2]) as n, 4 as wings",
    ]
    assert len({first, *map(content, others)}) == 4
