"""The command compare: why a number differs between two snapshots."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import click

from oss_ai_monitor import comparing, warehouse
from oss_ai_monitor.landing import Landing
from oss_ai_monitor.terminal import Moment, escape_controls, print_message

from .building import build_generation
from .group import main


@main.command()
@click.argument("figure", required=False, default="")
@click.option("--then", "then_on", type=Moment(), required=True, help="The earlier date: what a build as of it shows.")
@click.option("--now", "now_on", type=Moment(), help="The later date; else the warehouse as it is served.")
@click.option(
    "--dataset", default="", help="v2, v1, hub or a benchmark; else the first of the later date that has the figure."
)
@click.option(
    "--rows",
    type=click.IntRange(0, comparing.MOST_DETAILS),
    default=comparing.MOST_ROWS,
    show_default=True,
    help="Models that are listed behind each step.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "md", "json"]),
    default="text",
    show_default=True,
    help="How it is printed.",
)
@click.pass_obj
def compare(
    folder: Path, figure: str, then_on: datetime, now_on: datetime | None, dataset: str, rows: int, form: str
) -> None:
    """Say why FIGURE differs between two dates, in steps that add up: models that are gone, facts that changed, by
    which fact, and models that are new, with the models behind each step. Both dates are counted by the present rules.
    Without FIGURE, or with one that is none, it lists the figures.

    What is not at hand is built, and kept beside the served generation, as build --as-of DATE --beside does: a build
    takes its time once.

    \b
    Examples: oss-ai-monitor compare --then 2024-11-04 --now 2024-11-08 best-average
              oss-ai-monitor compare --then 2024-11-04 --dataset v2 merges-share --format json
    """
    _refuse_early(folder, then_on, now_on, figure, dataset)
    with _end(folder, then_on) as then, _end(folder, now_on) as now:
        try:
            if not figure:
                listed = _list(then, now, dataset)
                print_message("the figures; name one behind the dates to see why it differs:")
                click.echo(listed)
                return
            older = comparing.older_rules_of(now)
            asked_days = (then_on.date(), now_on.date() if now_on else None)
            comparison = comparing.compare(then, now, figure, dataset, most=rows, older=older, asked_days=asked_days)
        except ValueError as error:
            raise click.UsageError(escape_controls(str(error))) from error
    if form == "json":
        from oss_ai_monitor.programs import comparison_json  # here: other commands load no charts

        click.echo(escape_controls(comparison_json(comparison, rows=rows)), nl=False)
        return
    click.echo(escape_controls({"text": comparing.plain, "md": comparing.markdown}[form](comparison)), nl=False)


def _refuse_early(folder: Path, then_on: datetime, now_on: datetime | None, figure: str, dataset: str) -> None:
    """Refuse, before anything is built, an earlier date that is later than the later one, and a figure that is none."""
    try:
        if now_on:
            comparing.refuse_order(then_on.date(), now_on.date())
            return
        with _end(folder, None) as served:
            comparing.refuse_order(then_on.date(), comparing.end_of(served).as_of)
            if figure:
                comparing.rules_of(served)
                comparing.figure_of(served, figure, dataset)
    except ValueError as error:
        raise click.UsageError(escape_controls(str(error))) from error


@contextmanager
def _end(folder: Path, moment: datetime | None) -> Iterator[warehouse.Warehouse]:
    """Open what a build as of a moment gives, or the served generation; build it if it is not at hand."""
    if moment is None:
        served = warehouse.Warehouse.open(folder)
        try:
            yield served
        finally:
            served.close()
        return
    snapshots = Landing(folder / "landing").selected(as_of=moment)
    expected = frozenset((run.source, run.snapshot_id, run.as_of.replace(tzinfo=None)) for run in snapshots)
    if (end := _at_hand(folder, expected)) is None:
        print_message(
            f"no generation of {moment.date()} by the present rules is here: one is built, beside the served one"
        )
        build_generation(folder, as_of=moment, is_pinned=True)
        end = _at_hand(folder, expected)
    if end is None:
        raise click.ClickException(f"what was built as of {moment.date()} is not what had landed: try again")
    with comparing.opened(end) as opened:
        yield opened


def _at_hand(folder: Path, snapshots: frozenset[tuple[str, str, datetime]]) -> comparing.End | None:
    """Return a generation of exactly these snapshots by the present rules; None if there is none."""
    if not snapshots:
        return None
    present = [end for end in comparing.ends(folder) if end.has_present_rules and end.snapshots == snapshots]
    return present[-1] if present else None


def _list(then: warehouse.Warehouse, now: warehouse.Warehouse, dataset: str) -> str:
    """Return the figures that can be compared, a line each. Raises NoEnd if there are none."""
    figures_of = comparing.offered(then, now, dataset)
    if not figures_of and dataset:
        lacking, end = ("earlier", then) if comparing.offered(now, now, dataset) else ("later", now)
        raise comparing.NoEnd(
            f"The {lacking} snapshot, of {comparing.end_of(end).as_of}, does not have the dataset {dataset[:60]}."
        )
    if not figures_of:
        raise comparing.NoEnd("No dataset is in both snapshots: choose a later day for “then”.")
    return "\n".join(
        f"{name}  {figure.name}  {figure.title}"
        + (f" ({figure.unit})" if figure.unit not in figure.title.lower() else "")
        for name, figures in figures_of.items()
        for figure in figures
    )
