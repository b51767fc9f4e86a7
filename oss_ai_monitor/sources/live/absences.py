"""What a listing no longer holds: each full one is compared once with what was known, and the difference is kept.

So nothing ever reads the old listings again, and who is gone stays known as it was seen last.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from oss_ai_monitor.sources.record_fields import COLUMNS
from oss_ai_monitor.sources.table import Table, connection

_NAMES = [name for name in COLUMNS if name != "row_number"]


@dataclass(frozen=True)
class Landed:
    """One landed run: its moment (UTC) and its parts."""

    snapshot_id: str
    as_of: datetime
    paths: Sequence[Path]


def absences(before: Landed, now: Landed, changes: Sequence[Landed], known: Sequence[Landed]) -> Table:
    """Who is absent from a full listing and was in the one before or in the changes between (`is_absent`, with all that
    was last seen), and who is back (only the id). `known`: all earlier absences, oldest first.

    Source hub_absences, the listing's shape and `is_absent`, `last_seen_at`. Its `as_of` is that of the listing: a
    model that is absent in a later listing too was removed by then.
    """
    told = f"{before.snapshot_id} → {now.snapshot_id}"
    return Table(
        "hub_absences",
        (f"hub_listing {told}",),
        hashlib.sha256(f"absences {told}".encode()).hexdigest(),
        _relations(before, now, changes, known),
        as_of=now.as_of,
        as_of_rule="fetched",
        adds_to="hub_absences",
        may_be_empty=True,
    )


def _relations(
    before: Landed, now: Landed, changes: Sequence[Landed], known: Sequence[Landed]
) -> Iterator[duckdb.DuckDBPyRelation]:
    db = connection()
    db.execute("create temp table listed as select distinct id from read_parquet($1)", [_paths(now)])
    columns = ", ".join(_NAMES)
    seen = " union all by name ".join(
        f"select {columns}, row_number, {place} as place, {_literal(run.as_of)} as last_seen_at"
        f" from read_parquet({_list(run)})"
        for place, run in enumerate([before, *changes])
    )
    db.execute(
        f"""
        create temp table absent as
        select * from ({seen}) as seen anti join listed using (id)
        qualify row_number() over (partition by id order by place desc, row_number desc) = 1
        """
    )
    db.execute("create temp table back (id varchar)")
    if known:
        earlier = " union all ".join(
            f"select id, is_absent, {place} as place from read_parquet({_list(run)})" for place, run in enumerate(known)
        )
        db.execute(
            f"""
            insert into back
            select id from (select id, arg_max(is_absent, place) as is_absent from ({earlier}) group by id)
            where is_absent and id in (select id from listed)
            """
        )
    nothing = ", ".join(f"null as {name}" for name in _NAMES if name != "id")
    ((rows,),) = db.execute("select (select count(*) from absent) + (select count(*) from back)").fetchall()
    if rows:
        yield db.sql(
            f"""
            select row_number() over (order by id) as row_number, *
            from (
                select {columns}, true as is_absent, last_seen_at from absent
                union all by name
                select id, {nothing}, false as is_absent, null as last_seen_at from back
            )
            order by row_number
            """
        )


def _paths(run: Landed) -> list[str]:
    return [str(path) for path in run.paths]


def _list(run: Landed) -> str:
    return "[" + ", ".join("'" + path.replace("'", "''") + "'" for path in _paths(run)) + "]"


def _literal(moment: datetime) -> str:
    return f"timestamp '{moment:%Y-%m-%d %H:%M:%S}'"
