"""Creating one relation, verifying its grain, and running the checks."""

from __future__ import annotations

from pathlib import Path

import duckdb

from .errors import BuildFailed, CheckFailed
from .landed import create_scratch
from .relations import Relation


def create(db: duckdb.DuckDBPyConnection, relation: Relation) -> None:
    """Create one relation, and verify the grain that its first line declares."""
    try:
        if relation.is_scratch:
            create_scratch(db, relation.qualified, relation.select)
        else:
            create_from(db, relation, relation.select)
        verify_grain(db, relation)
    except duckdb.Error as error:
        raise BuildFailed(f"{relation.path}: {error}") from error


def create_from(db: duckdb.DuckDBPyConnection, relation: Relation, select: str) -> None:
    """Create a relation that is shipped, with the rows of a select."""
    if not relation.uncompressed:
        db.execute(f"create {relation.kind} {relation.qualified} as\n{select}")
        return
    columns = db.execute(f"describe {select}").fetchall()
    declared = ", ".join(
        f"{name} {kind}{' using compression uncompressed' if name in relation.uncompressed else ''}"
        for name, kind, *_ in columns
    )
    db.execute(f"create table {relation.qualified} ({declared})")
    db.execute(f"insert into {relation.qualified}\n{select}")


def verify_grain(db: duckdb.DuckDBPyConnection, relation: Relation) -> None:
    """Raise CheckFailed if more than one row has the same values of a relation's grain.

    If there are as many distinct hashes as rows, there are none; that takes two thirds of the time of comparing values.
    Else only the rows of which another has the same hash are compared.
    A view that only names the keys of a table has the grain of that table.
    """
    name, keys = relation.qualified, relation.grain
    if not relation.has_grain or relation.names_keys_of:
        return
    counts = db.execute(f"select count(*), count(distinct hash({keys})) from {name}").fetchone()
    if counts is None or counts[0] == counts[1]:
        return
    offenders = db.execute(
        f"""
        select {keys}
        from {name}
        where hash({keys}) in (select hash({keys}) from {name} group by 1 having count(*) > 1)
        group by {keys}
        having count(*) > 1
        """
    ).fetchmany(5)
    if offenders:
        raise CheckFailed(f"{name}: more than one row per {keys}: {offenders}")


def check(db: duckdb.DuckDBPyConnection, sql: Path) -> None:
    """Run every sql/checks/<sentence>.sql; each selects rows that must not exist."""
    for path in sorted((sql / "checks").glob("*.sql")):
        try:
            offenders = db.execute(path.read_text(encoding="utf-8")).fetchmany(5)
        except duckdb.Error as error:
            raise BuildFailed(f"{path}: {error}") from error
        if offenders:
            raise CheckFailed(f"not true that {path.stem.replace('_', ' ')}: {offenders}")
