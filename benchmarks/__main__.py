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
QUICK_STAGES, QUICK_VIEWS = ("changes", "openings", "questions"), ("model-types", "architectures", "releases")
LONG = Plan(minutes=90, changes=30, openings=16, visits=200, questions=40, is_long=True)
SIZES = ("small", "simulated")


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
def main() -> None:
    """How quick the page is, in a real Chromium."""


@main.command()
@click.option(
    "--quick", is_flag=True, help="Two minutes: the smallest size, three perspectives, few repetitions; printed only."
)
@click.option("--long", is_flag=True, help="All sizes, builds, 200 visits, the naive way, many SQL queries.")
@click.option(
    "--size", "keys", multiple=True, type=click.Choice(list(sizes.TITLES)), help="By default small and simulated."
)
@click.option("--stage", "stages", multiple=True, type=click.Choice(list(SHARES)), help="None given means all.")
@click.option("--view", "views", multiple=True, type=click.Choice(list(KINDS)), help="None given means all.")
@click.option("--history", "has_history", is_flag=True, help="Three years of listings for the present tree.")
@click.option("--alone", "is_alone", is_flag=True, help="Measure the present tree only, not the baseline.")
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
    has_history: bool,
    is_alone: bool,
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
    stages = stages or (QUICK_STAGES if quick else tuple(SHARES))
    total, done_share = sum(SHARES[stage] for stage in stages), 0.0
    started_at = measured_from = time.monotonic()

    def report(done: str, share: float) -> None:
        nonlocal done_share, measured_from
        done_share += share / total
        now = time.monotonic()
        measured_from = measured_from if done_share else now  # what was built before is in no share
        left = (now - measured_from) / done_share * (1 - done_share) / 60 if done_share else 0
        text = f", about {left:.0f} minutes left" if done_share else ""
        click.echo(f"{(now - started_at) / 60:5.1f} min  {done}{text}", err=True)

    with chromium() as browser:
        results = Results(
            [sizes.TITLES[key] for key in chosen], [tree.name for tree in both], browser.version, plan.others
        )
        try:
            bench = Bench(plan, results, browser, report, views or (QUICK_VIEWS if quick else ()))
            bench.run(chosen, both, stages, has_history=has_history, is_alone=is_alone)
        finally:
            click.echo(results.markdown())
    if path or not (quick or long or keys or stages or views):
        (path or RESULTS).write_text(results.markdown(), encoding="utf-8")


if __name__ == "__main__":
    main()
