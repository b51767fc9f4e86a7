"""The command mcp: the warehouse as tools of a language model."""

from __future__ import annotations

import os
from pathlib import Path

import click

from oss_ai_monitor import warehouse

from .group import main

SQL_VARIABLE = "OSS_AI_MONITOR_SQL"
MISSING = "the Model Context Protocol needs its SDK: pip install 'oss-ai-monitor[mcp]'"


@main.command()
@click.option(
    "--sql/--no-sql", default=True, help="Whether it answers SELECTs of the client's own; OSS_AI_MONITOR_SQL=off too."
)
@click.option(
    "--leaderboard-rows/--no-leaderboard-rows",
    "leaderboard_rows",
    default=True,
    help="Whether rows that name single models of a leaderboard, and their scores, are in answers; "
    "OSS_AI_MONITOR_LEADERBOARD_ROWS=off too.",
)
@click.pass_obj
def mcp(folder: Path, sql: bool, leaderboard_rows: bool) -> None:
    """Answer a client of the Model Context Protocol on stdin and stdout: read-only tools over the views, names and
    confined SQL.

    \b
    Example: oss-ai-monitor mcp --warehouse /srv/monitor
    """
    try:
        from oss_ai_monitor.mcp_server import server  # here: other commands need no SDK
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in ("mcp", "mcp_types", "pydantic"):
            raise
        raise click.ClickException(MISSING) from error
    from oss_ai_monitor.pages.tables import OFF_VALUES, VARIABLE  # here: other commands load no charts

    warehouse.Warehouse.open(folder).close()  # says what to run where there is none
    if not leaderboard_rows:
        os.environ[VARIABLE] = "off"
    has_sql = sql and os.environ.get(SQL_VARIABLE, "").lower() not in OFF_VALUES
    server(folder, with_sql=has_sql).run("stdio")
