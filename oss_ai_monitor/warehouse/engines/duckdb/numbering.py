"""The numbers that stand for ids in stored tables: those that a build gave to new ids are landed, and stay."""

from __future__ import annotations

import duckdb

from .landed import Keys

NEW = "work.new_keys"
_COLLECT = f"""
create table {NEW} as
with numbered as (
    select model_id, model_key from core.models
    union all
    select model_id, model_key from core.unknown_parents
)
select lower(model_id) as folded_id, model_key
from numbered
where model_key > (select coalesce(max(model_key), 0) from staging.repository_keys)
order by folded_id
"""


def collect(db: duckdb.DuckDBPyConnection) -> None:
    """Set aside the numbers that this build gave, while its tables can be read."""
    db.execute(_COLLECT)


def land(db: duckdb.DuckDBPyConnection, keys: Keys) -> None:
    """Land these numbers, before the generation is served; nothing where all ids had one."""
    numbered = db.sql(f"from {NEW} order by folded_id")
    if numbered.limit(1).fetchall():
        keys.add(numbered)
