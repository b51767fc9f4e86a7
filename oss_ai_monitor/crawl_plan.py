"""The next requests to the Hub, planned from the landed runs and the tracked models; each answer lands before the next.

Composition only: `sources.live` knows how to ask the Hub, `landing` how to store its answers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb

from oss_ai_monitor.landing import Landing, Manifest, verify
from oss_ai_monitor.patterns import pattern
from oss_ai_monitor.sources import Progress, Table, live

DAILY, WEEKLY = timedelta(hours=20), timedelta(days=6, hours=20)
"""Between full listings, a little less than a day or a week to allow for the crawl itself and the timer."""
LONGEST_DAILY_CRAWL = timedelta(hours=2)
"""If a full listing takes longer than this at the current quota, it is fetched weekly."""
REFETCH_AFTER = timedelta(days=30)
"""Age after which details, commits and discussions of a tracked model are fetched again."""
BUDGET_SHARES = (("details", live.details, 0.5), ("commits", live.commits, 0.6), ("discussions", live.discussions, 1.0))
"""The requests about a model, and the share of the remaining budget that each kind may use."""


def listings(
    landing: Landing, session: live.Session, *, is_full: bool | None = None, progress: Progress | None = None
) -> Iterator[Table]:
    """Yield a full listing if one is due or requested, followed by its absences; else the changes since the last one.

    Land each before taking the next, which depends on it. A listing far shorter than the last one is refused, unless a
    full one was requested.
    """
    if absent := absences(landing):  # a crash may have prevented it; landing refuses it if it has landed already
        yield absent
    last = _last_listing(landing)
    if is_full or (is_full is None and is_due(last, session, datetime.now(UTC))):
        expected = last.rows if last else None
        yield live.listing(session, expected=expected, is_short_taken=bool(is_full), progress=progress)
        if absent := absences(landing):
            yield absent
    elif last:
        yield live.changes(session, since(landing, last), expected=last.rows, progress=progress)


def is_due(last: Manifest | None, session: live.Session, now: datetime) -> bool:
    """Whether a full listing is due: the first one, then daily where the quota allows, else weekly."""
    if last is None:
        return True
    if session.quota.limit is None:
        session.get("/api/models?limit=1")
    windows = last.rows / 1000 / (session.quota.limit or 500)
    is_daily = windows * timedelta(minutes=5) <= LONGEST_DAILY_CRAWL
    return now - last.started >= (DAILY if is_daily else WEEKLY)


def since(landing: Landing, last: Manifest) -> datetime:
    """Return the watermark of the next list of changes: that of the latest listing or list of changes."""
    later = [run for run in _fetched(landing, "hub_changes") if run.adds_to and run.started > last.started]
    latest = max([last, *later], key=lambda run: run.started)
    verify([latest])
    with duckdb.connect() as db:
        db.execute("set timezone = 'UTC'")
        ((modified,),) = db.execute(
            "select max(last_modified) from read_parquet($1) where last_modified <= $2",
            [[pattern(path) for path in latest.paths], latest.as_of.replace(tzinfo=None)],
        ).fetchall()
    return live.watermark(latest.started, latest.finished, modified and modified.replace(tzinfo=UTC))


def absences(landing: Landing) -> Table | None:
    """Return the models that are missing from the latest full listing; None if there is no earlier one."""
    listings = _fetched(landing, "hub_listing")
    if len(listings) < 2:
        return None
    previous, current = listings[-2:]
    changes = [run for run in _fetched(landing, "hub_changes") if previous.started < run.finished < current.started]
    earlier = [run for run in _fetched(landing, "hub_absences") if run.as_of < current.as_of]
    return live.absences(_landed([previous])[0], _landed([current])[0], _landed(changes), _landed(earlier))


def model_facts(
    landing: Landing, session: live.Session, tracked: Sequence[str], *, progress: Progress | None = None
) -> Iterator[Table]:
    """Yield details, commits and discussions of the tracked models without fresh ones, in the order given, then all
    refusals; within the session's budget. Land each before taking the next."""
    failures = live.Failures(landing.folder / ".state" / "failures.sqlite")
    budget, requests_before = session.budget, session.requests
    for name, fetch, share in BUDGET_SHARES:
        if budget is not None:
            session.budget = session.requests + int((budget - session.requests) * share)
        yield fetch(session, models_to_fetch(landing, f"hub_{name}", tracked), failures, progress=progress)
        session.budget = budget
    if session.requests > requests_before:
        yield failures.table()


def benchmarks(landing: Landing, session: live.Session, *, progress: Progress | None = None) -> Iterator[Table]:
    """Yield the official benchmarks; one that cannot be fetched keeps the entries that landed last."""
    last = _fetched(landing, "hub_benchmarks")
    yield live.benchmarks(session, [Path(path) for path in last[-1].paths] if last else (), progress=progress)


def models_to_fetch(
    landing: Landing, source: str, tracked: Sequence[str], refetch_after: timedelta = REFETCH_AFTER
) -> list[str]:
    """Return the tracked models to fetch again: first those without any landed row, then the oldest ones."""
    landed_at: dict[str, datetime] = {}
    with duckdb.connect() as db:
        for run in _fetched(landing, source):
            verify([run])
            key = "id" if source == "hub_details" else "model_id"
            paths = [pattern(path) for path in run.paths]
            landed_at.update(
                dict.fromkeys(
                    (row[0] for row in db.execute(f"select {key} from read_parquet($1)", [paths]).fetchall()), run.as_of
                )
            )
    never_landed = [model_id for model_id in tracked if model_id not in landed_at]
    limit = datetime.now(UTC) - refetch_after
    return never_landed + sorted(
        (model_id for model_id in tracked if model_id in landed_at and landed_at[model_id] < limit),
        key=lambda model_id: landed_at[model_id],
    )


def _last_listing(landing: Landing) -> Manifest | None:
    """Return the last full listing that was fetched, for one from a file may be years old."""
    return max(_fetched(landing, "hub_listing"), key=lambda run: run.started, default=None)


def _fetched(landing: Landing, source: str) -> list[Manifest]:
    """Return the fetched runs, oldest first; without those that are dated later than now, because the clock was ahead:
    what they hold is to be fetched anew."""
    runs = [run for run in landing.manifests(source) if run.as_of_rule == "fetched" and not run.is_simulated]
    return sorted((run for run in runs if not run.is_ahead()), key=lambda run: run.started)


def _landed(runs: Sequence[Manifest]) -> list[live.Landed]:
    verify(runs)
    return [live.Landed(run.snapshot_id, run.as_of, [Path(path) for path in run.paths]) for run in runs]
