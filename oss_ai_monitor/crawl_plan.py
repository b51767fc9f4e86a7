"""What to ask the Hub next, from what has landed and from what core knows; each answer lands before the next question.

Composition only: how the Hub is asked is known to `sources.live`, how answers are kept to `landing`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb

from oss_ai_monitor.landing import Landing, Manifest, verify
from oss_ai_monitor.sources import Progress, Table, live

DAILY, WEEKLY = timedelta(hours=20), timedelta(days=6, hours=20)
"""Between full listings, less what a crawl and a timer take."""
LONGEST = timedelta(hours=2)
"""That a full listing may take, at the quota last heard of, for it to be a daily one."""
FRESH = timedelta(days=30)
"""After which details, commits and discussions of a tracked model are asked for again."""
SHARES = (("details", live.details, 0.5), ("commits", live.commits, 0.6), ("discussions", live.discussions, 1.0))
"""Which questions there are about a model, and the share of what is left of the budget that each may take."""


def listings(
    landing: Landing, session: live.Session, *, is_full: bool | None = None, progress: Progress | None = None
) -> Iterator[Table]:
    """A full listing where one is due (or asked for), and then who is absent from it; else what changed since.

    To be landed one by one: each is made from what the one before has left in landing. A listing far shorter than the
    last one is refused, unless a full one was asked for.
    """
    if absent := absences(
        landing
    ):  # which a crash may have left undone; if it has landed already, that is said at once
        yield absent
    last = _whole(landing)
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
    is_daily = windows * timedelta(minutes=5) <= LONGEST
    return now - last.started >= (DAILY if is_daily else WEEKLY)


def since(landing: Landing, last: Manifest) -> datetime:
    """The watermark of the next list of changes: that of the latest run, listing or changes."""
    later = [run for run in landing.manifests("hub_changes") if run.adds_to and run.started > last.started]
    latest = max([last, *later], key=lambda run: run.started)
    verify([latest])
    with duckdb.connect() as db:
        db.execute("set timezone = 'UTC'")
        ((modified,),) = db.execute(
            "select max(last_modified) from read_parquet($1) where last_modified <= $2",
            [[str(path) for path in latest.paths], latest.as_of.replace(tzinfo=None)],
        ).fetchall()
    return live.watermark(latest.started, latest.finished, modified and modified.replace(tzinfo=UTC))


def absences(landing: Landing) -> Table | None:
    """Who is absent from the latest full listing and was known before; None where there is nothing to compare."""
    whole = _fetched(landing, "hub_listing")
    if len(whole) < 2:
        return None
    before, now = whole[-2:]
    changes = [run for run in _fetched(landing, "hub_changes") if before.started < run.finished < now.started]
    known = [run for run in _fetched(landing, "hub_absences") if run.as_of < now.as_of]
    return live.absences(_landed([before])[0], _landed([now])[0], _landed(changes), _landed(known))


def about(
    landing: Landing, session: live.Session, tracked: Sequence[str], *, progress: Progress | None = None
) -> Iterator[Table]:
    """Details, commits and discussions of the tracked models that lack them or have old ones, in the order given, then
    all refusals; within the session's budget. To be landed one by one."""
    failures = live.Failures(landing.folder / ".state" / "failures.sqlite")
    budget, spent = session.budget, session.requests
    for name, ask, share in SHARES:
        if budget is not None:
            session.budget = session.requests + int((budget - session.requests) * share)
        yield ask(session, wanted(landing, f"hub_{name}", tracked), failures, progress=progress)
        session.budget = budget
    if session.requests > spent:
        yield failures.table()


def benchmarks(landing: Landing, session: live.Session, *, progress: Progress | None = None) -> Iterator[Table]:
    """All official benchmarks; one that cannot be had stands as it last landed."""
    last = _fetched(landing, "hub_benchmarks")
    yield live.benchmarks(session, [Path(path) for path in last[-1].paths] if last else (), progress=progress)


def wanted(landing: Landing, source: str, tracked: Sequence[str], fresh: timedelta = FRESH) -> list[str]:
    """The tracked models of which nothing has landed of late: never asked for first, then the longest ago."""
    at: dict[str, datetime] = {}
    with duckdb.connect() as db:
        for run in _fetched(landing, source):
            verify([run])
            key = "id" if source == "hub_details" else "model_id"
            paths = [str(path) for path in run.paths]
            at.update(
                dict.fromkeys(
                    (row[0] for row in db.execute(f"select {key} from read_parquet($1)", [paths]).fetchall()), run.as_of
                )
            )
    never = [model_id for model_id in tracked if model_id not in at]
    limit = datetime.now(UTC) - fresh
    return never + sorted(
        (model_id for model_id in tracked if model_id in at and at[model_id] < limit), key=lambda one: at[one]
    )


def _whole(landing: Landing) -> Manifest | None:
    """The last full listing that was fetched: one from a file may be years old."""
    return max(_fetched(landing, "hub_listing"), key=lambda run: run.started, default=None)


def _fetched(landing: Landing, source: str) -> list[Manifest]:
    runs = [run for run in landing.manifests(source) if run.as_of_rule == "fetched" and not run.is_simulated]
    return sorted(runs, key=lambda run: run.started)


def _landed(runs: Sequence[Manifest]) -> list[live.Landed]:
    verify(runs)
    return [live.Landed(run.snapshot_id, run.as_of, [Path(path) for path in run.paths]) for run in runs]
