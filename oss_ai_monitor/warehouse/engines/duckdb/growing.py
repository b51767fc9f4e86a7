"""Relations that hold what was summed up of each day: a build adds the new days, and reads no others.

Of which kind a repository is may be decided anew, and then all its days count as another kind: its rows of all days are
subtracted from the sums of the one and added to those of the other. For that, the file says as which kind each counted.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

import duckdb

from ...plan.relations import Attribution, Relation

MAX_SHARE = 0.2
"""Share of changed models above which it takes less to make all of them anew."""
DAYS_AT_ONCE = 91
"""Days that are summed up in one statement: of more, the progress is shown, and no memory is needed."""
ROWS_AT_ONCE = 5_000_000
"""Rows up to which all days are summed up in one statement, for each opens the files of all days."""


class Growing:
    """The relations that grow by days, in the file attached as `decided`, which lasts from build to build."""

    def __init__(self, db: duckdb.DuckDBPyConnection, progress: Callable[[str], None]) -> None:
        """`progress` is told how far a relation of many days has come."""
        self.db, self.progress = db, progress

    def create(self, relation: Relation, column: str, origin: str) -> None:
        """Add the days that have landed since; all are made anew where one landed that is not later than those."""
        table, source = f"decided.{relation.qualified}", origin.partition(".")[2]
        counted_as = relation.counted_as
        landed = "select list(snapshot_id order by snapshot_id) from landing.snapshots where source = $source"
        now = set(self.db.execute(landed, {"source": source}).fetchall()[0][0] or [])
        rows = self.db.execute(
            "select snapshot_ids from decided.grown where relation = $name", {"name": relation.qualified}
        ).fetchall()
        before = set(rows[0][0]) if rows else set()
        ((last,),) = self.db.execute(f"select max({column}) from {table}").fetchall() if rows else [(None,)]
        ((first,),) = self.db.execute(
            f"select min({column}) from {origin} where list_contains($new, snapshot_id)", {"new": sorted(now - before)}
        ).fetchall()
        if last is not None and not (before <= now and (first is None or first > last)):
            last = None
        if last is not None and counted_as and not self._count_anew(relation, counted_as, last):
            last = None
        if last is None:
            self.db.execute(f"create or replace table {table} as\nfrom (\n{relation.select}\n) limit 0")
            if counted_as:
                self.db.execute(f"create or replace table decided.{counted_as.relation} as\n{_kinds(counted_as)}")
        if first is not None or last is None:
            self._add(relation, last)
        self.db.execute("delete from decided.grown where relation = $name", {"name": relation.qualified})
        self.db.execute(
            "insert into decided.grown values ($name, $ids)", {"name": relation.qualified, "ids": sorted(now)}
        )

    def _add(self, relation: Relation, last: date | None) -> None:
        """Add the days after the last one, or all."""
        assert relation.grows_by
        column, origin = relation.grows_by
        source = origin.partition(".")[2]
        after = f"where {column} > date '{last}'" if last else ""
        ((first, newest, rows),) = self.db.execute(
            f"select min({column}), max({column}), count(*) from {origin} {after}"
        ).fetchall()
        if first is None:
            return
        days = (newest - first).days + 1
        at_once = days if rows <= ROWS_AT_ONCE else DAYS_AT_ONCE
        for start in range(0, days, at_once):
            begin, end = (first + timedelta(days=start + days) for days in (0, at_once))
            if start:
                self.progress(f"{relation.qualified} from {begin}")
            self.db.execute(
                f"create or replace view work.grown.{source} as"
                f" from warehouse.{origin} where {column} >= date '{begin}' and {column} < date '{end}'"
            )
            select = relation.select.replace(origin, f"work.grown.{source}")
            self.db.execute(f"insert into decided.{relation.qualified}\n{select}")

    def _count_anew(self, relation: Relation, counted_as: Attribution, last: date) -> bool:
        """Move the days up to the last one of those that are of another kind now from one to the other.

        Returns False, and has moved none, if these are too many.
        """
        assert relation.grows_by
        column, origin = relation.grows_by
        key, kind, since = counted_as.key, counted_as.kind, counted_as.since
        kinds = f"decided.{counted_as.relation}"
        self.db.execute(
            f"""
            create or replace table work.grown.changed as
            select {key}, before.{kind} as before, now.{kind} as now, least(before.{since}, now.{since}) as since
            from {counted_as.relation} as now
            full join {kinds} as before using ({key})
            where now.{kind} is distinct from before.{kind}
            """
        )
        ((first, changed, models),) = self.db.execute(
            f"select min(since), count(*) filter (since <= date '{last}'), (select count(*) from {kinds})"
            " from work.grown.changed"
        ).fetchall()
        if first is None:
            return True
        if changed > MAX_SHARE * models:
            return False
        if first <= last:
            columns = (row[0] for row in self.db.execute(f"describe {origin}").fetchall())
            read = ", ".join(name for name in columns if re.search(rf"\b{re.escape(name)}\b", relation.select))
            self.db.execute(
                f"create or replace table work.grown.moves as select {read} from {origin}"
                f" semi join work.grown.changed using ({key})"
                f" where {column} between date '{first}' and date '{last}'"
            )
            self._move_sums(relation, counted_as)
            self.db.execute("drop table work.grown.moves")
        self.db.execute(f"delete from {kinds} where {key} in (select {key} from work.grown.changed)")
        self.db.execute(f"insert into {kinds} {_kinds(counted_as)} semi join work.grown.changed using ({key})")
        return True

    def _move_sums(self, relation: Relation, counted_as: Attribution) -> None:
        assert relation.grows_by
        name, origin = relation.qualified, relation.grows_by[1]
        selects = []
        for side in ("before", "now"):
            self.db.execute(
                f"create or replace view work.grown.{side} as select {counted_as.key}, {side} as {counted_as.kind}"
                f" from work.grown.changed where {side} is not null"
            )
            select = relation.select.replace(counted_as.relation, f"work.grown.{side}")
            selects.append(select.replace(origin, "work.grown.moves"))
        grain = [column.strip() for column in relation.grain.split(",")]
        sums = [row[0] for row in self.db.execute(f"describe decided.{name}").fetchall() if row[0] not in grain]
        keys, added = ", ".join(grain), ", ".join(f"sum({column})::bigint as {column}" for column in sums)
        negated = ", ".join(f"-{column} as {column}" for column in sums)
        self.db.execute(
            f"""
            create or replace table work.grown.moved as
            select {keys}, {added}
            from (from (\n{selects[1]}\n) union all by name select {keys}, {negated} from (\n{selects[0]}\n))
            group by {keys}
            """
        )
        self.db.execute(
            f"""
            create or replace table work.grown.summed as
            select {keys}, {added}
            from (from decided.{name} semi join work.grown.moved using ({keys}) union all by name from work.grown.moved)
            group by {keys}
            having sum({counted_as.rows}) != 0
            """
        )
        self.db.execute(f"delete from decided.{name} where ({keys}) in (select ({keys}) from work.grown.moved)")
        self.db.execute(f"insert into decided.{name} by name from work.grown.summed")


def _kinds(counted_as: Attribution) -> str:
    return f"select {counted_as.key}, {counted_as.kind}, {counted_as.since} from {counted_as.relation}"
