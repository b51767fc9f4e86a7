"""What a generation is called wherever somebody cites it: the snapshots that it stands on, and its rules."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from .relations import version

_ID = re.compile(r"(\d{8}T\d{6}Z)-[0-9a-f]{8}", re.ASCII)


@dataclass(frozen=True)
class Identity:
    """The same on every machine that builds the same landed snapshots by the same rules.

    `rules`: the version of the SQL that built it, and that of the queries which read it.
    """

    snapshot_id: str
    as_of: datetime
    rules: str


def identity(db: duckdb.DuckDBPyConnection, sql: Path) -> Identity | None:
    """What an open generation is called; None for one that was built before generations had a name."""
    try:
        row = db.execute("select snapshot_id, as_of, rule_version from core.builds").fetchall()[0]
    except duckdb.CatalogException:
        return None
    return Identity(row[0], row[1], f"{row[2]}-{version(sql, 'macros', 'queries')}")


def landed_by(snapshot_id: str) -> datetime | None:
    """The moment by which all that a snapshot stands on had landed (UTC); None for what is no id of a snapshot."""
    match = _ID.fullmatch(snapshot_id)
    try:
        return datetime.strptime(match[1], "%Y%m%dT%H%M%SZ") if match else None  # UTC, as all here
    except ValueError:
        return None
