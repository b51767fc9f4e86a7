"""The first layer of a build: views over the landed Parquet files, the list of snapshots, and the seeds."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Protocol

import duckdb

from ....patterns import pattern
from ....version import __version__
from ... import left_out
from ...identity import SHAPE, rule_version
from ...plan.relations import Relation


class Snapshot(Protocol):
    """The attributes of a landed snapshot that a build needs."""

    @property
    def source(self) -> str: ...
    @property
    def snapshot_id(self) -> str: ...
    @property
    def paths(self) -> list[Path]: ...
    @property
    def as_of(self) -> datetime: ...
    @property
    def as_of_rule(self) -> str: ...
    @property
    def finished(self) -> datetime: ...
    @property
    def revision(self) -> str | None: ...
    @property
    def addresses(self) -> tuple[str, ...]: ...
    @property
    def rows(self) -> int: ...
    @property
    def polarity(self) -> dict[str, str] | None: ...
    @property
    def left_out(self) -> dict[str, int]: ...
    @property
    def notes(self) -> tuple[str, ...]: ...
    @property
    def is_simulated(self) -> bool: ...
    @property
    def seed(self) -> int | None: ...
    @property
    def tool_version(self) -> str: ...
    @property
    def read_to(self) -> str | None: ...


class Keys(Protocol):
    """The numbers that stand for ids, as an earlier build gave them, and where new ones are landed."""

    @property
    def runs(self) -> Sequence[Snapshot]: ...
    def add(self, numbered: duckdb.DuckDBPyRelation) -> object: ...


def create_scratch(db: duckdb.DuckDBPyConnection, name: str, select: str) -> int:
    """Create a table that only the build needs, and a view of it under the name that the SQL reads.

    Returns how many rows it has.
    """
    ((rows,),) = db.execute(f"create table work.{name} as\n{select}").fetchall()
    db.execute(f"create view {name} as from work.{name}")
    return int(rows)


def create_landing(
    db: duckdb.DuckDBPyConnection,
    sql: Path,
    shapes: list[Relation],
    snapshots: list[Snapshot],
    key_runs: Sequence[Snapshot],
    names_left_out: Sequence[left_out.Entry],
) -> dict[str, str]:
    """Create landing.<source> over the parts of its snapshots, landing.snapshots, landing.builds, and the seeds.

    `key_runs` hold the numbers of ids, and are no snapshots of a source. `names_left_out` are in seeds.left_out, and
    their names in no other seed. Returns a fingerprint of each.
    """
    fingerprints = {"seeds.left_out": repr(names_left_out)} | {shape.qualified: shape.select for shape in shapes}
    shared = set().union(*(relation.reads for relation in shapes))
    for relation in shapes:
        if relation.qualified in shared:  # a shape that several sources share; nothing lands under its name
            db.execute(f"create view {relation.qualified} as\n{relation.select}")
            continue
        landed = f"select *, null::varchar as snapshot_id from ({relation.select})"
        matching = [run for run in [*snapshots, *key_runs] if run.source == relation.name and run.paths]
        fingerprints[relation.qualified] = repr(
            [relation.select, *((run.snapshot_id, run.rows, run.finished, run.as_of, run.read_to) for run in matching)]
        )
        paths = ", ".join(literal(pattern(path)) for snapshot in matching for path in snapshot.paths)
        if len(matching) == 1:
            landed += (
                f"\nunion all by name\nselect *, '{matching[0].snapshot_id}' as snapshot_id"
                f" from read_parquet([{paths}])"
            )
        elif matching:  # there may be many: one scan, and the folder of a file names the snapshot of its rows
            landed += (
                "\nunion all by name\nselect * exclude (filename), parse_path(filename)[-2] as snapshot_id"
                f" from read_parquet([{paths}], filename = true, union_by_name = true)"
            )
        if parts := [run for run in matching if run.read_to is not None]:
            column = relation.divided_by
            cuts = (f"(snapshot_id = '{run.snapshot_id}' and {column} > {literal(run.read_to or '')})" for run in parts)
            landed = f"select * from (\n{landed}\n)\nwhere coalesce(not ({' or '.join(cuts)}), true)"
        db.execute(f"create view {relation.qualified} as\n{landed}")
    fingerprints["landing.snapshots"] = repr(_snapshots(db, snapshots))
    versions = {
        "rules": rule_version(sql),
        "tool": __version__,
        "shape": SHAPE,
        "left_out": left_out.list_version(names_left_out),
    }
    fingerprints["landing.builds"] = repr(versions)
    db.execute(
        "create table work.landing.builds as select"
        " $rules as rule_version, $tool as tool_version, $shape as shape, $left_out as left_out_version",
        versions,
    )
    db.execute("create view landing.builds as from work.landing.builds")
    create_scratch(db, "seeds.left_out", "select null::varchar as hash, null::varchar as extent where false")
    for entry in names_left_out:
        db.execute("insert into work.seeds.left_out values ($hash, $extent)", vars(entry))
    for path in sorted((sql / "seeds").glob("*.csv")):
        if path.name == left_out.FILE:
            continue
        text = path.read_text(encoding="utf-8")
        fingerprints[f"seeds.{path.stem}"] = repr([text, names_left_out])
        if not names_left_out:
            _create_seed(db, path.stem, path)
            continue
        with tempfile.TemporaryDirectory(prefix="oss-ai-monitor-") as folder:
            rewritten = Path(folder) / path.name
            rewritten.write_text(left_out.rewrite(text, names_left_out), encoding="utf-8")
            _create_seed(db, path.stem, rewritten)
    return fingerprints


def _create_seed(db: duckdb.DuckDBPyConnection, name: str, path: Path) -> None:
    source = f"read_csv({literal(pattern(path))}, header = true, all_varchar = true, delim = ',', quote = '\"')"
    create_scratch(db, f"seeds.{name}", f"from {source}")


def _snapshots(db: duckdb.DuckDBPyConnection, snapshots: list[Snapshot]) -> list[list[object]]:
    rows: list[list[object]] = []
    db.execute(
        "create table work.landing.snapshots (source varchar, snapshot_id varchar, as_of timestamp, as_of_rule varchar,"
        " fetched_at timestamp, revision varchar, address varchar, rows bigint, polarity varchar, left_out json,"
        " notes varchar[], is_simulated boolean, seed bigint, tool_version varchar)"
    )
    db.execute("create view landing.snapshots as from work.landing.snapshots")
    for snapshot in snapshots:
        polarity = snapshot.polarity and ", ".join(f"{flag} {reading}" for flag, reading in snapshot.polarity.items())
        row: list[object] = [
            snapshot.source,
            snapshot.snapshot_id,
            snapshot.as_of.replace(tzinfo=None),
            snapshot.as_of_rule,
            snapshot.finished.replace(tzinfo=None),
            snapshot.revision,
            ", ".join(snapshot.addresses),
            snapshot.rows,
            polarity,
            json.dumps(snapshot.left_out),
            list(snapshot.notes),
            snapshot.is_simulated,
            snapshot.seed,
            snapshot.tool_version,
        ]
        rows.append(row)
    if rows:
        db.executemany(f"insert into work.landing.snapshots values ({', '.join('?' * len(rows[0]))})", rows)
    return rows


def literal(text: str) -> str:
    """Return a text as a SQL literal, for statements that take no parameters."""
    return "'" + text.replace("'", "''") + "'"
