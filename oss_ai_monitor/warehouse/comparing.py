"""Two generations compared, relation by relation: rows, grains, and each column's values.

Meant for the same landed data built twice, by two engines or twice by one. Keys are compared by the ids that they stand
for. Numbers with a fraction may differ by a trillionth, since engines add in different orders.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from ..plurals import counted, verb_after
from .checksums import connect
from .engines.duckdb.landed import literal
from .plan.relations import Relation, relations, sql_folder

TOLERANCE = 1e-12
"""Relative difference up to which numbers with a fraction are equal."""
KEYS = "_key"


DESCRIBED = """
    select schema_name || '.' || table_name as name, 'table' as kind, comment
    from duckdb_tables()
    where database_name = $side
    union all
    select schema_name || '.' || view_name, 'view', comment
    from duckdb_views()
    where database_name = $side and not internal
    union all
    select schema_name || '.' || table_name || '.' || column_name, 'column', comment
    from duckdb_columns()
    where database_name = $side and not internal
    union all
    select schema_name || '.' || function_name, 'macro', macro_definition
    from duckdb_functions()
    where database_name = $side and not internal
"""
"""Everything that a generation has, with what is said of it."""


@dataclass
class Comparison:
    """What was compared, and every difference in a sentence."""

    relations: int = 0
    columns: int = 0
    rows: int = 0
    differences: dict[str, list[str]] = field(default_factory=dict)
    """By relation."""


def compare(first: Path, second: Path, sql: Path | None = None) -> Comparison:
    """Compare every relation of core and marts in two generations, and everything else that they have by its name."""
    comparison = Comparison()
    with connect(Path(":memory:"), read_only=False) as db:
        for name, path in (("first", first), ("second", second)):
            db.execute(f"attach {literal(str(path))} as {name} (read_only)")
            db.execute(f"create table {name}_ids as select model_key, model_id from {name}.core.models")
        for relation in relations(sql or sql_folder()):
            if relation.is_shipped:
                _compare_relation(db, relation, comparison)
        _compare_descriptions(db, comparison)
    return comparison


def _compare_descriptions(db: duckdb.DuckDBPyConnection, comparison: Comparison) -> None:
    """Compare which tables, views, columns and macros there are, and their comments."""
    first, second = (
        {(name, kind): text for name, kind, text in db.execute(DESCRIBED, {"side": side}).fetchall()}
        for side in ("first", "second")
    )
    for name, kind in sorted(first.keys() | second.keys()):
        one, other = (side.get((name, kind), f"there is no such {kind}") for side in (first, second))
        if one != other:
            comparison.differences.setdefault(name, []).append(f"{kind}: {one} / {other}")


def _compare_relation(db: duckdb.DuckDBPyConnection, relation: Relation, comparison: Comparison) -> None:
    name = relation.qualified
    differences: list[str] = []
    try:
        columns = [_columns(db, f"{side}.{name}") for side in ("first", "second")]
        rows = [_count(db, f"from {side}.{name}") for side in ("first", "second")]
    except duckdb.Error as error:
        comparison.differences[name] = [f"cannot be read: {' '.join(str(error).split())[:200]}"]
        return
    comparison.relations += 1
    comparison.rows += rows[0]
    if columns[0] != columns[1]:
        differences.append(f"columns: {columns[0]} and {columns[1]}")
    if rows[0] != rows[1]:
        differences.append(f"rows: {rows[0]:,} and {rows[1]:,}")
    grain = [part.strip() for part in relation.grain.split(",")]
    if not set(grain) <= columns[0].keys():
        grain = []
    if grain and (repeated := _count(db, f"from second.{name} group by {', '.join(grain)} having count(*) > 1")):
        differences.append(
            f"grain: {counted(repeated, 'key')} {verb_after(repeated, 'comes', 'come')} twice by {relation.grain}"
        )
    if not differences:
        differences = list(_unequal(db, relation, columns[0], grain, comparison))
    if differences:
        comparison.differences[name] = differences


def _unequal(
    db: duckdb.DuckDBPyConnection, relation: Relation, columns: dict[str, str], grain: list[str], comparison: Comparison
) -> list[str]:
    """Return the columns whose hash over all rows, each with its grain, is not the same on both sides."""
    comparison.columns += len(columns)
    name, hashes = relation.qualified, []
    for side in ("first", "second"):
        keys = [_resolved(column, columns[column], side) for column in grain]
        values = [f"sum(hash({', '.join([*keys, _resolved(column, kind, side)])}))" for column, kind in columns.items()]
        hashes.append(db.execute(f"select {', '.join(values)} from {side}.{name} as record").fetchall()[0])
    different = [column for column, one, other in zip(columns, *hashes, strict=True) if one != other]
    return [
        f"{column}: its values differ"
        if count is None
        else f"{column}: {count:,} of its values {verb_after(count, 'differs', 'differ')}"
        for column in different
        if (count := _differing(db, name, column, columns, grain)) != 0
    ]


def _differing(
    db: duckdb.DuckDBPyConnection, name: str, column: str, columns: dict[str, str], grain: list[str]
) -> int | None:
    """Return how many values of a column differ by more than the tolerance, None where no grain joins the rows."""
    if not grain or (any(_is_key(key, columns[key]) for key in grain) and not _same_keys(db)):
        return None
    kind = columns[column]
    one, other = f"one.{column}", f"other.{column}"
    if kind in ("DOUBLE", "FLOAT"):
        equal = _close(one, other)
    elif kind == "DOUBLE[]":
        pairs = f"list_zip({one}, {other})"
        are_close = f"list_transform({pairs}, lambda pair: {_close('pair[1]', 'pair[2]')})"
        equal = f"len({one}) = len({other}) and list_bool_and({are_close})"
    else:
        equal = f"{one} is not distinct from {other}"
    joined = " and ".join(f"one.{key} is not distinct from other.{key}" for key in grain)
    return _count(
        db,
        f"from first.{name} as one join second.{name} as other on {joined}"
        f" where not coalesce({equal}, {one} is null and {other} is null)",
    ) + _count(db, f"from first.{name} as one where not exists (from second.{name} as other where {joined})")


def _close(one: str, other: str) -> str:
    return f"({one} = {other} or abs({one} - {other}) <= {TOLERANCE} * greatest(abs({one}), abs({other})))"


def _resolved(column: str, kind: str, side: str) -> str:
    """Return what is compared of a column: of a key the id that it stands for."""
    if _is_key(column, kind):
        ids = f"(select ids.model_id from {side}_ids as ids where ids.model_key = record.{column})"
        return f"coalesce({ids}, record.{column}::varchar)"
    return f"record.{column}"


def _is_key(column: str, kind: str) -> bool:
    return column.endswith(KEYS) and kind == "INTEGER"


def _same_keys(db: duckdb.DuckDBPyConnection) -> bool:
    return not _count(db, "from (from first_ids except from second_ids)")


def _columns(db: duckdb.DuckDBPyConnection, name: str) -> dict[str, str]:
    return {row[0]: row[1] for row in db.execute(f"describe select * from {name}").fetchall()}


def _count(db: duckdb.DuckDBPyConnection, source: str) -> int:
    return int(db.execute(f"select count(*) from (select 1 {source})").fetchall()[0][0])
