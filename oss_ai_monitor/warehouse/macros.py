"""The macros under sql/macros, which queries share. Every generation has them, so that a query runs in any client."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb

from .errors import BuildFailed
from .plan.relations import version

CREATE = "create macro "
VERSION = "macros_version"  # a macro too: it returns the version of sql/macros in a generation


def store(db: duckdb.DuckDBPyConnection, sql: Path) -> None:
    """Create every macro in the current database, each with the comment of its file. Raises BuildFailed."""
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
    """Return the statements that create our macros for one connection, by name; none if the generation has the same.

    Generations of earlier versions have no macros, or other ones.
    """
    try:
        stored = db.execute(f"select {VERSION}()").fetchall()[0][0]
    except duckdb.CatalogException:
        stored = None
    if stored == version(sql, "macros"):
        return {}
    return {name: text.replace(CREATE, "create temp macro ", 1) for name, text in _texts(sql).items()}


def used(select: str, macros: dict[str, str]) -> list[str]:
    """Return the statements that a select needs, each after those of the macros that it uses itself."""
    needed: list[str] = []
    for name, statement in macros.items():
        if re.search(rf"\b{name}\(", select):
            others = {other: text for other, text in macros.items() if other != name}
            needed += [*used(statement, others), statement]
    return list(dict.fromkeys(needed))


def _texts(sql: Path) -> dict[str, str]:
    """Return the text of each macro's file, which creates it, by name."""
    return {path.stem: path.read_text(encoding="utf-8") for path in sorted((sql / "macros").glob("*.sql"))}
