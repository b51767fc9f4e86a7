"""Models one by one: their details, their commits, how much is discussed; within a budget, refusals remembered.

The answers are landed as sent. The official client would parse them, and raise at what a stranger wrote into a card;
its commits and discussions have no deadline, and its discussions need every page for one count.
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
"""Models a part."""
EXPAND = (*(sent for _, sent, *_ in FIELDS if sent != "id"), "evalResults")
MOST = 1 << 53
"""A count beyond it is none."""
PAGES = 20
"""Pages of commits that are read of one model at most."""


def details(
    session: Session, ids: Iterable[str], failures: Failures, *, rows: int = ROWS, progress: Progress | None = None
) -> Table:
    """What the Hub tells of each model (source hub_details, as sent), in the order given; adds to what has landed.

    Ends with a note when the session's budget is spent. Raises SourceError when the Hub gives nothing of use.
    """
    expand = list(EXPAND)

    def ask(model_id: str) -> Row:
        while True:
            try:
                return _model(session, model_id, expand)
            except Refused as error:
                if error.status != 400 or not expand:
                    raise
                expand[:] = expand[:-1] if "evalResults" in expand else []  # then all that it tells of its own accord

    return PerModelFetch(session, failures, "details", "hub_details", "id", ask, Details(), rows, progress).table(ids)


def commits(
    session: Session, ids: Iterable[str], failures: Failures, *, rows: int = ROWS, progress: Progress | None = None
) -> Table:
    """Who committed to each model and when (source hub_commits).

    Of a model with more than 20 pages of them, the count and the first are NULL: they are not known.
    """

    def ask(model_id: str) -> Row:
        path: str | None = f"/api/models/{quote(model_id)}/commits/main"
        found: list[Row] = []
        for _ in range(PAGES):
            answer = session.get(str(path), check=_list)
            found += [commit for commit in _list(answer) if isinstance(commit, dict)]
            path = answer.next
            if path is None:
                break
        dates = sorted(moment for commit in found if (moment := _moment(commit.get("date"))))
        authors = [
            one.get("user") for commit in found for one in _listed(commit.get("authors")) if isinstance(one, dict)
        ]
        return {
            "id": model_id,
            "commits": None if path else len(found),
            "first": None if path or not dates else dates[0],
            "last": dates[-1] if dates else None,
            "authors": list(dict.fromkeys(_clean(name) for name in authors if isinstance(name, str) and name)),
            "extra": json.dumps({"read": len(found)}) if path else None,
        }

    shape = "model_id varchar, commits bigint, first_commit_at timestamp, last_commit_at timestamp, authors varchar[]"
    relation = Rows(f"{shape}, extra json", ("id", "commits", "first", "last", "authors", "extra"))
    return PerModelFetch(session, failures, "commits", "hub_commits", "model_id", ask, relation, rows, progress).table(
        ids
    )


def discussions(
    session: Session, ids: Iterable[str], failures: Failures, *, rows: int = ROWS, progress: Progress | None = None
) -> Table:
    """How many discussions and pull requests each model has, and when the latest began (source hub_discussions)."""

    def ask(model_id: str) -> Row:
        answer = session.get(f"/api/models/{quote(model_id)}/discussions?p=0", check=_object)
        said = _object(answer)
        found = said.get("discussions")
        count = said.get("count")
        dates = (
            [_moment(one.get("createdAt")) for one in found if isinstance(one, dict)] if isinstance(found, list) else []
        )
        return {
            "id": model_id,
            "discussions": count if type(count) is int and 0 <= count < MOST else None,
            "latest": max((moment for moment in dates if moment), default=None),
        }

    relation = Rows("model_id varchar, discussions bigint, latest_at timestamp", ("id", "discussions", "latest"))
    return PerModelFetch(
        session, failures, "discussions", "hub_discussions", "model_id", ask, relation, rows, progress
    ).table(ids)


def _model(session: Session, model_id: str, expand: Iterable[str]) -> Row:
    query = urlencode([("expand[]", name) for name in expand])
    path = f"/api/models/{quote(model_id)}" + (f"?{query}" if query else "")

    def check(answer: Answer) -> None:
        if not isinstance(_object(answer).get("id"), str):
            raise InvalidResponse("holds no id, expected a model")

    return _object(session.get(path, check=check))


def _object(answer: Answer) -> Row:
    said = answer.json()
    if not isinstance(said, dict):
        raise InvalidResponse(f"holds {type(said).__name__}, expected an object")
    return said


def _list(answer: Answer) -> list[Any]:
    said = answer.json()
    if not isinstance(said, list):
        raise InvalidResponse(f"holds {type(said).__name__}, expected a list")
    return said


def _moment(said: object) -> datetime | None:
    """A moment as the Hub writes it, UTC without saying so; None for anything else."""
    try:
        moment = datetime.fromisoformat(said) if isinstance(said, str) else None
        return moment.astimezone(UTC).replace(tzinfo=None) if moment and moment.tzinfo else moment
    except (ValueError, OverflowError):
        return None


def _listed(said: object) -> list[Any]:
    return said if isinstance(said, list) else []


def _clean(name: str) -> str:
    return name.encode("utf-8", "replace").decode()
