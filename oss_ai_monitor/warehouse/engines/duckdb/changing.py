"""A wide table of which few rows change from build to build: only these are written, in the table that stands.

Its header says by which key rows are compared, from which relation each row comes, and which of its columns move in
many rows: `-- changes by: model_key from core.dates; moving: downloads_30d, likes`. Of all other columns a hash of each
row stands in the file of decisions. A row of which the hash is another is made again and put at the end; moving columns
are written where they differ.
"""

from __future__ import annotations

import re

import duckdb

from ...errors import CheckFailed
from ...plan.relations import Changes, Relation
from .hashing import row_hash

MAX_SHARE = 0.05
"""Share of rows that change in other columns than those that move, above which it takes less to write all anew."""


class Changing:
    """Tables of which few rows change, with their hashes in the file that is attached as `decided`."""

    def __init__(self, db: duckdb.DuckDBPyConnection) -> None:
        self.db = db

    def update(self, relation: Relation, changes: Changes) -> bool:
        """Bring a table that stands in the new file up to date; False, and nothing is changed, if it has to be made
        anew."""
        if not self._has_hashes(relation):
            return False
        key, hashes = changes.key, f"decided.{relation.qualified}"
        select = _unsorted(relation.select)
        self.db.execute("create schema work.rows")
        try:
            self.db.execute(
                f"""
                create table work.rows.now as
                select {key}, {self._hash(relation, changes)} as row_hash, {", ".join(changes.moving)}
                from (\n{select}\n)
                """
            )
            self.db.execute(
                f"""
                create table work.rows.changed as
                select coalesce(now.{key}, before.{key}) as {key}
                from work.rows.now as now
                full join {hashes} as before using ({key})
                where now.row_hash is distinct from before.row_hash
                """
            )
            ((changed, rows),) = self.db.execute(
                "select (select count(*) from work.rows.changed), (select count(*) from work.rows.now)"
            ).fetchall()
            if changed > MAX_SHARE * rows:
                return False
            if changed:
                self._replace(relation, changes, select)
                self._remember_changed(relation, key)
            self._move(relation, changes)
            self.db.execute("checkpoint warehouse")
        finally:
            self.db.execute("drop schema work.rows cascade")
        return True

    def remember(self, relation: Relation, changes: Changes) -> None:
        """Put down the hashes of the rows of a table that was made anew."""
        hashed = self._hash(relation, changes)
        self.db.execute(
            f"create or replace table decided.{relation.qualified} as"
            f" select {changes.key}, {hashed} as row_hash from {relation.qualified}"
        )

    def _has_hashes(self, relation: Relation) -> bool:
        select = "select 1 from duckdb_tables() where database_name = 'decided' and schema_name = $layer"
        parameters = {"layer": relation.layer, "table": relation.name}
        return bool(self.db.execute(f"{select} and table_name = $table", parameters).fetchall())

    def _hash(self, relation: Relation, changes: Changes) -> str:
        """Return the hash of all columns that do not move."""
        columns = self.db.execute(f"describe {relation.qualified}").fetchall()
        return row_hash({name: kind for name, kind, *_ in columns if name not in changes.moving})

    def _replace(self, relation: Relation, changes: Changes, select: str) -> None:
        """Put the changed rows in the place of what they were."""
        name, key, origin = relation.qualified, changes.key, changes.origin
        self.db.execute(
            f"create view work.rows.origin as from warehouse.{origin} semi join work.rows.changed using ({key})"
        )
        read = f"from work.rows.origin as {origin.partition('.')[2]}"
        restricted = re.sub(rf"\bfrom {re.escape(origin)}\b", read, select)
        self.db.execute(f"create table work.rows.added as\n{restricted}\norder by {relation.grain}")
        self.db.execute(f"delete from {name} where {key} in (select {key} from work.rows.changed)")
        offenders = self.db.execute(
            f"""
            select {relation.grain}
            from (
                select {relation.grain} from {name} semi join work.rows.added using ({relation.grain})
                union all
                select {relation.grain} from work.rows.added
            )
            group by all
            having count(*) > 1
            """
        ).fetchmany(5)
        if offenders:
            raise CheckFailed(f"{name}: more than one row per {relation.grain}: {offenders}")
        self.db.execute(f"insert into {name} from work.rows.added")

    def _remember_changed(self, relation: Relation, key: str) -> None:
        hashes = f"decided.{relation.qualified}"
        self.db.execute(f"delete from {hashes} where {key} in (select {key} from work.rows.changed)")
        self.db.execute(
            f"insert into {hashes} select {key}, row_hash from work.rows.now semi join work.rows.changed using ({key})"
        )

    def _move(self, relation: Relation, changes: Changes) -> None:
        """Write the moving columns where they differ; those of most rows apart, for these change in nearly all."""
        name, key = relation.qualified, changes.key
        counts = ", ".join(
            f"count(*) filter (now.{column} is distinct from standing.{column})" for column in changes.moving
        )
        ((rows, *moved),) = self.db.execute(
            f"select count(*), {counts} from work.rows.now as now join {name} as standing using ({key})"
        ).fetchall()
        of_most = [column for column, count in zip(changes.moving, moved, strict=True) if 2 * count > rows]
        of_some = [column for column, count in zip(changes.moving, moved, strict=True) if 0 < 2 * count <= rows]
        for columns in filter(None, (of_most, of_some)):
            assigned = ", ".join(f"{column} = now.{column}" for column in columns)
            differs = " or ".join(f"now.{column} is distinct from standing.{column}" for column in columns)
            self.db.execute(
                f"update {name} as standing set {assigned} from work.rows.now as now"
                f" where now.{key} = standing.{key} and ({differs})"
            )


def _unsorted(select: str) -> str:
    """Return a select without the order of its rows."""
    return select.rpartition("\norder by ")[0]
