"""The command group: the warehouse folder, and one-line messages for failures."""

from __future__ import annotations

import copy
import os
import re
import shlex
import sqlite3
import sys
from pathlib import Path
from typing import Any

import click
import duckdb
from click.core import ParameterSource

from oss_ai_monitor import warehouse
from oss_ai_monitor.landing import LandingError
from oss_ai_monitor.publication import PublicationError
from oss_ai_monitor.sources.table import SourceError
from oss_ai_monitor.terminal import TYPED, as_typed, escape_controls, write_utf8
from oss_ai_monitor.version import __version__

FAILURES = (SourceError, LandingError, PublicationError, warehouse.WarehouseError, duckdb.Error, sqlite3.Error, OSError)
INTERRUPTED = "Query interrupted"
"""What DuckDB says where Ctrl-C came while it worked."""
FULL = ("No space left on device", "File too large", "Disk quota exceeded", "database or disk is full")
MAKE_ROOM = (
    "there is no room on the disk: what had landed and what serves is as it was; make room "
    "('oss-ai-monitor thin' removes old listings) and run the same again"
)
REAL_DATA = "oss-ai-monitor refresh"
ADDRESS = re.compile(r"[A-Za-z][\w+.\-]+://")
SENTENCE = 500
"""Letters of the longest sentence in the list of commands."""


def one_line(error: Exception | str) -> str:
    """Return an error in one line, with what to do if the disk is full."""
    message = " ".join(str(error).split())
    return f"{message}; {MAKE_ROOM}" if any(words in message for words in FULL) else message


class LocalPath(click.Path):
    """A path of this machine. An address is refused, for a folder of the name "https:" would be made of it."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if ADDRESS.match(str(value)):
            self.fail(f"{escape_controls(str(value))} is an address; expected a path of this machine", param, ctx)
        return super().convert(value, param, ctx)


class _Group(click.Group):
    """Expected failures are one line on stderr and an exit code, never a traceback.

    The options of the group may also follow the name of a command.
    """

    def add_command(self, cmd: click.Command, name: str | None = None) -> None:
        cmd.params += [_repeated(option) for option in self.params if isinstance(option, click.Option)]
        super().add_command(cmd, name)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands with the whole first sentence of each, which click would cut short."""
        with formatter.section("Commands"):
            formatter.write_dl(
                [(name, self.commands[name].get_short_help_str(limit=SENTENCE)) for name in self.list_commands(ctx)]
            )

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BrokenPipeError:  # the reader of our output has closed it
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return None
        except RuntimeError as error:
            if str(error) != INTERRUPTED:
                raise
            raise click.Abort from error
        except click.ClickException as error:
            if type(error) is not click.ClickException:  # a wrong call, which says its usage
                raise
            raise click.ClickException(as_typed(error.message)) from error
        except FAILURES as error:
            raise click.ClickException(escape_controls(as_typed(one_line(error)))) from error


def _repeated(option: click.Option) -> click.Option:
    """Return an option of the group for after the name of a command; there it has no default of its own."""
    again = copy.copy(option)
    if not again.expose_value:  # such as --version, of which each command's help need not speak
        again.hidden = True
    else:
        again.default, again.envvar, again.expose_value, again.callback = None, None, False, _choose_folder
        again.show_default = again.show_envvar = False
    return again


def _choose_folder(context: click.Context, _: click.Parameter, folder: Path | None) -> None:
    if folder is not None:
        context.obj = folder
        _name_folder(context, folder)


def _name_folder(context: click.Context, folder: Path) -> None:
    """Let messages advise commands with the folder that was named: typed without it, they would act on another one."""
    context.meta[TYPED] = f"oss-ai-monitor --warehouse {shlex.quote(str(folder))}"


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__)
@click.option(
    "--warehouse",
    "folder",
    type=LocalPath(file_okay=False, path_type=Path),
    default=Path("warehouse"),
    envvar="OSS_AI_MONITOR_WAREHOUSE",
    show_default=True,
    show_envvar=True,
    help="Folder that holds landed data and the DuckDB file; before or after the name of a command.",
)
@click.pass_context
def main(context: click.Context, folder: Path) -> None:
    """Watch open-source AI move: land what the Hub and its leaderboards say, build a warehouse, ask it.

    \b
    Example: oss-ai-monitor refresh && oss-ai-monitor serve
    """
    write_utf8()
    try:
        str(folder).encode()
    except UnicodeEncodeError as error:
        raise click.BadParameter(f"{escape_controls(str(folder))} is no UTF-8, so DuckDB cannot open it") from error
    context.obj = folder
    if context.get_parameter_source("folder") is ParameterSource.COMMANDLINE:
        _name_folder(context, folder)
