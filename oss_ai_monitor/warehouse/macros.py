"""The macros under sql/macros, which queries share. Every generation holds them, so that a query runs in any client."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb

from .errors import BuildFailed
from .relations import version

CREATE = "create macro "
VERSION = "macros_version"  # a macro too: which version of sql/macros a generation holds


def store(db: duckdb.DuckDBPyConnection, sql: Path) -> None:
    """Create every macro in the database that is in use, each with the comment of its file. Raises BuildFailed."""
    for name, text in _texts(sql).items():
        comment = " ".join(line.removeprefix("--").strip() for line in text.splitlines() if line.startswith("--"))
        comment = comment.replace("'", "''")
        kind = "macro table" if ") as table" in text else "macro"
        try:
            db.execute(text)
            db.execute(f"comment on {kind} {name} is '{comment}'")
        except duckdb.Error as error:
            raise BuildFailed(f"{sql / 'macros' / name}.sql: {error}") from error
    db.execute(f"create macro {VERSION}() as '{version(sql, 'macros')}'")


def missing(db: duckdb.DuckDBPyConnection, sql: Path) -> dict[str, str]:
    """The statements that create our macros for one connection, by name; none where the generation holds the same.

    What an earlier version built holds none, or others.
    """
    try:
        stored = db.execute(f"select {VERSION}()").fetchall()[0][0]
    except duckdb.CatalogException:
        stored = None
    if stored == version(sql, "macros"):
        return {}
    return {name: text.replace(CREATE, "create temp macro ", 1) for name, text in _texts(sql).items()}


def used(select: str, macros: dict[str, str]) -> list[str]:
    """Those of the statements that a select needs, what a macro itself uses before it."""
    needed: list[str] = []
    for name, statement in macros.items():
        if re.search(rf"\b{name}\(", select):
            others = {other: text for other, text in macros.items() if other != name}
            needed += [*used(statement, others), statement]
    return list(dict.fromkeys(needed))


def _texts(sql: Path) -> dict[str, str]:
    """Each macro's name with its file's text, which creates it."""
    return {path.stem: path.read_text(encoding="utf-8") for path in sorted((sql / "macros").glob("*.sql"))}
