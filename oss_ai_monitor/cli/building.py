"""The command build: a new generation of the warehouse."""

from __future__ import annotations

import time
from datetime import datetime
from pathlib import Path

import click

from oss_ai_monitor import publication, warehouse
from oss_ai_monitor.landing import Keys, Landing, LandingError, delivered_by, verify
from oss_ai_monitor.plurals import counted
from oss_ai_monitor.terminal import Moment, print_log_line, print_message, progress

from .group import REAL_DATA, LocalPath, main, one_line
from .landing import Notify, keep_history


@main.command()
@click.option(
    "--as-of",
    type=Moment(),
    help="Of each source the newest snapshot that speaks of then or before, whenever it landed; a date means its end, "
    "UTC.",
)
@click.option("--landed-by", type=Moment(), help="Only what had landed by then, whatever it speaks of; UTC.")
@click.option(
    "--beside",
    "is_pinned",
    is_flag=True,
    help="Keep it beside the served one, for links that pin it; with --landed-by or --as-of.",
)
@click.option("--full", "is_full", is_flag=True, help="Make every table anew, also those that have not changed.")
@click.option("--memory", default="3GB", show_default=True, help="Memory that DuckDB may use before it spills to disk.")
@click.option(
    "--engine",
    type=click.Choice(["duckdb", "spark"]),
    default="duckdb",
    show_default=True,
    help="What makes the tables: DuckDB here, or a Spark cluster, which makes all of them anew.",
)
@click.option("--spark", "address", metavar="ADDRESS", help="Where the cluster answers Spark Connect: sc://HOST:15002.")
@click.option(
    "--scratch",
    type=LocalPath(path_type=Path, file_okay=False),
    help="Folder for the tables of a build on Spark, which the cluster sees under the same path, as it sees landing; "
    "else generations/.spark in the warehouse's folder.",
)
@click.pass_obj
def build(
    folder: Path,
    as_of: datetime | None,
    landed_by: datetime | None,
    is_pinned: bool,
    is_full: bool,
    memory: str,
    engine: str,
    address: str | None,
    scratch: Path | None,
) -> None:
    """Build a new generation of the warehouse from what has landed, check it, and swap it in.

    Where several crawlers delivered their runs, what the history of adoption lacks of these is recorded before.

    --as-of selects by the date of the data, --landed-by by the time of landing: use that for a cited snapshot. With
    both, only data that fits both.

    Tables whose SQL and whose data are those of the served generation are taken over from it, and what is decided of a
    model alone is decided anew for models that changed. With --full nothing is taken over; the result is the same.

    With --engine spark a cluster makes all tables anew, and this machine puts them into the generation; a build that
    dies is gone on with by the next one on Spark.

    \b
    Examples: oss-ai-monitor build
              oss-ai-monitor build --as-of 2024-11-04
              oss-ai-monitor build --full
              oss-ai-monitor build --landed-by 2026-11-24T13:42:05 --beside
              oss-ai-monitor build --engine spark --spark sc://cluster:15002
    """
    if is_pinned and as_of is None and landed_by is None:
        raise click.UsageError("--beside keeps a past generation, and needs --landed-by or --as-of: it says which")
    if (engine == "spark") != (address is not None):
        raise click.UsageError("--engine spark and --spark ADDRESS belong together")
    if scratch and not address:
        raise click.UsageError("--scratch is for a build with --engine spark")
    if as_of is None and landed_by is None:
        record_history(folder)
    cluster = warehouse.Cluster(address, scratch or folder / "generations" / ".spark") if address else None
    build_generation(
        folder, memory, as_of=as_of, landed_by=landed_by, is_pinned=is_pinned, is_full=is_full, cluster=cluster
    )


def build_generation(
    folder: Path,
    memory: str = "3GB",
    *,
    as_of: datetime | None = None,
    landed_by: datetime | None = None,
    notify: Notify = print_message,
    is_log: bool | None = None,
    is_pinned: bool = False,
    is_full: bool = False,
    cluster: warehouse.Cluster | None = None,
) -> None:
    """Build a generation from what has landed. Raises NoWarehouse if nothing has, PublicationError in the folder of a
    copy, and what a build raises."""
    publication.refuse_copy(folder)
    if not (folder / "landing").is_dir():  # before a lock makes the folder
        raise _nothing_landed(folder, as_of, landed_by)
    started = time.monotonic()
    relations = warehouse.relations(warehouse.sql_folder())
    names = {relation.qualified for relation in relations if relation.layer != "landing"}
    begun: set[str] = set()
    show_progress = progress(is_log=is_log, notify=notify if is_log else print_log_line, unit="relations")
    with warehouse.build_lock(folder), show_progress as update:
        landing = Landing(folder / "landing")
        snapshots = landing.selected(landed_by=landed_by, as_of=as_of)
        if not snapshots:
            raise _nothing_landed(folder, as_of, landed_by)

        keys = Keys(landing, is_simulated=all(run.is_simulated for run in snapshots))
        verify([*snapshots, *keys.runs])

        def show_relation(step: str) -> None:
            begun.update(names & {step})  # other steps are not counted
            update(len(begun), len(names), step)

        generation = warehouse.build(
            folder,
            snapshots,
            memory_limit=memory,
            progress=show_relation,
            is_pinned=is_pinned,
            keys=keys,
            is_full=is_full,
            spark=cluster,
        )
    record = warehouse.build_record(generation)
    taken_over = f", {counted(record.taken_over, 'table')} taken over" if record and record.taken_over else ""
    notify(f"built {generation} in {time.monotonic() - started:.1f} s{taken_over}")
    if record and record.engine:
        notify(f"  everything was made anew, as on Spark always: {record.engine}")
        if record.notice:
            notify(f"  {record.notice}")
    elif record and record.notice:
        notify(f"  everything was made anew: {record.notice}")


def record_history(folder: Path, notify: Notify = print_message) -> None:
    """Record what the history lacks of what other machines delivered, for only what lands here is recorded at once.

    Where that fails, a build shows what was recorded before.
    """
    landing = Landing(folder / "landing")
    if publication.copy_notice(folder) or not any(map(delivered_by, landing.manifests())):
        return
    try:
        keep_history(landing, notify)
    except (LandingError, OSError) as error:
        notify(f"attention: the history of adoption is not complete: {one_line(error)}")


def build_outdated(
    folder: Path, error: warehouse.Outdated, notify: Notify = print_message, *, is_log: bool | None = None
) -> None:
    """Build anew what another version built; where nothing has landed, say what is missing."""
    if notice := publication.copy_notice(folder):
        notify(f"{error}; {notice}")
        return
    if not Landing(folder / "landing").manifests():
        notify(
            f"{error}; but nothing has landed in {folder / 'landing'}: 'oss-ai-monitor restore BACKUP' brings back "
            f"what a backup holds, and '{REAL_DATA}' fetches what the sources have now"
        )
        return
    notify(f"the warehouse is of {'a later' if error.is_later else 'an earlier'} version: it is being built anew")
    build_generation(folder, notify=notify, is_log=is_log)


def _nothing_landed(folder: Path, as_of: datetime | None, landed_by: datetime | None) -> warehouse.NoWarehouse:
    by_then = f" by {landed_by.date()} {landed_by:%H:%M} UTC" if landed_by else ""
    if as_of is None or not Landing(folder / "landing").selected(landed_by=landed_by):
        return warehouse.NoWarehouse(f"nothing had landed in {folder}{by_then}; '{REAL_DATA}' fetches real data")
    return warehouse.NoWarehouse(
        f"nothing that had landed in {folder}{by_then} speaks of {as_of.date()} {as_of:%H:%M} UTC or an earlier "
        "moment; 'oss-ai-monitor status' says what there is"
    )
