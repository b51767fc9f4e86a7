"""The commands sql, status and dictionary."""

from __future__ import annotations

import json
import re
import shlex
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from oss_ai_monitor import warehouse
from oss_ai_monitor.landing import FILE_TIME, Landing, Manifest
from oss_ai_monitor.sandbox import Refusal, single_statement
from oss_ai_monitor.sources import rereading
from oss_ai_monitor.terminal import escape_controls, export, utf8, width

from .group import REAL_DATA, main, one_line
from .landing import remarks
from .refreshing import lines, refresh_summary

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
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json"]),
    default="table",
    show_default=True,
    help="How it is printed.",
)
@click.pass_obj
def status(folder: Path, form: str) -> None:
    """Print for each source: snapshots, rows, age, what was left out and why, and which snapshots of an older reader
    are worth ingesting again; then the last refresh, its failures and the next one; then the datasets.

    \b
    Example: oss-ai-monitor status
    """
    manifests = Landing(folder / "landing").manifests()
    sources = [_source_status(source, manifests) for source in sorted({manifest.source for manifest in manifests})]
    datasets: list[dict[str, Any]] = []
    generation, instead_of = None, ""
    try:
        opened = warehouse.Warehouse.open(folder)
    except (warehouse.NoWarehouse, warehouse.Damaged) as error:
        click.echo(str(error), err=True)
    else:
        generation, instead_of = opened.generation, opened.instead_of
        datasets = json.loads(opened.query("status").to_json(orient="records", date_format="iso"))
        opened.close()
    refreshed = refresh_summary(folder)
    if form == "json":
        content = {
            "sources": sources,
            "refresh": refreshed,
            "generation": generation,
            "instead_of": instead_of,
            "datasets": datasets,
        }
        click.echo(json.dumps(content, indent=2))
        return
    if not sources:
        click.echo(f"nothing has landed in {folder}; '{REAL_DATA}' fetches real data", err=True)
    for source in sources:
        click.echo("{source}: {snapshots} snapshot(s), latest {latest}, {rows:,} rows".format(**source))
        click.echo(
            "  speaks of {day} ({as_of_rule}), {age_days} days ago; from {from}".format(
                day=source["as_of"][:10], **source
            )
        )
        for line in source["told"]:
            click.echo(f"  {line}")
        for run in source["ingest_again"]:
            click.echo("  worth ingesting again: {snapshot}, {why}; '{command}'".format(**run))
    for line in lines(refreshed):
        click.echo(line)
    if generation:
        click.echo(f"warehouse: generation {generation}")
    if instead_of:
        click.echo(f"  attention: {instead_of}")
    for row in datasets:
        click.echo(
            f"  {row['dataset']}: {row['models']:,} models shown, {row['dated']:,} dated, {row['undated']:,} undated;"
            f" left out: {row['flagged']:,} flagged evaluations, {row['folded']:,} repeated ones folded,"
            f" {row['no_models']:,} landed rows that are no model of their own (random baselines, repeated items)"
        )
        click.echo(f"    dates: {row['rules']}")


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


def _source_status(source: str, manifests: list[Manifest]) -> dict[str, Any]:
    runs = [manifest for manifest in manifests if manifest.source == source]
    latest = max(runs, key=lambda run: (not run.is_simulated, run.as_of, run.finished))
    return {
        "source": source,
        "snapshots": len(runs),
        "latest": latest.snapshot_id,
        "rows": latest.rows,
        "as_of": latest.as_of.isoformat(),
        "as_of_rule": latest.as_of_rule,
        "age_days": (datetime.now(UTC) - latest.as_of).days,
        "from": ", ".join(latest.addresses) + (f" @{latest.revision}" if latest.revision else ""),
        "is_simulated": latest.is_simulated,
        "told": remarks(latest, runs),
        "ingest_again": [
            {"snapshot": run.snapshot_id, "why": reason, "command": _ingest_command(run)}
            for run, reason in rereading.reasons(runs)
        ],
    }


def _ingest_command(run: Manifest) -> str:
    """Return the command that ingests a run's input again."""
    words = ["oss-ai-monitor", "ingest", "archive" if run.source.startswith("leaderboard") else "hub"]
    if not any("://" in address for address in run.addresses):
        words += ["--from", *run.addresses]
    if run.as_of_rule == "given":
        words += ["--as-of", f"{run.as_of:%Y-%m-%dT%H:%M:%S.%f}"]
    elif run.as_of_rule == FILE_TIME:
        words += ["--as-of", "DATE"]
    return shlex.join(words)
