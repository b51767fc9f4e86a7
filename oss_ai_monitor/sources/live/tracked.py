"""Details, commits and discussions of single models, within a budget; refusals are recorded.

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
OPEN = ("open", "draft")
"""The statuses of a discussion or a pull request that is neither closed nor merged."""
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
    """Fetch how many discussions and pull requests each model has, how many of them are open, and when the latest of
    each was begun (source hub_discussions).

    One request where the first page holds all, as for most models; else one more for the pull requests and one for the
    open ones, of which the Hub says the number beside their first page.
    """

    def page(model_id: str, **filters: str) -> tuple[int | None, list[Row]]:
        query = urlencode({"p": "0", **filters})
        answer = _object(session.get(f"/api/models/{quote(model_id)}/discussions?{query}", check=_object))
        count, items = answer.get("count"), _list_or_empty(answer.get("discussions"))
        is_count = type(count) is int and 0 <= count < LARGEST_COUNT
        return count if is_count else None, [item for item in items if isinstance(item, dict)]

    def fetch(model_id: str) -> Row:
        count, items = page(model_id)
        requests = [item for item in items if item.get("isPullRequest") is True]
        pull_requests: int | None = len(requests)
        open_threads: int | None = sum(item.get("status") in OPEN for item in items)
        if count != len(items):
            pull_requests, open_threads = None, None
            if count is not None:
                pull_requests, requests = _filtered(page(model_id, type="pull_request"), "isPullRequest", (True,))
                open_threads, _ = _filtered(page(model_id, status="open"), "status", OPEN)
        return {
            "id": model_id,
            "discussions": count,
            "latest": _latest(items),
            "pull_requests": pull_requests,
            "open_threads": open_threads,
            "latest_discussion": _latest(item for item in items if item.get("isPullRequest") is False),
            "latest_pull_request": _latest(requests),
        }

    shape = (
        "model_id varchar, discussions bigint, latest_at timestamp, pull_requests bigint, open_threads bigint, "
        "latest_discussion_at timestamp, latest_pull_request_at timestamp"
    )
    names = ("id", "discussions", "latest", "pull_requests", "open_threads", "latest_discussion", "latest_pull_request")
    return PerModelFetch(
        session, failures, "discussions", "hub_discussions", "model_id", fetch, Rows(shape, names), rows, progress
    ).table(ids)


def _filtered(
    page: tuple[int | None, list[Row]], field: str, expected: tuple[object, ...]
) -> tuple[int | None, list[Row]]:
    """Return the count and the items of a filtered page; no count if it holds others: then it was not filtered."""
    count, items = page
    matching = [item for item in items if item.get(field) in expected]
    return count if len(matching) == len(items) else None, matching


def _latest(items: Iterable[Row]) -> datetime | None:
    return max((moment for item in items if (moment := _moment(item.get("createdAt")))), default=None)


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
