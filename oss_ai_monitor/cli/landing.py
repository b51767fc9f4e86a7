"""The commands ingest and thin."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from oss_ai_monitor import crawl_plan, history, publication, warehouse
from oss_ai_monitor.landing import AlreadyLanded, Landing, Manifest, NothingNew
from oss_ai_monitor.plurals import counted
from oss_ai_monitor.sources import archive, hub, live, simulated, weekly
from oss_ai_monitor.sources.simulated.adoption import DAYS
from oss_ai_monitor.sources.table import Progress, Table, Unreachable
from oss_ai_monitor.terminal import Moment, print_message
from oss_ai_monitor.terminal import progress as show_progress

from .backfilling import Period, record_hub_stats, record_table, record_weeks_of_others, table_options
from .group import main
from .simulating import DEFAULT_MODELS, DEFAULT_SEED, LARGE, record_simulated

DEFAULT_BUDGET, MAX_TRACKED = 1_000, 5_000
"""Requests about tracked models in a run, and how many of the most downloaded models are tracked."""
SOURCES = ("archive", "hub", "benchmarks", "simulated", "weekly", "hub-stats", "adoption")
READ_FROM_FILES = ("archive", "hub", "weekly")
"""Sources that are asked over the network, or read from files."""
Notify = Callable[[str], None]


@main.command()
@click.argument("source", type=click.Choice(SOURCES))
@click.option(
    "--from", "from_paths", multiple=True, type=click.Path(path_type=Path), metavar="PATH…", help="Files or folders."
)
@click.argument("more_paths", nargs=-1, type=click.Path(path_type=Path), metavar="")
@click.option("--as-of", type=Moment(), help="The moment that the files speak of; else the latest date in them.")
@click.option("--models", type=click.IntRange(1_000, 3_000_000), help="Size of the simulated community.")
@click.option("--seed", type=int, help="Seed of the simulated community.")
@click.option(
    "--days",
    type=click.IntRange(1, DAYS),
    help=f"Days of the simulated history; else {DAYS}, and with more than {LARGE:,} models one.",
)
@click.option("--since", type=Moment(), help="First day to fetch, of weekly (more than 1 GB each) or hub-stats.")
@click.option("--until", type=Moment(), help="Last day to fetch, of hub-stats; else today.")
@click.option("--every", type=Period(), help="One revision of hub-stats per period, such as 7d or 2w; else 7d.")
@table_options
@click.option("--full/--changes", "is_full", default=None, help="A full listing of the Hub, or what changed since one.")
@click.option("--budget", type=click.IntRange(1), help="Requests for details, commits and discussions.")
@click.pass_obj
def ingest(
    folder: Path,
    /,
    source: str,
    from_paths: tuple[Path, ...],
    more_paths: tuple[Path, ...],
    as_of: datetime | None,
    models: int | None,
    seed: int | None,
    days: int | None,
    since: datetime | None,
    until: datetime | None,
    every: timedelta | None,
    is_full: bool | None,
    budget: int | None,
    licence: str | None,
    **table_columns: str | None,
) -> None:
    """Land the data of SOURCE: archive (both leaderboards), hub (listing, details, commits), benchmarks (the Hub's
    official ones), or simulated. For the history of adoption before our own: weekly (somebody else's weekly snapshots
    of the Hub, ODbL-1.0), hub-stats (past revisions of somebody else's daily listing, Apache-2.0), or adoption (any
    table with a row per day and model).

    Without files, archive and hub are fetched over the network; an interrupted fetch continues when it is run again.

    \b
    Examples: oss-ai-monitor ingest archive
              oss-ai-monitor ingest archive --from contents.parquet --as-of 2024-06-15
              oss-ai-monitor ingest hub --from models.jsonl.gz model_details/
              oss-ai-monitor ingest hub --full --budget 500
              oss-ai-monitor ingest simulated --models 20000 --seed 7 --days 365
              oss-ai-monitor ingest benchmarks
              oss-ai-monitor ingest weekly --from hub_weekly_snapshots/models/
              oss-ai-monitor ingest hub-stats --since 2025-03-01 --every 7d
              oss-ai-monitor ingest adoption --from downloads.csv.gz --id-column repo --licence CC-BY-4.0
    """
    paths = [*from_paths, *more_paths]
    columns = {role: name for role, name in table_columns.items() if name is not None}
    community = (models or DEFAULT_MODELS, DEFAULT_SEED if seed is None else seed)
    if (since and (source not in ("weekly", "hub-stats") or paths)) or ((until or every) and source != "hub-stats"):
        raise click.UsageError(
            "--since says what to fetch: it goes with 'weekly' and 'hub-stats', without files; --until and --every go "
            "with 'hub-stats'"
        )
    if source != "adoption" and (columns or licence):
        raise click.UsageError("--licence and the options of columns belong to 'adoption'")
    if source != "simulated" and (models or seed is not None or days):
        raise click.UsageError(f"--models, --seed and --days belong to 'simulated', not to '{source}'")
    if (source != "hub" or paths) and (is_full is not None or budget):
        raise click.UsageError("--full, --changes and --budget belong to 'hub' without files")
    if source == "simulated" and (paths or as_of):
        raise click.UsageError("simulated reads no files: it takes --models, --seed and --days")
    if source == "benchmarks" and (paths or as_of):
        raise click.UsageError("benchmarks are asked of the Hub as they are now: they take no files and no --as-of")
    if source == "weekly" and (as_of or bool(paths) == bool(since)):
        raise click.UsageError("weekly takes files with --from, or --since DATE to fetch them")
    if source == "hub-stats" and (since is None or paths or as_of):
        raise click.UsageError("hub-stats takes --since DATE, and fetches the revisions from that day on")
    if source == "adoption" and (not paths or as_of):
        raise click.UsageError("adoption takes the files of a table with --from, and its days are in the table")
    publication.refuse_copy(folder)
    landing = Landing(folder / "landing")
    if source == "weekly":
        with _advising_files(source):
            record_weeks_of_others(landing, weekly.fetch(since.date()) if since else weekly.read(paths))
        return
    if source == "hub-stats" and since:
        today = datetime.now(UTC).date()
        last = min(until.date(), today) if until else today
        record_hub_stats(landing, since.date(), last, every or timedelta(weeks=1))
        return
    if source == "adoption":
        record_table(landing, paths, columns, licence)
        return
    with show_progress() as progress, _advising_files(source):
        if source == "simulated":
            tables = simulated.tables(*community)
        elif source == "benchmarks":
            tables = crawl_plan.benchmarks(landing, live.Session(), progress=progress)
        elif source == "hub" and not paths:
            tables = _hub_tables(folder, is_full, budget or DEFAULT_BUDGET, progress)
        elif source == "hub":
            tables = hub.read(paths, as_of=as_of, progress=progress)
        elif paths:
            tables = archive.read(paths, as_of=as_of, progress=progress)
        else:
            tables = archive.fetch(progress=progress)
        landed = land(landing, tables)
    if source == "simulated":
        landed += record_simulated(landing, *community, days)
    keep_history(landing)
    print_message("landed; 'oss-ai-monitor build' makes it visible" if landed else "nothing new has landed")


@main.command()
@click.option("--keep", required=True, metavar="RULE", help="Such as '8d 8w 24m'.")
@click.option("--dry-run", is_flag=True, help="Only print what would be removed.")
@click.pass_obj
def thin(folder: Path, keep: str, dry_run: bool) -> None:
    """Remove old listings, except those that the rule keeps: all of the last days, then the first of each week, then of
    each month.

    The history of adoption keeps their figures; a listing that is not in it is never removed, nor are the two latest.
    Older lists of changes are removed, too. A build as of a removed day is no longer possible.

    \b
    Example: oss-ai-monitor thin --keep '8d 8w 24m' --dry-run
    """
    try:
        rule = history.RetentionRule.parse(keep)
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    publication.refuse_copy(folder)
    landing = Landing(folder / "landing")
    if dry_run:
        removed = [*history.superfluous(landing, rule), *history.outlived(landing, rule)]
    else:
        removed = history.thin(landing, rule)
    for run in removed:
        size = sum(part.bytes for part in run.parts) / 1e6
        click.echo(
            f"{run.source} {run.snapshot_id} as of {run.as_of:%Y-%m-%d}: {counted(run.rows, 'row')}, {size:,.0f} MB"
        )
    click.echo(f"{len(removed)} of them {'would be removed' if dry_run else 'were removed'}", err=True)


@contextmanager
def _advising_files(source: str) -> Iterator[None]:
    """Let an error say, where nothing answers, that files can be given instead, if the source reads files."""
    try:
        yield
    except Unreachable as error:
        if source not in READ_FROM_FILES:
            raise
        raise Unreachable(f"{error}, or give the files with --from") from error


def land(landing: Landing, tables: Iterable[Table], notify: Notify = print_message) -> int:
    """Land tables one by one, with a message about each; returns how many have landed. A remark is made once."""
    landed, remarked = 0, set[str]()
    for table in tables:
        try:
            manifest = landing.land(table)
        except (AlreadyLanded, NothingNew) as reason:
            notify(str(reason))
            continue
        landed += 1
        as_of = f"{manifest.as_of:%Y-%m-%d} ({manifest.as_of_rule})"
        notify(f"{manifest.source}: {counted(manifest.rows, 'row')} as of {as_of}")
        for line in remarks(manifest, landing.manifests(manifest.source)):
            if line not in remarked:
                notify(f"  {line}")
            remarked.add(line)
    return landed


def keep_history(landing: Landing, notify: Notify = print_message) -> None:
    """Record a day of figures, and of access, for each full listing, and what changed between snapshots."""
    manifests, messages = history.catch_up(landing)
    for run in manifests:
        notify(f"{run.source}: {run.as_of:%Y-%m-%d} is kept, {counted(run.rows - 1, 'repository')} moved")
    of_access, more_messages = history.catch_up_access(landing)
    if of_access:
        first, last = (f"{run.as_of:%Y-%m-%d}" for run in (of_access[0], of_access[-1]))
        days = first if len(of_access) == 1 else f"{len(of_access)} days from {first} to {last}"
        notify(f"{of_access[0].source}: {days} kept")
    of_changes, change_messages = history.catch_up_changes(landing)
    for run in of_changes:
        changes = counted(run.rows - 1, "change")
        notify(f"{run.source}: {run.as_of:%Y-%m-%d} is compared with what was before, {changes}")
    for line in [*messages, *more_messages, *change_messages]:
        notify(f"  attention: {line}")
    for run in history.write_weeks(landing):
        notify(f"{run.source}: {run.addresses[0]}, {counted(run.rows, 'row')}")


def tracked(folder: Path) -> list[str]:
    """Return the models to fetch one by one; none before real data has been built."""
    try:
        opened = warehouse.Warehouse.open(folder)
    except (warehouse.NoWarehouse, warehouse.Damaged):  # the build at the end reports or repairs it
        return []
    try:
        return [] if opened.is_simulated else opened.query("tracked", most=MAX_TRACKED)["model_id"].tolist()
    finally:
        opened.close()


def _hub_tables(folder: Path, is_full: bool | None, budget: int, progress: Progress) -> Iterator[Table]:
    """Yield the Hub's listing or the changes since, then details of tracked models within the budget."""
    landing, session = Landing(folder / "landing"), live.Session()
    yield from crawl_plan.listings(landing, session, is_full=is_full, progress=progress)
    session.budget = session.requests + budget
    yield from crawl_plan.model_facts(landing, session, tracked(folder), progress=progress)


def remarks(manifest: Manifest, runs: list[Manifest]) -> list[str]:
    """Return remarks on a run: its notes, what was left out, and whether it is far smaller than an earlier one."""
    lines = [*manifest.notes, *(f"left out: {reason} ({count:,})" for reason, count in manifest.left_out.items())]
    if manifest.adds_to:  # it holds what changed only, more on one day and less on another
        return lines
    full_runs = [run for run in runs if not run.adds_to and run.is_simulated == manifest.is_simulated]
    others = [run.rows for run in full_runs if run.as_of <= manifest.as_of]
    if (largest := max(others, default=0)) > 2 * manifest.rows:
        lines.append(
            f"attention: {counted(manifest.rows, 'row')}, where one before it has {largest:,}; a build shows the latest"
        )
    return lines
