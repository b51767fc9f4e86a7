"""The check that nothing is published which may not be passed on: it reads the files themselves, not what made them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import duckdb

from ..patterns import pattern
from ..progress_bars import hide_progress_bar
from ..warehouse import connect, names_left_out
from .manifest import Manifest, PublicationError
from .tables import file_of
from .terms import HISTORY, METADATA, SHARE_ALIKE

OF_BOARDS = (
    "core.evaluations",
    "core.scores",
    "core.submissions",
    "marts.best_scores_by_day_type_and_size",
    "marts.candidates",
    "marts.derivatives",
    "marts.evaluated_models",
    "marts.gains",
    "marts.model_measures",
    "marts.repeated_scores",
    "marts.scores",
)
"""The relations that hold rows of leaderboards, or figures of single ones: all of them are empty in a publication."""


def hold(root: Path, manifest: Manifest, warehouse_folder: Path) -> None:
    """Raise PublicationError unless the files below `root` are those of the manifest and may all be passed on."""
    listed = {file.path: file for file in manifest.files}
    present = {path.relative_to(root).as_posix() for path in root.rglob("*") if not path.is_dir()}
    if unlisted := sorted(present - listed.keys() - {"manifest.json"}):
        raise PublicationError(f"not published: {root} holds {', '.join(unlisted[:3])}, which no manifest names")
    for name, file in listed.items():
        path = root / name
        if path.is_symlink() or not path.is_file():
            raise PublicationError(f"not published: {path} is missing")
        if file_of(root, path, file.kind).sha256 != file.sha256:
            raise PublicationError(f"not published: {path} has changed since it was written")
    with connect(root / manifest.warehouse.path, read_only=True) as db:
        _hold_database(db, warehouse_folder)
    by_relation: dict[str, list[Path]] = {}
    for file in manifest.files:
        if file.kind == "table":
            by_relation.setdefault(file.relation, []).append(root / file.path)
    with duckdb.connect() as db:
        hide_progress_bar(db)
        for relation, paths in by_relation.items():
            listing = ", ".join("'" + pattern(path).replace("'", "''") + "'" for path in paths)
            schema, _, name = relation.partition(".")
            db.execute(f"create schema if not exists {schema}")
            db.execute(f"create view {schema}.{name} as from read_parquet([{listing}])")
        _hold_database(db, warehouse_folder)


def _hold_database(db: duckdb.DuckDBPyConnection, warehouse_folder: Path) -> None:
    """Hold the tables of one database to the terms."""
    sources = {str(row[0]) for row in db.execute("select distinct source from core.snapshots").fetchall()}
    if foreign := sorted(sources - METADATA - HISTORY):
        raise PublicationError(f"not published: it stands on {', '.join(foreign)}, which may not be passed on")
    texts = db.execute("select concat_ws(' ', address, array_to_string(notes, ' ')) from core.snapshots").fetchall()
    if any(SHARE_ALIKE in text or "ODbL" in text for (text,) in texts):
        raise PublicationError("not published: it stands on share-alike snapshots (ODbL-1.0)")
    if any("/" in address and "://" not in address for (address,) in _addresses(db)):
        raise PublicationError("not published: core.snapshots names folders of this machine")
    for relation in OF_BOARDS:
        if db.execute(f"select 1 from {relation} limit 1").fetchall():
            raise PublicationError(f"not published: {relation} holds rows of leaderboards")
    _hold_names(db, names_left_out(warehouse_folder))


def _addresses(db: duckdb.DuckDBPyConnection) -> Iterable[tuple[str]]:
    query = "select unnest(string_split(address, ', ')) from core.snapshots where address not like 'simulated:%'"
    return db.execute(query).fetchall()


def _hold_names(db: duckdb.DuckDBPyConnection, hashes: dict[str, bool]) -> None:
    """Raise PublicationError if any text holds a name that is left out, by its hash.

    `hashes`: whether a name is left out as a word everywhere, or only in front of the name of a repository.
    """
    if not hashes:
        return
    db.execute("create or replace temp table left_out (hash varchar, is_everywhere boolean)")
    db.executemany("insert into left_out values (?, ?)", [list(row) for row in hashes.items()])
    columns = db.execute(
        """
        select schema_name || '.' || table_name, column_name, data_type
        from duckdb_columns()
        where not internal and schema_name in ('core', 'marts') and data_type in ('VARCHAR', 'VARCHAR[]')
        order by all
        """
    ).fetchall()
    for relation, column, kind in columns:
        text = f'unnest("{column}")' if kind.endswith("[]") else f'"{column}"'
        offenders = db.execute(
            f"""
            with texts as (select distinct lower({text}) as line from {relation}),
            pieces as (
                select unnest(regexp_extract_all(line, '([\\w.\\-]+)/', 1)) as piece, true as is_owner from texts
                union all
                select unnest(regexp_extract_all(line, '[\\w.\\-]+')), false from texts
            ),
            hashed as (
                select sha256('oss-ai-monitor leaves out ' || piece) as hash, bool_or(is_owner) as is_owner
                from pieces group by piece
            )
            select 1 from hashed join left_out using (hash) where is_owner or is_everywhere limit 1
            """
        ).fetchall()
        if offenders:
            raise PublicationError(f"not published: {relation}.{column} names somebody who is left out")
