"""The identity of a generation: an id of the snapshots that it was built from, its rules, the number of its shape."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from .plan.relations import version

SHAPE = 8
"""Number of the shape that this version builds and reads. Raise it when a relation, a column or a type goes that
anything reads, or when something is read that generations of this number lack: tests/test_shape.py fails until then."""
_ID = re.compile(r"(\d{8}T\d{6}Z)-[0-9a-f]{8}", re.ASCII)


@dataclass(frozen=True)
class Identity:
    """The identity of a generation: equal on every machine that builds the same landed snapshots by the same rules.

    `rules`: the version of the SQL that built it, and that of the queries which read it. `shape`: see SHAPE; 0 for a
    generation that was built before there were numbers. `left_out`: the version of the list of names that it leaves
    out, "" for an empty list.
    """

    snapshot_id: str
    as_of: datetime
    rules: str
    shape: int = 0
    has_present_rules: bool = True
    """Whether the SQL that built it is the one in `sql`."""
    left_out: str = ""

    @property
    def rules_that_build(self) -> str:
        """The version of the SQL that built it alone."""
        return self.rules.partition("-")[0]


def identity(db: duckdb.DuckDBPyConnection, sql: Path) -> Identity | None:
    """Return the identity of an open generation; None for one that was built before generations had one."""
    try:
        result = db.execute("from core.builds")
    except duckdb.CatalogException:
        return None
    names = [column[0] for column in result.description or []]
    row = dict(zip(names, result.fetchone() or [], strict=False))
    if not row.keys() >= {"snapshot_id", "as_of", "rule_version"}:
        return None
    return Identity(
        row["snapshot_id"],
        row["as_of"],
        f"{row['rule_version']}-{version(sql, 'macros', 'queries')}",
        row.get("shape", 0),
        row["rule_version"] == rule_version(sql),
        row.get("left_out_version", ""),
    )


def shape_of(db: duckdb.DuckDBPyConnection) -> int:
    """Return the number of the shape of an open generation."""
    try:
        return int(db.execute("select max(shape) from core.builds").fetchall()[0][0] or 0)
    except (duckdb.CatalogException, duckdb.BinderException):
        return 0


def rule_version(sql: Path) -> str:
    """Return the version of the SQL that builds: a hash over the relations, the seeds and the checks."""
    return version(sql, "[0-9]_*", "seeds", "checks")


def landed_by(snapshot_id: str) -> datetime | None:
    """Return the time by which all data of a snapshot had landed (UTC), from its id; None if it is no snapshot id."""
    match = _ID.fullmatch(snapshot_id)
    try:
        return datetime.strptime(match[1], "%Y%m%dT%H%M%SZ") if match else None  # UTC, as in the whole warehouse
    except ValueError:
        return None
