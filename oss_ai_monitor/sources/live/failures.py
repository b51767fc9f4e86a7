"""The requests about models that the Hub refused, how often, and when to retry; a state file in the landing folder.

Each confirmed failure is written at once. `table` returns the whole state to land it.
"""

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb

from oss_ai_monitor.sources.table import SourceError, Table, connection

SHORTEST_WAIT, LONGEST_WAIT = timedelta(days=1), timedelta(days=64)
"""The wait after the first failure, which doubles with each further one, and its maximum."""
SHAPE = (
    *(
        ("model_id", "varchar"),
        ("asked", "varchar"),
        ("status", "bigint"),
        ("reason", "varchar"),
        ("failures", "bigint"),
    ),
    *(("first_failed_at", "timestamp"), ("last_failed_at", "timestamp"), ("next_at", "timestamp")),
    *(("answered_at", "timestamp"), ("renamed_to", "varchar"), ("session_started_at", "timestamp")),
)
_CREATE = """
create table if not exists failures (
    model_id text, asked text, status integer, reason text, failures integer, first_failed_at text, last_failed_at text,
    next_at text, answered_at text, renamed_to text, session_started_at text, primary key (model_id, asked)
)"""
_COLUMNS = ", ".join(name for name, _ in SHAPE)


class Failures:
    """The refusals so far, in a small SQLite file. Raises SourceError."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        try:
            with closing(self._open()) as db, db:
                db.execute(_CREATE)
                _add_column(db)
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError):  # locked, or a full disk: the file is not damaged
                raise SourceError(f"{path}: {error}; try again") from error
            raise SourceError(
                f"{path} is damaged ({error}); remove it: it only keeps models that could not be asked about from "
                "being asked about again too soon"
            ) from error

    def due(self, question: str, now: datetime) -> "DueModels":
        """Return the models about which this question may be asked now.

        A wait that ends later than the longest one would was begun by a clock that was ahead, and does not count.
        """
        with closing(self._open()) as db:
            waiting = db.execute(
                "select model_id from failures"
                " where asked = ? and answered_at is null and next_at > ? and next_at <= ?",
                [question, _timestamp(now), _timestamp(now + LONGEST_WAIT)],
            ).fetchall()
        return DueModels({row[0] for row in waiting})

    def refused(self, question: str) -> dict[str, int]:
        """Return the models about which this question is refused, with the status."""
        with closing(self._open()) as db:
            select = "select model_id, status from failures where asked = ? and answered_at is null"
            return dict(db.execute(select, [question]).fetchall())

    def note(
        self,
        question: str,
        model_id: str,
        status: int,
        reason: str,
        now: datetime,
        renamed_to: str = "",
        session_started_at: datetime | None = None,
    ) -> None:
        """Record a refusal; the wait until the next request doubles each time.

        `session_started_at`: start of the refresh that asked; a listing of the same refresh may contradict the refusal.
        """
        with closing(self._open()) as db, db:
            earlier = db.execute(
                "select failures, first_failed_at from failures"
                " where model_id = ? and asked = ? and answered_at is null",
                [model_id, question],
            ).fetchone()
            times, first = (earlier[0] + 1, earlier[1]) if earlier else (1, _timestamp(now))
            wait = min(SHORTEST_WAIT * 2 ** min(times - 1, 20), LONGEST_WAIT)
            new_name = _text(renamed_to) or None
            since = session_started_at and session_started_at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
            db.execute(
                f"insert or replace into failures ({_COLUMNS}) values (?, ?, ?, ?, ?, ?, ?, ?, null, ?, ?)",
                [
                    model_id,
                    question,
                    status,
                    _text(reason),
                    times,
                    first,
                    _timestamp(now),
                    _timestamp(now + wait),
                    new_name,
                    since,
                ],
            )

    def answered(self, question: str, model_id: str, now: datetime) -> None:
        """Record that a refused question is answered again."""
        with closing(self._open()) as db, db:
            db.execute(
                "update failures set answered_at = ? where model_id = ? and asked = ? and answered_at is null",
                [_timestamp(now), model_id, question],
            )

    def table(self) -> Table:
        """Return all refusals as a table of source hub_failures; an unchanged one has landed already."""
        with closing(self._open()) as db:
            rows = db.execute(f"select {_COLUMNS} from failures order by model_id, asked").fetchall()
        digest = hashlib.sha256(repr(rows).encode()).hexdigest()
        now = datetime.now(UTC)
        return Table(
            "hub_failures",
            (str(self.path),),
            digest,
            _relation(rows),
            as_of=now,
            as_of_rule="fetched",
            may_be_empty=True,
        )

    def _open(self) -> sqlite3.Connection:
        db = sqlite3.connect(self.path, timeout=10)
        db.execute("pragma synchronous = full")
        return db


class DueModels:
    """The models that may be asked about: all but those whose wait is not over."""

    def __init__(self, waiting: set[str]) -> None:
        self.waiting = waiting

    def __contains__(self, model_id: str) -> bool:
        return model_id not in self.waiting


def _relation(rows: list[tuple[object, ...]]) -> Iterator[duckdb.DuckDBPyRelation]:
    if not rows:
        return
    db = connection()
    db.execute(f"create temp table failures ({', '.join(f'{name} {kind}' for name, kind in SHAPE)})")
    db.executemany(f"insert into failures values ({', '.join('?' * len(SHAPE))})", rows)
    yield db.sql("select row_number() over () as row_number, * from failures")


def _add_column(db: sqlite3.Connection) -> None:
    """Add the column that files of older versions lack."""
    if "session_started_at" not in {row[1] for row in db.execute("pragma table_info(failures)")}:
        db.execute("alter table failures add column session_started_at text")


def _text(text: str) -> str:
    """Replace what UTF-8 cannot encode, because the Hub's messages may contain half an emoji."""
    return text.encode("utf-8", "replace").decode()


def _timestamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")
