"""A whole build and daily steps at three million models.

`python -P benchmarks/daily.py listing|simulated FOLDER [DAYS]`

`listing` is the real listing of July 2024 four times, the second to fourth time under other owners: as skewed as the
Hub, and with families four times as large. `simulated` is a community of three million whose facts are spread evenly,
which is harder on every count. A day changes the downloads of 8% of all models, as a day of 2026 did on the Hub, brings
a thousand new ones, and a thousand details. Each build runs in a process of its own. Of several days (two where no
number is given) the last ones show what is left in the file of those before.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import duckdb

from benchmarks import land as first
from oss_ai_monitor.landing import Landing
from oss_ai_monitor.landing.manifest import Manifest

COPIES = 4
BUILD = "import sys; from oss_ai_monitor.cli import main; main()"


def rows_of(manifest: Manifest) -> str:
    """Return the landed rows of a run as a relation of DuckDB."""
    return f"read_parquet({[str(path) for path in manifest.paths]})"


def land_copies(folder: Path, source: Path) -> None:
    """Land a listing that holds another one several times, under other owners."""
    landing, listing = Landing(folder / "landing"), Landing(source / "landing").latest("hub_listing")
    if listing is None:
        raise SystemExit(f"{source}: no listing has landed there")
    owner = "if(contains(id, '/'), replace(id, '/', '-{n}/'), id || '-{n}')"
    copies = " union all ".join(
        f"select * replace ({owner.format(n=n) if n else 'id'} as id, row_number + {n * listing.rows} as row_number)"
        f" from {rows_of(listing)}"
        for n in range(COPIES)
    )
    with duckdb.connect() as db, landing.run("hub_listing", addresses=["copies"], fingerprint="copies") as run:
        db.execute("set memory_limit = '3GB'")
        run.as_of, run.as_of_rule = listing.as_of, listing.as_of_rule
        run.write(db.sql(f"{copies} order by row_number"))


def land_day(folder: Path, number: int) -> None:
    """Land the listing of one more day, and the details of a thousand models."""
    landing = Landing(folder / "landing")
    last = landing.latest("hub_listing")
    if last is None or last.as_of is None:
        raise SystemExit(f"{folder}: no listing has landed there")
    as_of = last.as_of + timedelta(days=1)
    when = f"timestamp '{as_of:%Y-%m-%d %H:%M:%S}' - interval 3 hour"
    some = f"row_number in (select (hash(i || '{{}} {number}') % {last.rows})::bigint from range(1000) as t(i))"
    listing = f"""
        with listed as (
            select * replace (
                downloads + if(hash(id || 'used {number}') % 100 < 8, hash(id) % 1000, 0)::bigint as downloads,
                if(hash(id || 'likes {number}') % 100 < 2, likes + 1, likes) as likes,
                if(hash(id || 'changed {number}') % 100 < 2, {when}, last_modified) as last_modified,
                if(hash(id || 'licence {number}') % 10000 < 2, list_append(tags, 'license:mit'), tags) as tags,
            )
            from {rows_of(last)}
        ),
        added as (
            select * replace (
                id || '-day-{number}' as id, {when} as created_at, {when} as last_modified, 3 as downloads
            )
            from {rows_of(last)}
            where {some.format("new")}
        )
        select * replace (row_number() over () as row_number) from (from listed union all from added)
    """
    with duckdb.connect() as db:
        db.execute("set memory_limit = '3GB'")
        with landing.run(
            "hub_listing",
            addresses=["day"],
            fingerprint=f"listing {as_of}",
            is_simulated=last.is_simulated,
            seed=last.seed,
        ) as run:
            run.as_of, run.as_of_rule = as_of, last.as_of_rule
            run.write(db.sql(listing))
        newest = landing.latest("hub_listing")
        changed = f"select * from {rows_of(newest or last)} where {some.format('details')}"
        with landing.run(
            "hub_details",
            addresses=["day"],
            fingerprint=f"details {as_of}",
            is_simulated=last.is_simulated,
            seed=last.seed,
        ) as run:
            run.as_of, run.as_of_rule, run.adds_to = as_of, last.as_of_rule, "hub_details"
            run.write(db.sql(changed))


def build(folder: Path, *options: str) -> str:
    """Build in a process of its own; returns its seconds, seconds of CPU and memory."""
    started = time.monotonic()
    with subprocess.Popen(
        [sys.executable, "-c", BUILD, "--warehouse", str(folder), "build", *options],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"the build ended with {process.returncode}: run `oss-ai-monitor --warehouse {folder} build`")
    took, cpu = time.monotonic() - started, usage.ru_utime + usage.ru_stime
    size = (folder / "oss_ai_monitor.duckdb").stat().st_size
    return f"{took:.0f} s, {cpu:.0f} s of CPU, {usage.ru_maxrss / 1e6:.2f} GB of memory, file {size / 1e6:.0f} MB"


def main() -> None:
    key, folder = sys.argv[1], Path(sys.argv[2])
    landed = Landing(folder / "landing")
    if landed.latest("hub_listing") is None:
        first.land(key, folder / "source" / "landing" if key == "listing" else folder / "landing")
        if key == "listing":
            land_copies(folder, folder / "source")
    print(f"whole: {build(folder, '--full')}")
    for number in range(1, 1 + int(sys.argv[3] if len(sys.argv) > 3 else 2)):
        land_day(folder, number)
        print(f"day {number}: {build(folder)}")


if __name__ == "__main__":
    main()
