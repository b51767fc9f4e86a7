"""The list of owners and contributors who are left out: by hash, from the seed and from a file of the warehouse.

The SQL of staging does the same to what has landed; here it is done to the curated seeds, which nobody stages.
"""

from __future__ import annotations

import csv
import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from .errors import BuildFailed
from .plan.relations import sql_folder

FILE = "left_out.csv"
"""Under sql/seeds, and beside landing in a warehouse's folder."""
EVERYWHERE, AS_OWNER = "everywhere", "as owner"
EXTENTS = (EVERYWHERE, AS_OWNER)
"""Where a name is left out: also as a word in other texts, or only in front of the name of a repository."""
PREFIX = "oss-ai-monitor leaves out "
_HASH = re.compile(r"[0-9a-f]{64}")
_PIECES = re.compile(r"[\w.\-]+|[^\w.\-]", re.ASCII)


@dataclass(frozen=True)
class Entry:
    """One row of the list."""

    hash: str
    extent: str


def name_hash(name: str) -> str:
    """Return the hash by which the list names an owner or a contributor; letter case does not matter."""
    return hashlib.sha256((PREFIX + name.strip().lower()).encode()).hexdigest()


def entries(folder: Path, sql: Path) -> list[Entry]:
    """Return the rows of the seed and of the file in a warehouse's folder, each hash once. Raises BuildFailed.

    A row that cannot be read stops the build, because a name would be shown that was to be left out.
    """
    extents: dict[str, str] = {}
    for path in (sql / "seeds" / FILE, folder / FILE):
        for entry in _entries_of(path):
            is_everywhere = extents.get(entry.hash, entry.extent) != entry.extent
            extents[entry.hash] = EVERYWHERE if is_everywhere else entry.extent
    return [Entry(name, extent) for name, extent in sorted(extents.items())]


def _entries_of(path: Path) -> list[Entry]:
    """Return the rows of one file, none where there is none. Raises BuildFailed for one that cannot be read."""
    if not path.exists() and not path.is_symlink():
        return []
    try:
        return list(_rows(path))
    except (OSError, UnicodeError, csv.Error) as error:
        raise BuildFailed(
            f"{path} cannot be read ({error}); expected a text file in UTF-8 of lines 'hash,extent': mend it, or "
            "take it away and name those who are left out anew with 'oss-ai-monitor leave-out NAME'"
        ) from error


def _rows(path: Path) -> Iterator[Entry]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        if "hash" not in (reader.fieldnames or ()):
            raise BuildFailed(f"{path}: the first line must be 'hash,extent'")
        for row in reader:
            name, extent = (row["hash"] or "").strip().lower(), (row.get("extent") or EVERYWHERE).strip()
            if not _HASH.fullmatch(name) or extent not in EXTENTS:
                raise BuildFailed(
                    f"{path}, line {reader.line_num}: expected a hash of 64 letters and digits, as "
                    f"'oss-ai-monitor leave-out NAME' writes it, then '{EVERYWHERE}' or '{AS_OWNER}'"
                )
            yield Entry(name, extent)


def names_left_out(folder: Path) -> dict[str, bool]:
    """Return the hash of each name that is left out in a warehouse's folder, and whether that is everywhere."""
    return {entry.hash: entry.extent == EVERYWHERE for entry in entries(folder, sql_folder())}


def leave_out(folder: Path, names: Iterable[str], *, is_owner_only: bool = False) -> list[str]:
    """Add names to the list in a warehouse's folder; returns the rows that were added.

    Raises BuildFailed, and changes nothing, where the list cannot be read.
    """
    path, extent = folder / FILE, AS_OWNER if is_owner_only else EVERYWHERE
    _entries_of(path)
    rows = [f"{name_hash(name)},{extent}" for name in names]
    content = path.read_text(encoding="utf-8") if path.exists() else "hash,extent\n"
    separator = "" if content.endswith("\n") else "\n"
    temporary = path.with_name(f".{FILE}")
    temporary.write_text(content + separator + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    temporary.replace(path)
    return rows


def list_version(listed: Iterable[Entry]) -> str:
    """Return eight characters of a hash over the list, "" where it is empty."""
    text = "\n".join(f"{entry.hash} {entry.extent}" for entry in listed)
    return hashlib.sha256(text.encode()).hexdigest()[:8] if text else ""


def rewrite(text: str, listed: Iterable[Entry]) -> str:
    """Return a text without the names that are left out, as staging.left_out_texts rewrites what has landed."""
    extents = {entry.hash: entry.extent for entry in listed}
    pieces = _PIECES.findall(text)
    owners = {piece: extents[name_hash(piece)] for piece in set(pieces) if name_hash(piece) in extents}
    if not owners:
        return text
    words = "|".join(re.escape(name) for name, extent in owners.items() if extent == EVERYWHERE)
    word = re.compile(rf"(?i)(^|[._\-])(?:{words})(?=[._\-]|$)") if words else None

    def rewritten(position: int, piece: str) -> str:
        is_owner_position = pieces[position + 1 : position + 2] == ["/"]
        if is_owner_position:
            return "left-out" if piece in owners else piece
        if position >= 2 and pieces[position - 1] == "/" and pieces[position - 2] in owners:
            return _model_key(pieces[position - 2], piece)
        return word.sub(r"\1left-out", piece) if word else piece

    return "".join(rewritten(position, piece) for position, piece in enumerate(pieces))


def _model_key(owner: str, name: str) -> str:
    model = f"{owner}/{re.sub(r'(?:[.]git)?[.]*$', '', name.lower())}"
    return f"{name_hash(owner)[:8]}-{name_hash(model)[:10]}"
