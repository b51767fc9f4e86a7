"""Write what is made from the code: docs/commands.md from the command line, docs/imports.svg from the imports.

`python -m scripts.written_pages` writes them; tests/test_docs.py compares them with the code.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from oss_ai_monitor.cli import main

from .import_drawing import drawing, imports, layers

ROOT = Path(__file__).parents[1]
COMMANDS = ROOT / "docs" / "commands.md"
DRAWING = ROOT / "docs" / "imports.svg"
HEAD = """# Commands

Written by `make docs` from the command line's own help; a test compares them. `oss-ai-monitor COMMAND --help` says
the same.
"""
NOT_RUN = {
    "oss-ai-monitor": "asks the Hub, and serves until it is stopped",
    "backup": "the folder is another machine's",
    "build": "the moments are of another warehouse",
    "compare": "the moments are of another warehouse",
    "deliver": "the folder is another machine's",
    "desktop": "opens a window",
    "follow": "the address is an example",
    "ingest": "asks the Hub, and names files that are not there",
    "mcp": "serves until its client ends",
    "publish": "the folder and the dataset are examples",
    "refresh": "asks the Hub",
    "report": "prints with a Chromium",
    "restore": "the file is another machine's",
    "serve": "serves until it is stopped",
    "why": "the models are of another warehouse",
}
"""Commands whose examples the tests of the documentation do not run, and why."""


def commands_page() -> str:
    """Every command with its arguments and options, in the order of --help."""
    parts = [HEAD, _section("oss-ai-monitor", main, click.Context(main, info_name="oss-ai-monitor"))]
    for name, command in sorted(main.commands.items()):
        parent = click.Context(main, info_name="oss-ai-monitor")
        parts.append(_section(name, command, click.Context(command, info_name=name, parent=parent)))
    return "\n".join(parts)


def pages() -> dict[Path, str]:
    """Each written page by its path."""
    return {COMMANDS: commands_page(), DRAWING: drawing(layers(ROOT / "pyproject.toml"), imports())}


def _section(title: str, command: click.Command, context: click.Context) -> str:
    text, _, examples = (command.help or "").partition("\b\n")
    usage = " ".join([context.command_path, *command.collect_usage_pieces(context)])
    lines = [f"## {title}", "", f"`{usage}`", "", _markdown(text), ""]
    if rows := list(_rows(command, context)):
        lines += ["| option | |", "|---|---|", *rows, ""]
    if examples:
        lines += [f"<!-- not run: {NOT_RUN[title]} -->"] if title in NOT_RUN else []
        lines += ["```sh", *_examples(examples), "```", ""]
    return "\n".join(lines)


def _rows(command: click.Command, context: click.Context) -> Iterator[str]:
    for parameter in command.get_params(context):
        if isinstance(parameter, click.Option) and not parameter.hidden and "--help" not in parameter.opts:
            flags, text = parameter.get_help_record(context) or ("", "")
            yield f"| `{flags}` | {_markdown(text).replace('|', chr(92) + '|')} |"


def _examples(text: str) -> list[str]:
    """The command lines of a help text, each on a line."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return [line.partition(":")[2].strip() if line.startswith("Example") else line for line in lines]


def _markdown(text: str) -> str:
    return " ".join(text.split()).replace("<", "&lt;").replace("*", "\\*")


if __name__ == "__main__":
    for path, text in pages().items():
        path.write_text(text, encoding="utf-8")
