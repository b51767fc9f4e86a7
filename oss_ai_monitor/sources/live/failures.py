"""Which questions about which models the Hub refused, how often, and when to ask again; kept beside what has landed.

A state, not a snapshot: each failure that is believed is on the disk at once. `table` lands it whole.
"""

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb

from oss_ai_monitor.sources.table import SourceError, Table, connection

SOONEST, LATEST = timedelta(days=1), timedelta(days=64)
"""After the first failure, and at most; each further one doubles the wait."""
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
_MADE = """
create table if not exists failures (
    model_id text, asked text, status integer, reason text, failures integer, first_failed_at text, last_failed_at text,
    next_at text, answered_at text, renamed_to text, session_started_at text, primary key (model_id, asked)
)"""
_COLUMNS = ", ".join(name for name, _ in SHAPE)


class Failures:
    """What is known of refusals, in one small file that survives its process. Raises SourceError."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        try:
            with closing(self._open()) as db, db:
                db.execute(_MADE)
                _add_column(db)
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError):  # locked, or no room: nothing is wrong with the file
                raise SourceError(f"{path}: {error}; try again") from error
            raise SourceError(
                f"{path} is damaged ({error}); remove it: it only keeps models that could not be asked about from "
                "being asked about again too soon"
            ) from error

    def due(self, asked: str, now: datetime) -> "Due":
        """Which models may be asked this question now."""
        with closing(self._open()) as db:
            waiting = db.execute(
                "select model_id from failures where asked = ? and answered_at is null and next_at > ?",
                [asked, _said(now)],
            ).fetchall()
        return Due({row[0] for row in waiting})

    def refused(self, asked: str) -> dict[str, int]:
        """The models of which this question stands refused, and with which status."""
        with closing(self._open()) as db:
            select = "select model_id, status from failures where asked = ? and answered_at is null"
            return dict(db.execute(select, [asked]).fetchall())

    def note(
        self,
        asked: str,
        model_id: str,
        status: int,
        reason: str,
        now: datetime,
        renamed_to: str = "",
        session_started_at: datetime | None = None,
    ) -> None:
        """Remember a refusal; the next question about it comes twice as late as the one before.

        `session_started_at`: when the refresh began that asked; a listing of the same refresh may contradict it.
        """
        with closing(self._open()) as db, db:
            known = db.execute(
                "select failures, first_failed_at from failures"
                " where model_id = ? and asked = ? and answered_at is null",
                [model_id, asked],
            ).fetchone()
            times, first = (known[0] + 1, known[1]) if known else (1, _said(now))
            wait = min(SOONEST * 2 ** min(times - 1, 20), LATEST)
            new = _text(renamed_to) or None
            since = session_started_at and session_started_at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
            db.execute(
                f"insert or replace into failures ({_COLUMNS}) values (?, ?, ?, ?, ?, ?, ?, ?, null, ?, ?)",
                [model_id, asked, status, _text(reason), times, first, _said(now), _said(now + wait), new, since],
            )

    def answered(self, asked: str, model_id: str, now: datetime) -> None:
        """Remember that what was refused is answered again."""
        with closing(self._open()) as db, db:
            db.execute(
                "update failures set answered_at = ? where model_id = ? and asked = ? and answered_at is null",
                [_said(now), model_id, asked],
            )

    def table(self) -> Table:
        """All that is known, as source hub_failures; one that has not changed has landed already."""
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


class Due:
    """Answers whether a model may be asked about."""

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
    """Add what files of older versions lack."""
    if "session_started_at" not in {row[1] for row in db.execute("pragma table_info(failures)")}:
        db.execute("alter table failures add column session_started_at text")


def _text(said: str) -> str:
    """In letters that UTF-8 has: what the Hub says may hold half an emoji."""
    return said.encode("utf-8", "replace").decode()


def _said(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")
