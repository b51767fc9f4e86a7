"""The command line: composition only. Data goes to stdout, words to stderr."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import duckdb
from tqdm import tqdm

from oss_ai_monitor import __version__, harvest, history, warehouse
from oss_ai_monitor.landing import AlreadyLanded, Landing, LandingError, Manifest, NothingNew
from oss_ai_monitor.sources import archive, hub, live, simulated, weekly
from oss_ai_monitor.sources.table import Progress, SourceError, Table, Unreachable
from oss_ai_monitor.terminal import Moment, export, is_quiet, width
from oss_ai_monitor.terminal import progress as show_progress

FAILURES = (SourceError, LandingError, warehouse.WarehouseError, duckdb.Error, OSError)
EVERYWHERE = "0.0.0.0"  # noqa: S104 - only where the operator asks for it
REAL_DATA = "oss-ai-monitor refresh"
BUDGET, MOST = 1_000, 5_000
"""Requests about tracked models in a run, and how many of the most downloaded models are tracked."""
MODELS, SEED = 20_000, 1
"""The simulated community where nothing else is asked for."""


class _Plain(click.Group):
    """Failures that we know are one line on stderr and an exit code, never a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BrokenPipeError:  # the reader of our output has seen enough
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return None
        except FAILURES as error:
            raise click.ClickException(" ".join(str(error).split())) from error


@click.group(cls=_Plain, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__)
@click.option(
    "--warehouse",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("warehouse"),
    envvar="OSS_AI_MONITOR_WAREHOUSE",
    show_default=True,
    show_envvar=True,
    help="Folder that holds landed data and the DuckDB file.",
)
@click.pass_context
def main(context: click.Context, folder: Path) -> None:
    """Watch open-source AI move: land what the Hub and its leaderboards say, build a warehouse, ask it.

    \b
    Example: oss-ai-monitor refresh && oss-ai-monitor serve
    """
    context.obj = folder


@main.command()
@click.argument("source", type=click.Choice(["archive", "hub", "benchmarks", "simulated", "weekly"]))
@click.option(
    "--from", "given", multiple=True, type=click.Path(path_type=Path), metavar="PATH…", help="Files or folders."
)
@click.argument("more", nargs=-1, type=click.Path(path_type=Path), metavar="")
@click.option("--as-of", type=Moment(), help="The moment that the files speak of; else the latest date in them.")
@click.option("--models", type=click.IntRange(1_000, 3_000_000), help="Size of the simulated community.")
@click.option("--seed", type=int, help="Seed of the simulated community.")
@click.option("--since", type=Moment(), help="First day of the weekly snapshots to fetch, more than 1 GB each.")
@click.option("--full/--changes", "is_full", default=None, help="A full listing of the Hub, or what changed since one.")
@click.option("--budget", type=click.IntRange(1), help="Requests for details, commits and discussions.")
@click.pass_obj
def ingest(
    folder: Path,
    source: str,
    given: tuple[Path, ...],
    more: tuple[Path, ...],
    as_of: datetime | None,
    models: int | None,
    seed: int | None,
    since: datetime | None,
    is_full: bool | None,
    budget: int | None,
) -> None:
    """Land what SOURCE says: archive (both leaderboards), hub (listing, details, commits), benchmarks (the Hub's
    official ones), simulated, or weekly: somebody else's weekly snapshots of the Hub (ODbL-1.0), for the history of
    adoption before our own.

    Without files, archive and hub are asked over the network; what breaks off goes on when it is run again.

    \b
    Examples: oss-ai-monitor ingest archive
              oss-ai-monitor ingest archive --from contents.parquet --as-of 2024-06-15
              oss-ai-monitor ingest hub --from models.jsonl.gz model_details/
              oss-ai-monitor ingest hub --full --budget 500
              oss-ai-monitor ingest simulated --models 20000 --seed 7
              oss-ai-monitor ingest benchmarks
              oss-ai-monitor ingest weekly --from hub_weekly_snapshots/models/
    """
    paths = [*given, *more]
    if since and (source != "weekly" or paths):
        raise click.UsageError("--since says which weekly snapshots to fetch: it goes with 'weekly' and without files")
    if source == "weekly":
        if as_of or models or seed is not None or bool(paths) == bool(since):
            raise click.UsageError("weekly takes files with --from, or --since DATE to fetch them")
        _backfill(Landing(folder / "landing"), weekly.fetch(since.date()) if since else weekly.read(paths))
        return
    if source == "simulated" and (paths or as_of):
        raise click.UsageError("simulated reads no files: it takes --models and --seed")
    if source != "simulated" and (models or seed is not None):
        raise click.UsageError(f"--models and --seed belong to 'simulated', not to '{source}'")
    if (source != "hub" or paths) and (is_full is not None or budget):
        raise click.UsageError("--full, --changes and --budget belong to 'hub' without files")
    if source == "benchmarks" and (paths or as_of):
        raise click.UsageError("benchmarks are asked of the Hub as they are now: they take no files and no --as-of")
    with show_progress() as progress:
        if source == "simulated":
            tables = simulated.tables(models or MODELS, SEED if seed is None else seed)
        elif source == "benchmarks":
            tables = iter([live.benchmarks(live.Session(), progress=progress)])
        elif source == "hub" and not paths:
            tables = _asked(folder, is_full, budget or BUDGET, progress)
        elif source == "hub":
            tables = hub.read(paths, as_of=as_of, progress=progress)
        elif paths:
            tables = archive.read(paths, as_of=as_of, progress=progress)
        else:
            tables = archive.fetch(progress=progress)
        _land(Landing(folder / "landing"), tables)


@main.command()
@click.option("--as-of", type=Moment(), help="Build from what had landed by then.")
@click.option("--memory", default="3GB", show_default=True, help="What DuckDB may use before it spills to disk.")
@click.pass_obj
def build(folder: Path, as_of: datetime | None, memory: str) -> None:
    """Build a new generation of the warehouse from what has landed, check it, and swap it in.

    \b
    Example: oss-ai-monitor build --as-of 2026-11-01
    """
    _build(folder, as_of, memory)


@main.command()
@click.pass_obj
def refresh(folder: Path) -> None:
    """Fetch what can be fetched (for now: both leaderboard archives), then build.

    \b
    Example: oss-ai-monitor refresh
    """
    with show_progress() as progress:
        _land(Landing(folder / "landing"), archive.fetch(progress=progress))
    _build(folder)


@main.command()
@click.option("--keep", required=True, metavar="RULE", help="Such as '8d 8w 24m'.")
@click.option("--dry-run", is_flag=True, help="Only say what would go.")
@click.pass_obj
def thin(folder: Path, keep: str, dry_run: bool) -> None:
    """Remove old full listings by a rule: all of the last days, then the first of each week, then of each month.

    The history of adoption holds their figures and stays; a listing that is not in it stays too, and so do the two
    latest. What else such a listing said is gone: a build as of a day before cannot show it.

    \b
    Example: oss-ai-monitor thin --keep '8d 8w 24m' --dry-run
    """
    try:
        rule = history.Keep.parse(keep)
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    landing = Landing(folder / "landing")
    gone = history.superfluous(landing, rule) if dry_run else history.thin(landing, rule)
    for run in gone:
        size = sum(part.bytes for part in run.parts) / 1e6
        click.echo(f"{run.snapshot_id} as of {run.as_of:%Y-%m-%d}: {run.rows:,} rows, {size:,.0f} MB")
    click.echo(f"{len(gone)} listings {'would go' if dry_run else 'are gone'}", err=True)


@main.command()
@click.argument("query")
@click.option("--format", "form", type=click.Choice(["table", "csv", "json"]), default="table", show_default=True)
@click.option("--rows", default=40, show_default=True, type=click.IntRange(1), help="Rows that a table shows at most.")
@click.pass_obj
def sql(folder: Path, query: str, form: str, rows: int) -> None:
    """Run QUERY on the warehouse, opened read-only ('-' reads it from stdin).

    \b
    Example: oss-ai-monitor sql "select type, count(*) from core.evaluations where leaderboard = 'v2' group by all"
    """
    path = warehouse.current(folder)
    text = sys.stdin.read() if query == "-" else query
    with warehouse.connect(path, read_only=True) as db:
        statements = db.extract_statements(text)
        if len(statements) != 1:
            raise click.UsageError(f"expected one statement, found {len(statements)}")
        if form != "table":
            export(db.execute(statements[0].query), form)
        elif relation := db.sql(statements[0].query):
            relation.show(max_rows=rows, max_width=max(80, width()))


@main.command()
@click.argument("to", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--perspectives", help="By name, comma-separated: model-types,releases; none given means all six.")
@click.option("--dataset", help="v1, v2, hub or a benchmark; by default what the page opens with.")
@click.option(
    "--dates", metavar="FIRST:LAST", help="Both included, as YYYY-MM-DD; by default the dataset's usual range."
)
@click.option("--unit", type=click.Choice(["day", "week", "month"]), help="By default as the range asks for.")
@click.option("--format", "form", type=click.Choice(["html", "pdf", "png"]), help="By default what the name ends in.")
@click.pass_obj
def report(
    folder: Path,
    to: Path,
    perspectives: str | None,
    dataset: str | None,
    dates: str | None,
    unit: str | None,
    form: str | None,
) -> None:
    """Write the perspectives into one self-contained file, to read offline and to send.

    \b
    Examples: oss-ai-monitor report out.html
              oss-ai-monitor report out.pdf --perspectives model-types,releases --dates 2023-06-01:2024-06-01
    """
    from oss_ai_monitor.report import ReportError, printed  # here: other commands load no plots
    from oss_ai_monitor.report import report as written

    form = form or to.suffix.removeprefix(".").lower() or "html"
    if form not in ("html", "pdf", "png"):
        raise click.UsageError(f"a report is html, pdf or png, not {form}: name the file so, or give --format")
    first, colon, last = (dates or "").partition(":")
    if dates and not (colon and first and last):
        raise click.UsageError(f"--dates are FIRST:LAST, as in 2023-06-01:2024-06-01, not {dates}")
    said = {"dataset": dataset, "from": first, "to": last, "unit": unit}
    chosen = [name.strip() for name in (perspectives or "").split(",") if name.strip()]
    opened = warehouse.Warehouse.open(folder)
    try:
        page = written(opened, perspectives=chosen, filters={name: value for name, value in said.items() if value})
        whole = to.with_name(f".{to.name}.partial")
        if form == "html":
            whole.write_text(page, encoding="utf-8")
        else:
            with tempfile.TemporaryDirectory() as place:
                source = Path(place) / "report.html"
                source.write_text(page, encoding="utf-8")
                printed(source, whole, form)
        whole.replace(to)
    except ReportError as error:
        raise click.ClickException(str(error)) from error
    finally:
        opened.close()
    click.echo(f"{to}: {to.stat().st_size / 1e6:.1f} MB", err=True)


@main.command()
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
@click.pass_obj
def status(folder: Path, form: str) -> None:
    """Tell per source: snapshots, rows, age, what was left out and why; then what the warehouse shows.

    \b
    Example: oss-ai-monitor status
    """
    manifests = Landing(folder / "landing").manifests()
    found = [_told(source, manifests) for source in sorted({manifest.source for manifest in manifests})]
    shown: list[dict[str, Any]] = []
    generation = None
    try:
        opened = warehouse.Warehouse.open(folder)
    except warehouse.NoWarehouse as error:
        click.echo(str(error), err=True)
    else:
        generation = opened.generation
        shown = json.loads(opened.query("status").to_json(orient="records", date_format="iso"))
        opened.close()
    if form == "json":
        click.echo(json.dumps({"sources": found, "generation": generation, "datasets": shown}, indent=2))
        return
    if not found:
        click.echo(f"nothing has landed in {folder}; '{REAL_DATA}' fetches real data", err=True)
    for source in found:
        click.echo("{source}: {snapshots} snapshot(s), latest {latest}, {rows:,} rows".format(**source))
        click.echo(
            "  speaks of {day} ({as_of_rule}), {age_days} days ago; from {from}".format(
                day=source["as_of"][:10], **source
            )
        )
        for line in source["told"]:
            click.echo(f"  {line}")
    if generation:
        click.echo(f"warehouse: generation {generation}")
    for row in shown:
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
            told = str(row.column_comment).replace("|", "\\|")
            click.echo(f"| {row.column_name} | {row.data_type} | {told} |")


@main.command()
@click.option("--port", default=5006, show_default=True, envvar="PORT", show_envvar=True)
@click.option(
    "--address",
    default="localhost",
    show_default=True,
    help="0.0.0.0 for every interface.",
)
@click.option("--allow-websocket-origin", "origins", multiple=True, help="HOST[:PORT] under which others see the page.")
@click.pass_obj
def serve(folder: Path, port: int, address: str, origins: tuple[str, ...]) -> None:
    """Serve the page. Without a warehouse, prepare one first: real data, or with no network the simulated community.

    \b
    Example: oss-ai-monitor serve --port 8080 --address 0.0.0.0 --allow-websocket-origin monitor.example.org
    """
    _prepare(folder)
    page = Path(__file__).parent / "serve.py"
    page = page if page.exists() else Path(__file__).parents[1] / "serve.py"
    command = [sys.executable, "-m", "panel", "serve", str(page), "--port", str(port), "--address", address]
    own = [f"{host}:{port}" for host in ("localhost", "127.0.0.1", address)]
    for origin in origins or (["*"] if address == EVERYWHERE else own):  # read-only public data: any name may show it
        command += ["--allow-websocket-origin", origin]
    click.echo(f"http://{'localhost' if address == EVERYWHERE else address}:{port}", err=True)
    environment = {**os.environ, "OSS_AI_MONITOR_WAREHOUSE": str(folder.resolve())}
    if os.name == "posix":  # become the server: signals then reach it, and nothing is left behind
        os.execve(sys.executable, command, environment)  # noqa: S606 - our own interpreter and page
    raise SystemExit(subprocess.call(command, env=environment))  # noqa: S603 - the same


def _prepare(folder: Path) -> None:
    """Leave a warehouse that serves: the one there is, else real data, else with no network the simulated community."""
    try:
        warehouse.current(folder)
    except warehouse.NoWarehouse:
        landing = Landing(folder / "landing")
        if not landing.manifests():
            try:
                with show_progress() as progress:
                    _land(landing, archive.fetch(progress=progress))
            except Unreachable as error:
                click.echo(
                    f"{error}\nno network: a simulated community is shown; '{REAL_DATA}' brings real data", err=True
                )
                _land(landing, simulated.tables())
        _build(folder)


def _asked(folder: Path, is_full: bool | None, budget: int, progress: Progress) -> Iterator[Table]:
    """What the Hub says now: its listing or what changed, then what the budget allows about tracked models."""
    landing, session = Landing(folder / "landing"), live.Session()
    yield from harvest.listings(landing, session, is_full=is_full, progress=progress)
    try:
        opened = warehouse.Warehouse.open(folder)
    except warehouse.NoWarehouse:
        return  # who is tracked is known once something has been built
    tracked = opened.query("tracked", most=MOST)["model_id"].tolist()
    opened.close()
    session.budget = session.requests + budget
    yield from harvest.about(landing, session, tracked, progress=progress)


def _land(landing: Landing, tables: Iterable[Table]) -> None:
    """Land tables one by one, telling what was noticed of each."""
    landed = 0
    for table in tables:
        try:
            manifest = landing.land(table)
        except (AlreadyLanded, NothingNew) as news:
            click.echo(str(news), err=True)
            continue
        landed += 1
        click.echo(
            f"{manifest.source}: {manifest.rows:,} rows as of {manifest.as_of:%Y-%m-%d} ({manifest.as_of_rule})",
            err=True,
        )
        for line in _noticed(manifest, landing.manifests(manifest.source)):
            click.echo(f"  {line}", err=True)
    _keep_history(landing)
    click.echo("landed; 'oss-ai-monitor build' makes it visible" if landed else "nothing new has landed", err=True)


def _keep_history(landing: Landing) -> None:
    """Keep a day of figures for each full listing that has landed."""
    made, said = history.catch_up(landing)
    for run in made:
        click.echo(f"{run.source}: {run.as_of:%Y-%m-%d} is kept, {run.rows - 1:,} repositories moved", err=True)
    for line in said:
        click.echo(f"  attention: {line}", err=True)


def _backfill(landing: Landing, snapshots: Iterable[weekly.Snapshot]) -> None:
    """Keep a day of figures for each weekly snapshot of others."""
    click.echo(weekly.LICENCE, err=True)
    for snapshot in snapshots:
        figures = history.Figures(snapshot.select, (snapshot.path,), snapshot, snapshot.as_of, snapshot.notes)
        try:
            run = history.keep(landing, figures)
        except (AlreadyLanded, history.NotKept) as reason:
            click.echo(f"{snapshot.as_of:%Y-%m-%d}: {reason}", err=True)
        else:
            click.echo(f"{run.source}: {run.as_of:%Y-%m-%d} is kept, {run.rows - 1:,} repositories moved", err=True)


def _noticed(manifest: Manifest, runs: list[Manifest]) -> list[str]:
    """What a reader should know of a run: notes, what was left out, and that it is far smaller than one before it."""
    lines = [*manifest.notes, *(f"left out: {count:,} {reason}" for reason, count in manifest.left_out.items())]
    others = [run.rows for run in runs if run.is_simulated == manifest.is_simulated and run.as_of <= manifest.as_of]
    if (most := max(others, default=0)) > 2 * manifest.rows:
        lines.append(f"attention: {manifest.rows:,} rows, where one before it has {most:,}; a build shows the latest")
    return lines


def _build(folder: Path, as_of: datetime | None = None, memory: str = "3GB") -> None:
    started = time.monotonic()
    total = len(warehouse.relations(warehouse.sql_folder()))
    with (
        warehouse.one_at_a_time(folder),
        tqdm(total=total, unit="relation", disable=is_quiet(), leave=False) as bar,
    ):
        snapshots = Landing(folder / "landing").selected(as_of)
        if not snapshots:
            by_then = f" by {as_of:%Y-%m-%d %H:%M} UTC" if as_of else ""
            raise warehouse.NoWarehouse(f"nothing had landed in {folder}{by_then}; '{REAL_DATA}' fetches real data")

        def made(relation: str) -> None:
            bar.set_description(relation)
            bar.update()

        generation = warehouse.build(folder, snapshots, memory_limit=memory, progress=made)
    click.echo(f"built {generation} in {time.monotonic() - started:.1f} s", err=True)


def _told(source: str, manifests: list[Manifest]) -> dict[str, Any]:
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
        "told": _noticed(latest, runs),
    }


if __name__ == "__main__":
    main()
