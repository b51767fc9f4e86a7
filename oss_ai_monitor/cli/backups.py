"""The commands check, backup and restore."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import click
import duckdb

from oss_ai_monitor import history, landing, publication, refresh, warehouse
from oss_ai_monitor.landing import Landing, Manifest
from oss_ai_monitor.plurals import counted
from oss_ai_monitor.terminal import as_typed, print_message

from .group import REAL_DATA, LocalPath, main


@main.command()
@click.option("--set-aside", "set_aside", is_flag=True, help="Move damaged runs out of the way; nothing is removed.")
@click.option("--digest", "is_digest", is_flag=True, help="Only print one checksum of all tables.")
@click.pass_obj
def check(folder: Path, set_aside: bool, is_digest: bool) -> None:
    """Read everything and verify it: landed parts and manifests, the days of the history of adoption, generations of
    the warehouse with their checks, the state of refreshes.

    Prints a line for each error: the file, what is wrong with it, what repairs it. The exit code is 1 if there is any.
    With --digest it prints a checksum of every table's rows instead, which is equal for two builds of the same landing
    by DuckDB.

    \b
    Examples: oss-ai-monitor check
              oss-ai-monitor check --digest
    """
    if is_digest:
        path = warehouse.current(folder)
        with warehouse.translate_errors(path), warehouse.connect(path, read_only=True) as db:
            click.echo(f"{warehouse.digest(db)}  {path.stem}")
        return
    if not (any((folder / "landing").glob("*/*")) or warehouse.generations(folder, include_pinned=True)):
        raise warehouse.NoWarehouse(f"there is nothing to check in {folder}: neither landed data nor a warehouse")
    error_count = 0
    damaged: list[landing.Damaged] = []
    landing_folder = Landing(folder / "landing")
    for error in _errors(folder, landing_folder):
        error_count += 1
        click.echo(as_typed(str(error)))
        if isinstance(error, landing.Damaged):
            damaged.append(error)
    if set_aside:
        for aside_folder in landing.set_aside(damaged):
            click.echo(
                f"{aside_folder.parent.name}: set aside as {aside_folder.name}; ask the source again, then build",
                err=True,
            )
    if error_count:
        raise click.ClickException(f"{counted(error_count, 'error')} in {folder} (see above)")


@main.command()
@click.argument("target", type=LocalPath(path_type=Path), metavar="FILE_OR_FOLDER")
@click.pass_obj
def backup(folder: Path, target: Path) -> None:
    """Copy what has landed into a new tar FILE, or into a FOLDER that exists, where only what is new is written.

    Every part is verified by its checksum. The warehouse itself is not included: 'build' makes it again.

    \b
    Examples: oss-ai-monitor backup /mnt/elsewhere/landing-2026-11.tar
              oss-ai-monitor backup /mnt/elsewhere/landing/
    """
    report = landing.back_up(Landing(folder / "landing"), target, _line)
    click.echo(
        f"{counted(report.written, 'run')} written to {target}, {report.unchanged:,} there already; "
        f"{report.bytes / 1e6:,.1f} MB",
        err=True,
    )


@main.command()
@click.argument("origin", type=LocalPath(path_type=Path), metavar="FILE_OR_FOLDER")
@click.option("--add", is_flag=True, help="Where something has landed: add what is missing, replace what is damaged.")
@click.pass_obj
def restore(folder: Path, origin: Path, add: bool) -> None:
    """Restore a backup: all of it is verified before any of it is visible, and undamaged runs are never replaced. If it
    is interrupted, it continues when it is run again.

    \b
    Example: oss-ai-monitor restore /mnt/elsewhere/landing-2026-11.tar && oss-ai-monitor build
    """
    publication.refuse_copy(folder)
    report = landing.restore(Landing(folder / "landing"), origin, add=add, on_run=_line)
    counts = (
        f"{counted(report.written, 'run')} restored, {report.replaced:,} replaced because they were damaged, "
        f"{report.unchanged:,} there already"
    )
    print_message(f"{counts}; 'oss-ai-monitor build' makes them visible")


def _line(run: Manifest) -> None:
    click.echo(f"{run.source} {run.snapshot_id}: {counted(run.rows, 'row')}", err=True)


def _errors(folder: Path, landing_folder: Landing) -> Iterator[Exception | str]:
    """Yield all errors; print remarks that are no errors."""
    runs, without_checksum, size = 0, 0, 0
    undamaged: dict[tuple[str, str], Manifest] = {}
    for item in landing.check(landing_folder):
        if isinstance(item, Manifest):
            runs, without_checksum = runs + 1, without_checksum + (not item.has_checksum)
            size += sum(part.bytes for part in item.parts)
            undamaged[item.source, item.snapshot_id] = item
        elif isinstance(item, landing.Damaged):
            undamaged.pop((item.path.parent.parent.name, item.path.parent.name), None)
            yield item
        else:
            click.echo(f"note: {item}", err=True)
    click.echo(f"landing: {counted(runs, 'run')}, {size / 1e6:,.1f} MB read", err=True)
    if without_checksum:
        click.echo(
            f"note: {counted(without_checksum, 'manifest')} of a version that gave none a checksum of its own", err=True
        )
    for run in landing.passed_over(undamaged.values()):
        click.echo(f"note: {run.folder} is passed over, for the run that it was numbered after is not there", err=True)
    yield from history.gaps([run for run in undamaged.values() if run.source == history.SOURCE])
    yield from _generations(folder)
    yield from _state_errors(folder)


def _generations(folder: Path) -> Iterator[Exception | str]:
    generations = warehouse.generations(folder, include_pinned=True)
    repair = "'oss-ai-monitor build' makes a new one from what has landed"
    if state := publication.state_of(folder):
        repair = f"'oss-ai-monitor follow {state.origin}' fetches it again"
    for path in generations:
        if reason := warehouse.damage(path):
            yield warehouse.Damaged(path, f"{reason}; {repair}")
            continue
        try:
            warehouse.read_through(path)
        except warehouse.Outdated as error:
            other = "a later" if error.is_later else "an earlier"
            click.echo(f"note: {path} is of {other} version: it was read, and its rules were not checked", err=True)
        except (warehouse.WarehouseError, duckdb.Error) as error:
            yield f"{path}: {' '.join(str(error).split())}; {repair}"
    stable = folder / warehouse.NAME
    if generations and not stable.exists():
        yield f"{stable} points at no generation; {repair}"
    click.echo(f"warehouse: {counted(len(generations), 'generation')} read", err=True)


def _state_errors(folder: Path) -> Iterator[str]:
    command = "oss-ai-monitor follow" if publication.state_of(folder) else REAL_DATA
    for path in refresh.unreadable(folder):
        yield f"{path} cannot be read; remove it, the next '{command}' writes it anew"
    for path in sorted((folder / "landing" / ".state").glob("*.sqlite")):
        try:
            with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as db:
                result = db.execute("pragma integrity_check").fetchone()[0]
        except sqlite3.Error as error:
            result = str(error)
        if result != "ok":
            yield (
                f"{path} is damaged ({result[:100]}); remove it: it only keeps models that could not be asked about "
                "from being asked about again too soon"
            )
