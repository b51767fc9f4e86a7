"""What the editor knows of a warehouse: its relations, the examples, and words that can be completed."""

from __future__ import annotations

import weakref
from typing import Any

from ...sandbox import examples
from ...sandbox.allowlist import FUNCTIONS, listed
from ...warehouse import Warehouse
from ..dictionary import readable

STORED = "As stored; read"  # in the comment of a table that is read through a view of another name: listed last
WORDS = """
select keyword_name as word, 'keyword' as kind
from duckdb_keywords()
where keyword_category = 'reserved' or keyword_name in ('over', 'partition', 'filter', 'date', 'interval')
union
select function_name, 'function' from duckdb_functions()
where function_type in ('scalar', 'aggregate', 'macro') and regexp_full_match(function_name, '[a-z][a-z0-9_]*')
    and (not internal or list_contains($functions, function_name))
order by all
"""
_descriptions: weakref.WeakKeyDictionary[Warehouse, dict[str, list[Any]]] = weakref.WeakKeyDictionary()


def describe(warehouse: Warehouse) -> dict[str, list[Any]]:
    """Return schema, examples and words of the editor for a generation; cached for all visitors."""
    if warehouse not in _descriptions:
        rows = warehouse.query("data_dictionary").itertuples(index=False)
        relations: dict[str, list[Any]] = {}
        for relation, kind, comment, column, type_, column_comment in rows:
            relations.setdefault(relation, [relation, kind, readable(str(comment)), []])[3].append(
                [column, type_, str(column_comment)]
            )
        _descriptions[warehouse] = {
            "schema": sorted(relations.values(), key=lambda relation: STORED in relation[2]),
            "examples": [[example.title, example.select] for example in examples(warehouse.sql)],
            "words": warehouse.sql_frame(WORDS, {"functions": sorted(listed(FUNCTIONS)[0])}).to_numpy().tolist(),
        }
    return _descriptions[warehouse]
