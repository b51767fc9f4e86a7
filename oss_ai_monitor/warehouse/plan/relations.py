"""The files under sql/: each relation with what its header declares, and the order in which they are built."""

from __future__ import annotations

import csv
import functools
import graphlib
import hashlib
import json
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb

from ..errors import BuildFailed

GRAIN = "-- grain: "
AS_LANDED = "none, as landed"
LAYERS = ("landing", "seeds", "staging", "core", "marts")
BUILD_RELATIONS = ("landing.snapshots", "landing.builds")  # created by the build itself
SCRATCH = "-- scratch"  # a relation that only the build needs
VIEW = "-- view"  # in core: a view over other core tables
VIEW_OF = "-- view of "  # one that only puts ids in the place of the keys of a table
BY_MODEL = (
    "-- by model: "  # each row is decided of one model alone, by its rows in these relations and by no seed but rules
)
FACTS = "core.fact_hashes"  # a hash over what is declared of each model
GROWS = "-- grows by: "  # a column and a relation: what is there of a day follows from its rows alone, and stays
COUNTED_AS = "-- counted as: "  # of one that grows: the kind as which each repository counts on all its days
CHANGES = "-- changes by: "  # of which few rows change: a key, the relation that each row comes from, columns that move
DIVIDED_BY = "-- divided by: "  # the column by which a landed run that speaks of several moments is divided
STORED = "-- stored"  # a mart that is a table, because a view would be too slow
UNCOMPRESSED = "-- uncompressed: "  # columns of a table that are read whole and often: three times as fast
DECLARATIONS = (BY_MODEL, CHANGES, COUNTED_AS, DIVIDED_BY, GRAIN, GROWS, SCRATCH, STORED, UNCOMPRESSED, VIEW)


_syntax: dict[str, str] = {}
"""The syntax trees of selects as JSON: a build asks for each of them twice."""


@dataclass(frozen=True)
class Attribution:
    """As which kind each repository counts in a relation that grows by days, on all of its days."""

    kind: str
    key: str
    relation: str
    since: str
    """Its first day."""
    rows: str
    """The column of the growing relation that counts the rows of a group; all others are sums."""


@dataclass(frozen=True)
class Changes:
    """How to find the rows of a wide table that are not what they were."""

    key: str
    origin: str
    """The relation of which each row with its key makes one row here."""
    moving: tuple[str, ...]
    """The columns that change in many rows."""


@dataclass(frozen=True)
class Relation:
    """One file under sql/: its relation, with its grain, its select and the declarations of its header."""

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
    def names_keys_of(self) -> str:
        """The table of which a view only names the keys, "" for every other relation."""
        return next((line.removeprefix(VIEW_OF) for line in self.header if line.startswith(VIEW_OF)), "")

    @property
    def uncompressed(self) -> list[str]:
        """The columns that are stored as they are."""
        lines = [line.removeprefix(UNCOMPRESSED) for line in self.header if line.startswith(UNCOMPRESSED)]
        return [name.strip() for line in lines for name in line.split(",")]

    @property
    def by_model(self) -> list[str]:
        """The relations of which the rows of a model alone decide of its rows here; none for every other relation."""
        lines = [line.removeprefix(BY_MODEL) for line in self.header if line.startswith(BY_MODEL)]
        return [name.strip() for line in lines for name in line.split(",")]

    @property
    def divided_by(self) -> str:
        """The column by which landed runs are divided, of which a build as of the past reads a part; "" for none."""
        return next((line.removeprefix(DIVIDED_BY) for line in self.header if line.startswith(DIVIDED_BY)), "")

    @property
    def grows_by(self) -> tuple[str, str] | None:
        """The column of days by which it grows, and the relation that its rows come from; else None."""
        lines = [line.removeprefix(GROWS).split(" from ") for line in self.header if line.startswith(GROWS)]
        return (lines[0][0], lines[0][1]) if lines else None

    @property
    def counted_as(self) -> Attribution | None:
        """As which kind a repository counts; None where that does not matter."""
        pattern = re.escape(COUNTED_AS) + r"(\w+) of (\w+) in ([\w.]+) since (\w+), rows in (\w+)"
        matches = (re.fullmatch(pattern, line) for line in self.header)
        return next((Attribution(*match.groups()) for match in matches if match), None)

    @property
    def changes_by(self) -> Changes | None:
        """How its changed rows are found; None where all are written anew."""
        matches = (
            re.fullmatch(re.escape(CHANGES) + r"(\w+) from ([\w.]+); moving: (.+)", line) for line in self.header
        )
        return next((Changes(match[1], match[2], tuple(match[3].split(", "))) for match in matches if match), None)

    @property
    def has_grain(self) -> bool:
        """Whether no key may repeat; landed rows may, because core removes their duplicates."""
        return self.grain != AS_LANDED

    @property
    def comment(self) -> str:
        lines = [line for line in self.header if not line.startswith(DECLARATIONS)]
        return " ".join(line.removeprefix("--").strip() for line in lines)


def sql_folder() -> Path:
    """Return the folder sql: beside the package in a checkout, inside it in an installed wheel."""
    inside = Path(__file__).parents[2] / "sql"
    return inside if inside.is_dir() else Path(__file__).parents[3] / "sql"


def shape(source: str, sql: Path | None = None) -> str:
    """Return the select that declares the landed columns of a source, with shared shapes inlined."""
    folder = (sql or sql_folder()) / "0_landing"
    select = read(folder / f"{source}.sql")
    with duckdb.connect() as parser:
        for name in tables(parser, folder / f"{source}.sql"):
            select = select.replace(name, f"(\n{shape(name.removeprefix('landing.'), sql)})")
    return select


def seed(name: str, sql: Path | None = None) -> list[dict[str, str]]:
    """Return the rows of a curated list, sql/seeds/<name>.csv, in the order of the file."""
    with ((sql or sql_folder()) / "seeds" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def version(sql: Path, *folders: str) -> str:
    """Return eight characters of a hash over the names and contents of the files in folders."""
    sha256 = hashlib.sha256()
    for path in sorted(path for folder in folders for path in sql.glob(f"{folder}/*.*")):
        sha256.update(f"{path.parent.name}/{path.name}\0".encode() + path.read_bytes() + b"\0")
    return sha256.hexdigest()[:8]


def relations(sql: Path) -> list[Relation]:
    """Return every relation under sql/<n>_<layer>/, in build order.

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
    """Parse and sort the files; cached, because parsing took a third of the time of a small build."""
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
            after_facts = {FACTS} if relation.by_model and FACTS in by_name else set()
            graph[name] = (read & by_name.keys()) | after_facts
    try:
        order = list(graphlib.TopologicalSorter(graph).static_order())
    except graphlib.CycleError as error:
        raise BuildFailed(f"sql/: these relations read each other in a circle: {' → '.join(error.args[1])}") from error
    return tuple(sorted((by_name[name] for name in order), key=lambda relation: LAYERS.index(relation.layer)))


def syntax(parser: duckdb.DuckDBPyConnection, select: str) -> dict[str, Any]:
    """Return the syntax tree of a select, as DuckDB's parser gives it: with an error in it if it is none."""
    if select not in _syntax:
        row = parser.execute("select json_serialize_sql($select::varchar)", {"select": select}).fetchall()[0]
        _syntax[select] = row[0]
    tree: dict[str, Any] = json.loads(_syntax[select])
    return tree


def tables(parser: duckdb.DuckDBPyConnection, path: Path) -> set[str]:
    """Return the qualified names of tables in the select of a file, by DuckDB's parser."""
    tree = syntax(parser, read(path))
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
    """Return the text of a file under sql/; cached."""
    return path.read_text(encoding="utf-8")
