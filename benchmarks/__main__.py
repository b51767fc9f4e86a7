"""`python -m benchmarks`: what a change costs, or the whole table."""

from __future__ import annotations

from pathlib import Path

import click

from .browser import chromium
from .changes import VIEWS, changes, told
from .served import serving


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """How quick the page is, in a real Chromium."""


@main.command()
@click.option("--warehouse", type=click.Path(exists=True, file_okay=False, path_type=Path), required=True)
@click.option("--view", "views", multiple=True, type=click.Choice([*VIEWS]), help="Perspectives; none given means all.")
@click.option("--dataset", default="", help="The dataset to look at; by default the largest with what is shown.")
@click.option("--count", default=21, show_default=True, help="Changes per control.")
def change(warehouse: Path, views: tuple[str, ...], dataset: str, count: int) -> None:
    """Median and 95th percentile from click to repaint, server CPU and bytes, per control.

    \b
    Example: python -m benchmarks change --warehouse warehouse --view model-types --count 12
    """
    with serving(warehouse) as server, chromium() as browser:
        for view in views or VIEWS:
            for line in told(view, changes(server, browser, view, count=count, dataset=dataset)):
                click.echo(line)


if __name__ == "__main__":
    main()
