"""A clock that was ahead and has been set back: what it dated is neither the newest for ever nor in the way."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from oss_ai_monitor import crawl_plan, history, warehouse
from oss_ai_monitor.cli import main
from oss_ai_monitor.landing import Landing, Manifest
from oss_ai_monitor.landing.checkpoint import Checkpoint, resumable_run
from oss_ai_monitor.landing.runs import STAMP
from oss_ai_monitor.sources.live import Failures
from oss_ai_monitor.warehouse import building, checksums
from oss_ai_monitor.warehouse.reading import _broken
from tests.conftest import land_rows

Swap = Callable[..., None]
AHEAD = timedelta(days=1000)
OLD, FIRST, SECOND, FUTURE = (f"{day}T120000.000000Z" for day in ("20260101", "20260201", "20260301", "20990101"))
ROWS = [{"id": f"tin/kettle-{n}", "created_at": "2024-01-10 10:00:00", "downloads": n} for n in range(4)]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A generation, built while the clock was ahead."""
    folder = tmp_path_factory.mktemp("clock") / "warehouse"
    land_rows(folder, "hub_listing", ROWS)

    class Ahead(datetime):
        @classmethod
        def now(cls, _: object = None) -> datetime:  # type: ignore[override]
            return datetime(2099, 1, 1, 12, tzinfo=UTC)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(building, "datetime", Ahead)
        path = warehouse.build(folder, Landing(folder / "landing").selected())
    assert path.stem == FUTURE
    return folder


@pytest.fixture
def folder(built: Path, tmp_path: Path) -> Iterator[Path]:
    """An empty warehouse, into which generations are swapped in the order of a test."""
    yield tmp_path
    _broken.clear()


@pytest.fixture
def swapped(built: Path, folder: Path) -> Swap:
    def swap(*stamps: str) -> None:
        for stamp in stamps:
            path = folder / "generations" / f"{stamp}.duckdb"
            path.parent.mkdir(exist_ok=True)
            shutil.copy(warehouse.current(built), path)
            checksums.write(path, checksums.path_of(path), building.before(folder))
            building.swap(folder, path)

    return swap


def damage(folder: Path, stamp: str) -> None:
    (folder / "generations" / f"{stamp}.duckdb").write_bytes(b"damaged")


def served(folder: Path) -> str:
    _broken.clear()
    opened = warehouse.Warehouse.open(folder)
    opened.close()
    return opened.generation


def test_a_damaged_newest_falls_back_to_one_that_a_clock_ahead_has_dated(built: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(built, tmp_path / "warehouse", symlinks=True))
    newest = warehouse.build(folder, Landing(folder / "landing").selected())
    assert served(folder) == newest.stem < FUTURE
    damage(folder, newest.stem)
    assert served(folder) == FUTURE
    _broken.clear()


@pytest.mark.parametrize(
    ("swaps", "expected"),
    [
        ([OLD, FIRST], OLD),
        ([FUTURE, FIRST], FUTURE),
        ([FUTURE, FIRST, SECOND], FIRST),
        ([OLD, FUTURE, FIRST, SECOND], FIRST),
        ([FUTURE, SECOND, FIRST], SECOND),
    ],
)
def test_the_one_before_is_the_one_that_was_swapped_in_before(
    folder: Path, swapped: Swap, swaps: list[str], expected: str
) -> None:
    swapped(*swaps)
    assert served(folder) == swaps[-1]
    copied = Path(shutil.copytree(folder, folder / "copied", symlinks=True, ignore=lambda *_: ["copied"]))
    for place in (folder, copied):
        damage(place, swaps[-1])
        assert served(place) == expected


def test_a_file_of_a_later_date_beside_takes_nobodys_place(folder: Path, swapped: Swap) -> None:
    swapped(OLD)
    for suffix in (".duckdb", ".json"):
        path = folder / "generations" / f"{OLD}{suffix}"
        shutil.copy(path, path.with_name(f"{FUTURE}{suffix}"))
    swapped(FIRST)
    damage(folder, FIRST)
    assert served(folder) == OLD


def test_what_an_operator_went_back_from_is_no_fallback(folder: Path, swapped: Swap) -> None:
    swapped(OLD, FUTURE)
    (folder / warehouse.NAME).unlink()
    (folder / warehouse.NAME).symlink_to(f"generations/{OLD}.duckdb")
    assert served(folder) == OLD
    swapped(FIRST)
    damage(folder, FIRST)
    assert served(folder) == OLD


def test_without_a_record_names_decide(folder: Path, swapped: Swap) -> None:
    swapped(OLD, FIRST)
    checksums.path_of(folder / "generations" / f"{FIRST}.duckdb").unlink()
    damage(folder, FIRST)
    assert served(folder) == OLD


def test_of_two_of_one_snapshot_a_link_opens_the_one_that_can_be_shown(folder: Path, swapped: Swap) -> None:
    swapped(OLD)
    stale = folder / "generations" / f"{FUTURE}.duckdb"
    shutil.copy(folder / "generations" / f"{OLD}.duckdb", stale)
    with warehouse.connect(stale, read_only=False) as db:
        db.execute("update core.builds set shape = 0")
    assert [path.stem for path in warehouse.by_snapshot_id(folder).values()] == [OLD]


def circle(stable: Path) -> None:
    stable.symlink_to(stable.name)


def outside(stable: Path) -> None:
    (stable.parent / "elsewhere").mkdir()
    (stable.parent / "elsewhere" / "x.duckdb").write_bytes(b"no database")
    stable.symlink_to("elsewhere/x.duckdb")


def full_folder(stable: Path) -> None:
    stable.mkdir()
    (stable / "notes.txt").write_text("kept")


KINDS = {
    "circle": circle,
    "circle of two": lambda stable: (stable.symlink_to("other"), stable.with_name("other").symlink_to(stable.name)),
    "dangling": lambda stable: stable.symlink_to("generations/20200101T000000.000000Z.duckdb"),
    "dangling outside": lambda stable: stable.symlink_to("/nowhere/x.duckdb"),
    "no database outside": outside,
    "empty folder": lambda stable: stable.mkdir(),
    "folder": full_folder,
}


def run(folder: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["--warehouse", str(folder), *arguments], catch_exceptions=False)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("command", [["status"], ["sql", "select 1"], ["dictionary"], ["check", "--digest"]])
def test_whatever_has_the_stable_name_is_one_line(folder: Path, kind: str, command: list[str]) -> None:
    KINDS[kind](folder / warehouse.NAME)
    result = run(folder, *command)
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (1, "", 1)


@pytest.mark.parametrize("kind", KINDS)
def test_whatever_has_the_stable_name_the_last_generation_serves_and_a_swap_mends_it(
    folder: Path, swapped: Swap, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    swapped(FUTURE, FIRST)
    stable = folder / warehouse.NAME
    stable.unlink()
    KINDS[kind](stable)
    assert served(folder) == FIRST, "the one that was swapped in last, whatever the names say"
    assert "attention: " in run(folder, "status").stdout
    swapped(SECOND)
    assert stable.resolve().stem == served(folder) == SECOND
    if kind == "folder":
        assert (folder / f"{warehouse.NAME}.aside-1" / "notes.txt").read_text() == "kept"
        assert f"{warehouse.NAME}.aside-1" in caplog.text


def test_a_build_mends_a_circle(built: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(built, tmp_path / "warehouse", symlinks=True))
    (folder / warehouse.NAME).unlink()
    circle(folder / warehouse.NAME)
    assert run(folder, "build").exit_code == 0
    assert served(folder) == (folder / warehouse.NAME).resolve().stem


# What has landed


def put_ahead(run: Manifest) -> Manifest:
    """Date a landed run as a clock would have that was ahead."""
    fields = json.loads((run.folder / "manifest.json").read_text())
    fields.pop("sha256", None)
    for name in ("started", "finished", "as_of"):
        fields[name] = (datetime.fromisoformat(fields[name]) + AHEAD).isoformat()
    fields["snapshot_id"] = (run.started + AHEAD).strftime(STAMP)
    (run.folder / "manifest.json").chmod(0o644)
    (run.folder / "manifest.json").write_text(json.dumps(fields))
    run.folder.rename(run.folder.with_name(fields["snapshot_id"]))
    return Manifest.read(run.folder.with_name(fields["snapshot_id"]))


def fetched(folder: Path, models: int) -> Manifest:
    """Land a listing as if the Hub had been asked for it now."""
    land_rows(folder, "hub_listing", ROWS[:models], as_of=datetime.now(UTC))
    run = [run for run in Landing(folder / "landing").manifests("hub_listing") if not run.is_ahead()][-1]
    fields = json.loads((run.folder / "manifest.json").read_text()) | {"as_of_rule": "fetched"}
    fields.pop("sha256", None)
    (run.folder / "manifest.json").chmod(0o644)
    (run.folder / "manifest.json").write_text(json.dumps(fields))
    return Manifest.read(run.folder)


def test_a_listing_that_is_dated_ahead_is_not_the_newest_and_the_next_one_is_due(tmp_path: Path) -> None:
    landing = Landing(tmp_path / "landing")
    ahead = put_ahead(fetched(tmp_path, 2))
    assert landing.selected() == [ahead], "there is nothing else"
    assert crawl_plan._last_listing(landing) is None, "so a full listing is due"
    later = fetched(tmp_path, 3)
    assert landing.selected() == [later]
    assert landing.latest("hub_listing") == later
    assert landing.selected(landed_by=ahead.finished) == [ahead], "who asks for it by its date gets it"
    assert crawl_plan._last_listing(landing) == later
    result = CliRunner().invoke(main, ["--warehouse", str(tmp_path), "status"], catch_exceptions=False)
    assert f"hub_listing: attention: {ahead.snapshot_id} is dated later than now" in result.stdout
    result = CliRunner().invoke(main, ["--warehouse", str(tmp_path), "check"], catch_exceptions=False)
    assert (result.exit_code, f"note: {ahead.folder} is dated later than now" in result.stderr) == (0, True)


def test_a_listing_that_is_dated_ahead_makes_no_other_one_old(tmp_path: Path) -> None:
    landing = Landing(tmp_path / "landing")
    put_ahead(fetched(tmp_path, 2))
    for days in (3, 2, 1, 0):
        rows = [*ROWS, {"id": f"tin/lid-{days}"}]
        land_rows(tmp_path, "hub_listing", rows, as_of=datetime.now(UTC) - timedelta(days=days))
    history.catch_up(landing)
    assert history.superfluous(landing, history.RetentionRule(8, 0, 0)) == []


def test_a_kept_day_that_is_dated_ahead_is_set_aside_and_today_is_kept(tmp_path: Path) -> None:
    landing = Landing(tmp_path / "landing")
    land_rows(tmp_path, "hub_listing", ROWS[:2], as_of=datetime.now(UTC) - timedelta(days=2))
    history.catch_up(landing)
    listing = fetched(tmp_path, 3)
    (day,), _ = history.catch_up(landing)
    put_ahead(day)
    put_ahead(listing)
    today = fetched(tmp_path, 4)
    (recorded_day,), messages = history.catch_up(landing)
    assert recorded_day.as_of == today.as_of
    assert [message.partition(" is dated")[0] for message in messages] == [f"the kept day {day.as_of + AHEAD:%Y-%m-%d}"]
    assert len(landing.manifests(history.SOURCE)) == 2
    assert list(landing.folder.glob(f"{history.SOURCE}/.damaged-*/part-00000.parquet")), "nothing is removed"


def test_a_model_that_was_refused_while_the_clock_was_ahead_is_asked_about_again(tmp_path: Path) -> None:
    failures, now = Failures(tmp_path / "failures.sqlite"), datetime.now(UTC)
    failures.note("details", "tin/today", 404, "not found", now, session_started_at=now)
    failures.note("details", "tin/ahead", 404, "not found", now + AHEAD, session_started_at=now + AHEAD)
    assert failures.due("details", now).waiting == {"tin/today"}


@pytest.mark.parametrize(("ahead", "is_continued"), [(timedelta(minutes=5), True), (AHEAD, False)])
def test_an_interrupted_run_that_is_dated_far_ahead_is_not_continued(
    tmp_path: Path, ahead: timedelta, is_continued: bool
) -> None:
    folder = tmp_path / ".partial-x"
    folder.mkdir()
    Checkpoint("question", datetime.now(UTC) + ahead, [], [], {}).write(folder)
    continued, _, notes = resumable_run(tmp_path, "question", is_simulated=False)
    assert (continued == folder, len(notes)) == (is_continued, 0 if is_continued else 1)
