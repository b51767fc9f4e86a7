"""The process that runs one query and ends: a script for Python's isolated mode.

Its stdin has two lines of JSON: what to open and how much the query may take, and later the query. So it can be started
before there is a query: importing DuckDB and opening the warehouse is most of the work of a small one.

Whatever the query does, this process can open no file and no socket, can write no file, and has limited memory and CPU
time: DuckDB's own settings ensure that, and limits of the operating system ensure it again. It imports nothing of this
package, so it starts quickly and holds no secrets.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

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
CATALOG_VIEWS = {"columns", "constraints", "functions", "indexes", "keywords", "schemas", "tables", "types", "views"}
"""The parts of DuckDB's own catalog that may be queried; the others reveal facts about the machine."""
FORBIDDEN_FUNCTIONS = {"current_setting", "getenv", "query", "query_table", "which_secret"}
"""Functions that reveal facts about the machine, or run SQL text that has not been checked."""


class Refusal(Exception):
    """The query is not allowed; the message says why."""


def opened(limits: dict[str, Any]) -> Any:
    """Open the warehouse, and confine the process: from here on it can open nothing else."""
    import duckdb

    config: dict[str, str | bool | int | float | list[str]] = {
        "threads": 1,
        "memory_limit": f"{limits['megabytes']}MB",
        "temp_directory": "",
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
    }
    db = duckdb.connect(limits["path"], read_only=True, config=config)
    db.execute("set timezone = 'UTC'")
    db.execute("set enable_external_access = false")
    db.execute("set lock_configuration = true")
    duckdb.tokenize("")  # loads what it needs, before files are forbidden
    restrict_process(limits)
    return db


def answer(db: Any, limits: dict[str, Any], request: dict[str, Any]) -> dict[str, Any]:
    """Return the rows of the query, or why it was refused."""
    import duckdb

    try:
        for create in request["macros"]:
            db.execute(create)
        return bounded(db, checked_statement(db, request["select"]), limits["rows"], limits["letters"])
    except Refusal as refusal:
        return {"refused": str(refusal)}
    except (MemoryError, duckdb.OutOfMemoryException):
        return {"refused": f"The question needs more than {limits['megabytes']:,} MB of memory: ask for less at once."}
    except duckdb.Error as error:
        return {"refused": str(error)[:4000]}


def checked_statement(db: Any, select: str) -> Any:
    """Return the one statement. Raises Refusal for other ones, and for names that reveal facts about the machine."""
    statement = single_statement(db, select)
    if statement.named_parameters:
        names = ", ".join(f"${name}" for name in sorted(statement.named_parameters))
        raise Refusal(f"Write values in place of the parameters {names}.")
    for word in identifiers(statement.query):
        name = word.strip('"').replace('""', '"').lower()
        catalog_name = name.removeprefix("duckdb_")
        if (
            name in FORBIDDEN_FUNCTIONS
            or name.startswith("pragma_")
            or (catalog_name != name and catalog_name not in CATALOG_VIEWS)
        ):
            raise Refusal(f"{name} is about the machine and not about models: it cannot be queried here.")
    return statement


def single_statement(db: Any, select: str) -> Any:
    """Return the one statement. Raises Refusal for none, several, and any but SELECT and EXPLAIN."""
    import duckdb

    try:
        statements = db.extract_statements(select.encode().decode())
    except UnicodeEncodeError:
        raise Refusal("The question is no UTF-8 text: it holds half of a character.") from None
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
    return without_semicolon(db, statement)


def without_semicolon(db: Any, statement: Any) -> Any:
    """Return a statement without the semicolon and the comments that may follow it: it becomes part of another one."""
    import duckdb

    encoded = statement.query.encode()
    operators = [start for start, kind in duckdb.tokenize(statement.query) if kind == duckdb.token_type.operator]
    ends = [start for start in operators if encoded[start : start + 1] == b";"]
    return db.extract_statements(encoded[: ends[0]].decode())[0] if ends else statement


def identifiers(select: str) -> list[str]:
    """Return keywords and identifiers in lower case and in order; strings and comments are skipped."""
    import duckdb

    tokens = duckdb.tokenize(select)
    ends = [start for start, _ in tokens[1:]] + [len(select.encode())]
    encoded = select.encode()
    kinds = (duckdb.token_type.identifier, duckdb.token_type.keyword)
    return [
        encoded[start:end].decode(errors="replace").strip().lower()
        for (start, kind), end in zip(tokens, ends, strict=True)
        if kind in kinds
    ]


def bounded(db: Any, statement: Any, rows: int, letters: int) -> dict[str, Any]:
    """Return at most `rows` rows, whose texts have at most `letters` + 1 characters."""
    relation = db.sql(statement.query)
    if relation is None:
        return {"columns": [], "rows": [], "more": False}
    types = [str(type_name) for type_name in relation.types]
    names = [str(name)[:200] for name in relation.columns]
    casts = [
        f"#{n}" if type_name in JSON_TYPES else f"left(#{n}::varchar, {letters + 1})"
        for n, type_name in enumerate(types, 1)
    ]
    answer = relation.project(", ".join(f"{cast} as c{n}" for n, cast in enumerate(casts))).limit(rows + 1).fetchall()
    return {"columns": list(zip(names, types, strict=True)), "rows": answer[:rows], "more": len(answer) > rows}


def restrict_process(limits: dict[str, Any]) -> None:
    """Forbid files, sockets, writing and further processes, and limit memory and CPU time.

    Raises OSError where the system refuses one of the limits: then the query does not run.
    """
    import resource

    def set_limit(resource_id: int, limit: int) -> None:
        hard = resource.getrlimit(resource_id)[1]
        limit = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
        resource.setrlimit(resource_id, (limit, limit))

    set_limit(resource.RLIMIT_AS, address_space() + (limits["megabytes"] + 256) * 1_000_000)
    lowest_free = os.dup(0)
    os.close(lowest_free)
    set_limit(resource.RLIMIT_NOFILE, lowest_free)
    set_limit(resource.RLIMIT_FSIZE, 0)
    set_limit(resource.RLIMIT_CORE, 0)
    set_limit(resource.RLIMIT_CPU, int(limits["seconds"]) + 1)
    set_limit(resource.RLIMIT_NPROC, 0)


def address_space() -> int:
    """Return the bytes of address space in use already, most of them by libraries."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * os.sysconf("SC_PAGESIZE")


def main() -> None:
    os.nice(10)  # before anything else: the pages go first
    limits = json.loads(sys.stdin.buffer.readline())
    sys.path[:0] = limits["libraries"]
    db = opened(limits)
    if request := sys.stdin.buffer.readline():  # none comes where the server has ended
        write(answer(db, limits, json.loads(request)))
    os._exit(0)  # what is open ends with the process, and closing it takes time


def write(response: dict[str, Any]) -> None:
    sys.stdout.buffer.write(json.dumps(response, ensure_ascii=True).encode())
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
