"""What `status` prints, where options may stand, and what the list of commands says."""

from __future__ import annotations

import json
import re
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from oss_ai_monitor import warehouse
from oss_ai_monitor.cli import main
from oss_ai_monitor.landing import Landing
from oss_ai_monitor.landing.runs import STAMP
from oss_ai_monitor.refresh import RefreshState, StepStatus
from tests.conftest import land_rows

SOURCES = [
    *("hub_absences", "hub_access", "hub_adoption", "hub_benchmarks", "hub_changes", "hub_commits", "hub_details"),
    *("hub_discussions", "hub_failures", "hub_listing", "hub_repositories", "leaderboard_v1", "leaderboard_v2"),
]


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments, catch_exceptions=False)


def copy_run(folder: Path, source: str, days: int) -> None:
    """Land the run of a board once more, as of an earlier day, under the name of a source and by an older reader."""
    (original,) = [run for run in Landing(folder / "landing").manifests("leaderboard_v1") if run.reader_version]
    fields = json.loads((original.folder / "manifest.json").read_text())
    del fields["sha256"]
    for name in ("started", "finished", "as_of"):
        fields[name] = (datetime.fromisoformat(fields[name]) - timedelta(days=days)).isoformat()
    stamp = (original.started - timedelta(days=days)).strftime(STAMP)
    fields |= {"source": source, "snapshot_id": stamp, "reader_version": 0, "fingerprint": f"{source} {days}"}
    fields |= {"is_simulated": False, "addresses": [f"{'a folder with a long name/' * 3}{days}.csv"]}
    copied = folder / "landing" / source / stamp
    shutil.copytree(original.folder, copied)
    (copied / "manifest.json").chmod(0o644)
    (copied / "manifest.json").write_text(json.dumps(fields))


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two boards, the Hub and three benchmarks; every source there is, with runs of forty days; steps that fail."""
    folder = tmp_path_factory.mktemp("grown")
    community = ("simulated", "--models", "1000", "--seed", "7", "--days", "1")
    assert run("--warehouse", str(folder), "ingest", *community).exit_code == 0
    assert run("--warehouse", str(folder), "build").exit_code == 0
    for source in SOURCES:
        for days in range(1, 41):
            copy_run(folder, source, days)
    now = datetime.now(UTC)
    steps = {name: StepStatus(now, now, f"{name} said no. " * 20, 7) for name in ("archive", "listing", "details")}
    RefreshState(now, now, steps).write(folder)
    return folder


def rows_of_80_columns(text: str) -> int:
    return sum(max(1, -(-len(line) // 80)) for line in text.splitlines())


def test_status_fits_a_screen_and_leaves_no_source_out(grown: Path) -> None:
    text = run("--warehouse", str(grown), "status").stdout
    assert rows_of_80_columns(text) <= 24
    assert [line.split()[:2] for line in text.splitlines() if line.split()[0] in SOURCES] == [
        [source, "41" if source in ("hub_access", "hub_adoption", "hub_benchmarks", "hub_commits", "hub_details",
                                    "hub_listing")
         or source.startswith("leaderboard") else "40"]
        for source in SOURCES
    ]  # fmt: skip
    for row in (r"hub +1,000 +39 ", r"v1 +149 +5 +2 ", r"v2 +149 +2 +2 ", r"3 benchmarks, together +63 "):
        assert re.search(rf"^{row}", text, re.MULTILINE), row
    assert re.search(r"^attention: \d+.*: 'oss-ai-monitor status --verbose'$", text.splitlines()[-1])
    full_text = run("--warehouse", str(grown), "status", "--verbose").stdout
    assert full_text.count("worth ingesting again") == 4 * 40
    assert full_text.count("said no.") == 3 * 20
    assert "sim-benchmarks/Proofs" in full_text


def test_what_needs_attention_is_said_as_far_as_there_is_room(tmp_path: Path) -> None:
    board = [{"fullname": "tin/kettle", "average": 40.0, "date": "2024-01-01"}]
    land_rows(tmp_path, "leaderboard_v1", board)
    warehouse.build(tmp_path, Landing(tmp_path / "landing").selected())
    lines = run("--warehouse", str(tmp_path), "status").stdout.splitlines()
    (manifest,) = Landing(tmp_path / "landing").manifests()
    assert lines[-2:] == [
        f"worth ingesting again: leaderboard_v1 {manifest.snapshot_id}, version 0 of its reader landed it, and version "
        f"1 may read more; 'oss-ai-monitor --warehouse {tmp_path} ingest archive --from 'made-up rows' "
        "--as-of 2024-06-15T12:00:00.000000'",
        "more: 'oss-ai-monitor status --verbose'",
    ]


@pytest.mark.parametrize("form", ["table", "json"])
@pytest.mark.parametrize(("place", "expected"), [("missing", "there is no folder "), ("empty", "empty is empty")])
def test_a_folder_with_nothing_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str, expected: str, form: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty").mkdir()
    result = run("--warehouse", place, "status", "--format", form)
    assert result.exit_code == 1
    assert expected in result.stderr
    assert result.stderr.count("\n") == 1
    assert [path.name for path in tmp_path.iterdir()] == ["empty"]


@pytest.mark.parametrize("command", sorted(main.commands))
def test_the_options_of_the_group_may_follow_every_command(command: str) -> None:
    options = {option: parameter for parameter in main.commands[command].params for option in parameter.opts}
    for parameter in main.params:
        assert set(parameter.opts) <= set(options), parameter.opts
    assert run(command, "--version").stdout == run("--version").stdout


def test_the_folder_may_be_named_before_or_after_the_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, grown: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("OSS_AI_MONITOR_WAREHOUSE", str(tmp_path / "of the environment"))
    before = run("--warehouse", str(grown), "sql", "select 7 as n", "--format", "csv")
    assert before.stdout == "n\n7\n"
    for arguments in (
        ["sql", "--warehouse", str(grown), "select 7 as n", "--format", "csv"],
        ["sql", "select 7 as n", "--format", "csv", "--warehouse", str(grown)],
        ["--warehouse", "elsewhere", "sql", "select 7 as n", "--format", "csv", "--warehouse", str(grown)],
    ):
        assert run(*arguments).stdout == before.stdout
    assert "of the environment" in run("sql", "select 7").stderr


def test_the_list_of_commands_has_whole_sentences() -> None:
    text = run("--help").stdout
    listed = " ".join(text.partition("Commands:")[2].split())
    assert "..." not in listed
    for name, command in main.commands.items():
        first = " ".join((command.help or "").split()).partition(". ")[0].removesuffix(".")
        assert f"{name} {first}." in listed
    assert max(map(len, text.splitlines())) <= 80
