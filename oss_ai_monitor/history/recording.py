"""Recording days: which of them can be, what each counts from, and a landed run for each.

A table may cover a part of the Hub only, and its days must not look as if the Hub had shrunk or grown: a day with fewer
than half of the models of the recorded day before it is refused, as no full listing, and one with more than twice as
many (and a thousand more) opens a stretch, which is compared with nothing before it.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

import duckdb

from oss_ai_monitor.landing import Batch, Landing, Manifest
from oss_ai_monitor.patterns import pattern
from oss_ai_monitor.plurals import counted

from . import comparison, days, loading, scratch, series
from .comparison import ComparedDay
from .figures import DailyFigures, NotRecorded

SOURCE = "hub_adoption"
FRAME_EVERY = 30
"""Recorded days from one frame to the next."""
MANY_MORE = 1_000
"""Models that a day has more than the day before it where it opens a stretch: a small community may double."""
ROWS_AT_ONCE = 3_000_000
"""Rows that are compared in one pass; what is more goes on from the days that were recorded."""


class Progress(Protocol):
    """Called with the days recorded, the days expected, and a detail to display."""

    def __call__(self, done: int, expected: int | None, detail: str = "", /) -> None: ...


@dataclass
class Outcome:
    """What became of the days of a table."""

    recorded: list[Manifest] = field(default_factory=list)
    already: list[days.Day] = field(default_factory=list)
    """Days that had been recorded before."""
    refused: dict[date, str] = field(default_factory=dict)
    """Why each of the other days is not recorded."""


def record_all(
    landing: Landing, figures: DailyFigures, history: list[days.Day], progress: Progress = lambda *_: None
) -> Outcome:
    """Record the days of a table that `history`, the recorded days, lacks, and add them to it.

    Call it only under the lock of the history. What was recorded before an interruption stands.
    """
    outcome = Outcome()
    origin = figures.origin
    with scratch.connection() as db:
        counts = _rows_by_day(db, figures)
        recorded = {day.on: day for day in history}
        outcome.already = [recorded[on] for on in counts if on in recorded]
        expected = len(counts) - len(outcome.already)
        batch_of_source = landing.batch(SOURCE, is_simulated=origin.is_simulated, seed=origin.seed)
        with batch_of_source as batch:
            for chunk in _chunks(counts, recorded):
                try:
                    previous, chain = days.chain(history, chunk[0])
                except LookupError as reason:
                    outcome.refused |= {on: f"{origin.source} of {on} {reason}" for on in chunk}
                    continue
                compared = _compare(db, figures, chunk, history, previous, chain, outcome)
                for number, day in enumerate(compared):
                    _write(db, batch, figures, day)
                    done = len(outcome.recorded) + number + 1 + len(outcome.refused)
                    progress(done, expected, f"{day.on}")
                batch.publish()
                landed = batch.published[len(outcome.recorded) :]
                outcome.recorded += landed
                history += [
                    days.Day(run, day.on, day.since, day.is_frame) for run, day in zip(landed, compared, strict=True)
                ]
                history.sort(key=lambda day: day.on)
    return outcome


def _chunks(counts: dict[date, int], recorded: dict[date, days.Day]) -> Iterator[list[date]]:
    """Yield the days to record, oldest first, in pieces that no recorded day divides and that fit into memory."""
    chunk: list[date] = []
    rows = 0
    for on in sorted(counts.keys() | recorded.keys()):
        if chunk and (on in recorded or rows + counts[on] > ROWS_AT_ONCE):
            yield chunk
            chunk, rows = [], 0
        if on not in recorded:
            chunk.append(on)
            rows += counts[on]
    if chunk:
        yield chunk


def _rows_by_day(db: duckdb.DuckDBPyConnection, figures: DailyFigures) -> dict[date, int]:
    with read_errors(figures):
        rows = db.execute(
            f"select day, count(*) from ({figures.select}) where model_id != '' and day is not null"
            " group by day order by day",
            {"paths": [pattern(path) for path in figures.paths]},
        ).fetchall()
    return dict(rows)


def _compare(
    db: duckdb.DuckDBPyConnection,
    figures: DailyFigures,
    chunk: Sequence[date],
    history: Sequence[days.Day],
    previous: days.Day | None,
    chain: Sequence[days.Day],
    outcome: Outcome,
) -> list[ComparedDay]:
    """Compare some days with those before them; returns those that can be recorded."""
    with read_errors(figures):
        loading.load_rows(db, figures.select, figures.paths, chunk)
    loading.load_series(
        db,
        earlier=[path for day in history if day.on < chunk[0] for path in day.run.paths],
        later=[path for day in history if day.on > chunk[0] for path in day.run.paths],
        chain=[path for day in chain for path in day.run.paths],
    )
    models = loading.models_by_position(db)
    models_before = loading.models_listed_before(db)
    since = previous.on if previous else None
    since_frame = len(chain)
    compared: list[ComparedDay] = []
    accepted: list[int] = []
    for position, on in enumerate(chunk, 1):
        count = models.get(position, 0)
        if count * 2 < models_before:
            outcome.refused[on] = (
                f"{figures.origin.source} of {on} holds {counted(count, 'model')} where the kept day before it has "
                f"{models_before:,}: no full listing"
            )
            continue
        opens = since is None or count > max(2 * models_before, models_before + MANY_MORE)
        is_frame = opens or since_frame >= FRAME_EVERY
        accepted.append(position)
        compared.append(ComparedDay(len(accepted), on, None if opens else since, is_frame))
        since, models_before, since_frame = on, count, 1 if is_frame else since_frame + 1
    loading.renumber(db, accepted)
    series.number_series(db, compared)
    comparison.compare(db, compared)
    return compared


def _write(db: duckdb.DuckDBPyConnection, batch: Batch, figures: DailyFigures, day: ComparedDay) -> None:
    origin = figures.origin
    with batch.run(
        addresses=origin.addresses,
        fingerprint=f"{SOURCE} of {origin.source} of {day.on}: {origin.fingerprint}",
    ) as run:
        run.as_of, run.as_of_rule, run.revision = figures.as_of(day.on), origin.as_of_rule, origin.revision
        run.notes += figures.notes
        run.adds_to = SOURCE
        run.copy(db, comparison.changes_of(day))


@contextmanager
def read_errors(figures: DailyFigures) -> Iterator[None]:
    """Raise NotRecorded where the files of a table cannot be read."""
    try:
        yield
    except duckdb.Error as error:
        detail = " ".join(str(error).split())
        raise NotRecorded(
            f"{', '.join(map(str, figures.paths))}: cannot be read ({detail[:300]}), so the history of "
            "adoption leaves its days a gap; fetch it again"
        ) from error
