"""The hash of a row, by which a build sees whether it is what it was."""

from __future__ import annotations

from collections.abc import Mapping


def row_hash(columns: Mapping[str, str]) -> str:
    """Return SQL for a hash over columns, which are given with their types.

    DuckDB's hash of two texts is the same too often where they differ in two signs, each the last of a block of eight.
    Behind a space they stand elsewhere in their blocks, so texts are hashed so, too. Their reverses would not do: a
    sign may be the last of a block from either end.
    """
    names = {name: '"' + name.replace('"', '""') + '"' for name in columns}
    texts = [f"' ' || {names[name]}::varchar" for name, kind in columns.items() if "VARCHAR" in kind or "JSON" in kind]
    return f"hash({', '.join([*names.values(), *texts])})"
