"""The numbers that stand for ids in stored tables: those that a build gave to new ids are landed, and stay."""

from __future__ import annotations

import duckdb

from .landed import Keys

NEW = """
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


def land_new(db: duckdb.DuckDBPyConnection, keys: Keys) -> None:
    """Land the numbers that this build gave, before its generation is served; nothing where all ids had one."""
    numbered = db.sql(NEW)
    if numbered.limit(1).fetchall():
        keys.add(numbered)
