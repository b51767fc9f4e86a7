"""The files under sql/: what each relation is, what it says of itself, and in which order they can be made."""

from __future__ import annotations

import csv
import functools
import graphlib
import hashlib
import json
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from .errors import BuildFailed

GRAIN = "-- grain: "
AS_LANDED = "none, as landed"
LAYERS = ("landing", "seeds", "staging", "core", "marts")
BUILD_RELATIONS = ("landing.snapshots", "landing.builds")  # what a build knows of itself
SCRATCH = "-- scratch"  # a relation that only the build needs
VIEW = "-- view"  # in core: what other core tables already hold, read another way
STORED = "-- stored"  # a mart that is a table, since as a view it is too slow


@dataclass(frozen=True)
class Relation:
    """One file under sql/: its relation, its grain, its select and what its header says."""

    layer: str
    name: str
    path: Path
    select: str
    reads: frozenset[str] = frozenset()  # qualified names

    @property
    def qualified(self) -> str:
        return f"{self.layer}.{self.name}"

    @functools.cached_property
    def header(self) -> list[str]:
        return [line for line in self.select.splitlines() if line.startswith("--")]

    @property
    def grain(self) -> str:
        if not self.select.startswith(GRAIN):
            raise BuildFailed(f"{self.path}: the first line must declare the grain: '{GRAIN}<columns>'")
        return self.select.partition("\n")[0].removeprefix(GRAIN)

    @property
    def is_scratch(self) -> bool:
        return any(line.startswith(SCRATCH) for line in self.header)

    @property
    def is_shipped(self) -> bool:
        return self.layer in ("core", "marts") and not self.is_scratch

    @property
    def kind(self) -> str:
        if self.layer == "core":
            return "view" if any(line.startswith(VIEW) for line in self.header) else "table"
        return "table" if self.layer == "marts" and STORED in self.header else "view"

    @property
    def has_grain(self) -> bool:
        """Whether no key may repeat: it may in what was landed, for duplicates are what core is there to fold."""
        return self.grain != AS_LANDED

    @property
    def comment(self) -> str:
        lines = [line for line in self.header if not line.startswith((GRAIN, SCRATCH, STORED, VIEW))]
        return " ".join(line.removeprefix("--").strip() for line in lines)


def sql_folder() -> Path:
    """The SQL beside the package in a checkout, inside it in an installed wheel."""
    inside = Path(__file__).parents[1] / "sql"
    return inside if inside.is_dir() else Path(__file__).parents[2] / "sql"


def shape(source: str, sql: Path | None = None) -> str:
    """The select that declares which columns land of a source, complete in itself, whatever it shares with others."""
    folder = (sql or sql_folder()) / "0_landing"
    select = read(folder / f"{source}.sql")
    with duckdb.connect() as parser:
        for name in tables(parser, folder / f"{source}.sql"):
            select = select.replace(name, f"(\n{shape(name.removeprefix('landing.'), sql)})")
    return select


def seed(name: str, sql: Path | None = None) -> list[dict[str, str]]:
    """The rows of a curated list, sql/seeds/<name>.csv, in the order of the file."""
    with ((sql or sql_folder()) / "seeds" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def version(sql: Path, *folders: str) -> str:
    """Eight signs of a hash over the names and contents of the files in folders: any change is another version."""
    sha256 = hashlib.sha256()
    for path in sorted(path for folder in folders for path in sql.glob(f"{folder}/*.*")):
        sha256.update(f"{path.parent.name}/{path.name}\0".encode() + path.read_bytes() + b"\0")
    return sha256.hexdigest()[:8]


def relations(sql: Path) -> list[Relation]:
    """Every relation under sql/<n>_<layer>/, in the order in which they can be made.

    Raises BuildFailed for a cycle, an unknown name or a relation that reads a later layer.
    """
    files = tuple(
        Relation(folder.name.partition("_")[2], path.stem, path, path.read_text(encoding="utf-8"))
        for folder in sorted(sql.glob("[0-9]_*"))
        for path in sorted(folder.glob("*.sql"))
    )
    return list(_ordered(files, frozenset(f"seeds.{path.stem}" for path in (sql / "seeds").glob("*.csv"))))


@functools.lru_cache(maxsize=4)
def _ordered(files: tuple[Relation, ...], seeds: frozenset[str]) -> tuple[Relation, ...]:
    """Parse them once for a process that builds again and again: a third of a small build was this."""
    by_name = {relation.qualified: relation for relation in files}
    graph: dict[str, set[str]] = {}
    with duckdb.connect() as parser:
        for name, relation in by_name.items():
            read = tables(parser, relation.path)
            for other in read:
                layer = other.partition(".")[0]
                is_defined = other in by_name or other in seeds or other in BUILD_RELATIONS
                if not is_defined or LAYERS.index(layer) > LAYERS.index(relation.layer):
                    raise BuildFailed(f"{relation.path}: reads {other}, which no earlier layer makes")
            by_name[name] = replace(relation, reads=frozenset(read))
            graph[name] = read & by_name.keys()
    try:
        order = list(graphlib.TopologicalSorter(graph).static_order())
    except graphlib.CycleError as error:
        raise BuildFailed(f"sql/: these relations read each other in a circle: {' → '.join(error.args[1])}") from error
    return tuple(sorted((by_name[name] for name in order), key=lambda relation: LAYERS.index(relation.layer)))


def tables(parser: duckdb.DuckDBPyConnection, path: Path) -> set[str]:
    """The qualified names that DuckDB's parser finds in the select of a file."""
    row = parser.execute("select json_serialize_sql($select::varchar)", {"select": read(path)}).fetchall()[0]
    tree = json.loads(row[0])
    if tree["error"]:
        raise BuildFailed(f"{path}: {tree['error_message']}")
    names: set[str] = set()
    nodes = [tree]
    while nodes:
        node = nodes.pop()
        if isinstance(node, list):
            nodes.extend(node)
        elif isinstance(node, dict):
            if node.get("type") == "BASE_TABLE" and node["schema_name"] not in ("", "recurring"):
                names.add(f"{node['schema_name']}.{node['table_name']}")
            nodes.extend(node.values())
    return names


@functools.cache
def read(path: Path) -> str:
    """The text of a file under sql/, read once."""
    return path.read_text(encoding="utf-8")
