"""Several crawlers: their runs meet in one folder, each as a whole, under names that hold the machine's."""

from __future__ import annotations

import errno
import multiprocessing
import os
import shutil
from collections.abc import Callable
from datetime import timedelta
from multiprocessing.synchronize import Barrier
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from oss_ai_monitor import landing, warehouse
from oss_ai_monitor.cli import main
from oss_ai_monitor.cli.landing import keep_history
from oss_ai_monitor.landing import Landing, LandingError, delivery, runs, verify
from tests.conftest import AS_OF, land_rows

MACHINES = ("north", "south", "west")
RUNS = 8


def listing(machine: str, number: int) -> list[dict[str, object]]:
    """A listing of a few models, another one of each machine and each time."""
    return [{"id": f"{machine}/model-{n}", "downloads": number} for n in range(50)]


def run(folder: Path, *arguments: str) -> Result:
    """Run a command on a warehouse's folder; fails with its message."""
    result = CliRunner().invoke(main, ["--warehouse", str(folder), *arguments])
    assert result.exit_code == 0, result.output
    return result


def crawl(folder: Path, target: Path, machine: str) -> None:
    """Land some runs one after the other, and deliver after each; runs in a process of its own."""
    for number in range(RUNS):
        land_rows(folder, "hub_listing", listing(machine, number))
        landing.deliver(Landing(folder / "landing"), target, machine)


def test_runs_of_three_machines_meet_and_each_is_whole_at_any_moment(tmp_path: Path) -> None:
    target = tmp_path / "shared" / "landing"
    context = multiprocessing.get_context("spawn")
    machines = [context.Process(target=crawl, args=(tmp_path / machine, target, machine)) for machine in MACHINES]
    for machine in machines:
        machine.start()
    readings = 0
    while any(machine.is_alive() for machine in machines):
        verify(Landing(target).manifests())  # raises for a part that is missing or not whole
        readings += 1
    assert [machine.exitcode for machine in machines] == [0, 0, 0]
    assert readings > 3
    runs = Landing(target).manifests("hub_listing")
    assert sorted(run.snapshot_id.partition("-")[2] for run in runs) == sorted(MACHINES * RUNS)
    verify(runs)
    assert not list(target.rglob(".partial-*"))
    assert not list(target.rglob("*.lock")), "no machine holds a lock there"
    warehouse.build(tmp_path / "shared", Landing(target).selected())
    opened = warehouse.Warehouse.open(tmp_path / "shared")
    snapshots = opened.sql_frame("select snapshot_id from core.snapshots")["snapshot_id"].tolist()
    opened.close()
    assert snapshots == [Landing(target).selected()[0].snapshot_id]


def hand_over(folder: Path, target: Path, start: Barrier) -> None:
    """Deliver under one machine's name, at the same moment as others do; runs in a process of its own."""
    start.wait()
    landing.deliver(Landing(folder / "landing"), target, "north")


def test_processes_that_deliver_the_same_runs_at_once_disturb_nobody(tmp_path: Path) -> None:
    for number in range(RUNS):
        land_rows(tmp_path / "mine", "hub_listing", listing("mine", number))
    target = tmp_path / "shared" / "landing"
    context = multiprocessing.get_context("spawn")
    start = context.Barrier(3)
    processes = [context.Process(target=hand_over, args=(tmp_path / "mine", target, start)) for _ in range(3)]
    for process in processes:
        process.start()
    seen = 0
    while any(process.is_alive() for process in processes):
        runs = Landing(target).manifests()
        verify(runs)
        assert len(runs) >= seen, "what was there goes on being there"
        seen = len(runs)
    assert [process.exitcode for process in processes] == [0, 0, 0]
    assert len(Landing(target).manifests("hub_listing")) == RUNS
    assert not list(target.rglob(".partial-*"))


@pytest.fixture
def crawled(tmp_path: Path) -> Path:
    """A folder in which two runs have landed."""
    land_rows(tmp_path / "mine", "hub_listing", listing("mine", 1))
    land_rows(tmp_path / "mine", "hub_adoption", [{"day": AS_OF.date()}])
    return tmp_path / "mine"


def test_only_what_a_source_said_is_delivered_and_only_once(crawled: Path, tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    arguments = ["--warehouse", str(crawled), "deliver", str(shared), "--machine", "north"]
    for message in ("1 run delivered", "0 runs delivered"):
        result = CliRunner().invoke(main, arguments)
        assert result.exit_code == 0, result.output
        assert message in result.output
    (run,) = Landing(shared / "landing").manifests()
    (original,) = Landing(crawled / "landing").manifests("hub_listing")
    assert run.snapshot_id == run.folder.name == f"{original.snapshot_id}-north"
    assert (run.fingerprint, run.parts, run.finished) == (original.fingerprint, original.parts, original.finished)
    assert run.notes[-1] == "delivered by north"


def test_what_was_delivered_under_another_name_is_not_delivered_again(crawled: Path, tmp_path: Path) -> None:
    target = tmp_path / "shared"
    run(crawled, "deliver", str(target), "--machine", "north")
    land_rows(crawled, "hub_listing", listing("mine", 2))
    before = sorted(target.rglob("*"))
    result = CliRunner().invoke(main, ["--warehouse", str(crawled), "deliver", str(target), "--machine", "south"])
    assert result.exit_code == 1
    assert "as north before: deliver with --machine north; as south it would be there twice" in result.output
    assert sorted(target.rglob("*")) == before
    assert "1 run delivered" in run(crawled, "deliver", str(target), "--machine", "north").output


def test_where_runs_were_delivered_build_is_all_that_is_advised(crawled: Path, tmp_path: Path) -> None:
    run(crawled, "deliver", str(tmp_path / "shared"), "--machine", "north")
    result = run(tmp_path / "shared", "status")
    command = f"'oss-ai-monitor --warehouse {tmp_path / 'shared'} build'"
    assert f"is not there: {command} makes a new one from what has landed" in result.stderr
    assert "refresh'" not in result.output


def test_a_machine_that_only_builds_records_the_history_of_what_was_delivered_once(tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    for day, machine in enumerate(("north", "south"), 1):
        land_rows(tmp_path / machine, "hub_listing", listing("mine", day), as_of=AS_OF + timedelta(days=day))
        run(tmp_path / machine, "deliver", str(shared), "--machine", machine)
    built = run(shared, "build").stderr
    assert "hub_adoption: 2024-06-16 is kept" in built
    assert "hub_adoption: 2024-06-17 is kept" in built
    opened = warehouse.Warehouse.open(shared)
    days = opened.sql_frame("select day from core.adoption_days order by day")["day"].astype(str).tolist()
    opened.close()
    assert [day[:10] for day in days] == ["2024-06-16", "2024-06-17"]
    recorded = [manifest.snapshot_id for manifest in Landing(shared / "landing").manifests()]
    assert "is kept" not in run(shared, "build").stderr
    keep_history(Landing(shared / "landing"))
    assert [manifest.snapshot_id for manifest in Landing(shared / "landing").manifests()] == recorded


def test_a_build_whose_history_cannot_be_recorded_says_so_and_builds(tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    for day in (1, 2):
        land_rows(tmp_path / "north", "hub_listing", listing("mine", day), as_of=AS_OF + timedelta(days=day))
    run(tmp_path / "north", "deliver", str(shared), "--machine", "north")
    cut(Landing(shared / "landing").manifests("hub_listing")[0])
    built = run(shared, "build").stderr
    assert "attention: the history of adoption is not complete: " in built
    assert "built " in built


def test_a_past_generation_records_nothing(crawled: Path, tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    run(crawled, "deliver", str(shared), "--machine", "north")
    run(shared, "build", "--as-of", "2025-01-01")
    assert not Landing(shared / "landing").manifests("hub_adoption")


def test_what_was_broken_off_is_delivered_again_and_nobody_elses_is_touched(crawled: Path, tmp_path: Path) -> None:
    target = tmp_path / "shared" / "landing"
    partial = target / "hub_listing" / ".partial-20260101T000000.000000Z"
    of_ours, of_others = (partial.with_name(f"{partial.name}-{name}") for name in ("north", "south"))
    for folder in (of_ours, of_others):
        folder.mkdir(parents=True)
        (folder / "part-00000.parquet").write_bytes(b"half")
    report = landing.deliver(Landing(crawled / "landing"), target, "north")
    assert (report.written, report.unchanged) == (1, 0)
    assert not of_ours.exists()
    assert of_others.exists()


def test_a_run_that_another_process_delivers_meanwhile_stays(
    crawled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "shared" / "landing"
    flush, number = delivery.flush_to_disk, os.getpid()

    def flush_after_another(path: Path) -> None:
        monkeypatch.setattr(delivery, "flush_to_disk", flush)
        monkeypatch.setattr(os, "getpid", os.getppid)
        assert landing.deliver(Landing(crawled / "landing"), target, "north").written == 1
        monkeypatch.setattr(os, "getpid", lambda: number)
        flush(path)

    monkeypatch.setattr(delivery, "flush_to_disk", flush_after_another)
    report = landing.deliver(Landing(crawled / "landing"), target, "north")
    assert (report.written, report.unchanged, report.replaced) == (0, 1, 0)
    verify(Landing(target).manifests())
    assert not list(target.rglob(".partial-*"))


@pytest.mark.parametrize("machine", ["", "..", "a/b", "North", "a" * 33, "a-b"])
def test_a_name_that_is_no_name_of_a_machine_is_refused(crawled: Path, tmp_path: Path, machine: str) -> None:
    with pytest.raises(LandingError, match="is no name of a machine"):
        landing.deliver(Landing(crawled / "landing"), tmp_path / "shared", machine)


def test_what_may_not_meet_does_not(crawled: Path, tmp_path: Path) -> None:
    landing_folder = Landing(crawled / "landing")
    refusals: dict[str, Callable[[], object]] = {
        "own landing folder": lambda: landing.deliver(landing_folder, crawled / "landing", "north"),
        "nothing has landed": lambda: landing.deliver(Landing(tmp_path / "empty"), tmp_path / "shared", "north"),
    }
    land_rows(tmp_path / "invented", "hub_listing", listing("x", 1), simulated=True)
    landing.deliver(Landing(tmp_path / "invented" / "landing"), tmp_path / "other", "south")
    refusals["simulated data never joins real data"] = lambda: landing.deliver(
        landing_folder, tmp_path / "other", "north"
    )
    for message, deliver in refusals.items():
        with pytest.raises(LandingError, match=message):
            deliver()


def cut(run: landing.Manifest) -> None:
    run.paths[0].chmod(0o644)
    run.paths[0].write_bytes(run.paths[0].read_bytes()[:-1])


def lose(run: landing.Manifest) -> None:
    run.paths[0].unlink()


def empty_the_manifest(run: landing.Manifest) -> None:
    (run.folder / "manifest.json").write_text("")


@pytest.mark.parametrize("damage", [cut, lose, empty_the_manifest])
def test_a_run_that_was_damaged_where_runs_meet_is_delivered_again(
    crawled: Path, tmp_path: Path, damage: Callable[[landing.Manifest], None]
) -> None:
    target = tmp_path / "shared" / "landing"
    landing.deliver(Landing(crawled / "landing"), target, "north")
    (run,) = Landing(target).manifests()
    damage(run)
    report = landing.deliver(Landing(crawled / "landing"), target, "north")
    assert (report.written, report.unchanged, report.replaced) == (0, 0, 1)
    verify(Landing(target).manifests())
    assert not list(target.rglob(".partial-*"))
    assert landing.deliver(Landing(crawled / "landing"), target, "north").unchanged == 1


def test_what_another_process_of_this_machine_writes_is_not_touched(crawled: Path, tmp_path: Path) -> None:
    target = tmp_path / "shared" / "landing"
    partial = target / "hub_listing" / ".partial-20260101T000000.000000Z-north"
    running, ended = (partial.with_name(f"{partial.name}.{number}") for number in (os.getppid(), 2**22 + 1))
    for folder in (running, ended):
        folder.mkdir(parents=True)
    landing.deliver(Landing(crawled / "landing"), target, "north")
    assert running.exists()
    assert not ended.exists()


def test_a_damaged_run_is_not_delivered(crawled: Path, tmp_path: Path) -> None:
    (run,) = Landing(crawled / "landing").manifests("hub_listing")
    run.paths[0].chmod(0o644)
    run.paths[0].write_bytes(b"other")
    with pytest.raises(LandingError):
        landing.deliver(Landing(crawled / "landing"), tmp_path / "shared", "north")
    assert not list((tmp_path / "shared").glob("*/[!.]*"))


def test_a_full_disk_where_runs_meet_is_said_with_its_folder_and_keeps_no_half_run(
    crawled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "shared"
    land_rows(crawled, "hub_listing", listing("north", 2))
    calls = 0

    def be_full(path: Path) -> None:
        nonlocal calls
        calls += 1
        if calls > 4:  # after the first run
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(delivery, "flush_to_disk", be_full)
        result = CliRunner().invoke(main, ["--warehouse", str(crawled), "deliver", str(target), "--machine", "north"])
    assert result.exit_code == 1
    assert f"there is no room on the disk of {target / 'landing'}" in result.stderr
    assert "thin" not in result.stderr, "which would make room on another disk"
    assert len(Landing(target / "landing").manifests()) == 1
    assert not list(target.rglob(".partial-*"))
    run(crawled, "deliver", str(target), "--machine", "north")
    verify(Landing(target / "landing").manifests())
    assert len(Landing(target / "landing").manifests()) == 2


@pytest.mark.parametrize("host", ["", "localhost", "localhost.localdomain", "日本", "---"])
def test_a_host_name_that_tells_no_machine_from_others_is_no_name_to_deliver_under(
    crawled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    monkeypatch.setattr("socket.gethostname", lambda: host)
    command = ["--warehouse", str(crawled), "deliver", str(tmp_path / "shared")]
    result = CliRunner().invoke(main, command)
    assert result.exit_code == 2
    assert "--machine, such as crawler2" in " ".join(result.stderr.split())
    assert not (tmp_path / "shared").exists()
    assert CliRunner().invoke(main, [*command, "--machine", "localhost"]).exit_code == 0, "where it is meant"


def test_a_host_name_becomes_small_letters_and_digits(
    crawled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("socket.gethostname", lambda: "../Crawler-2.example")
    run(crawled, "deliver", str(tmp_path / "shared"))
    assert {landing.delivered_by(run) for run in Landing(tmp_path / "shared" / "landing").manifests()} == {
        "crawler2example"
    }


@pytest.mark.parametrize("step", ["verify", "copy_verified", "flush_to_disk"])
def test_a_run_that_is_thinned_while_it_is_delivered_is_passed_over(
    crawled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    (first,) = Landing(crawled / "landing").manifests("hub_listing")
    land_rows(crawled, "hub_listing", listing("north", 2))
    second = Landing(crawled / "landing").manifests("hub_listing")[-1]
    do_step = getattr(delivery, step)

    def thin_before(*arguments: object) -> None:
        if first.folder.exists():
            first.folder.rename(first.folder.with_name(".removed-run"))
            shutil.rmtree(first.folder.with_name(".removed-run"))
        do_step(*arguments)

    monkeypatch.setattr(delivery, step, thin_before)
    target = tmp_path / "shared" / "landing"
    report = landing.deliver(Landing(crawled / "landing"), target, "north")
    delivered = Landing(target).manifests("hub_listing")
    verify(delivered)
    assert f"{second.snapshot_id}-north" in {run.snapshot_id for run in delivered}
    assert len(delivered) == report.written
    assert not list(target.rglob(".partial-*"))


def test_a_run_that_is_thinned_while_runs_are_listed_is_passed_over(
    crawled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (first,) = Landing(crawled / "landing").manifests("hub_listing")
    land_rows(crawled, "hub_listing", listing("north", 2))
    second = Landing(crawled / "landing").manifests("hub_listing")[-1]
    read = runs._read

    def thin_before(folder: Path) -> landing.Manifest:
        if folder == first.folder:
            shutil.rmtree(folder)
        return read(folder)

    monkeypatch.setattr(runs, "_read", thin_before)
    assert [run.snapshot_id for run in Landing(crawled / "landing").manifests("hub_listing")] == [second.snapshot_id]
