"""Creating one relation, verifying its grain, and running the checks."""

from __future__ import annotations

from pathlib import Path

import duckdb

from ...errors import BuildFailed, CheckFailed
from ...plan.relations import Relation
from .beginning import clear
from .landed import create_scratch

MAX_BITS = 1 << 28
"""Span of whole numbers, times the groups that they are of, up to which they are counted as bits: 32 MB."""


def create(db: duckdb.DuckDBPyConnection, relation: Relation, *, may_stand: bool = True) -> None:
    """Create one relation, and verify the grain that its first line declares; `may_stand` as in `create_from`."""
    rows: int | None
    try:
        if relation.is_scratch:
            rows = create_scratch(db, relation.qualified, relation.select)
        else:
            rows = create_from(db, relation, relation.select, may_stand=may_stand)
        verify_grain(db, relation, rows)
    except duckdb.Error as error:
        raise BuildFailed(f"{relation.path}: {error}") from error


def create_from(
    db: duckdb.DuckDBPyConnection, relation: Relation, select: str, *, may_stand: bool = True
) -> int | None:
    """Create a relation that is shipped, with the rows of a select, in the place of the one that may stand there.

    To look for one takes a tenth of a small build, so that who knows that none stands says so. Returns how many rows a
    table has, None for a view.
    """
    if may_stand:
        clear(db, relation.qualified)
    if not relation.uncompressed:
        created = db.execute(f"create {relation.kind} {relation.qualified} as\n{select}").fetchall()
        return int(created[0][0]) if relation.kind == "table" else None
    columns = db.execute(f"describe {select}").fetchall()
    declared = ", ".join(
        f"{name} {kind}{' using compression uncompressed' if name in relation.uncompressed else ''}"
        for name, kind, *_ in columns
    )
    db.execute(f"create table {relation.qualified} ({declared})")
    return int(db.execute(f"insert into {relation.qualified}\n{select}").fetchall()[0][0])


def verify_grain(db: duckdb.DuckDBPyConnection, relation: Relation, rows: int | None = None) -> None:
    """Raise CheckFailed if more than one row has the same values of a relation's grain.

    If there are as many distinct values as rows, there are none. Whole numbers are counted as bits, in a fifth of the
    time that hashes take, all other values by their hashes. Else only the rows of which another has the same hash are
    compared.
    A view that only names the keys of a table has the grain of that table. `rows`, where they have been counted: of
    fewer than two none is repeated.
    """
    name, keys = relation.qualified, relation.grain
    if not relation.has_grain or relation.names_keys_of or (rows is not None and rows < 2):
        return
    columns = {column: kind for column, kind, *_ in db.execute(f"describe select {keys} from {name}").fetchall()}
    if _has_distinct_numbers(db, name, columns):
        return
    # DuckDB's hash of two texts is the same too often, 89 times in three million ids; not so that of their reverses
    hashed = ", ".join([*columns, *(f"reverse({column})" for column, kind in columns.items() if kind == "VARCHAR")])
    counts = db.execute(f"select count(*), count(distinct hash({hashed})) from {name}").fetchone()
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


def _has_distinct_numbers(db: duckdb.DuckDBPyConnection, name: str, columns: dict[str, str]) -> bool:
    """Whether a table has whole numbers in its grain, of the last column of these none empty, and none twice beside the
    same values of all others, which are few."""
    numbers = [column for column, kind in columns.items() if kind in ("INTEGER", "BIGINT")]
    if not numbers:
        return False
    key = numbers[-1]
    others = [column for column in columns if column != key]
    among = ", ".join(others)
    groups = f"approx_count_distinct(hash({among}))" if others else "1"
    counted = f"select count(*), count({key}), min({key}), max({key}), {groups} from {name}"
    rows, present, least, most, approximate = db.execute(counted).fetchall()[0]
    if not rows or present < rows or (most - least) * approximate >= MAX_BITS:
        return not rows
    select = f"select bit_count(bitstring_agg({key}, {least}, {most})) as bits from {name}"
    (bits,) = db.execute(f"select sum(bits) from ({select}{f' group by {among}' if others else ''})").fetchall()[0]
    return bool(bits == rows)


def check(db: duckdb.DuckDBPyConnection, sql: Path) -> None:
    """Run every sql/checks/<sentence>.sql; each selects rows that must not exist."""
    for path in sorted((sql / "checks").glob("*.sql")):
        try:
            offenders = db.execute(path.read_text(encoding="utf-8")).fetchmany(5)
        except duckdb.Error as error:
            raise BuildFailed(f"{path}: {error}") from error
        if offenders:
            raise CheckFailed(f"not true that {path.stem.replace('_', ' ')}: {offenders}")
