"""Find the generations on the disk by snapshot id."""

from __future__ import annotations

import functools
from pathlib import Path

import duckdb

from . import left_out
from .checksums import NAME, connect, served
from .errors import BuildFailed
from .identity import SHAPE, Identity, identity
from .plan.relations import sql_folder

PINNED_FOLDER = "beside"  # the folder of pinned generations; only users delete them


def by_snapshot_id(folder: Path) -> dict[str, Path]:
    """Return the files of all generations in a warehouse's folder by snapshot id.

    Of equals the one that this version can show, then one by its rules, then the later one: names are the times of the
    builds, and a clock may have been set back between two of them. Those that were built with another list of names to
    leave out than the served one are not among them.
    """
    identities = generation_identities(folder)
    identities.sort(key=lambda item: (item[0].shape == SHAPE, item[0].has_present_rules, item[1].name))
    return {generation_identity.snapshot_id: path for generation_identity, path in identities}


def generation_files(folder: Path) -> list[Path]:
    """Return the files of all generations in a warehouse's folder, without those of another list of names to leave
    out."""
    return sorted(path for _, path in generation_identities(folder))


def generation_identities(folder: Path) -> list[tuple[Identity, Path]]:
    """Return the files of all generations in a warehouse's folder with their identities, those of other shapes too,
    without those of another list of names to leave out."""
    names = left_out_of(served(folder) or folder / NAME)
    if names is None:
        names = listed_in(folder)
    identities: list[tuple[Identity, Path]] = []
    generations = (folder / "generations").resolve()
    for path in (*generations.glob("*.duckdb"), *(generations / PINNED_FOLDER).glob("*.duckdb")):
        try:
            generation_identity = _identity_of(path)
        except duckdb.Error:  # deleted meanwhile, or not a generation
            continue
        if generation_identity and generation_identity.left_out == names:
            identities.append((generation_identity, path))
    return identities


def left_out_of(generation: Path) -> str | None:
    """Return the version of the list of names that a generation leaves out: "" for an empty one, None if unreadable."""
    try:
        generation_identity = _identity_of(generation.resolve())
    except (duckdb.Error, OSError, RuntimeError):  # the last two: a circle of links
        return None
    return generation_identity.left_out if generation_identity else ""


def listed_in(folder: Path) -> str | None:
    """Return the version of the list of names as it is now in a warehouse's folder; None if it cannot be read."""
    try:
        return left_out.list_version(left_out.entries(folder, sql_folder()))
    except BuildFailed:  # a build says why
        return None


@functools.lru_cache(maxsize=256)
def _identity_of(path: Path) -> Identity | None:
    """Return the identity of a generation; cached, because a generation never changes."""
    with connect(path, read_only=True) as db:
        return identity(db, sql_folder())
