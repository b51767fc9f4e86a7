"""The identity of a generation for citations: an id of the snapshots that it was built from, and its rules."""

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
    """The identity of a generation: equal on every machine that builds the same landed snapshots by the same rules.

    `rules`: the version of the SQL that built it, and that of the queries which read it. `left_out`: the version of the
    list of names that it leaves out, "" for an empty list.
    """

    snapshot_id: str
    as_of: datetime
    rules: str
    left_out: str = ""


def identity(db: duckdb.DuckDBPyConnection, sql: Path) -> Identity | None:
    """Return the identity of an open generation; None for one that was built before generations had one."""
    try:
        build = db.execute("from core.builds")
        row = dict(zip([column[0] for column in build.description or ()], build.fetchall()[0], strict=True))
    except duckdb.CatalogException:
        return None
    rules = f"{row['rule_version']}-{version(sql, 'macros', 'queries')}"
    return Identity(row["snapshot_id"], row["as_of"], rules, row.get("left_out_version", ""))


def landed_by(snapshot_id: str) -> datetime | None:
    """Return the time by which all data of a snapshot had landed (UTC), from its id; None if it is no snapshot id."""
    match = _ID.fullmatch(snapshot_id)
    try:
        return datetime.strptime(match[1], "%Y%m%dT%H%M%SZ") if match else None  # UTC, as in the whole warehouse
    except ValueError:
        return None
