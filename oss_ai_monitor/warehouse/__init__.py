"""The warehouse: built from sql/ into generations, checked, swapped; then read by named queries.

Knows DuckDB and the files under sql/, and nothing of where landed files come from or who asks.
"""

from .building import Snapshot, build, one_at_a_time
from .errors import BuildFailed, CheckFailed, NoWarehouse, WarehouseError
from .identity import Identity, landed_by
from .kept import generations
from .reading import NAME, Warehouse, connect, current
from .relations import Relation, relations, sql_folder, tables

__all__ = [
    "NAME",
    "BuildFailed",
    "CheckFailed",
    "Identity",
    "NoWarehouse",
    "Relation",
    "Snapshot",
    "Warehouse",
    "WarehouseError",
    "build",
    "connect",
    "current",
    "generations",
    "landed_by",
    "one_at_a_time",
    "relations",
    "sql_folder",
    "tables",
]
