"""The Hub's listing of all models, and the list of recent changes: their queries and their fields."""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from oss_ai_monitor.sources.live.answer import Refused
from oss_ai_monitor.sources.live.paged_fetch import PATH, ROWS, PagedFetch
from oss_ai_monitor.sources.live.pages import Read
from oss_ai_monitor.sources.live.session import Session
from oss_ai_monitor.sources.table import Progress, SourceError, Table

FIELDS = (
    *("createdAt", "lastModified", "likes", "downloads", "downloadsAllTime", "tags", "pipeline_tag", "library_name"),
    *("gated", "private", "disabled", "baseModels", "safetensors"),
)
"""The fields that core reads. Card and config come with the details, for they are ten times as large as the rest."""
NEEDED = ("createdAt", "lastModified", "tags", "downloads")
OVERLAP = timedelta(hours=1)
"""Subtracted from a watermark, because clocks differ and a change may show late."""


def listing(
    session: Session,
    *,
    expected: int | None = None,
    is_short_taken: bool = True,
    rows: int = ROWS,
    progress: Progress | None = None,
) -> Table:
    """Fetch every model of the Hub by createdAt, oldest first, in parts of `rows`; an interrupted run is continued.

    `expected`: how many the last listing had. One that ends far before is read twice, then `is_short_taken` decides.
    Raises SourceError, Unreachable, OutOfBudget, each with what to do.
    """
    query = {"sort": "createdAt", "direction": "1"}
    return _table(session, "hub_listing", query, None, expected, is_short_taken, rows, progress)


def changes(
    session: Session,
    since: datetime,
    *,
    expected: int | None = None,
    rows: int = ROWS,
    progress: Progress | None = None,
) -> Table:
    """Fetch the models modified since a watermark (UTC), newest first, in the listing's shape; adds to the last one.

    Downloads do not move `lastModified`, and a removed model is in no list of changes. `expected`: how many models
    there are; a list that ends neither at the watermark nor near them is refused, for it was cut short.
    """
    query = {"sort": "lastModified", "direction": "-1"}
    return _table(session, "hub_changes", query, since.astimezone(UTC), expected, False, rows, progress)


def watermark(started: datetime, finished: datetime, latest: datetime | None) -> datetime:
    """Return the moment from which changes are unknown after a run: its start by both clocks, less OVERLAP.

    `latest`: the last modification in the run; a model may have been changed right after its page was read.
    """
    unknown_from = started if latest is None else min(started, latest - (finished - started))
    return unknown_from - OVERLAP


def fields(session: Session, requested: Sequence[str] = FIELDS) -> list[str]:
    """Return the requested fields that a listing accepts: it may refuse some with HTTP 400."""

    def is_accepted(names: Sequence[str]) -> bool:
        try:
            session.get(f"{PATH}?{urlencode([('limit', '1'), *(('expand[]', name) for name in names)])}")
        except Refused as error:
            if error.status != 400:
                raise
            return False
        return True

    if is_accepted(requested):
        return list(requested)
    accepted = [name for name in requested if is_accepted([name])]
    if missing := [name for name in NEEDED if name not in accepted]:
        address = session.public_address(PATH)
        raise SourceError(
            f"{address}: refuses expand[]={', '.join(missing)}, without which a listing is of no use here"
        )
    return accepted


def _table(
    session: Session,
    source: str,
    query: dict[str, str],
    since: datetime | None,
    expected: int | None,
    is_short_taken: bool,
    rows: int,
    progress: Progress | None,
) -> Table:
    address = f"{session.public_address(PATH)}?{urlencode(query)}"
    question = " ".join([address, ",".join(FIELDS), *([f"since {since:%Y-%m-%dT%H:%M:%SZ}"] if since else [])])
    moment = datetime.now(UTC)
    table = Table(
        source,
        (address,),
        hashlib.sha256(f"{question} {moment.isoformat()}".encode()).hexdigest(),
        iter(()),
        as_of=moment,
        as_of_rule="fetched",
        question=question,
        adds_to="hub_listing" if since else None,
        may_be_empty=since is not None,
    )

    def is_enough(read: Read) -> bool:
        """Whether all on a page was changed before the watermark; an undated model says nothing."""
        dates = [moment for text in read.changed if (moment := _moment(text))]
        return since is not None and bool(dates) and max(dates) < since

    fetch = PagedFetch(
        session,
        table,
        query,
        lambda: _with_note(fields(session)),
        rows=rows,
        expected=expected,
        is_short_taken=is_short_taken,
        is_enough=is_enough,
        progress=progress,
    )
    table.relations = fetch.relations()
    return table


def _with_note(accepted: list[str]) -> tuple[list[str], list[str]]:
    refused = [name for name in FIELDS if name not in accepted]
    return accepted, [f"refused by the Hub in listings, so NULL: {', '.join(refused)}"] if refused else []


def _moment(text: str | None) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
