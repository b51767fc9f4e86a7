"""The command publish: pass on a generation that holds only what may be passed on."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
import msgspec
from filelock import FileLock, Timeout

from oss_ai_monitor import publication, warehouse
from oss_ai_monitor.landing import Keys, Landing, Manifest, verify
from oss_ai_monitor.plurals import counted
from oss_ai_monitor.terminal import print_message

from .group import REAL_DATA, main

WORK = "publishing"
"""The folder in a warehouse's folder that holds what was made to be published last."""


@main.command()
@click.argument("target", metavar="FOLDER|hf://datasets/ORG/NAME")
@click.option("--memory", default="3GB", show_default=True, help="Memory that DuckDB may use before it spills to disk.")
@click.option("--simulated", "may_simulate", is_flag=True, help="Publish a simulated community on the Hub, too.")
@click.pass_obj
def publish(folder: Path, target: str, memory: str, may_simulate: bool) -> None:
    """Publish what may be passed on: a DuckDB file, its tables as Parquet, a manifest with checksums, a datasheet, a
    Croissant description, CITATION.cff and a changelog of rules.

    A generation is built from what may be passed on alone. Rows of leaderboards, share-alike snapshots and owners who
    are left out are not in it; the datasheet says how anybody gets the first two. Readers see the old publication or
    the new one, never a part. If it is interrupted, run it again: files that are there are not copied again.

    \b
    Examples: oss-ai-monitor publish /srv/www/warehouse
              oss-ai-monitor publish hf://datasets/example/open-models
    """
    publication.refuse_copy(folder)
    destination = publication.target(target)
    destination.require_ours()
    if not (folder / "landing").is_dir():  # before a lock makes the folder
        raise _nothing_landed(folder)
    with _locked(folder / WORK):
        _publish(folder, destination, target, memory, may_simulate=may_simulate)


@contextmanager
def _locked(work: Path) -> Iterator[None]:
    """Let one process publish from a warehouse at a time, for all of them make their files in one folder."""
    work.mkdir(exist_ok=True)
    try:
        with FileLock(work / ".lock", timeout=0):
            yield
    except Timeout as error:
        raise publication.PublicationError(
            f"another process publishes from {work.parent}; run the same again when it is done"
        ) from error


def _publish(folder: Path, destination: publication.Target, target: str, memory: str, *, may_simulate: bool) -> None:
    landing = Landing(folder / "landing")
    runs = landing.selected()
    if not runs:
        raise _nothing_landed(folder)
    if destination.address and any(run.is_simulated for run in runs) and not may_simulate:
        raise click.UsageError("a simulated community is no statement about the world: --simulated publishes it")
    days = [run for source in ("hub_access", "hub_adoption") for run in landing.manifests(source)]
    passed, reasons, recipes = publication.select(
        runs, [day for day in days if day.is_simulated == runs[0].is_simulated]
    )
    if not passed:
        raise publication.PublicationError(f"nothing that has landed in {folder} may be passed on: {' '.join(reasons)}")
    for reason in reasons:
        print_message(f"not passed on: {reason}")
    generation = _generation(folder, landing, passed, memory)
    published = destination.manifest()
    name = publication.identifier(generation)
    if published and published.id == name:
        damage = destination.damage(published)
        if not damage:
            destination.finish(published)
            print_message(f"{name} is published already")
            return
        print_message(f"what is published is damaged ({damage}): it is written again")
    terms = publication.Terms(tuple(reasons), tuple(recipes))
    rules = destination.document(publication.RULES_DATA)
    started = time.monotonic()
    staged = publication.stage(generation, folder / WORK / "next", terms, folder, destination.address, rules)
    destination.publish(staged)
    shutil.rmtree(folder / WORK / "next")
    size = sum(file.bytes for file in staged.manifest.files)
    print_message(
        f"published {name} in {target}: {counted(len(staged.manifest.files), 'file')}, {size / 1e6:,.1f} MB, "
        f"{time.monotonic() - started:.1f} s"
    )


def _nothing_landed(folder: Path) -> warehouse.NoWarehouse:
    return warehouse.NoWarehouse(f"nothing has landed in {folder}, so there is nothing to publish; run '{REAL_DATA}'")


def _generation(folder: Path, landing: Landing, runs: list[Manifest], memory: str) -> Path:
    """Return the generation of what may be passed on; it is built unless the last one is of the same runs and rules."""
    work = folder / WORK
    with warehouse.build_lock(folder), warehouse.build_lock(work):
        listed = folder / "left_out.csv"
        (work / "left_out.csv").unlink(missing_ok=True)
        if listed.exists():
            shutil.copyfile(listed, work / "left_out.csv")
        if current := _current(work, runs):
            return current
        keys = Keys(landing, is_simulated=runs[0].is_simulated)
        verify([*runs, *keys.runs])
        public = [
            msgspec.structs.replace(
                run,
                addresses=publication.public_addresses(run.addresses),
                notes=publication.public_notes(run.notes),
            )
            for run in runs
        ]
        started = time.monotonic()
        generation = warehouse.build(work, public, memory_limit=memory, keys=keys, begins_as_copy=False)
        print_message(f"built what may be passed on in {time.monotonic() - started:.1f} s")
        return generation


def _current(work: Path, runs: list[Manifest]) -> Path | None:
    """Return the generation that was built last, if it is of these runs, the present rules and list of names."""
    try:
        opened = warehouse.Warehouse.open(work)
    except (warehouse.NoWarehouse, warehouse.Damaged):
        return None
    try:
        rows = opened.sql_frame("select source, snapshot_id from core.snapshots")
        built_from = set(zip(rows["source"], rows["snapshot_id"], strict=True))
        is_current = not (opened.instead_of or opened.rules_notice) and opened.leaves_out_as_listed(work)
        return opened.path if is_current and built_from == {(run.source, run.snapshot_id) for run in runs} else None
    finally:
        opened.close()
