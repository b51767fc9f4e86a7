"""What a message advises can be done as it stands: it names the folder that was named, and options that are there."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from oss_ai_monitor.cli import main


def message(*arguments: str, **variables: str) -> str:
    """Run a command that must fail; returns its message in one line."""
    result = CliRunner().invoke(main, arguments, env=variables)
    assert result.exit_code == 1, result.output
    return " ".join(result.output.split())


def test_an_advised_command_names_the_folder_that_was_named(tmp_path: Path) -> None:
    folder = tmp_path / "of tin"
    (folder / "landing" / "hub_listing" / "20260101T000000.000000Z").mkdir(parents=True)
    refresh = f"'oss-ai-monitor --warehouse '{folder}' refresh'"
    for arguments in (["--warehouse", str(folder), "sql", "select 1"], ["sql", "select 1", "--warehouse", str(folder)]):
        assert refresh in message(*arguments)
    assert "'oss-ai-monitor refresh'" in message("sql", "select 1", OSS_AI_MONITOR_WAREHOUSE=str(folder))


@pytest.mark.parametrize(
    ("command", "takes_files"),
    [
        (["ingest", "archive"], True),
        (["ingest", "hub"], True),
        (["ingest", "weekly", "--since", "2026-01-01"], True),
        (["ingest", "benchmarks"], False),
        (["ingest", "hub-stats", "--since", "2026-01-01"], False),
        (["refresh"], False),
        (["follow", "hf://datasets/tin/open-models"], False),
        (["publish", "hf://datasets/tin/open-models"], False),
    ],
    ids=lambda value: "-".join(value[:2]) if isinstance(value, list) else "",
)
def test_files_are_advised_only_to_what_takes_files(tmp_path: Path, command: list[str], takes_files: bool) -> None:
    text = message("--warehouse", str(tmp_path), *command, HF_ENDPOINT="http://127.0.0.1:9")
    assert "http://127.0.0.1:9 does not answer" in text
    assert ("--from" in text) == takes_files


def test_a_publication_is_written_into_no_address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    text = message("--warehouse", "here", "publish", "https://data.example.org/warehouse")
    assert "is an address, and 'publish' writes files: name a folder that a web server shows" in text
    assert list(tmp_path.iterdir()) == []


def test_who_follows_a_folder_without_a_publication_is_told_what_to_follow(tmp_path: Path) -> None:
    (tmp_path / "built" / "landing").mkdir(parents=True)
    text = message("--warehouse", str(tmp_path / "copy"), "follow", str(tmp_path / "built"))
    assert f"'oss-ai-monitor --warehouse {tmp_path / 'built'} publish ANOTHER_FOLDER', then follow that folder" in text
    text = message("--warehouse", str(tmp_path / "copy"), "follow", str(tmp_path / "nothing"))
    assert "name the folder into which 'publish' wrote" in text
