"""Code blocks of the documentation run, or say why not; what is not run exists all the same."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import duckdb
import pytest
from click.testing import CliRunner

from oss_ai_monitor import history
from oss_ai_monitor.cli import main
from oss_ai_monitor.landing import Landing

from .code_blocks import FENCE, PAGES, ROOT, Block, blocks, text_of

ALL_BLOCKS = [block for page in PAGES for block in blocks(page)]
RUN = [block for block in ALL_BLOCKS if not block.reason]
REASONS = {
    "serves until": r"make serve|oss-ai-monitor (serve|mcp)",
    "asks the Hub": r"oss-ai-monitor (refresh|ingest (archive|hub|benchmarks))",
    "installs": r"pip install|apt-get|make cluster",
    "opens a window": r"desktop",
    "the tests themselves": r"pytest|make test",
    "needs root and (systemd|nginx)": r"apt-get|systemctl|/etc/",
    "needs Docker": r"docker ",
    "needs DuckDB's own client": r"^duckdb ",
    "prints with a Chromium": r"\.pdf",
    "a file of settings": r"^[A-Z_]+=",
    "a line of a crontab": r"^\d+ \d+ \* \* [\d*]",
    "a file of Prometheus": r"^groups:",
    "a dashboard of Grafana": r'"panels":',
    "a file of an MCP client": r'"mcpServers":',
    "a unit of systemd": r"^\[Service\]",
    "the (file|folder) is another machine's": r"/mnt/elsewhere",
    "the moments? (is|are) of another warehouse": r"--landed-by \d{4}|compare --then \d{4}",
    "the (address|dataset|folder and the dataset|names) (is an example|are examples)": r"example",
    "it damages a copy": r"dd of=",
    "the models are of another warehouse": r"oss-ai-monitor why (mistralai|TheBloke)\b",
    "asks a server that is not there": r"^curl 'http://localhost:\d+/",
    "a part of a module of the tests": r"^def ",
    "rows of tables": r"^\| ",
    "is sql/": r"^-- grain",
    "a file of the tree; tests/": r"^(import|from|-- grain|class|def|select|\"\"\")",
}
"""The reasons not to run a block, and what such a block has in it."""


@pytest.fixture(scope="module")
def shell_folder(community: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder like a checkout after `make serve`: a warehouse with a kept day, sql/, and the command in bin/."""
    folder = tmp_path_factory.mktemp("checkout")
    shutil.copytree(community, folder / "warehouse", symlinks=True)
    history.catch_up(Landing(folder / "warehouse" / "landing"))
    (folder / "sql").symlink_to(ROOT / "sql")
    command = folder / "bin" / "oss-ai-monitor"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m oss_ai_monitor.cli "$@"\n')
    command.chmod(command.stat().st_mode | stat.S_IXUSR)
    return folder


def environment(folder: Path) -> dict[str, str]:
    return {
        **os.environ,
        "PATH": f"{folder / 'bin'}:{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "OSS_AI_MONITOR_WAREHOUSE": str(folder / "warehouse"),
        "HF_HUB_OFFLINE": "1",
    }


def test_a_block_that_is_not_run_has_a_reason_and_a_language_we_run_has_no_other() -> None:
    assert {block.language for block in RUN} == {"sh", "sql", "python"}
    assert len(RUN) >= 12


def test_no_block_of_any_page_is_overlooked() -> None:
    assert {ROOT / "README.md", ROOT / "deploy" / "README.md", ROOT / "docs" / "querying.md"} <= set(PAGES)
    for page in PAGES:
        assert len(FENCE.findall(text_of(page))) == 2 * len(blocks(page)), page


@pytest.mark.parametrize("block", [block for block in ALL_BLOCKS if block.reason], ids=str)
def test_a_reason_not_to_run_a_block_is_true_of_it(block: Block) -> None:
    patterns = [pattern for reason, pattern in REASONS.items() if re.match(reason, block.reason)]
    assert patterns, f"{block.reason!r} is none of the reasons: {list(REASONS)}"
    assert any(re.search(pattern, block.code, re.MULTILINE) for pattern in patterns), block.reason
    if path := re.match(r"is (\S+\.sql)", block.reason):
        assert block.code == text_of(ROOT / path[1])
    if test := re.search(r"tests/\S+\.py", block.reason):
        assert block.page.name in text_of(ROOT / test[0])


@pytest.mark.parametrize("block", [block for block in ALL_BLOCKS if block.reason and block.language], ids=str)
def test_a_block_that_is_not_run_is_code_all_the_same(block: Block) -> None:
    if block.language == "sh":
        subprocess.run(["bash", "-n"], input=block.code, text=True, check=True)
    elif block.language == "python":
        compile(block.code, str(block), "exec")
    elif block.language == "sql":
        with duckdb.connect() as db:
            assert db.extract_statements(block.code)


def test_every_example_is_run_by_a_test() -> None:
    assert [path.name for path in sorted((ROOT / "examples").iterdir()) if not path.name.startswith(".")] == [
        "monitor.ipynb"
    ]
    assert '"monitor.ipynb"' in text_of(ROOT / "tests" / "test_notebook.py")
    assert '/ "examples").glob("*.sql")' in text_of(ROOT / "tests" / "test_examples.py")


@pytest.mark.slow
@pytest.mark.parametrize("block", [block for block in RUN if block.language == "sh"], ids=str)
def test_a_block_of_commands_runs(block: Block, shell_folder: Path) -> None:
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", block.code], cwd=shell_folder, env=environment(shell_folder),
        capture_output=True, text=True, check=False, timeout=900,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


@pytest.mark.slow
@pytest.mark.parametrize(
    "page", sorted({block.page for block in RUN if block.language == "python"}), ids=lambda page: page.name
)
def test_python_of_a_page_runs(page: Path, community: Path, tmp_path: Path) -> None:
    code = "".join(block.code for block in blocks(page) if block.language == "python" and not block.reason)
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=600,
        env=environment(tmp_path) | {"OSS_AI_MONITOR_WAREHOUSE": str(community)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("block", [block for block in RUN if block.language == "sql"], ids=str)
def test_sql_runs_as_the_command_and_has_an_answer(
    block: Block, shell_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(shell_folder)
    result = CliRunner().invoke(main, ["sql", "-", "--format", "json"], input=block.code, catch_exceptions=False)
    assert result.exit_code == 0, result.stderr
    assert json.loads(result.stdout) or "series_id = 12345" in block.code  # the text says to fill in a number


def our_commands() -> Iterator[tuple[Block, list[str]]]:
    """Each call of our command in a block, whether it is run or not; elsewhere it is the name of a user or a unit."""
    for block in ALL_BLOCKS:
        for line in block.code.splitlines() if block.language in ("sh", "ini", "") else []:
            for call in re.findall(r"(?:^|[\s;&/])oss-ai-monitor ((?:'[^']*'|\"[^\"]*\"|[^;&|<>#'\"])+)", line):
                words = shlex.split(call)
                if block.page.parent.name != "deploy" or words[0] in {*main.commands, "--warehouse"}:
                    yield block, words


def test_commands_that_are_not_run_exist_with_their_options() -> None:
    calls = [(block, words) for block, words in our_commands() if "COMMAND" not in words]
    assert len(calls) > 30
    for block, words in calls:
        context = main.make_context("oss-ai-monitor", list(words), resilient_parsing=True)
        name, arguments = context._protected_args[0], context.args
        assert name in main.commands, f"{block}: {name}"
        command = main.commands[name]
        try:
            command.make_parser(click.Context(command, info_name=name)).parse_args(list(arguments))
        except click.UsageError as error:
            pytest.fail(f"{block}: {error.format_message()}")


def test_targets_of_make_exist() -> None:
    targets = set(re.findall(r"^([a-z-]+):", text_of(ROOT / "Makefile"), re.MULTILINE))
    for page in PAGES:
        for words in re.findall(r"(?:^|`)make ((?:[a-z-]+ ?)+)", text_of(page), re.MULTILINE):
            assert set(words.split()) <= targets, page.name
