"""Details, commits and number of discussions of single models, within a budget; refusals are recorded.

The answers are landed as sent. The official client would parse them, and raise for some contents of a card; its calls
for commits and discussions have no deadline, and it reads all pages of discussions to count them.
"""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urlencode

from oss_ai_monitor.sources.live.answer import Answer, InvalidResponse, Refused
from oss_ai_monitor.sources.live.failures import Failures
from oss_ai_monitor.sources.live.per_model_fetch import Details, PerModelFetch, Row, Rows
from oss_ai_monitor.sources.live.session import Session
from oss_ai_monitor.sources.record_fields import FIELDS
from oss_ai_monitor.sources.table import Progress, Table

ROWS = 200
"""Models per part."""
EXPAND = (*(sent for _, sent, *_ in FIELDS if sent != "id"), "evalResults")
LARGEST_COUNT = 1 << 53
"""A larger number is not taken for a count."""
MAX_PAGES = 20
"""The most pages of commits that are read for one model."""


def details(
    session: Session, ids: Iterable[str], failures: Failures, *, rows: int = ROWS, progress: Progress | None = None
) -> Table:
    """Fetch the details of each model (source hub_details, as sent), in the order given; adds to what has landed.

    Ends with a note when the session's budget is spent. Raises SourceError if the Hub's answers are unusable.
    """
    expand = list(EXPAND)

    def fetch(model_id: str) -> Row:
        while True:
            try:
                return _model(session, model_id, expand)
            except Refused as error:
                if error.status != 400 or not expand:
                    raise
                expand[:] = expand[:-1] if "evalResults" in expand else []  # then the fields that come by default

    return PerModelFetch(session, failures, "details", "hub_details", "id", fetch, Details(), rows, progress).table(ids)


def commits(
    session: Session, ids: Iterable[str], failures: Failures, *, rows: int = ROWS, progress: Progress | None = None
) -> Table:
    """Fetch the authors and dates of each model's commits (source hub_commits).

    For a model with more than 20 pages of commits, the count and the first date are unknown, so NULL.
    """

    def fetch(model_id: str) -> Row:
        path: str | None = f"/api/models/{quote(model_id)}/commits/main"
        entries: list[Row] = []
        for _ in range(MAX_PAGES):
            answer, path = session.page(str(path), check=_list)
            entries += [commit for commit in _list(answer) if isinstance(commit, dict)]
            if path is None:
                break
        dates = sorted(moment for commit in entries if (moment := _moment(commit.get("date"))))
        authors = [
            author.get("user")
            for commit in entries
            for author in _list_or_empty(commit.get("authors"))
            if isinstance(author, dict)
        ]
        return {
            "id": model_id,
            "commits": None if path else len(entries),
            "first": None if path or not dates else dates[0],
            "last": dates[-1] if dates else None,
            "authors": list(dict.fromkeys(_clean(name) for name in authors if isinstance(name, str) and name)),
            "extra": json.dumps({"read": len(entries)}) if path else None,
        }

    shape = "model_id varchar, commits bigint, first_commit_at timestamp, last_commit_at timestamp, authors varchar[]"
    relation = Rows(f"{shape}, extra json", ("id", "commits", "first", "last", "authors", "extra"))
    return PerModelFetch(
        session, failures, "commits", "hub_commits", "model_id", fetch, relation, rows, progress
    ).table(ids)


def discussions(
    session: Session, ids: Iterable[str], failures: Failures, *, rows: int = ROWS, progress: Progress | None = None
) -> Table:
    """Fetch the number of discussions and pull requests of each model, and the latest date (source hub_discussions)."""

    def fetch(model_id: str) -> Row:
        answer = session.get(f"/api/models/{quote(model_id)}/discussions?p=0", check=_object)
        answer_body = _object(answer)
        items = answer_body.get("discussions")
        count = answer_body.get("count")
        dates = (
            [_moment(item.get("createdAt")) for item in items if isinstance(item, dict)]
            if isinstance(items, list)
            else []
        )
        return {
            "id": model_id,
            "discussions": count if type(count) is int and 0 <= count < LARGEST_COUNT else None,
            "latest": max((moment for moment in dates if moment), default=None),
        }

    relation = Rows("model_id varchar, discussions bigint, latest_at timestamp", ("id", "discussions", "latest"))
    return PerModelFetch(
        session, failures, "discussions", "hub_discussions", "model_id", fetch, relation, rows, progress
    ).table(ids)


def _model(session: Session, model_id: str, expand: Iterable[str]) -> Row:
    query = urlencode([("expand[]", name) for name in expand])
    path = f"/api/models/{quote(model_id)}" + (f"?{query}" if query else "")

    def check(answer: Answer) -> None:
        if not isinstance(_object(answer).get("id"), str):
            raise InvalidResponse("holds no id, expected a model")

    return _object(session.get(path, check=check))


def _object(answer: Answer) -> Row:
    value = answer.json()
    if not isinstance(value, dict):
        raise InvalidResponse(f"holds {type(value).__name__}, expected an object")
    return value


def _list(answer: Answer) -> list[Any]:
    value = answer.json()
    if not isinstance(value, list):
        raise InvalidResponse(f"holds {type(value).__name__}, expected a list")
    return value


def _moment(text: object) -> datetime | None:
    """Parse a time of the Hub, which is UTC even without a zone; None for anything else."""
    try:
        moment = datetime.fromisoformat(text) if isinstance(text, str) else None
        return moment.astimezone(UTC).replace(tzinfo=None) if moment and moment.tzinfo else moment
    except (ValueError, OverflowError):
        return None


def _list_or_empty(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _clean(name: str) -> str:
    return name.encode("utf-8", "replace").decode()
