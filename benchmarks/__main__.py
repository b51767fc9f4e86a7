"""`python -m benchmarks run`: the present tree and an earlier commit, measured side by side."""

from __future__ import annotations

import signal
import sys
import time
from pathlib import Path

import click

from . import sizes, trees
from .browser import chromium
from .stages import KINDS, SHARES, Bench, Plan
from .table import RESULTS, Results

QUICK = Plan(minutes=1.2, changes=3, openings=1, visits=1, others=3, questions=2)
LONG = Plan(minutes=90, changes=30, openings=16, visits=200, questions=40, is_long=True)
SIZES = ("small", "simulated")


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
def main() -> None:
    """How quick the page is, in a real Chromium."""


@main.command()
@click.option("--quick", is_flag=True, help="Two minutes: the smallest size, few repetitions; printed only.")
@click.option("--long", is_flag=True, help="All sizes, builds, 200 visits, the naive way, many SQL queries.")
@click.option(
    "--size", "keys", multiple=True, type=click.Choice(list(sizes.TITLES)), help="By default small and simulated."
)
@click.option("--stage", "stages", multiple=True, type=click.Choice(list(SHARES)), help="None given means all.")
@click.option("--view", "views", multiple=True, type=click.Choice(list(KINDS)), help="None given means all.")
@click.option("--minutes", type=float, help="How long to measure at most; builds are not included.")
@click.option("--baseline", default=trees.BASELINE, show_default=True, help="The commit to compare with.")
@click.option("--baseline-python", default=sys.executable, help="The Python that runs it; by default this one.")
@click.option("--to", "path", type=click.Path(dir_okay=False, path_type=Path), help="By default RESULTS.md.")
def run(
    *,
    quick: bool,
    long: bool,
    keys: tuple[str, ...],
    stages: tuple[str, ...],
    views: tuple[str, ...],
    minutes: float | None,
    baseline: str,
    baseline_python: str,
    path: Path | None,
) -> None:
    """Measure both trees in turns and write the table; of a part of it, print it.

    \b
    Examples: python -m benchmarks run --quick
              python -m benchmarks run --stage changes --view model-types --size small
    """
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that servers are stopped and Chromium is closed
    plan = QUICK if quick else LONG if long else Plan()
    plan = Plan(**{**vars(plan), "minutes": minutes or plan.minutes})
    chosen = list(keys or (SIZES[:1] if quick else sizes.TITLES if long else SIZES))
    both = [trees.present(), trees.baseline(baseline, sizes.cache(), baseline_python)]
    started_at, planned = time.monotonic(), [0.0, 1.0]

    def report(done: str, share: float) -> None:
        planned[0] += share
        elapsed = time.monotonic() - started_at
        left = f", {elapsed / planned[0] * (1 - planned[0]) / 60:.0f} minutes left" if planned[0] else ""
        click.echo(f"{elapsed / 60:5.1f} min  {done}{left}", err=True)

    with chromium() as browser:
        results = Results(
            [sizes.TITLES[key] for key in chosen], [tree.name for tree in both], browser.version, plan.others
        )
        try:
            Bench(plan, results, browser, report, views).run(chosen, both, stages)
        finally:
            click.echo(results.markdown())
    if path or not (quick or keys or stages or views):
        (path or RESULTS).write_text(results.markdown(), encoding="utf-8")


if __name__ == "__main__":
    main()
