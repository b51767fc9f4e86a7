"""Make all files of a publication in a folder of their own, from a generation that holds only what may be passed on."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from ..plurals import counted
from ..version import __version__
from ..warehouse import NAME as WAREHOUSE
from ..warehouse import connect, sql_folder
from . import check, documents
from .croissant import LICENCE, croissant
from .manifest import FORMAT, NAME, Manifest, Refused, read
from .tables import copy_generation, export, file_of


@dataclass(frozen=True)
class Terms:
    """What is not passed on, in sentences, and the commands by which anybody gets it."""

    reasons: tuple[str, ...]
    recipes: tuple[str, ...]


@dataclass(frozen=True)
class Staged:
    """A folder with all files of a publication, and its manifest."""

    folder: Path
    manifest: Manifest


def identifier(generation: Path) -> str:
    """Return the id of what a generation would be published as: the same snapshots and rules have the same one."""
    row = _build(generation)
    return "-".join(filter(None, (row["snapshot_id"], row["rule_version"], row["left_out_version"])))


def stage(
    generation: Path, folder: Path, terms: Terms, warehouse_folder: Path, address: str, rules_before: bytes | None
) -> Staged:
    """Write the files of a publication below `folder`, and hold them to the terms; one that is there is used again.

    `address`: where readers will find them; "" for a folder. `rules_before`: the versions of the rules that were
    published before. Raises PublicationError where something may not be passed on.
    """
    name = identifier(generation)
    root = folder / name
    if staged := _staged(root):
        check.hold(root, staged, warehouse_folder)
        return Staged(root, staged)
    unfinished = folder / f".{name}"
    shutil.rmtree(folder, ignore_errors=True)
    unfinished.mkdir(parents=True)
    manifest = _write(generation, unfinished, terms, address, rules_before)
    check.hold(unfinished, manifest, warehouse_folder)
    unfinished.rename(root)
    return Staged(root, manifest)


def _staged(root: Path) -> Manifest | None:
    try:
        return read((root / NAME).read_bytes())
    except (OSError, Refused):
        return None


def _write(generation: Path, root: Path, terms: Terms, address: str, rules_before: bytes | None) -> Manifest:
    row = _build(generation)
    now = datetime.now(UTC).replace(microsecond=0)
    mark: dict[str, object] = {
        "id": identifier(generation),
        "published_at": now.isoformat(),
        "not_passed_on": list(terms.reasons),
    }
    copy_generation(generation, root / WAREHOUSE, mark)
    about = {"snapshot_id": row["snapshot_id"], "rules": row["rule_version"], "license": LICENCE}
    tables = export(root / WAREHOUSE, root, about)
    manifest = Manifest(
        format=FORMAT,
        id=identifier(generation),
        published_at=now,
        snapshot_id=row["snapshot_id"],
        as_of=row["as_of"].replace(tzinfo=UTC),
        rules=row["rule_version"],
        shape=row["shape"],
        tool_version=__version__,
        left_out_version=row["left_out_version"],
        is_simulated=row["is_simulated"],
        not_passed_on=terms.reasons,
        files=(file_of(root, root / WAREHOUSE, "warehouse"), *(file for table in tables for file in table.files)),
    )
    rules = documents.next_rules(rules_before, manifest.rules, f"{now:%Y-%m-%d}", __version__, _rule_files())
    texts = {
        documents.DATASHEET: documents.datasheet(manifest, tables, _sources(generation), terms.recipes),
        documents.CROISSANT: croissant(manifest, tables, address),
        documents.CITATION: documents.citation(manifest),
        documents.RULES: documents.rules_page(rules),
        documents.RULES_DATA: msgspec.json.encode(rules).decode() + "\n",
    }
    for name, text in texts.items():
        (root / name).write_text(text, encoding="utf-8")
    written = tuple(file_of(root, root / name, "document") for name in texts)
    manifest = msgspec.structs.replace(manifest, files=(*manifest.files, *written))
    (root / NAME).write_bytes(manifest.to_json())
    return manifest


def _build(generation: Path) -> dict[str, Any]:
    with connect(generation, read_only=True) as db:
        result = db.execute(
            """
            select builds.*, (select coalesce(bool_or(is_simulated), false) from core.snapshots) as is_simulated
            from core.builds
            """
        )
        names = [column[0] for column in result.description or []]
        return dict(zip(names, result.fetchall()[0], strict=True))


def _sources(generation: Path) -> Sequence[str]:
    """Return a line for each source, with how many runs of it there are and where the last one came from."""
    with connect(generation, read_only=True) as db:
        rows = db.execute(
            """
            select source, count(*), max(as_of), max_by(address, as_of)
            from core.snapshots group by source order by source
            """
        ).fetchall()
    return [
        f"`{source}`: {counted(runs, 'run')}, the last one of {as_of:%Y-%m-%d}, from {address}"
        for source, runs, as_of, address in rows
    ]


def _rule_files() -> dict[str, str]:
    """Return a hash of each file of the rules, by its name below sql/."""
    sql = sql_folder()
    paths = sorted(path for folder in ("[0-9]_*", "seeds", "checks") for path in sql.glob(f"{folder}/*.*"))
    hashes = {path.relative_to(sql).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}
    return {name: digest[:8] for name, digest in hashes.items()}
