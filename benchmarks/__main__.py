"""`python -m benchmarks`: the whole table, a quick one, or the cost of changes in one perspective."""

from __future__ import annotations

import time
from pathlib import Path

import click

from . import sizes
from .browser import chromium
from .changes import VIEWS, changes, lines
from .served import serving
from .stages import Bench, Plan
from .table import RESULTS, Table

STAGES = ("build", "alone", "among", "naive", "inside", "questions", "openings", "visits")
QUICK = Plan(count=3, crowds=(), openings=1, visits=0, askers=0)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
def main() -> None:
    """How quick the page is, in a real Chromium."""


@main.command()
@click.option("--warehouse", type=click.Path(exists=True, file_okay=False, path_type=Path), required=True)
@click.option("--view", "views", multiple=True, type=click.Choice([*VIEWS]), help="Perspectives; none given means all.")
@click.option("--dataset", default="", help="What to look at: hub, v2 or v1; by default what the page chooses.")
@click.option("--count", default=21, show_default=True, help="Changes per control.")
def change(warehouse: Path, views: tuple[str, ...], dataset: str, count: int) -> None:
    """Median and 95th percentile from click to repaint, server CPU and bytes, per control.

    \b
    Example: python -m benchmarks change --warehouse warehouse --view model-types --count 12
    """
    with serving(warehouse) as server, chromium() as browser:
        for view in views or VIEWS:
            for line in lines(view, changes(server, browser, view, count=count, dataset=dataset)):
                click.echo(line)


@main.command()
@click.option("--size", "keys", multiple=True, help="Of archive (or small), listing, simulated; none given means all.")
@click.option("--stage", "stages", multiple=True, type=click.Choice(STAGES), help="None given means all.")
@click.option("--quick", is_flag=True, help="The smallest size, few changes, one visitor.")
@click.option("--rebuild/--no-rebuild", default=True, show_default=True, help="Build again what is built.")
@click.option("--count", type=int, help="Changes per control and perspective.")
@click.option("--visits", type=int, help="Visits that come and go.")
@click.option(
    "--to", "path", type=click.Path(dir_okay=False, path_type=Path), help="By default RESULTS.md, or if quick none."
)
def run(
    keys: tuple[str, ...],
    stages: tuple[str, ...],
    *,
    quick: bool,
    rebuild: bool,
    count: int | None,
    visits: int | None,
    path: Path | None,
) -> None:
    """Measure everything and write the table.

    \b
    Example: python -m benchmarks run --quick
    """
    chosen_sizes = [size for size in sizes.sizes() if size.key in keys or not keys][: 1 if quick else None]
    defaults = QUICK if quick else Plan()
    plan = Plan(
        count or defaults.count, defaults.crowds, defaults.openings, visits or defaults.visits, defaults.askers, rebuild
    )
    started_at = time.monotonic()
    with chromium() as browser:
        table = Table([size.title for size in chosen_sizes], browser.version, path or (None if quick else RESULTS))
        bench = Bench(plan, table, browser, lambda done: click.echo(f"{time.monotonic() - started_at:6.0f} s  {done}"))
        bench.run(chosen_sizes, stages or STAGES)
    click.echo(table.markdown())


@main.command(hidden=True)
@click.argument("key")
def land(key: str) -> None:
    """Land the tables of one size, in a process of its own."""
    sizes.land(next(size for size in sizes.sizes() if size.key == key))


if __name__ == "__main__":
    main()
