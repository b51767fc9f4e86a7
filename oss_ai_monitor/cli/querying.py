"""The commands sql and dictionary."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import click

from oss_ai_monitor import warehouse
from oss_ai_monitor.sandbox import Refusal, single_statement
from oss_ai_monitor.terminal import escape_controls, export, utf8, width

from .group import main, one_line

COMMENT = re.compile(r"--(?:[^\w]|.*\n)", re.ASCII)
"""The start of an SQL text with a comment, which no option has."""


class _QueryCommand(click.Command):
    """Accepts a query that begins with a comment, which click would take for an option."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        return super().parse_args(ctx, [f"\n{word}" if COMMENT.match(word) else word for word in args])


@main.command(cls=_QueryCommand)
@click.argument("query")
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "csv", "json"]),
    default="table",
    show_default=True,
    help="How rows are printed.",
)
@click.option("--rows", default=40, show_default=True, type=click.IntRange(1), help="Rows that a table shows at most.")
@click.pass_obj
def sql(folder: Path, query: str, form: str, rows: int) -> None:
    """Run QUERY on the warehouse, one SELECT or EXPLAIN in DuckDB's SQL ('-' reads it from stdin). It may read files,
    but changes nothing.

    \b
    Examples: oss-ai-monitor sql "select type, count(*) from core.evaluations where leaderboard = 'v2' group by all"
              oss-ai-monitor sql - < sql/examples/01_best_small_model.sql
    """
    path = warehouse.current(folder)
    try:  # an argument that is no UTF-8 holds its bytes as surrogates
        text = utf8(sys.stdin.buffer.read() if query == "-" else query.encode(errors="surrogateescape"))
    except ValueError as error:
        raise click.ClickException(f"the query {error}") from error
    with warehouse.translate_errors(path), warehouse.connect(path, read_only=True) as db:
        try:
            statement = single_statement(db, text)
        except Refusal as refusal:
            raise click.ClickException(escape_controls(one_line(refusal))) from refusal
        if form != "table":
            export(db, statement, form)
        elif relation := db.sql(statement.query):
            relation.show(max_rows=rows, max_width=max(80, width()))


@main.command()
@click.pass_obj
def dictionary(folder: Path) -> None:
    """Print the data dictionary (Markdown), from the comments in the warehouse itself.

    \b
    Example: oss-ai-monitor dictionary > DATA_DICTIONARY.md
    """
    opened = warehouse.Warehouse.open(folder)
    columns = opened.query("data_dictionary")
    opened.close()
    click.echo("# Data dictionary\n")
    click.echo("Written by `make dictionary` from the comments in the warehouse itself; a test holds it to them.")
    for (relation, kind, comment), rows in columns.groupby(["relation", "kind", "comment"], sort=False, dropna=False):
        click.echo(f"\n## {relation}\n\n{comment} ({kind})\n\n| column | type | |\n|---|---|---|")
        for row in rows.itertuples():
            description = str(row.column_comment).replace("|", "\\|")
            click.echo(f"| {row.column_name} | {row.data_type} | {description} |")
