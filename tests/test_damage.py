"""Files that are not what they were: the right answer, or an error of ours that names the file and what repairs it."""

from __future__ import annotations

import json
import logging
import os
import random
import shutil
import tarfile
from collections.abc import Iterator
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import duckdb
import pytest
from click.testing import CliRunner, Result

from oss_ai_monitor import history, landing, refresh, warehouse
from oss_ai_monitor.app import generations
from oss_ai_monitor.cli import main
from oss_ai_monitor.landing import Landing, LandingError, Manifest
from oss_ai_monitor.landing.verify import _checksums
from oss_ai_monitor.server.health import Health
from oss_ai_monitor.sources import SourceError
from oss_ai_monitor.sources.live import Failures

from .conftest import land_rows

MODELS = [{"id": f"tin/kettle-{n}", "created_at": "2024-01-10 10:00:00", "downloads": n} for n in range(40)]
ROUNDS = int(os.environ.get("ROUNDS", "1"))
"""How much longer bits are flipped than in everyday tests; `make soak` asks for more."""
QUERY = "select count(*), sum(hash(models)) from core.models"


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A listing, a board, a day of history, two generations, what a refresh remembers."""
    folder = tmp_path_factory.mktemp("damage")
    land_rows(folder, "hub_listing", MODELS)
    land_rows(folder, "leaderboard_v1", [{"fullname": "tin/kettle-1", "average": 40.0, "date": "2024-01-01"}])
    history.catch_up(Landing(folder / "landing"))
    for _ in range(2):
        warehouse.build(folder, Landing(folder / "landing").selected())
    refresh.run_once(folder, [refresh.Step("nothing", lambda: None)], print)
    refresh.Schedule("6h", None, 1).write(folder)
    Failures(folder / "landing" / ".state" / "failures.sqlite")
    return folder


@pytest.fixture
def folder(prepared: Path, tmp_path: Path) -> Iterator[Path]:
    yield Path(shutil.copytree(prepared, tmp_path / "warehouse", symlinks=True))
    warehouse.reading._broken.clear()


def run(folder: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["--warehouse", str(folder), *arguments], catch_exceptions=False)


def only(folder: Path, pattern: str) -> Path:
    (path,) = folder.glob(pattern)
    return path


def newest(folder: Path) -> Path:
    return (folder / warehouse.NAME).resolve()


def overwrite(path: Path, content: bytes) -> None:
    path.chmod(0o644)
    path.write_bytes(content)


def flipped(path: Path, rng: random.Random, times: int) -> Iterator[tuple[int, int]]:
    """The file with one bit turned over, again and again; then as it was."""
    was = path.read_bytes()
    for n in range(times):
        at, bit = rng.randrange(min(len(was), 20_000) if n % 2 else len(was)), rng.randrange(8)
        overwrite(path, was[:at] + bytes([was[at] ^ 1 << bit]) + was[at + 1 :])
        yield at, bit
    overwrite(path, was)


def answer(folder: Path) -> Any:
    opened = warehouse.Warehouse.open(folder)
    try:
        return opened.sql_frame(QUERY).values.tolist()
    finally:
        opened.close()


def test_what_is_sound_is_said_to_be(folder: Path) -> None:
    result = run(folder, "check")
    assert (result.exit_code, result.stdout) == (0, "")
    assert "landing: 3 runs" in result.stderr
    assert "warehouse: 2 generations" in result.stderr


@pytest.mark.slow
@pytest.mark.parametrize("source", ["hub_listing", "hub_adoption"])
def test_a_flipped_bit_in_a_landed_part_stops_a_build_and_is_named(folder: Path, source: str) -> None:
    part = only(folder, f"landing/{source}/*/part-00000.parquet")
    right, served = answer(folder), newest(folder)
    for at, bit in flipped(part, random.Random(1), 6 * ROUNDS):
        _checksums.clear()  # a file system that does not keep the time finely enough
        result = run(folder, "build")
        assert result.exit_code == 1, (at, bit)
        assert f"{part} has changed" in result.stderr
        assert f"oss-ai-monitor --warehouse {folder} restore BACKUP --add" in result.stderr
    assert newest(folder) == served
    assert answer(folder) == right
    overwrite(part, part.read_bytes()[:-7])
    result = run(folder, "check")
    assert result.exit_code == 1
    assert f"{part} has" in result.stdout
    part.unlink()
    assert f"{part} is missing" in run(folder, "check").stdout
    assert f"{part} is missing" in run(folder, "build").stderr


def test_a_flipped_bit_in_a_manifest_is_named(folder: Path) -> None:
    path = only(folder, "landing/leaderboard_v1/*/manifest.json")
    right = Manifest.read(path.parent)
    was = path.read_bytes()
    for at, bit in flipped(path, random.Random(2), 200):
        with pytest.raises(landing.Damaged) as caught:
            pytest.fail(f"byte {at} bit {bit}: {Manifest.read(path.parent)}")
        assert str(path) in str(caught.value)
    overwrite(path, b"[" * 100_000)
    with pytest.raises(landing.Damaged, match=r"manifest\.json"):
        Manifest.read(path.parent)
    assert "manifest.json" in run(folder, "status").stderr
    overwrite(path, was)
    assert Manifest.read(path.parent) == right


@pytest.mark.parametrize(
    "change",
    [
        {"parts": [{"name": "../../../etc/passwd", "rows": 1, "bytes": 1, "sha256": ""}]},
        {"parts": [{"name": "/etc/passwd", "rows": 1, "bytes": 1, "sha256": ""}]},
        {"rows": "many"},
        {"rows": -1},
        {"rows": True},
        {"parts": [{"name": "part-00000.parquet\n", "rows": 1, "bytes": 1, "sha256": ""}]},
        {"stranger": 1},
        {"as_of": "2024-01-01T00:00:00"},
        {"left_out": {"long id": None}},
        {"parts": 7},
        {"notes": [3]},
        {"is_simulated": 0},
    ],
    ids=lambda change: str(next(iter(change))),
)
def test_a_manifest_that_means_something_else_is_refused(folder: Path, change: dict[str, Any]) -> None:
    path = only(folder, "landing/leaderboard_v1/*/manifest.json")
    fields = json.loads(path.read_text()) | change
    del fields["sha256"]
    overwrite(path, json.dumps(fields).encode())
    with pytest.raises(landing.Damaged, match="is no manifest"):
        Manifest.read(path.parent)


def test_a_manifest_of_an_older_version_is_read_and_that_is_said(folder: Path) -> None:
    path = only(folder, "landing/leaderboard_v1/*/manifest.json")
    fields = json.loads(path.read_text())
    del fields["sha256"]
    overwrite(path, json.dumps(fields).encode())
    assert not Manifest.read(path.parent).has_checksum
    result = run(folder, "check")
    assert result.exit_code == 0
    assert "1 manifest of a version that gave none a checksum" in result.stderr


def test_a_flipped_bit_in_a_generation_is_found_and_the_one_before_it_serves(folder: Path) -> None:
    path, right = newest(folder), answer(folder)
    for at, bit in flipped(path, random.Random(3), 20 * ROUNDS):
        warehouse.reading._broken.clear()
        assert warehouse.damage(path), (at, bit)
        caught = None
        try:
            actual = answer(folder)
        except warehouse.Damaged as error:  # found while it was read; whoever comes next gets the one before
            caught, actual = str(error), answer(folder)
        assert actual == right, (at, bit)
        assert caught is None or (str(path) in caught and "oss-ai-monitor build" in caught)
    assert not warehouse.damage(path)


@pytest.mark.slow
@pytest.mark.parametrize("damage_kind", ["empty", "half", "headers", "gone", "other"])
def test_a_broken_newest_generation_is_told_and_the_one_before_it_serves(
    folder: Path, damage_kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    path, right, size = newest(folder), answer(folder), newest(folder).stat().st_size
    if damage_kind == "gone":
        path.unlink()
    else:
        content = {
            "empty": b"",
            "half": path.read_bytes()[: size // 2],
            "headers": path.read_bytes()[:12288],
            "other": b"x",
        }
        overwrite(path, content[damage_kind])
    with caplog.at_level(logging.ERROR, "oss_ai_monitor"):
        opened = generations.acquire(folder)
    assert opened.sql_frame(QUERY).values.tolist() == right
    assert opened.path != path
    assert "oss-ai-monitor build" in opened.instead_of
    assert generations.is_newest(opened), "nobody is offered what cannot be read"
    assert damage_kind == "gone" or str(path) in caplog.text
    assert Health(folder).summary()["generation"] == opened.generation
    result = run(folder, "status").stdout
    assert "attention: " in result
    assert f"generation {opened.path.stem} is shown" in result
    assert run(folder, "check").exit_code == 1
    assert run(folder, "build").exit_code == 0
    assert newest(folder) != path
    assert answer(folder) == right
    assert run(folder, "check").exit_code == 0, "what was damaged went with the build"
    generations._open.pop(opened.path).close()


def test_where_no_generation_can_be_read_that_is_said_and_a_build_mends_it(folder: Path) -> None:
    right = answer(folder)
    for path in warehouse.generations(folder):
        overwrite(path, path.read_bytes()[:5000])
    for command in ("status", "sql"):
        result = run(folder, command, *(["select 1"] if command == "sql" else []))
        assert str(newest(folder)) in result.stderr
        assert f"oss-ai-monitor --warehouse {folder} build" in result.stderr
    assert run(folder, "build").exit_code == 0
    assert answer(folder) == right


def test_what_is_damaged_beside_the_data_is_named_and_stops_nothing(folder: Path) -> None:
    state = only(folder, "landing/.state/failures.sqlite")
    overwrite(state, b"SQLite format 3\0" + bytes(300))
    (folder / "refresh" / "last.json").write_text('{"steps": 3}')
    (folder / "refresh" / "schedule.json").write_text("[" * 50_000)
    write = newest(folder).with_suffix(".json")
    write.write_text("null")
    result = run(folder, "check")
    assert result.exit_code == 1
    for path in (state, folder / "refresh" / "last.json", folder / "refresh" / "schedule.json", newest(folder)):
        assert str(path) in result.stdout
    assert "Traceback" not in result.output
    assert run(folder, "status").exit_code == 0
    assert refresh.RefreshState.read(folder) == refresh.RefreshState()


@pytest.mark.parametrize(
    "text",
    ["", "[]", '{"bytes": Infinity, "sha256": ""}', '{"bytes": "7", "sha256": ""}', '{"bytes": 7}', "[" * 50_000],
)
def test_what_is_no_checksum_of_a_generation_is_said(folder: Path, text: str) -> None:
    newest(folder).with_suffix(".json").write_text(text)
    assert (
        warehouse.damage(newest(folder))
        == f"cannot be verified, because its checksum file {newest(folder).stem}.json is damaged"
    )


def test_what_is_damaged_is_set_aside_and_a_build_stands_on_the_rest(folder: Path) -> None:
    part = only(folder, "landing/hub_adoption/*/part-00000.parquet")
    overwrite(part, b"nothing")
    result = run(folder, "check", "--set-aside")
    assert result.exit_code == 1
    assert "hub_adoption: set aside" in result.stderr
    assert only(folder, "landing/hub_adoption/.damaged-*/part-00000.parquet").read_bytes() == b"nothing"
    prepared, content = history.catch_up(Landing(folder / "landing"))
    assert (len(prepared), content) == (1, []), "the day is kept again from its listing"
    assert run(folder, "build").exit_code == 0
    result = run(folder, "check")
    assert result.exit_code == 0
    assert "was set aside as damaged" in result.stderr


def test_days_of_the_history_that_count_from_a_damaged_one_go_with_it(tmp_path: Path) -> None:
    for n in (15, 16, 17):
        land_rows(tmp_path, "hub_listing", MODELS[: 40 - n], as_of=datetime(2024, 6, n))
    history.catch_up(Landing(tmp_path / "landing"))
    _, middle, last = sorted(tmp_path.glob("landing/hub_adoption/*/part-00000.parquet"))
    middle.parent.rename(tmp_path / "elsewhere")
    assert f"{last} counts since 2024-06-16" in run(tmp_path, "check").stdout
    (tmp_path / "elsewhere").rename(middle.parent)
    overwrite(middle, b"")
    run(tmp_path, "check", "--set-aside")
    assert len(list(tmp_path.glob("landing/hub_adoption/[!.]*"))) == 1
    assert len(list(tmp_path.glob("landing/hub_adoption/.damaged-*"))) == 2
    assert len(history.catch_up(Landing(tmp_path / "landing"))[0]) == 2


# The same content


@pytest.mark.slow
def test_two_builds_agree_to_the_byte_of_their_content_whatever_the_threads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run(tmp_path, "ingest", "simulated", "--models", "3000", "--seed", "5").exit_code == 0
    digests = set()
    connect = warehouse.building.connect
    for threads in (1, 2, 2):

        def threaded(path: Path, *, read_only: bool, threads: int = threads) -> duckdb.DuckDBPyConnection:
            db = connect(path, read_only=read_only)
            db.execute(f"set threads = {threads}")
            return db

        monkeypatch.setattr(warehouse.building, "connect", threaded)
        assert run(tmp_path, "build", "--full").exit_code == 0
        digests.add(run(tmp_path, "check", "--digest").stdout.split()[0])
    (digest,) = digests
    assert len(digest) == 64


def test_the_digest_tells_apart_what_differs() -> None:
    def of(*statements: str) -> str:
        with duckdb.connect() as db:
            for statement in statements:
                db.execute(statement)
            return warehouse.digest(db)

    rows = "create table t as select unnest([1, 2, 3]) as n, 'NULL' as s"
    assert of(rows) == of("create table t as select unnest([3, 1, 2]) as n, 'NULL' as s")
    others = [
        rows.replace("3", "4"),
        rows.replace("'NULL'", "null::varchar"),
        rows.replace("2, 3", "3"),
        rows.replace("as n", "as m"),
        rows.replace("[1, 2, 3]", "[1, 2, 3]::bigint[]"),
        rows.replace("table", "view"),
    ]
    assert len({of(rows), *map(of, others)}) == len(others) + 1


# Backups


def file_contents(folder: Path) -> dict[str, bytes]:
    home = folder / "landing"
    return {str(path.relative_to(home)): path.read_bytes() for path in sorted(home.glob("*/[!.]*/*")) if path.is_file()}


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["file", "folder"])
def test_what_was_kept_comes_back_to_the_byte(folder: Path, tmp_path: Path, kind: str) -> None:
    target = tmp_path / "copy"
    if kind == "folder":
        target.mkdir()
    assert run(folder, "backup", str(target)).exit_code == 0
    repeated_result = run(folder, "backup", str(target))
    assert (
        "0 runs written" in repeated_result.stderr
        if kind == "folder"
        else "exists and is left" in repeated_result.stderr
    )
    other = tmp_path / "other"
    result = run(other, "restore", str(target))
    assert result.exit_code == 0, result.stderr
    assert "3 runs restored" in result.stderr
    assert file_contents(other) == file_contents(folder)
    assert run(other, "build").exit_code == 0
    assert answer(other) == answer(folder)
    assert (
        "0 runs restored, 0 replaced because they were damaged, 3 there already"
        in run(other, "restore", str(target)).stderr
    )


def test_a_restore_overwrites_nothing_that_is_there_and_replaces_what_is_damaged_when_told(
    folder: Path, tmp_path: Path
) -> None:
    target = tmp_path / "copy.tar"
    right = file_contents(folder)
    run(folder, "backup", str(target))
    part = only(folder, "landing/hub_listing/*/part-00000.parquet")
    overwrite(part, b"nothing")
    shutil.rmtree(only(folder, "landing/leaderboard_v1"))
    land_rows(folder, "leaderboard_v2", [{"fullname": "tin/kettle-1", "average": 40.0}])
    (added_run,) = folder.glob("landing/leaderboard_v2/[!.]*")
    before = file_contents(folder)
    result = run(folder, "restore", str(target))
    assert result.exit_code == 1
    assert "with --add" in result.stderr
    assert file_contents(folder) == before
    result = run(folder, "restore", str(target), "--add")
    assert "1 run restored, 1 replaced because they were damaged, 1 there already" in result.stderr
    assert {name: content for name, content in file_contents(folder).items() if "leaderboard_v2" not in name} == right
    assert added_run.is_dir()
    assert not list(folder.glob("landing/*/.re*"))


def test_a_damaged_part_is_not_kept_in_a_backup(folder: Path, tmp_path: Path) -> None:
    part = only(folder, "landing/hub_listing/*/part-00000.parquet")
    overwrite(part, part.read_bytes()[:-1] + b"?")
    result = run(folder, "backup", str(tmp_path / "copy.tar"))
    assert result.exit_code == 1
    assert str(part) in result.stderr
    assert not list(tmp_path.glob("*copy*"))


def test_a_damaged_backup_brings_nothing_or_the_right_bytes(folder: Path, tmp_path: Path) -> None:
    target, rng = tmp_path / "copy.tar", random.Random(4)
    run(folder, "backup", str(target))
    right, was = file_contents(folder), target.read_bytes()
    for n in range(60):
        at = rng.randrange(len(was))
        content = was[:at] if n % 4 == 0 else was[:at] + bytes([was[at] ^ 1 << rng.randrange(8)]) + was[at + 1 :]
        target.write_bytes(content)
        other = tmp_path / f"other-{n}"
        caught = ""
        try:
            landing.restore(Landing(other / "landing"), target)
        except LandingError as error:
            caught = str(error)
        actual = file_contents(other)
        if caught:
            assert str(target) in caught
            assert actual == {}
        else:
            assert actual == right, at


def test_a_restore_that_broke_off_goes_on(folder: Path, tmp_path: Path) -> None:
    target, other = tmp_path / "copy.tar", Landing(tmp_path / "other")
    run(folder, "backup", str(target))
    came: list[Manifest] = []

    def die(run: Manifest) -> None:
        came.append(run)
        if len(came) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        landing.restore(other, target, on_run=die)
    assert other.manifests() == []
    there = only(other.folder, f"{came[0].source}/.restoring-*/part-00000.parquet")
    inode = there.stat().st_ino
    assert landing.restore(other, target).written == 3
    (run_of,) = other.manifests(came[0].source)
    assert run_of.paths[0].stat().st_ino == inode, "what was brought before is not brought again"


def hostile(name: str, kind: bytes = tarfile.REGTYPE, link: str = "") -> bytes:
    buffer = BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        contents = tarfile.TarInfo("contents.json")
        contents.size = 2
        tar.addfile(contents, BytesIO(b"[]"))
        entry = tarfile.TarInfo(name)
        entry.type, entry.linkname, entry.size = kind, link, 4 if kind == tarfile.REGTYPE else 0
        tar.addfile(entry, BytesIO(b"evil"))
    return buffer.getvalue()


STAMP = "20240615T120000.000000Z"


@pytest.mark.parametrize(
    "content",
    [
        hostile("../../outside"),
        hostile("/tmp/outside"),
        hostile(f"hub_listing/{STAMP}/../../outside"),
        hostile(f"hub_listing/{STAMP}/manifest.json", tarfile.SYMTYPE, "/etc/passwd"),
        hostile(f"hub_listing/{STAMP}/manifest.json", tarfile.LNKTYPE, "/etc/passwd"),
        hostile(f"hub_listing/{STAMP}/manifest.json", tarfile.FIFOTYPE),
        hostile(f"hub_listing/{STAMP}/manifest.json"),
        hostile(f"hub_listing/{STAMP}/part-00000.parquet"),
        hostile("hub_listing", tarfile.DIRTYPE),
        hostile(".state/failures.sqlite"),
        hostile("x").replace(b"contents.json", b"something.els"),
        b"no tar",
        b"",
    ],
    ids=[
        *("up", "absolute", "up from within", "symbolic link", "hard link", "pipe", "no manifest", "a part first"),
        *("folder", "state", "other contents", "no tar", "empty"),
    ],
)
def test_a_backup_of_somebody_elses_making_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "in").mkdir()
    target = tmp_path / "in" / "copy.tar"
    target.write_bytes(content)
    with pytest.raises(LandingError, match=r"copy\.tar"):
        landing.restore(Landing(tmp_path / "in" / "warehouse" / "landing"), target)
    assert not [path for path in tmp_path.rglob("*") if path.name in ("outside", "passwd")]
    assert Landing(tmp_path / "in" / "warehouse" / "landing").manifests() == []


def test_a_state_of_sqlite_that_is_damaged_is_told(tmp_path: Path) -> None:
    path = tmp_path / "failures.sqlite"
    path.write_bytes(b"nothing of sqlite" * 100)
    with pytest.raises(SourceError, match=rf"{path} is damaged.*remove it"):
        Failures(path)
