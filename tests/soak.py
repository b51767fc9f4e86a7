"""Crawls under faults by chance, round after round: `make soak`, or `python tests/soak.py --rounds 1000 --seed 1`.

A round is one listing under a mix of faults and deaths of the reader, asked for again until it is whole. It has to hold
the rows of the undisturbed one, and nothing partial may ever be visible. A round is known again by its seed.
"""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

import duckdb

if not __package__:
    sys.path.insert(0, str(Path(__file__).parents[1]))

from oss_ai_monitor.landing import Landing, Manifest
from oss_ai_monitor.sources import SourceError, live
from oss_ai_monitor.sources.live import paged_fetch
from tests.hub_faults import PASSING
from tests.hub_server import Hub
from tests.hub_world import World, from_folder, simulated

QUICK = live.RetryPolicy(
    connect=2, read=0.5, deadline=1.5, backoff=0.001, longest_wait=0.01, default_wait=0.01, attempts=5
)
KINDS = (*PASSING, "drip", "silent", "cycle", "dead-cursor", "not-a-list", "new-field")
ATTEMPTS = 60
READER = """
import pathlib, sys
from oss_ai_monitor.landing import Landing
from oss_ai_monitor.sources import live
from oss_ai_monitor.sources.live import crawl
crawl.LIMIT = {limit}
Landing(pathlib.Path(sys.argv[2])).land(live.listing(live.Session(sys.argv[1]), expected={expected}))
"""


class Killed(BaseException):
    """The reader dies here."""


def rows(run: Manifest, columns: str = "* exclude (extra)") -> list[tuple[Any, ...]]:
    with duckdb.connect() as db:
        paths = [str(path) for path in run.paths]
        return db.execute(f"select {columns} from read_parquet($1) order by row_number", [paths]).fetchall()


def _helps(error: SourceError, hub: Hub, seed: int) -> None:
    assert hub.url in str(error), f"seed {seed}: names no address: {error}"
    assert "again" in str(error) or "gone" in str(error), f"seed {seed}: says not what to do: {error}"


def _row_text(row: tuple[Any, ...]) -> str:
    """A row but for its number, which is another one where a listing was begun anew."""
    return repr(row[1:])


def crawled(hub: Hub, folder: Path, rng: random.Random | None = None) -> Manifest:
    """One listing; with chance, the reader dies at any page."""
    died_at = rng.randint(1, 25) if rng else 0
    pages = 0

    def on_progress(*_: object) -> None:
        nonlocal pages
        pages += 1
        if pages == died_at:
            raise Killed

    session = live.Session(hub.url, retry_policy=QUICK, sleep=lambda seconds: time.sleep(min(seconds, 0.01)))
    return Landing(folder).land(live.listing(session, rows=150, expected=len(hub.world.models), progress=on_progress))


def one_round(world: World, expected_rows: list[tuple[Any, ...]], seed: int) -> Counter[str]:
    """Raises AssertionError, naming the seed, for a lost, doubled or changed row and for anything partial in sight."""
    rng, met = random.Random(seed), Counter[str]()
    folder = Path(tempfile.mkdtemp(prefix="soak-"))
    try:
        with Hub(world) as hub:
            hub.faults.mix(seed, rng.choice((0.05, 0.2, 0.4)), KINDS, seconds=0.8)
            for _ in range(ATTEMPTS):
                try:
                    run = crawled(hub, folder, rng if rng.random() < 0.7 else None)
                    break
                except Killed:
                    met["killed"] += 1
                except SourceError as error:
                    met["given up"] += 1
                    _helps(error, hub, seed)
                assert Landing(folder).manifests() == [], f"seed {seed}: something partial is visible"
            else:
                raise AssertionError(f"seed {seed}: never whole in {ATTEMPTS} attempts")
            met.update(kind for kind, _ in hub.faults.happened)
        landed_rows = rows(run)
        assert len(landed_rows) == len(expected_rows), (
            f"seed {seed}: {len(landed_rows)} rows, expected {len(expected_rows)}"
        )
        if not any("first page" in note for note in run.notes):
            assert landed_rows == expected_rows, f"seed {seed}: other rows than undisturbed, or in another order"
        assert sorted(map(_row_text, landed_rows)) == sorted(map(_row_text, expected_rows)), (
            f"seed {seed}: other models than undisturbed"
        )
        assert not list(folder.glob("hub_listing/.partial-*")), f"seed {seed}: a partial run is left"
    finally:
        shutil.rmtree(folder)
    return met


def soak(rounds: int, seed: int, models: int = 1000, tell: bool = False) -> Counter[str]:
    """So many rounds; what was met in them, counted."""
    longest, paged_fetch.PAGE_LIMIT = paged_fetch.PAGE_LIMIT, 50
    try:
        world, met = simulated(models), Counter[str]()
        folder = Path(tempfile.mkdtemp(prefix="soak-"))
        with Hub(world) as hub:
            expected_rows = rows(crawled(hub, folder))
        shutil.rmtree(folder)
        began = time.monotonic()
        for number in range(rounds):
            met += one_round(world, expected_rows, seed + number)
            if tell and (number + 1) % 10 == 0:
                summary = ", ".join(f"{kind} {count:,}" for kind, count in sorted(met.items()))
                print(f"{number + 1:,} rounds in {time.monotonic() - began:,.0f} s: {summary}", flush=True)
        return met
    finally:
        paged_fetch.PAGE_LIMIT = longest


def killed_crawl(world: World, kills: int, seed: int, limit: int = 1000) -> None:
    """A listing whose reader is killed at random moments, as a process: it ends with the rows of the undisturbed one.

    Raises AssertionError naming the seed. Prints rows/s and the most memory of each process.
    """
    rng = random.Random(seed)
    folder = Path(tempfile.mkdtemp(prefix="soak-"))
    expected = len(world.models)
    command = [sys.executable, "-c", READER.format(limit=limit, expected=expected)]
    try:
        with Hub(world) as hub:
            began = time.monotonic()
            subprocess.run([*command, hub.url, str(folder / "undisturbed")], check=True)
            alone = time.monotonic() - began
            print(f"undisturbed: {expected:,} models in {alone:.1f} s, {expected / alone:,.0f} a second", flush=True)
            done, killed = subprocess.Popen([*command, hub.url, str(folder / "killed")]), 0
            while done.poll() is None:
                time.sleep(rng.uniform(0.3, 2 * alone / (kills + 1)))
                if killed < kills and done.poll() is None:
                    done.kill()
                    done.wait()
                    killed += 1
                    assert Landing(folder / "killed").manifests() == [], f"seed {seed}: something partial is visible"
                    done = subprocess.Popen([*command, hub.url, str(folder / "killed")])
            assert done.returncode == 0, f"seed {seed}: the last reader ended with {done.returncode}"
        (undisturbed,), (continued,) = (Landing(folder / name).manifests() for name in ("undisturbed", "killed"))
        with duckdb.connect() as db:
            paths = [[str(path) for path in run.paths] for run in (undisturbed, continued)]
            differing = db.execute(
                "select count(*) from (from read_parquet($1) except all from read_parquet($2))", paths
            ).fetchall()[0][0]
        assert (undisturbed.rows, differing) == (continued.rows, 0), (
            f"seed {seed}: {continued.rows} rows, {differing} of them others"
        )
        print(f"killed {killed} times: the same {continued.rows:,} rows", flush=True)
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    import argparse

    asking = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asking.add_argument("--rounds", type=int, default=1000)
    asking.add_argument("--seed", type=int, default=1)
    asking.add_argument("--kills", type=int, help="instead, one crawl whose reader is killed so many times")
    asking.add_argument("--from", dest="mirror", type=Path, help="of files that mirror the Hub's paths; with --kills")
    arguments = asking.parse_args()
    if arguments.kills:
        killed_crawl(
            from_folder(arguments.mirror) if arguments.mirror else simulated(20_000), arguments.kills, arguments.seed
        )
        raise SystemExit
    soak(arguments.rounds, arguments.seed, tell=True)
    print("every round was whole")
