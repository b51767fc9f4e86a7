"""Which generations are on the disk, each by the name of what it stands on."""

from __future__ import annotations

import functools
from pathlib import Path

import duckdb

from .checksums import connect
from .identity import Identity, identity
from .relations import sql_folder

BESIDE = "beside"  # the folder of those that are kept beside what serves; nothing removes them but people


def by_snapshot_id(folder: Path) -> dict[str, Path]:
    """The files of all generations in a warehouse's folder, by snapshot id; of two with the same the later built."""
    found = {}
    home = (folder / "generations").resolve()
    places = home, home / BESIDE
    for path in sorted((path for place in places for path in place.glob("*.duckdb")), key=lambda path: path.name):
        try:
            known = _known(path)
        except duckdb.Error:  # it went while we looked, or is none of ours
            continue
        if known:
            found[known.snapshot_id] = path
    return found


@functools.lru_cache(maxsize=256)
def _known(path: Path) -> Identity | None:
    """What a file is called: asked once, for a generation never changes."""
    with connect(path, read_only=True) as db:
        return identity(db, sql_folder())
