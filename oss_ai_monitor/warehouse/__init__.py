"""The warehouse: built from sql/ into generations, checked, swapped; then read by named queries.

Knows DuckDB and the files under sql/, and nothing of where landed files come from or who asks.
"""

from .adopting import adopt, adopted
from .building import build, build_lock, remove_other_names
from .catalog import by_snapshot_id, generation_files, generation_identities
from .checksums import NAME, build_record, connect, damage, digest, generations, read_through, translate_errors
from .comparing import Comparison, compare
from .engines.duckdb.landed import Snapshot
from .engines.spark import Cluster
from .errors import BuildFailed, CheckFailed, Damaged, NoWarehouse, Outdated, WarehouseError, shorten_paths
from .identity import SHAPE, Identity, landed_by
from .left_out import leave_out, name_hash, names_left_out
from .plan.relations import DECLARATIONS, Relation, relations, seed, shape, sql_folder, tables
from .published import mark_published, publication
from .reading import Warehouse, current

__all__ = [
    "DECLARATIONS",
    "NAME",
    "SHAPE",
    "BuildFailed",
    "CheckFailed",
    "Cluster",
    "Comparison",
    "Damaged",
    "Identity",
    "NoWarehouse",
    "Outdated",
    "Relation",
    "Snapshot",
    "Warehouse",
    "WarehouseError",
    "adopt",
    "adopted",
    "build",
    "build_lock",
    "build_record",
    "by_snapshot_id",
    "compare",
    "connect",
    "current",
    "damage",
    "digest",
    "generation_files",
    "generation_identities",
    "generations",
    "landed_by",
    "leave_out",
    "mark_published",
    "name_hash",
    "names_left_out",
    "publication",
    "read_through",
    "relations",
    "remove_other_names",
    "seed",
    "shape",
    "shorten_paths",
    "sql_folder",
    "tables",
    "translate_errors",
]
