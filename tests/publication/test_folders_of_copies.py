"""A folder that holds a copy is kept by 'follow' alone: nothing else lands or is built there."""

from __future__ import annotations

import hashlib
import socket
from pathlib import Path

import duckdb
import msgspec
import pytest

from oss_ai_monitor import warehouse
from oss_ai_monitor.cli.preparing import prepare

from .conftest import refusal, run

FROM_ELSEWHERE = ("archive", "hub", "benchmarks", "simulated")


@pytest.fixture
def copy(public: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A follower's folder, in a process that may ask nobody."""

    def refuse(*_: object) -> None:
        raise AssertionError("the network was asked")

    run(tmp_path / "copy", "follow", str(public))
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    return tmp_path / "copy"


def files(folder: Path) -> dict[Path, int]:
    return {path: path.stat().st_mtime_ns for path in folder.rglob("*")}


@pytest.mark.parametrize(
    "command",
    [
        *(["ingest", source] for source in FROM_ELSEWHERE),
        ["ingest", "hub-stats", "--since", "2025-03-01"],
        ["ingest", "weekly", "--since", "2025-03-01"],
        ["refresh"],
        ["refresh", "--every", "6h"],
        ["serve", "--refresh-every", "6h", "--port", "5899"],
        ["desktop", "--refresh-every", "6h"],
        ["build"],
        ["restore", "no-backup.tar"],
        ["thin", "--keep", "8d"],
        ["publish", "elsewhere"],
    ],
    ids=lambda command: "-".join(command[:2]),
)
def test_whatever_would_land_or_build_in_a_copy_is_refused(copy: Path, public: Path, command: list[str]) -> None:
    before = files(copy)
    message = refusal(copy, *command)
    assert f"Error: {copy} holds a copy of {public}, and nothing of its own lands or is built there: " in message
    assert f"'oss-ai-monitor --warehouse {copy} follow {public}' keeps it current" in message
    assert files(copy) == before


def test_nothing_is_fetched_for_a_copy_whose_file_is_gone(copy: Path) -> None:
    (copy / "oss_ai_monitor.duckdb").unlink()
    for file in (copy / "generations").iterdir():
        file.unlink()
    for command in (["serve", "--port", "5899"], ["desktop"]):
        assert "holds a copy of" in refusal(copy, *command)


def test_nothing_is_delivered_into_a_copy(copy: Path, public: Path, publisher: Path) -> None:
    before = files(copy)
    message = refusal(publisher / "warehouse", "deliver", str(copy), "--machine", "north")
    assert f"{copy} holds a copy of {public}" in message
    assert files(copy) == before
    assert "nothing new is published" in run(copy, "follow", str(public)).output


def test_what_was_put_into_a_copy_by_mistake_can_be_removed(copy: Path, public: Path) -> None:
    (copy / "landing" / "hub_listing").mkdir(parents=True)
    run_folder = copy / "landing" / "hub_listing" / "20260101T000000.000000Z-north"
    run_folder.mkdir()
    (run_folder / "manifest.json").write_text("{}")
    assert f"or remove {copy / 'landing'} if it was put into this copy by mistake" in refusal(
        copy, "follow", str(public)
    )


def test_a_folder_that_follows_no_longer_is_built_in(copy: Path) -> None:
    (copy / "following.json").unlink()
    run(copy, "ingest", "simulated", "--models", "1000", "--days", "1")
    run(copy, "build")


def test_a_copy_of_another_version_is_fetched_anew(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = warehouse.current(copy)
    with duckdb.connect(str(path)) as db:
        db.execute("update core.builds set shape = 1")
    sidecar = path.with_suffix(".json")
    checksum = msgspec.json.decode(sidecar.read_bytes())
    content = path.read_bytes()
    checksum |= {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
    sidecar.write_bytes(msgspec.json.encode(checksum))
    assert (
        f"run 'oss-ai-monitor --warehouse {copy} follow', which fetches what is published now"
        in run(copy, "status").stderr
    )
    prepare(copy)
    assert "oss-ai-monitor build" not in capsys.readouterr().err


def test_check_says_of_a_copy_that_it_is_fetched_again(copy: Path, public: Path) -> None:
    (copy / "oss_ai_monitor.duckdb").unlink()
    message = refusal(copy, "check")
    assert f"points at no generation; 'oss-ai-monitor --warehouse {copy} follow {public}' fetches it again" in message
    assert "Error: 1 error in " in message
