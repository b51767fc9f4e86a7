"""The process that answers one question and ends. Run as a script, in isolated mode, with a request on its input.

Whatever the question does, this process has no file to open, no socket to make, no file to write, a bounded address
space and bounded CPU: DuckDB's own settings forbid it, and limits of the operating system forbid it again. It imports
nothing of ours, so that it starts quickly and holds nothing worth taking.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

NATIVE = {"BOOLEAN", "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER", "FLOAT", "DOUBLE"}
"""Types that JSON carries as they are; all others travel as text."""
CATALOG = {"columns", "constraints", "functions", "indexes", "keywords", "schemas", "tables", "types", "views"}
"""What may be asked of DuckDB's own catalog; the rest tells of the machine."""
TELLING = {"current_setting", "getenv", "query", "query_table", "which_secret"}
"""Functions that tell of the machine, or run text that has not been looked at."""


class Refusal(Exception):
    """The question is none that may be asked; the message says why."""


def answer(request: dict[str, Any]) -> dict[str, Any]:
    """The question's rows, or why there are none."""
    import duckdb

    config: dict[str, str | bool | int | float | list[str]] = {
        "threads": 1,
        "memory_limit": f"{request['megabytes']}MB",
        "temp_directory": "",
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
    }
    db = duckdb.connect(request["path"], read_only=True, config=config)
    db.execute("set timezone = 'UTC'")
    db.execute("set enable_external_access = false")
    db.execute("set lock_configuration = true")
    duckdb.tokenize("")  # opens what it needs, once
    restrict_process(request)
    try:
        for create in request["macros"]:
            db.execute(create)
        return bounded(db, checked_statement(db, request["select"]), request["rows"], request["letters"])
    except Refusal as refusal:
        return {"refused": str(refusal)}
    except (MemoryError, duckdb.OutOfMemoryException):
        return {"refused": f"The question needs more than {request['megabytes']:,} MB of memory: ask for less at once."}
    except duckdb.Error as error:
        return {"refused": str(error)[:4000]}


def checked_statement(db: Any, select: str) -> Any:
    """The one statement. Raises Refusal for what is no question, and for one that tells of the machine."""
    statement = single_statement(db, select)
    if statement.named_parameters:
        names = ", ".join(f"${name}" for name in sorted(statement.named_parameters))
        raise Refusal(f"Write values in place of the parameters {names}.")
    for word in identifiers(statement.query):
        name = word.strip('"').replace('""', '"').lower()
        own = name.removeprefix("duckdb_")
        if name in TELLING or name.startswith("pragma_") or (own != name and own not in CATALOG):
            raise Refusal(f"{name} tells of the machine and not of models: it cannot be asked here.")
    return statement


def single_statement(db: Any, select: str) -> Any:
    """The one statement. Raises Refusal for none, several, and any but SELECT and EXPLAIN."""
    import duckdb

    try:
        statements = db.extract_statements(select)
    except duckdb.Error as error:
        raise Refusal(str(error)[:4000]) from None
    if len(statements) != 1:
        raise Refusal(f"Ask one question at a time: one SELECT or EXPLAIN, this holds {len(statements)} statements.")
    statement = statements[0]
    if statement.type not in (duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN):
        raise Refusal(f"Only SELECT and EXPLAIN can be asked here, this is {statement.type.name}.")
    if statement.type == duckdb.StatementType.EXPLAIN:
        inner = identifiers(statement.query)
        if not any(word in ("select", "from", "with", "values", "table", "describe", "summarize") for word in inner):
            raise Refusal("EXPLAIN explains a SELECT here.")
        if any(word in ("insert", "update", "delete", "create", "drop", "alter", "copy", "attach") for word in inner):
            raise Refusal("EXPLAIN explains a SELECT here, and nothing that changes something.")
    return statement


def identifiers(select: str) -> list[str]:
    """Keywords and identifiers, in small letters, in the order of the text; texts and comments are passed over."""
    import duckdb

    tokens = duckdb.tokenize(select)
    ends = [start for start, _ in tokens[1:]] + [len(select.encode())]
    sent = select.encode()
    kinds = (duckdb.token_type.identifier, duckdb.token_type.keyword)
    found = [sent[start:end].decode(errors="replace").strip() for (start, kind), end in zip(tokens, ends, strict=True)
             if kind in kinds]  # fmt: skip
    return [word.lower() for word in found]


def bounded(db: Any, statement: Any, rows: int, letters: int) -> dict[str, Any]:
    """At most so many rows, with at most so many letters in each text."""
    relation = db.sql(statement.query)
    if relation is None:
        return {"columns": [], "rows": [], "more": False}
    kinds = [str(kind) for kind in relation.types]
    names = [str(name)[:200] for name in relation.columns]
    casts = [f"#{n}" if kind in NATIVE else f"left(#{n}::varchar, {letters + 1})" for n, kind in enumerate(kinds, 1)]
    found = relation.project(", ".join(f"{cast} as c{n}" for n, cast in enumerate(casts))).limit(rows + 1).fetchall()
    return {"columns": list(zip(names, kinds, strict=True)), "rows": found[:rows], "more": len(found) > rows}


def restrict_process(request: dict[str, Any]) -> None:
    """No more files or sockets, no written byte, bounded memory and CPU, no further process.

    Raises OSError where the system refuses one of the limits: then nothing is asked at all.
    """
    import resource

    def at_most(what: int, most: int) -> None:
        hard = resource.getrlimit(what)[1]
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (most, most))

    at_most(resource.RLIMIT_AS, address_space() + (request["megabytes"] + 256) * 1_000_000)
    lowest_free = os.dup(0)
    os.close(lowest_free)
    at_most(resource.RLIMIT_NOFILE, lowest_free)
    at_most(resource.RLIMIT_FSIZE, 0)
    at_most(resource.RLIMIT_CORE, 0)
    at_most(resource.RLIMIT_CPU, int(request["seconds"]) + 1)
    at_most(resource.RLIMIT_NPROC, 0)


def address_space() -> int:
    """Bytes of address space that are taken already, most of them by libraries."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * os.sysconf("SC_PAGESIZE")


def main() -> None:
    os.nice(10)  # before anything else: importing DuckDB is most of the work of a small question
    request = json.loads(sys.stdin.buffer.read())
    sys.path[:0] = request["libraries"]
    said = answer(request)
    sys.stdout.buffer.write(json.dumps(said, ensure_ascii=True).encode())
    sys.stdout.buffer.flush()
    os._exit(0)  # what is open ends with the process, and closing it takes time


if __name__ == "__main__":
    main()
