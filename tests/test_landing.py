"""Landing keeps what a source said: complete or absent, never edited."""

import hashlib
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from filelock import FileLock

from oss_ai_monitor.landing import AlreadyLanded, Landing, LandingError, Manifest, NothingNew, check
from oss_ai_monitor.sources import Table
from oss_ai_monitor.sources.table import READERS

AS_OF = datetime(2024, 7, 11, 12, tzinfo=UTC)


def land(landing: Landing, *values: int, fingerprint: str = "a", as_of: datetime = AS_OF, **more: object) -> Manifest:
    source = str(more.pop("source", "hub_listing"))
    with duckdb.connect() as db:
        parts = (db.sql(f"select {value} as id, json('[{value}]') as extra") for value in values)
        return landing.land(Table(source, ("made up",), fingerprint, parts, as_of=as_of, as_of_rule="given", **more))


def visible(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("*/*") if path.name != ".lock")


def test_a_run_becomes_parts_and_a_manifest(tmp_path: Path) -> None:
    landing = Landing(tmp_path)
    run = land(landing, 1, 2, notes=["a note"], left_out={"long id": 3}, polarity={"moe": "inverted"}, revision="r1")
    assert [path.name for path in run.paths] == ["part-00000.parquet", "part-00001.parquet"]
    assert (run.rows, run.as_of, run.notes, run.left_out, run.revision) == (2, AS_OF, ("a note",), {"long id": 3}, "r1")
    assert run.started <= run.finished
    assert landing.manifests() == [run]
    assert landing.latest("hub_listing") == run
    assert landing.latest("hub_details") is None
    fields = json.loads((run.folder / "manifest.json").read_text())
    assert fields["as_of"] == "2024-07-11T12:00:00Z"
    assert fields["polarity"] == {"moe": "inverted"}
    rows = duckdb.connect().read_parquet([str(path) for path in run.paths])
    assert (rows.columns, [str(kind) for kind in rows.types]) == (["id", "extra"], ["INTEGER", "JSON"])
    assert sorted(rows.fetchall()) == [(1, "[1]"), (2, "[2]")]


def test_the_same_input_lands_once(tmp_path: Path) -> None:
    landing = Landing(tmp_path)
    first = land(landing, 1)
    with pytest.raises(AlreadyLanded) as caught:
        land(landing, 1)
    assert caught.value.manifest == first
    assert landing.manifests() == [first]


def test_a_broken_run_leaves_nothing(tmp_path: Path) -> None:
    landing = Landing(tmp_path)
    first = land(landing, 1)

    def broken() -> Iterator[duckdb.DuckDBPyRelation]:
        yield duckdb.connect().sql("select 1 as id")
        assert len(visible(tmp_path)) == 2
        assert landing.manifests() == [first]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        landing.land(Table("hub_listing", ("made up",), "b", broken()))
    assert visible(tmp_path) == [first.snapshot_id]


@pytest.mark.parametrize(("values", "as_of", "words"), [((), AS_OF, "gave no rows"), ((1,), None, "--as-of")])
def test_a_run_without_rows_or_moment_is_refused(
    tmp_path: Path, values: tuple[int, ...], as_of: datetime, words: str
) -> None:
    with pytest.raises(LandingError, match=words):
        land(Landing(tmp_path), *values, as_of=as_of)
    assert visible(tmp_path) == []


def test_parts_of_different_shape_are_refused(tmp_path: Path) -> None:
    db = duckdb.connect()
    parts = iter([db.sql("select 1 as id"), db.sql("select 'one' as id")])
    with pytest.raises(LandingError, match=r"part 1 differs from the first in id"):
        Landing(tmp_path).land(Table("hub_listing", ("made up",), "b", parts, as_of=AS_OF))


def test_what_a_killed_process_left_is_invisible_and_goes_with_the_next_run(tmp_path: Path) -> None:
    script = (
        "import duckdb, os, pathlib, sys\n"
        "from oss_ai_monitor.landing import Landing\n"
        "with Landing(pathlib.Path(sys.argv[1])).run('hub_listing', addresses=['x'], fingerprint='b') as run:\n"
        "    run.write(duckdb.connect().sql('select 1 as id'))\n"
        "    os._exit(9)\n"
    )
    done = subprocess.run([sys.executable, "-c", script, str(tmp_path)], check=False)
    assert done.returncode == 9
    landing = Landing(tmp_path)
    assert [name.startswith(".partial-") for name in visible(tmp_path)] == [True]
    assert landing.manifests() == []
    run = land(landing, 1, fingerprint="b")
    assert visible(tmp_path) == [run.snapshot_id]


def test_a_second_process_waits_and_then_says_who_is_in_the_way(tmp_path: Path) -> None:
    (tmp_path / "hub_listing").mkdir()
    began = time.monotonic()
    with FileLock(tmp_path / "hub_listing" / ".lock"), pytest.raises(LandingError, match="another process is writing"):
        land(Landing(tmp_path, lock_timeout=0.1), 1)
    assert time.monotonic() - began < Landing(tmp_path).lock_timeout  # which it was told not to have
    assert land(Landing(tmp_path), 1).rows == 1


def test_simulated_data_never_joins_real_data(tmp_path: Path) -> None:
    landing = Landing(tmp_path)
    simulated = land(landing, 1, as_of=datetime(2026, 1, 1, tzinfo=UTC), is_simulated=True, seed=7)
    assert (simulated.is_simulated, simulated.seed) == (True, 7)
    real = land(landing, 1, source="hub_listing")
    assert landing.latest("hub_listing") == real
    with pytest.raises(LandingError, match=r"holds real data \(hub_listing\).*--warehouse"):
        land(landing, 1, fingerprint="c", source="hub_details", is_simulated=True)
    assert landing.manifests("hub_details") == []


def test_the_latest_run_speaks_of_the_latest_moment(tmp_path: Path) -> None:
    landing = Landing(tmp_path)
    july = land(landing, 1)
    june = land(landing, 2, fingerprint="b", as_of=datetime(2024, 6, 1))
    assert landing.manifests("hub_listing") == [july, june]
    assert landing.latest("hub_listing") == july
    assert landing.latest("hub_listing", landed_by=july.finished) == july
    assert landing.manifests(landed_by=july.started) == []


def test_landed_files_cannot_be_written(tmp_path: Path) -> None:
    run = land(Landing(tmp_path), 1)
    assert {oct(path.stat().st_mode)[-3:] for path in run.folder.iterdir()} == {"444"}


def test_a_damaged_manifest_is_named(tmp_path: Path) -> None:
    run = land(Landing(tmp_path), 1)
    (run.folder / "manifest.json").chmod(0o644)
    (run.folder / "manifest.json").write_text("{")
    with pytest.raises(LandingError, match=r"manifest\.json is no manifest"):
        Landing(tmp_path).manifests()


# Runs that are continued


def numbers_table(question: str = "numbers?", last: int = 5, broken_at: int | None = None, **more: object) -> Table:
    """A source that gives one number a part, from where it stands; it breaks before the one that is asked for."""
    table = Table("hub_listing", ("made up",), f"{question} {last} {broken_at}", iter(()), as_of=AS_OF, **more)  # type: ignore[arg-type]
    table.question = question

    def relations() -> Iterator[duckdb.DuckDBPyRelation]:
        last_landed = (table.resume_state or {}).get("last", 0)
        assert len(table.landed) == last_landed
        for value in range(last_landed + 1, last + 1):
            if value == broken_at:
                raise ConnectionError("the line went dead")
            table.resume_state = {"last": value}
            yield duckdb.connect().sql(f"select {value} as id")

    table.relations = relations()
    return table


def ids(run: Manifest) -> list[int]:
    return [row[0] for row in duckdb.connect().read_parquet([str(path) for path in run.paths]).fetchall()]


def test_a_run_that_broke_off_goes_on_after_its_last_whole_part(tmp_path: Path) -> None:
    landing = Landing(tmp_path)
    for broken_at in (3, 4, 4):
        with pytest.raises(ConnectionError):
            landing.land(numbers_table(broken_at=broken_at))
        assert landing.manifests() == []
    (partial,) = tmp_path.glob("hub_listing/.partial-*")
    (partial / "part-00003.parquet").write_bytes(b"half of a par")
    run = landing.land(numbers_table())
    assert ids(run) == [1, 2, 3, 4, 5]
    assert run.notes == ("continues a run that was broken off after 3 rows",)
    assert run.snapshot_id == partial.name.removeprefix(".partial-")
    assert sorted(path.name for path in run.folder.iterdir()) == [
        "manifest.json", *(f"part-0000{number}.parquet" for number in range(5))
    ]  # fmt: skip


@pytest.mark.parametrize("reason", ["another question", "older than", "is damaged", "no question"])
def test_a_broken_run_that_cannot_go_on_is_dropped_and_that_is_said(tmp_path: Path, reason: str) -> None:
    with pytest.raises(ConnectionError):
        Landing(tmp_path).land(numbers_table(broken_at=4))
    if reason == "is damaged":
        (part,) = tmp_path.glob("hub_listing/.partial-*/part-00001.parquet")
        part.chmod(0o644)
        part.write_bytes(part.read_bytes()[:-1] + b"?")
    oldest = timedelta(0) if reason == "older than" else timedelta(hours=1)
    if reason == "no question":
        run, reason = land(Landing(tmp_path), 1, 2), "another question"
    else:
        run = Landing(tmp_path, max_age=oldest).land(
            numbers_table("more?" if reason == "another question" else "numbers?")
        )
    (note,) = run.notes
    assert f"with 3 rows was dropped: {'it asked ' if reason == 'another question' else ''}" in note
    assert reason in note
    assert visible(tmp_path) == [run.snapshot_id]
    assert ids(run)[:2] == [1, 2]


def test_a_run_that_an_earlier_version_broke_off_goes_on(tmp_path: Path) -> None:
    with pytest.raises(ConnectionError):
        Landing(tmp_path).land(numbers_table(broken_at=4))
    (path,) = tmp_path.glob("hub_listing/.partial-*/checkpoint.json")
    fields = json.loads(path.read_text())
    started = datetime.fromisoformat(fields["started"]).isoformat()
    assert started.endswith("+00:00")
    path.write_text(json.dumps(fields | {"started": started}, ensure_ascii=False), encoding="utf-8")
    run = Landing(tmp_path).land(numbers_table())
    assert run.notes == ("continues a run that was broken off after 3 rows",)


@pytest.mark.parametrize(
    "change",
    [
        {"parts": [{"name": "part-00000.parquet", "rows": "one", "bytes": 1, "sha256": ""}]},
        {"parts": [{"name": "../../etc/passwd", "rows": 1, "bytes": 1, "sha256": ""}]},
        {"started": "2026-11-01T00:00:00"},
        {"shape": [["id"]]},
        {"stands": [1]},
        {"stranger": 1},
    ],
    ids=lambda change: str(next(iter(change))),
)
def test_a_broken_run_whose_checkpoint_means_something_else_is_passed_over(
    tmp_path: Path, change: dict[str, Any]
) -> None:
    landing = Landing(tmp_path)
    with pytest.raises(ConnectionError):
        landing.land(numbers_table(broken_at=4))
    (path,) = tmp_path.glob("hub_listing/.partial-*/checkpoint.json")
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    (remark,) = check(landing)
    assert "is an interrupted run without a complete part" in str(remark)
    run = landing.land(numbers_table())
    assert (ids(run), run.notes) == ([1, 2, 3, 4, 5], ())


def test_a_run_that_died_between_its_manifest_and_its_name_is_finished(tmp_path: Path) -> None:
    with pytest.raises(ConnectionError):
        Landing(tmp_path).land(numbers_table(last=6, broken_at=6))
    (partial,) = tmp_path.glob("hub_listing/.partial-*")
    (partial / "manifest.json").write_text("{}")
    assert ids(Landing(tmp_path).land(numbers_table(last=5))) == [1, 2, 3, 4, 5]


def test_nothing_new_is_said_where_that_is_an_answer(tmp_path: Path) -> None:
    with pytest.raises(NothingNew, match="made up had nothing new"):
        Landing(tmp_path).land(numbers_table(last=0, may_be_empty=True))
    assert visible(tmp_path) == []


def test_a_build_stands_on_a_whole_run_and_what_was_added_since(tmp_path: Path) -> None:
    landing = Landing(tmp_path)
    of = {"source": "hub_changes", "adds_to": "hub_listing"}
    early = land(landing, 1, **of)
    assert landing.selected() == [early]
    full_run = land(landing, 1, 2, 3)
    first, second = land(landing, 1, fingerprint="b", **of), land(landing, 2, fingerprint="c", **of)
    assert landing.selected() == [first, second, full_run]
    assert landing.selected(landed_by=first.finished) == [first, full_run]
    assert Manifest.read(first.folder).adds_to == "hub_listing"


def test_a_build_as_of_a_moment_stands_on_what_speaks_of_it_whenever_it_landed(tmp_path: Path) -> None:
    landing = Landing(tmp_path)
    march = land(landing, 1, fingerprint="march", as_of=datetime(2025, 3, 21))
    november = land(landing, 2, fingerprint="november", as_of=datetime(2024, 11, 4))  # landed after it
    assert landing.selected() == landing.selected(landed_by=november.finished) == [march]
    assert landing.selected(as_of=datetime(2024, 11, 4, 23, 59)) == [november]
    assert landing.selected(as_of=datetime(2025, 3, 20)) == [november]
    assert landing.selected(as_of=datetime(2025, 3, 21)) == [march]
    assert landing.selected(as_of=datetime(2024, 11, 3)) == []
    assert landing.selected(as_of=datetime(2024, 11, 4), landed_by=march.finished) == []


def test_additions_of_before_a_moment_go_with_the_whole_run_of_then(tmp_path: Path) -> None:
    landing = Landing(tmp_path)
    of = {"source": "hub_changes", "adds_to": "hub_listing"}
    old = land(landing, 1, fingerprint="old", as_of=datetime(2024, 5, 1), **of)
    change = land(landing, 1, fingerprint="change", as_of=datetime(2024, 7, 2), **of)
    later = land(landing, 1, fingerprint="later", as_of=datetime(2024, 9, 1), **of)
    july = land(landing, 1, 2, fingerprint="july", as_of=datetime(2024, 7, 1))  # a file, landed last
    assert landing.selected(as_of=datetime(2024, 8, 1)) == [change, july]
    assert landing.selected(as_of=datetime(2024, 10, 1)) == [change, later, july]
    assert old not in landing.selected(as_of=datetime(2024, 10, 1))


def test_a_manifest_of_before_readers_had_versions_counts_as_the_oldest(tmp_path: Path) -> None:
    run = land(Landing(tmp_path), 1)
    path = run.folder / "manifest.json"
    fields = json.loads(path.read_text())
    assert fields.pop("reader_version") == 1
    del fields["sha256"]
    text = json.dumps(fields, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    path.write_text(json.dumps(fields | {"sha256": hashlib.sha256(text.encode()).hexdigest()}))
    assert Manifest.read(run.folder).reader_version == 0


def test_a_later_version_of_a_reader_lands_the_same_input_again_and_goes_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    landing = Landing(tmp_path)
    monkeypatch.setitem(READERS, "hub_listing", 0)
    older = land(landing, 1, as_of=datetime(2026, 11, 1))  # the day of the file, which the older reader believed
    other = land(landing, 1, fingerprint="other", as_of=datetime(2024, 6, 1))
    assert landing.selected() == [older]
    monkeypatch.setitem(READERS, "hub_listing", 1)
    newer = land(landing, 1, as_of=datetime(2025, 2, 1))
    assert newer.reader_version == 1
    assert landing.selected() == [newer]
    assert landing.selected(landed_by=other.finished) == [older]  # as it was cited then
    with pytest.raises(AlreadyLanded):
        land(landing, 1, as_of=datetime(2025, 2, 1))


def test_what_says_nothing_of_its_day_goes_behind_what_does(tmp_path: Path) -> None:
    landing = Landing(tmp_path)
    run_with_day = land(landing, 1, as_of=datetime(2024, 6, 1))
    parts = iter([duckdb.connect().sql("select 'a/b' as id")])
    dayless = Table("hub_listing", ("made up",), "file", parts, as_of=datetime(2026, 1, 1), as_of_rule="file time")
    landing.land(dayless)
    assert landing.selected() == [run_with_day]
