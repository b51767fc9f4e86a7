"""Code blocks of the documentation run, or say why not; what is not run exists all the same."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import click
import pytest

from oss_ai_monitor.cli import main
from oss_ai_monitor.warehouse import Warehouse

from .code_blocks import LINKED, PAGES, ROOT, Block, blocks, text_of

ALL_BLOCKS = [block for page in PAGES for block in blocks(page)]
RUN = [block for block in ALL_BLOCKS if not block.reason]


@pytest.fixture(scope="module")
def shell_folder(community: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder like a checkout after `make serve`: a warehouse, sql/, and the command on the PATH in bin/."""
    folder = tmp_path_factory.mktemp("checkout")
    shutil.copytree(community, folder / "warehouse", symlinks=True)
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
def test_sql_runs_and_has_an_answer(block: Block, community: Path) -> None:
    with closing(Warehouse.open(community)) as opened:
        assert len(opened.sql_frame(block.code.strip().removesuffix(";")))


def our_commands() -> Iterator[tuple[Block, list[str]]]:
    """Each call of our command in a block, whether it is run or not."""
    for block in ALL_BLOCKS:
        for line in block.code.splitlines() if block.language in ("sh", "ini", "") else []:
            for call in re.findall(r"(?:^|[\s;&/])oss-ai-monitor ((?:'[^']*'|\"[^\"]*\"|[^;&|<>#'\"])+)", line):
                yield block, shlex.split(call)


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
    for page in LINKED:
        for words in re.findall(r"(?:^|`)make ((?:[a-z-]+ ?)+)", text_of(page), re.MULTILINE):
            assert set(words.split()) <= targets, page.name
