"""Models that are missing from a listing: each full listing is compared once with the one before it.

The difference is landed, so that old listings need not be read again, with the last known fields of each missing model.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from oss_ai_monitor.patterns import pattern
from oss_ai_monitor.sources.record_fields import COLUMNS
from oss_ai_monitor.sources.table import Table, connection

_NAMES = [name for name in COLUMNS if name != "row_number"]


@dataclass(frozen=True)
class Landed:
    """One landed run: its moment (UTC) and its parts."""

    snapshot_id: str
    as_of: datetime
    paths: Sequence[Path]


def absences(previous: Landed, current: Landed, changes: Sequence[Landed], earlier_absences: Sequence[Landed]) -> Table:
    """Return the models that a full listing lacks but the previous one or the changes since had (`is_absent`, with
    their last known fields), and those that are back (only the id). `earlier_absences` are ordered oldest first.

    Source hub_absences: the shape of the listing, `is_absent` and `last_seen_at`. Its `as_of` is that of the listing.
    """
    span = f"{previous.snapshot_id} → {current.snapshot_id}"
    return Table(
        "hub_absences",
        (f"hub_listing {span}",),
        hashlib.sha256(f"absences {span}".encode()).hexdigest(),
        _relations(previous, current, changes, earlier_absences),
        as_of=current.as_of,
        as_of_rule="fetched",
        adds_to="hub_absences",
        may_be_empty=True,
    )


def _relations(
    previous: Landed, current: Landed, changes: Sequence[Landed], earlier_absences: Sequence[Landed]
) -> Iterator[duckdb.DuckDBPyRelation]:
    db = connection()
    db.execute("create temp table listed as select distinct id from read_parquet($1)", [_paths(current)])
    columns = ", ".join(_NAMES)
    listed_before = " union all by name ".join(
        f"select {columns}, row_number, {index} as run_index, {_literal(run.as_of)} as last_seen_at"
        f" from read_parquet({_list(run)})"
        for index, run in enumerate([previous, *changes])
    )
    db.execute(
        f"""
        create temp table absent as
        select * from ({listed_before}) as listed_before anti join listed using (id)
        qualify row_number() over (partition by id order by run_index desc, row_number desc) = 1
        """
    )
    db.execute("create temp table back (id varchar)")
    if earlier_absences:
        absence_rows = " union all ".join(
            f"select id, is_absent, {index} as run_index from read_parquet({_list(run)})"
            for index, run in enumerate(earlier_absences)
        )
        db.execute(
            f"""
            insert into back
            select id from (select id, arg_max(is_absent, run_index) as is_absent from ({absence_rows}) group by id)
            where is_absent and id in (select id from listed)
            """
        )
    nulls = ", ".join(f"null as {name}" for name in _NAMES if name != "id")
    ((rows,),) = db.execute("select (select count(*) from absent) + (select count(*) from back)").fetchall()
    if rows:
        yield db.sql(
            f"""
            select row_number() over (order by id) as row_number, *
            from (
                select {columns}, true as is_absent, last_seen_at from absent
                union all by name
                select id, {nulls}, false as is_absent, null as last_seen_at from back
            )
            order by row_number
            """
        )


def _paths(run: Landed) -> list[str]:
    return [pattern(path) for path in run.paths]


def _list(run: Landed) -> str:
    return "[" + ", ".join("'" + path.replace("'", "''") + "'" for path in _paths(run)) + "]"


def _literal(moment: datetime) -> str:
    return f"timestamp '{moment:%Y-%m-%d %H:%M:%S}'"
