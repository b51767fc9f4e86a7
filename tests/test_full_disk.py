"""A disk without room: what served serves, what had landed is there, the error says what to do, the next run goes."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from oss_ai_monitor import refresh, warehouse
from oss_ai_monitor.cli.group import MAKE_ROOM
from oss_ai_monitor.landing import Landing

from .conftest import land_rows
from .deaths import listing

ON_A_SMALL_DISK = """
import json, os, shutil, sys
from pathlib import Path
from click.testing import CliRunner
from oss_ai_monitor.cli import main
from tests.deaths import landed, served

disk, prepared, command, free_bytes = Path(sys.argv[1]), Path(sys.argv[2]), json.loads(sys.argv[3]), int(sys.argv[4])
shutil.copytree(prepared, disk / "warehouse", symlinks=True)
before, served_before = landed(disk / "warehouse"), served(disk / "warehouse")
free = os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize
(disk / "filler").write_bytes(b"x" * (free - free_bytes))
runs = []
for is_full in (True, False):
    run = CliRunner().invoke(main, ["--warehouse", str(disk / "warehouse"), *command], catch_exceptions=False)
    now = landed(disk / "warehouse")
    runs.append({
        "code": run.exit_code,
        "said": run.stderr,
        "kept": before.items() <= now.items(),
        "new": len(now) - len(before),
        "same": served(disk / "warehouse") == served_before,
        "left": [str(path) for path in disk.rglob("*") if ".building" in path.name or ".last" in path.name],
    })
    (disk / "filler").unlink(missing_ok=True)
print(json.dumps(runs))
"""


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A warehouse with one generation, a listing that has landed since, and one that is to come."""
    folder = tmp_path_factory.mktemp("full") / "warehouse"
    land_rows(folder, "hub_listing", [{"id": f"tin/kettle-{n}", "downloads": n} for n in range(100)])
    warehouse.build(folder, Landing(folder / "landing").selected())
    land_rows(folder, "hub_commits", [{"model_id": "tin/kettle-1", "authors": ["ann"]}])
    listing(folder.parent / "listing.jsonl", 1)
    return folder


@pytest.mark.slow
@pytest.mark.parametrize(
    ("command_name", "free_bytes"),
    [("build", 0), ("build", 300_000), ("build", 3_000_000), ("ingest", 0), ("ingest", 20_000), ("backup", 0)],
)
def test_a_full_disk_loses_nothing(prepared: Path, tmp_path: Path, command_name: str, free_bytes: int) -> None:
    commands = {
        "build": ["build"],
        "ingest": ["ingest", "hub", "--as-of", "2024-06-16", "--from", str(prepared.parent / "listing.jsonl")],
        "backup": ["backup", str(tmp_path / "disk" / "copy.tar")],
    }
    disk = tmp_path / "disk"
    disk.mkdir()
    script = f'mount -t tmpfs -o size=40m none {disk} && exec {sys.executable} -c "$SCRIPT" "$@"'
    if subprocess.run(["unshare", "-rm", "true"], capture_output=True, check=False).returncode:
        pytest.skip("no user namespaces here, so no small disk without privileges; the limit on sizes is tried below")
    done = subprocess.run(
        [
            "unshare",
            "-rm",
            "sh",
            "-c",
            script,
            "sh",
            str(disk),
            str(prepared),
            json.dumps(commands[command_name]),
            str(free_bytes),
        ],
        env={**os.environ, "SCRIPT": ON_A_SMALL_DISK},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    full, second = json.loads(done.stdout)
    assert full["code"] == 1
    assert make_room(disk / "warehouse") in full["said"]
    assert "Traceback" not in full["said"]
    assert (full["kept"], full["same"], full["left"]) == (True, True, []), full
    assert full["new"] == 0 or command_name == "ingest", "what has landed whole before the disk was full may stay"
    assert second["code"] == 0, second["said"]
    assert second["kept"]
    assert second["same"] == (command_name != "build")


def make_room(folder: Path) -> str:
    """What is said where a disk is full, with a command for the folder that was named."""
    return MAKE_ROOM.replace("'oss-ai-monitor thin'", f"'oss-ai-monitor --warehouse {folder} thin'")


LIMITED = """
import json, resource, sys
from oss_ai_monitor.cli import main
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), int(sys.argv[1])))
main(json.loads(sys.argv[2]))
"""


@pytest.mark.slow
@pytest.mark.parametrize(("command_name", "size_limit"), [("build", 50_000), ("ingest", 1_000)])
def test_a_file_that_may_not_grow_is_told_like_a_full_disk(
    prepared: Path, tmp_path: Path, command_name: str, size_limit: int
) -> None:
    folder = Path(shutil.copytree(prepared, tmp_path / "warehouse", symlinks=True))
    served = warehouse.current(folder).name
    source = ["ingest", "hub", "--as-of", "2024-06-16", "--from", str(prepared.parent / "listing.jsonl")]
    command = ["--warehouse", str(folder), *(["build"] if command_name == "build" else source)]
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, str(size_limit), json.dumps(command)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert make_room(folder) in done.stderr, done.stderr
    assert warehouse.current(folder).name == served
    assert len(Landing(folder / "landing").manifests()) == 2
    assert not list(folder.glob("landing/*/.partial-*"))


def test_a_plan_that_cannot_be_written_down_holds_all_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: refresh.Schedule, folder: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(refresh.Schedule, "write", full)
    done: list[int] = []
    messages: list[str] = []

    def refresh_once() -> bool:
        done.append(1)
        if len(done) == 3:
            raise KeyboardInterrupt
        return True

    clock = iter(range(10_000))
    start = datetime(2026, 11, 24, tzinfo=UTC)
    with pytest.raises(KeyboardInterrupt):
        refresh.repeat(
            tmp_path,
            "1m",
            refresh_once,
            messages.append,
            now=lambda: start + timedelta(seconds=next(clock)),
            sleep=lambda _: None,
        )
    assert len(done) == 3
    assert any("could not be saved" in line for line in messages)
