"""Write the pages that are made from the code: docs/commands.md from the command line, docs/imports.svg from the imports.

`python scripts/written_pages.py` writes them, with --check it names those that are out of date and exits with 1.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import click

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(Path(__file__).parent)]

from import_drawing import drawing, imports, layers  # noqa: E402  (found by the line before)

from oss_ai_monitor.cli import main  # noqa: E402

COMMANDS = ROOT / "docs" / "commands.md"
DRAWING = ROOT / "docs" / "imports.svg"
HEAD = """# Commands

Written by `make docs` from the command line's own help; a test compares them. `oss-ai-monitor COMMAND --help` says the same.
"""


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
        lines += ["<!-- not run: examples of the help, which ask the network or serve -->", "```sh", *_examples(examples), "```", ""]
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
    outdated = {path: text for path, text in pages().items() if not path.exists() or path.read_text("utf-8") != text}
    if "--check" in sys.argv:
        sys.exit("\n".join(f"{path.relative_to(ROOT)} is out of date: run 'make docs'" for path in outdated))
    for path, text in outdated.items():
        path.write_text(text, encoding="utf-8")
