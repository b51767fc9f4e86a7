"""One run of `hub_adoption` per day with a full listing: who moved since the kept day before it, and by how much.

A run holds only repositories whose figures, name or presence changed; every thirtieth is a frame that holds all of
them, so that nobody ever has to read further back than thirty runs. A repository is known by a small number, its
series: given once, with the name and the Hub's own `_id`, so that a series goes on through a rename. Days without a
listing are gaps: no run, and the next one says since when it counts.
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Protocol
from uuid import uuid4

import duckdb
from filelock import FileLock

from oss_ai_monitor.landing import FILE_TIME, AlreadyLanded, Landing, Manifest, verify

from . import comparison, days

SOURCE, LISTING = "hub_adoption", "hub_listing"
FRAME_EVERY = 30
"""Kept days from one frame to the next."""
MEMORY = "1GB"


class Moment(Protocol):
    """What must be known of where figures come from: a landed run, or a table of a source."""

    @property
    def source(self) -> str: ...
    @property
    def addresses(self) -> tuple[str, ...]: ...
    @property
    def fingerprint(self) -> str: ...
    @property
    def revision(self) -> str | None: ...
    @property
    def as_of_rule(self) -> str: ...
    @property
    def is_simulated(self) -> bool: ...
    @property
    def seed(self) -> int | None: ...


@dataclass(frozen=True)
class Figures:
    """What one moment says of every repository."""

    select: str
    """Of n, model_id, hub_id, downloads_30d, downloads_all_time, likes and last_modified, over $paths."""
    paths: tuple[Path, ...]
    of: Moment
    as_of: datetime
    notes: tuple[str, ...] = ()

    @property
    def day(self) -> date:
        """The UTC day for which it stands."""
        return self.as_of.date()


def recorded_days(landing: Landing, *, is_simulated: bool) -> list["days.Day"]:
    """The days that the history holds, oldest first."""
    return days.read([run for run in landing.manifests(SOURCE) if run.is_simulated == is_simulated])


def catch_up(landing: Landing) -> tuple[list[Manifest], list[str]]:
    """Keep a day for each landed full listing that the history lacks, oldest first; what is not kept is said.

    The first listing of a UTC day stands for it, but never one whose day is only its file's time. Real listings before
    simulated ones: where there are real ones the simulated are passed over. Safe to call at any time, and again after a
    crash: a day is kept whole or not at all.
    """
    runs = landing.manifests(LISTING)
    is_simulated = all(run.is_simulated for run in runs)
    runs = sorted((run for run in runs if run.is_simulated == is_simulated), key=lambda run: (run.as_of, run.finished))
    first = {run.as_of.date(): run for run in reversed(runs) if run.as_of_rule != FILE_TIME}
    made: list[Manifest] = []
    said: list[str] = []
    for day in sorted(first):
        try:
            made.append(record(landing, _listing(first[day])))
        except AlreadyLanded:
            continue
        except NotRecorded as reason:
            said.append(str(reason))
    return made, said


class NotRecorded(Exception):
    """A moment cannot join the history; the message says why. Nothing was written."""


def record(landing: Landing, figures: Figures) -> Manifest:
    """Keep one day. Raises AlreadyLanded when it is kept, NotKept when it cannot join, and what landing raises."""
    of = figures.of
    with _alone(landing):
        known = recorded_days(landing, is_simulated=of.is_simulated)
        if there := [day for day in known if day.on == figures.day]:
            raise AlreadyLanded(there[0].run)
        try:
            before, chain = days.chain(known, figures.day)
        except LookupError as reason:
            raise NotRecorded(f"{of.source} of {reason}: the history of adoption leaves that day a gap") from reason
        is_frame = before is None or len(chain) >= FRAME_EVERY
        with (
            _connection() as db,
            landing.run(
                SOURCE,
                addresses=of.addresses,
                fingerprint=f"{SOURCE} of {of.source} of {figures.day}: {of.fingerprint}",
                is_simulated=of.is_simulated,
                seed=of.seed,
            ) as run,
        ):
            try:
                comparison.take(db, figures.select, figures.paths)
            except duckdb.Error as error:
                told = " ".join(str(error).split())
                raise NotRecorded(
                    f"{', '.join(map(str, figures.paths))}: cannot be read ({told[:300]}), so the history of adoption "
                    "leaves that day a gap; fetch it again"
                ) from error
            comparison.know(
                db,
                everything=[path for day in known for path in day.run.paths],
                chain=[path for day in chain for path in day.run.paths],
            )
            _refuse_a_fragment(db, figures)
            comparison.compare(db, figures.day, before.on if before else None, is_frame=is_frame)
            run.as_of, run.as_of_rule, run.revision = figures.as_of, of.as_of_rule, of.revision
            run.notes += figures.notes
            run.adds_to = SOURCE
            run.write(db.sql("from moved order by series_id"))
    assert run.manifest is not None
    return run.manifest


def _listing(run: Manifest) -> Figures:
    verify([run])
    return Figures(
        """
        select
            row_number as n,
            trim(id) as model_id,
            extra ->> '$._id' as hub_id,
            downloads as downloads_30d,
            downloads_all_time,
            likes,
            last_modified,
        from read_parquet($paths)
        """,
        tuple(run.paths),
        run,
        run.as_of,
        (f"kept from {run.source} {run.snapshot_id}",),
    )


def _refuse_a_fragment(db: duckdb.DuckDBPyConnection, figures: Figures) -> None:
    ((now, before),) = db.execute(
        "select (select count(*) from sent), (select count(*) from stood where is_listed)"
    ).fetchall()
    if now * 2 < before:
        raise NotRecorded(
            f"{figures.of.source} of {figures.day} holds {now:,} models where the kept day before it has {before:,}: "
            "no full listing, so the history of adoption leaves that day a gap"
        )


@contextmanager
def _alone(landing: Landing) -> Iterator[None]:
    """One at a time: what a day is compared with must still be the last one when it is written."""
    home = landing.folder / SOURCE
    home.mkdir(parents=True, exist_ok=True)
    with FileLock(home / ".history.lock"):
        yield


@contextmanager
def _connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with (
        tempfile.TemporaryDirectory(prefix="oss-ai-monitor-") as folder,
        duckdb.connect(
            str(Path(folder) / f"{uuid4().hex}.duckdb"),
            config={
                "autoinstall_known_extensions": False,
                "autoload_known_extensions": False,
                "memory_limit": MEMORY,
                "temp_directory": folder,
            },
        ) as db,
    ):
        db.execute("set timezone = 'UTC'; set enable_progress_bar = false")
        yield db
