"""The command status: what has landed, the refreshes, what is shown, and what needs attention."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterable
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from oss_ai_monitor import warehouse
from oss_ai_monitor.landing import FILE_TIME, Landing, Manifest
from oss_ai_monitor.plurals import counted
from oss_ai_monitor.server.alarms import warnings
from oss_ai_monitor.sources import rereading
from oss_ai_monitor.terminal import as_typed, escape_controls, print_message

from .following import copy_line, names_notice
from .group import REAL_DATA, main
from .landing import remarks
from .refresh_summary import failure_lines, lines, next_line, refresh_line, refresh_summary

ROWS, COLUMNS = 24, 80
"""The screen that the short form fits, whatever the size of the terminal: it is read in mails and logs, too."""
ATTENTION = "attention: "


@main.command()
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json"]),
    default="table",
    show_default=True,
    help="How it is printed.",
)
@click.option("--verbose", "-v", "is_verbose", is_flag=True, help="Every remark, address, rule and command.")
@click.pass_obj
def status(folder: Path, form: str, is_verbose: bool) -> None:
    """Print what has landed, the last refresh and the next one, the datasets that are shown, and what needs attention.

    It fits on a screen; with --verbose it also says for each source where it is from, what was left out and why, and
    which snapshots of an older reader are worth ingesting again, and for each dataset how its models are dated. Exits
    with 1 if there is neither landed data nor a warehouse.

    \b
    Examples: oss-ai-monitor status
              oss-ai-monitor status --verbose
    """
    content = _content(folder)
    is_empty = not content["sources"] and not warehouse.generations(folder, include_pinned=True)
    if form == "json":
        click.echo(json.dumps(content, indent=2))
    elif not is_empty or content["refresh"]["started_at"]:
        for line in map(as_typed, _long(content)) if is_verbose else _short(content):
            click.echo(escape_controls(line))
    if is_empty:
        raise click.ClickException(_emptiness(folder))


def _content(folder: Path) -> dict[str, Any]:
    """Return what is printed as JSON; why no generation can be shown goes to stderr."""
    landing = Landing(folder / "landing")
    manifests = landing.manifests()
    sources = sorted({manifest.source for manifest in manifests})
    content: dict[str, Any] = {
        "sources": [_source_status(landing, source, manifests) for source in sources],
        "refresh": refresh_summary(folder),
        "generation": None,
        "is_simulated": any(manifest.is_simulated for manifest in manifests),
        "copy": copy_line(folder),
        "instead_of": "",
        "names": "",
        "rules": "",
        "datasets": [],
        "warnings": [],
    }
    try:
        opened = warehouse.Warehouse.open(folder)
    except (warehouse.NoWarehouse, warehouse.Damaged) as error:
        if manifests or warehouse.generations(folder, include_pinned=True):
            print_message(str(error))
        return content | {"warnings": [asdict(alarm) for alarm in warnings(folder, None)]}
    try:
        attention = warnings(folder, opened)
        names = names_notice(folder, opened)
        rows = json.loads(opened.query("status").to_json(orient="records", date_format="iso"))
    finally:
        opened.close()
    return content | {
        "generation": opened.generation,
        "is_simulated": opened.is_simulated,
        "instead_of": opened.instead_of,
        "names": names,
        "rules": opened.rules_notice or "present",
        "datasets": rows,
        "warnings": [asdict(alarm) for alarm in attention],
    }


def _emptiness(folder: Path) -> str:
    place = f"{folder} is empty" if folder.is_dir() else f"there is no folder {folder}"
    return (
        f"{place}: neither landed data nor a warehouse; '{REAL_DATA}' fetches real data, and --warehouse or "
        "OSS_AI_MONITOR_WAREHOUSE chooses another folder"
    )


def _short(content: dict[str, Any]) -> list[str]:
    """Return the lines of the short form: tables, and below them as much of what needs attention as fits."""
    refreshed = content["refresh"]
    printed = [
        _generation_line(content),
        *([] if content["copy"] and not refreshed["started_at"] else [refresh_line(refreshed)]),
        *([f"  {line}"] if (line := next_line(refreshed)) else []),
        *_landed_heading(content),
        *(
            f"{source['source']:<18}{source['snapshots']:>10,}{source['rows']:>14,}   {source['as_of'][:10]:<12}"
            f"{source['age_days']:>9,}"
            for source in content["sources"]
        ),
    ]
    if content["datasets"]:
        columns = ("models", "undated", "flagged", "folded", "no_models")
        printed.append(f"{'shown':<25}{'models':>11}{'undated':>11}{'flagged':>11}{'repeated':>11}{'no model':>11}")
        printed += [
            f"{name:<25}" + "".join(f"{row[column]:>11,}" for column in columns)
            for name, row in _with_benchmarks_as_one(content["datasets"])
        ]
    return [*printed, *_fitting(_notices(content), ROWS - len(printed))]


def _landed_heading(content: dict[str, Any]) -> list[str]:
    if content["copy"]:
        return [content["copy"]]
    if not content["sources"]:
        return [f"landed: nothing; '{REAL_DATA}' fetches real data"]
    return [f"{'landed':<18}{'snapshots':>10}{'rows':>14}   {'speaks of':<12}{'days ago':>9}"]


def _generation_line(content: dict[str, Any]) -> str:
    if not content["generation"]:
        return "warehouse: none that can be shown"
    return f"warehouse: generation {content['generation']}" + (", of simulated data" if content["is_simulated"] else "")


def _with_benchmarks_as_one(rows: list[dict[str, Any]]) -> Iterable[tuple[str, dict[str, Any]]]:
    """Yield the rows of the table with their names; official benchmarks, of which there may be many, are added up."""
    benchmarks = [row for row in rows if row["kind"] == "benchmark"]
    yield from ((row["dataset"], row) for row in rows if row["kind"] != "benchmark")
    if benchmarks:
        name = benchmarks[0]["dataset"] if len(benchmarks) == 1 else f"{len(benchmarks)} benchmarks, together"
        numbers = ("models", "undated", "flagged", "folded", "no_models")
        yield name, {column: sum(row[column] for row in benchmarks) for column in numbers}


def _notices(content: dict[str, Any]) -> list[str]:
    """Return what needs attention, the most urgent first."""
    notices = [f"{ATTENTION}{text}" for text in _what_to_look_at(content)]
    notices += failure_lines(content["refresh"])
    for source in content["sources"]:
        notices += [f"{source['source']}: {line}" for line in source["told"] if line.startswith(ATTENTION)]
    for source in content["sources"]:
        for run in source["ingest_again"]:
            text = f"worth ingesting again: {source['source']} {run['snapshot']}, {run['why']}; '{run['command']}'"
            notices.append(text)
    return [as_typed(notice) for notice in notices]


def _what_to_look_at(content: dict[str, Any]) -> list[str]:
    texts = [
        content["instead_of"],
        content["names"],
        _rules(content),
        *(alarm["text"] for alarm in content["warnings"]),
    ]
    return [str(text) for text in texts if text]


def _rules(content: dict[str, Any]) -> str:
    return "" if content["rules"] in ("", "present") else str(content["rules"])


def _fitting(notices: list[str], max_rows: int) -> list[str]:
    """Return the notices that fit into so many rows of a screen, and in the last row where the rest is."""
    fitting: list[str] = []
    rows = 1
    for notice in notices:
        rows += -(-len(notice) // COLUMNS)
        if rows > max_rows:
            break
        fitting.append(notice)
    hidden = len(notices) - len(fitting)
    more = f"attention: {hidden} more" if fitting and hidden else f"attention: {hidden}" if hidden else "more"
    return [*fitting, f"{more}: 'oss-ai-monitor status --verbose'"]


def _long(content: dict[str, Any]) -> Iterable[str]:
    """Yield the lines of the long form."""
    if not content["sources"]:
        yield from _landed_heading(content)
    for source in content["sources"]:
        snapshots, rows = counted(source["snapshots"], "snapshot"), counted(source["rows"], "row")
        yield "{source}: {0}, latest {latest}, {1}".format(snapshots, rows, **source)
        day = source["as_of"][:10]
        age = f"{counted(source['age_days'], 'day')} ago"
        yield "  speaks of {0} ({as_of_rule}), {1}; from {from}".format(day, age, **source)
        for line in source["told"]:
            yield f"  {line}"
        for run in source["ingest_again"]:
            yield "  worth ingesting again: {snapshot}, {why}; '{command}'".format(**run)
    yield from lines(content["refresh"])
    if content["generation"]:
        yield _generation_line(content)
    for text in _what_to_look_at(content):
        yield f"  {ATTENTION}{text}"
    for row in content["datasets"]:
        yield (
            f"  {row['dataset']}: {counted(row['models'], 'model')} shown, {row['dated']:,} dated,"
            f" {row['undated']:,} undated; left out: {counted(row['flagged'], 'flagged evaluation')},"
            f" {counted(row['folded'], 'repeated one')} (the best of each model counts),"
            f" {counted(row['no_models'], 'landed row')} without a model of its own (random baselines, repeated items)"
        )
        yield f"    dates: {row['rules']}"


def _source_status(landing: Landing, source: str, manifests: list[Manifest]) -> dict[str, Any]:
    runs = [manifest for manifest in manifests if manifest.source == source]
    latest = landing.latest(source)
    assert latest is not None
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
        "told": remarks(latest, runs) + _ahead(runs),
        "ingest_again": [
            {"snapshot": run.snapshot_id, "why": reason, "command": _ingest_command(run)}
            for run, reason in rereading.reasons(runs)
        ],
    }


def _ahead(runs: list[Manifest]) -> list[str]:
    """Return a remark on each run that a clock which was ahead has dated."""
    return [
        f"{ATTENTION}{run.snapshot_id} is dated later than now: the clock was ahead when it landed, or is behind now; "
        "it is passed over where there are others"
        for run in runs
        if run.is_ahead()
    ]


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
