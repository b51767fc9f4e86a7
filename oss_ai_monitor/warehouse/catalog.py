"""The generations on the disk, by snapshot id."""

from __future__ import annotations

import functools
from pathlib import Path

import duckdb

from .checksums import connect
from .identity import Identity, identity
from .relations import sql_folder

PINNED_FOLDER = "beside"  # the folder of those that are kept beside what serves; nothing removes them but people


def by_snapshot_id(folder: Path) -> dict[str, Path]:
    """The files of all generations in a warehouse's folder, by snapshot id; of two with the same the later built."""
    paths = {}
    home = (folder / "generations").resolve()
    folders = home, home / PINNED_FOLDER
    for path in sorted((path for folder_ in folders for path in folder_.glob("*.duckdb")), key=lambda path: path.name):
        try:
            generation_identity = _identity_of(path)
        except duckdb.Error:  # it went while we looked, or is none of ours
            continue
        if generation_identity:
            paths[generation_identity.snapshot_id] = path
    return paths


@functools.lru_cache(maxsize=256)
def _identity_of(path: Path) -> Identity | None:
    """What a file is called: asked once, for a generation never changes."""
    with connect(path, read_only=True) as db:
        return identity(db, sql_folder())
