"""The warehouse: built from sql/ into generations, checked, swapped; then read by named queries.

Knows DuckDB and the files under sql/, and nothing of where landed files come from or who asks.
"""

from .building import Snapshot, build, one_at_a_time
from .errors import BuildFailed, CheckFailed, Damaged, NoWarehouse, WarehouseError, for_strangers
from .identity import Identity, landed_by
from .kept import generations
from .reading import NAME, Warehouse, current
from .relations import Relation, relations, seed, shape, sql_folder, tables
from .seals import connect, damage, digest, known, read_through, told

__all__ = [
    "NAME",
    "BuildFailed",
    "CheckFailed",
    "Damaged",
    "Identity",
    "NoWarehouse",
    "Relation",
    "Snapshot",
    "Warehouse",
    "WarehouseError",
    "build",
    "connect",
    "current",
    "damage",
    "digest",
    "for_strangers",
    "generations",
    "known",
    "landed_by",
    "one_at_a_time",
    "read_through",
    "relations",
    "seed",
    "shape",
    "sql_folder",
    "tables",
    "told",
]
