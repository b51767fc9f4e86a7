"""The process that runs one query and ends: a script for Python's isolated mode.

Its stdin has two lines of JSON: what to open and how much the query may take, and later the query. So it can be started
before there is a query: importing DuckDB and opening the warehouse is most of the work of a small one. It writes each
row as a line of JSON, and at last the outcome as one.

Whatever the query does, this process can open no file and no socket, can write no file, and has limited memory and CPU
time: DuckDB's own settings ensure that, and limits of the operating system ensure it again. It ends with its server,
and does not know where the warehouse is. It imports three modules of this folder and nothing else of this package, so
it starts quickly and holds no secrets.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

sys.path.append(str(Path(__file__).parent))
allowlist: Any = importlib.import_module("allowlist")
confinement: Any = importlib.import_module("confinement")
statements: Any = importlib.import_module("statements")

JSON_TYPES = {
    "BOOLEAN",
    "TINYINT",
    "SMALLINT",
    "INTEGER",
    "BIGINT",
    "UTINYINT",
    "USMALLINT",
    "UINTEGER",
    "FLOAT",
    "DOUBLE",
}
"""Types that are sent as JSON values; all others are sent as text."""
NESTING = 20_000  # Python's own limit is too low for the tree of a long sum
NAME_LETTERS = 200
GRACE_SECONDS = 2  # the server ends a query that takes too long; the process itself does where the server cannot


class Query:
    """The connection to the warehouse, and what a query may read and call there."""

    def __init__(self, path: str, limits: dict[str, Any]) -> None:
        """Open the warehouse, and confine the process: from here on it can open nothing else."""
        import duckdb

        config: dict[str, str | bool | int | float | list[str]] = {
            "threads": 1,
            "memory_limit": f"{limits['megabytes']}MB",
            "temp_directory": "",
            "home_directory": "/",
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "python_enable_replacements": "false",
        }
        self.limits = limits
        self.parser = duckdb.connect(config=config)
        self.db = duckdb.connect(config=config)
        file = os.open(path, os.O_RDONLY)
        confinement.hide_paths()
        self.db.execute(f"attach '/proc/self/fd/{file}' as {allowlist.CATALOG} (read_only)")
        os.close(file)
        for connection in (self.db, self.parser):
            connection.execute("set timezone = 'UTC'")
            connection.execute("set enable_external_access = false")
        self.db.execute(f"use {allowlist.CATALOG}")
        self.db.execute("set lock_configuration = true")
        self.functions = allowlist.listed(allowlist.FUNCTIONS)
        self.allowed = allowlist.Allowed.of(self.db, self.functions)
        duckdb.tokenize("")  # loads what it needs, before files are forbidden
        confinement.restrict(limits)

    def answer(self, select: str, macros: list[str]) -> dict[str, Any]:
        """Write the rows of the query, and return its columns and what was left out, or why it was refused."""
        import duckdb

        try:
            statement = statements.single_statement(self.parser, select)
            for create in macros:
                self.db.execute(create)
            allowed = allowlist.Allowed.of(self.db, self.functions) if macros else self.allowed
            allowed.check(statements.tree(self.parser, statement))
            return self.write_rows(statement.query)
        except (statements.Refusal, allowlist.NotAllowed) as refusal:
            return {"refused": str(refusal)}
        except (MemoryError, duckdb.OutOfMemoryException):
            memory = f"{self.limits['megabytes']:,} MB of memory"
            return {"refused": f"The question needs more than {memory}: ask for less at once."}
        except (duckdb.InternalException, duckdb.FatalException):  # their texts hold paths and addresses of memory
            return {"refused": "DuckDB failed to answer this question: ask it in another way."}
        except duckdb.Error as error:
            return {"refused": str(error).partition("\n\nStack Trace")[0][:4000]}

    def write_rows(self, select: str) -> dict[str, Any]:
        """Write as many rows, columns and letters as there may be; return the columns and what was left out."""
        letters, most_rows, most_columns = (self.limits[name] for name in ("letters", "rows", "columns"))
        relation = self.db.sql(select)
        if relation is None:
            return {"columns": [], "more": False, "left_out": 0, "shortened": 0}
        types = [str(type_name) for type_name in relation.types[:most_columns]]
        names = unique(str(name)[:NAME_LETTERS] for name in relation.columns[:most_columns])
        casts = [
            f"#{n}" if type_name in JSON_TYPES else f"left(#{n}::varchar, {letters + 1})"
            for n, type_name in enumerate(types, 1)
        ]
        texts = [n for n, type_name in enumerate(types) if type_name not in JSON_TYPES]
        columns = ", ".join(f"{cast} as c{n}" for n, cast in enumerate(casts))
        rows = relation.project(columns).limit(most_rows + 1).fetchall()
        shortened = 0
        for row in rows[:most_rows]:
            cells = list(row)
            for n in texts:
                if cells[n] is not None and len(cells[n]) > letters:
                    cells[n] = cells[n][:letters] + "…"
                    shortened += 1
            write(cells)
        return {
            "columns": list(zip(names, types, strict=True)),
            "more": len(rows) > most_rows,
            "left_out": len(relation.columns) - len(names),
            "shortened": shortened,
        }


def unique(names: Iterable[str]) -> list[str]:
    """Return the names; where one comes again it gets a number, in a time that grows with their count only."""
    used: set[str] = set()
    numbers: Counter[str] = Counter()
    result = []
    for name in names:
        free = name
        while free in used:
            numbers[name] += 1
            free = f"{name}_{numbers[name]}"
        used.add(free)
        result.append(free)
    return result


def write(value: Any) -> None:
    sys.stdout.buffer.write(json.dumps(value, ensure_ascii=True).encode() + b"\n")


def main() -> None:
    os.nice(10)  # before anything else: the pages go first
    limits = json.loads(sys.stdin.buffer.readline())
    confinement.end_with(limits["server"])
    confinement.end_after(limits["ready_seconds"])
    sys.path[:0] = limits["libraries"]
    sys.setrecursionlimit(NESTING)
    query = Query(limits["path"], limits)
    if request := sys.stdin.buffer.readline():  # none comes where the server has ended
        confinement.end_after(limits["seconds"] + GRACE_SECONDS)
        write(query.answer(**json.loads(request)))
        sys.stdout.buffer.flush()
    os._exit(0)  # what is open ends with the process, and closing it takes time


if __name__ == "__main__":
    main()
