"""One SELECT or EXPLAIN out of a text, as DuckDB parses it; anything else is refused with a reason.

Imports nothing of this package: the confined process loads it by itself.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

PIVOT = (
    "PIVOT is answered where it names its values, for these become its columns: "
    "pivot core.models on license_class in ('permissive', 'copyleft') using count(*) group by relation"
)
ANOTHER = "Only SELECT and EXPLAIN can be asked here, this is {}."
OPTIONS = {"analyze", "format", "text", "json", "html", "graphviz", "yaml", "mermaid", "true", "false", "on", "off"}
"""Words that may stand between EXPLAIN and what it explains."""


class Refusal(Exception):
    """The query is not allowed; the message says why."""


def single_statement(db: Any, select: str) -> Any:
    """Return the one statement, a SELECT or the EXPLAIN of one. Raises Refusal for anything else.

    `db` may be any connection: nothing is looked up in it.
    """
    import duckdb

    try:
        statements = db.extract_statements(select.encode().decode())
        kinds = [statement.type for statement in statements]
    except UnicodeEncodeError:
        raise Refusal("The question is no UTF-8 text: it holds half of a character.") from None
    except duckdb.Error as error:
        raise Refusal(str(error).partition("\n\nStack Trace")[0][:4000]) from None
    except ValueError:  # DuckDB's client has no name for some kinds of statements
        raise Refusal(ANOTHER.format("another statement")) from None
    if len(statements) != 1:
        raise Refusal(f"Ask one question at a time: one SELECT or EXPLAIN, this holds {len(statements)} statements.")
    if kinds[0] == duckdb.StatementType.MULTI and "pivot" in {word for _, word in _tokens(select)}:
        raise Refusal(PIVOT)
    if kinds[0] not in (duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN):
        raise Refusal(ANOTHER.format(kinds[0].name))
    if kinds[0] == duckdb.StatementType.EXPLAIN:
        tree(db, statements[0])
    return _without_semicolon(db, statements[0])


def _without_semicolon(db: Any, statement: Any) -> Any:
    """Return a statement without the semicolon and the comments that may follow it: it becomes part of another one."""
    import duckdb

    encoded = statement.query.encode()
    operators = [start for start, kind in duckdb.tokenize(statement.query) if kind == duckdb.token_type.operator]
    ends = [start for start in operators if encoded[start : start + 1] == b";"]
    return db.extract_statements(encoded[: ends[0]].decode())[0] if ends else statement


def tree(db: Any, statement: Any) -> dict[str, Any]:
    """Return the tree of the SELECT that a statement is or explains, as DuckDB serializes it.

    Raises Refusal where DuckDB does not.
    """
    import duckdb

    explains = statement.type == duckdb.StatementType.EXPLAIN
    reason = ""
    for select in _explained(statement.query) if explains else [statement.query]:
        text = db.execute("select json_serialize_sql($select::varchar)", {"select": select}).fetchall()[0][0]
        try:
            serialized = json.loads(text)
        except RecursionError:
            raise Refusal("The question is nested too deeply.") from None
        if not serialized["error"]:
            (one,) = serialized["statements"]
            return dict(one)
        reason = serialized["error_message"]
    if explains:
        raise Refusal("EXPLAIN explains a SELECT here, and nothing that changes something.")
    raise Refusal(f"This is no SELECT that can be checked: {reason}")


def _explained(explain: str) -> Iterator[str]:
    """Yield what may be the statement behind EXPLAIN and its options: one of them is, if an EXPLAIN explains a SELECT.

    Only words that are options of EXPLAIN are taken off, so what is left is what is explained.
    """
    encoded = explain.encode()
    for start, word in _tokens(explain):
        if word not in OPTIONS | {"explain", "(", ")", ","}:
            yield encoded[start:].decode(errors="replace")
            return
        if word == "(":
            yield encoded[start:].decode(errors="replace")


def _tokens(select: str) -> Iterator[tuple[int, str]]:
    """Yield start and text in lower case of all tokens but comments; starts are counted in bytes."""
    import duckdb

    tokens = duckdb.tokenize(select)
    encoded = select.encode()
    ends = [start for start, _ in tokens[1:]] + [len(encoded)]
    for (start, kind), end in zip(tokens, ends, strict=True):
        if kind != duckdb.token_type.comment:
            yield start, encoded[start:end].decode(errors="replace").strip().lower()
