"""Building a generation of the warehouse."""

from __future__ import annotations

import time
from datetime import datetime
from pathlib import Path

import click
from tqdm import tqdm

from oss_ai_monitor import warehouse
from oss_ai_monitor.landing import Landing, verify
from oss_ai_monitor.terminal import Moment, is_quiet, say

from .group import REAL_DATA, main
from .landing import Tell


@main.command()
@click.option("--as-of", type=Moment(), help="Build from what had landed by then.")
@click.option("--beside", is_flag=True, help="With --as-of: keep it beside what serves, for links that pin it.")
@click.option("--memory", default="3GB", show_default=True, help="What DuckDB may use before it spills to disk.")
@click.pass_obj
def build(folder: Path, as_of: datetime | None, beside: bool, memory: str) -> None:
    """Build a new generation of the warehouse from what has landed, check it, and swap it in.

    \b
    Example: oss-ai-monitor build --as-of 2026-11-01
    """
    if beside and as_of is None:
        raise click.UsageError("--beside keeps a past generation, and needs --as-of: it says which")
    built(folder, as_of, memory, beside=beside)


def built(
    folder: Path,
    as_of: datetime | None = None,
    memory: str = "3GB",
    *,
    tell: Tell = say,
    is_log: bool | None = None,
    beside: bool = False,
) -> None:
    """Build a generation from what has landed. Raises NoWarehouse where nothing has, and what a build raises."""
    by_then = f" by {as_of:%Y-%m-%d %H:%M} UTC" if as_of else ""
    nothing = warehouse.NoWarehouse(f"nothing had landed in {folder}{by_then}; '{REAL_DATA}' fetches real data")
    if not (folder / "landing").is_dir():  # before a lock makes the folder
        raise nothing
    started = time.monotonic()
    total = len(warehouse.relations(warehouse.sql_folder()))
    with (
        warehouse.one_at_a_time(folder),
        tqdm(total=total, unit="relation", disable=is_quiet() if is_log is None else is_log, leave=False) as bar,
    ):
        snapshots = Landing(folder / "landing").selected(as_of)
        if not snapshots:
            raise nothing

        verify(snapshots)

        def made(relation: str) -> None:
            bar.set_description(relation)
            bar.update()

        generation = warehouse.build(folder, snapshots, memory_limit=memory, progress=made, beside=beside)
    tell(f"built {generation} in {time.monotonic() - started:.1f} s")
