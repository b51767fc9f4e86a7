"""What is known of one landed run, as its manifest.json holds it, and how landing says no."""

import functools
import hashlib
import json
import re
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

MANIFEST = "manifest.json"
FILE_TIME = "file time"
"""The rule of a run that says nothing of the day it speaks of: its `as_of` is when its file was last written."""
PART = re.compile(r"part-\d{5,}\.parquet")
"""What a part may be called: a name in a manifest leads to no other file."""


REPAIR = (
    "'oss-ai-monitor restore BACKUP --add' puts back what a backup holds; without one, "
    "'oss-ai-monitor check --set-aside' moves it out of the way, and the source can be asked again"
)


class LandingError(Exception):
    """A run was refused, and nothing that had landed was touched; the message says why and what to do."""


class Damaged(LandingError):
    """A landed file is not what it was when it landed; `path` is the file, and the message says what repairs it."""

    def __init__(self, path: Path, what: str) -> None:
        super().__init__(f"{path} {what}; {REPAIR}")
        self.path, self.what = path, what


class AlreadyLanded(LandingError):
    """The same input has landed before; `manifest` tells when."""

    def __init__(self, manifest: "Manifest") -> None:
        super().__init__(f"{manifest.source}: this input has landed already, as {manifest.snapshot_id}")
        self.manifest = manifest


class NothingNew(LandingError):
    """The source was asked and had nothing that is not known."""


@dataclass(frozen=True)
class Part:
    """One Parquet file of a run."""

    name: str
    rows: int
    bytes: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """What is known of one landed run. Times are UTC."""

    source: str
    snapshot_id: str
    addresses: tuple[str, ...]
    fingerprint: str
    revision: str | None
    as_of: datetime
    as_of_rule: str
    started: datetime
    finished: datetime
    rows: int
    parts: tuple[Part, ...]
    polarity: dict[str, str] | None
    left_out: dict[str, int]
    notes: tuple[str, ...]
    tool_version: str
    is_simulated: bool
    seed: int | None
    folder: Path
    adds_to: str | None = None
    """The source whose latest whole run this one adds to; None for a run that replaces those before it."""
    reader_version: int = 0
    """How the source was read: a later version of its reader may tell more of the same input. Runs landed before
    November 2026 name none, and count as the oldest."""
    has_checksum: bool = True
    """Whether the manifest holds a checksum of itself; those before November 2026 do not."""

    @property
    def paths(self) -> list[Path]:
        """The Parquet files, in the order in which they were written."""
        return [self.folder / part.name for part in self.parts]

    def to_json(self) -> str:
        """The manifest as its file holds it, its checksum last."""
        fields = asdict(self)
        del fields["folder"], fields["has_checksum"]
        for name in MOMENTS:
            fields[name] = fields[name].isoformat().replace("+00:00", "Z")
        fields["sha256"] = _checksum(fields)
        return json.dumps(fields, indent=2, ensure_ascii=False) + "\n"

    @classmethod
    def read(cls, folder: Path) -> "Manifest":
        """The manifest of a landed run. Raises Damaged when it cannot be understood, or is not as it was written."""
        path = folder / MANIFEST
        try:
            made, is_whole = cls._parsed(folder, path.read_text(encoding="utf-8"))
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError, OverflowError) as error:
            raise Damaged(path, f"is no manifest ({error})") from error
        if not is_whole:
            raise Damaged(path, "has changed since it was written: its checksum is another")
        return made

    @classmethod
    def _parsed(cls, folder: Path, text: str) -> tuple["Manifest", bool]:
        """The manifest, and whether its checksum, where it has one, is right."""
        fields = json.loads(text)
        said = fields.pop("sha256", None)
        is_whole = said is None or said == _checksum(fields)
        for name in MOMENTS:
            fields[name] = _utc(fields[name])
        fields["parts"] = tuple(Part(**part) for part in fields["parts"])
        fields["addresses"], fields["notes"] = tuple(fields["addresses"]), tuple(fields["notes"])
        made = cls(**fields, folder=folder, has_checksum=said is not None)
        _hold(made)
        for part in made.parts:
            _hold(part)
        return made, is_whole


MOMENTS = ("as_of", "started", "finished")


def _checksum(fields: dict[str, Any]) -> str:
    """Of everything in a manifest but its checksum, however it is laid out."""
    said = json.dumps(fields, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(said.encode()).hexdigest()


def _utc(said: str) -> datetime:
    moment = datetime.fromisoformat(said)
    if moment.tzinfo is None:
        raise ValueError(f"{said!r} has no zone")
    return moment.astimezone(UTC)


def _hold(made: "Manifest | Part") -> None:
    """Raise TypeError for a field that is not of its kind: what is read here is relied on everywhere."""
    for name, kind in _kinds(type(made)).items():  # type: ignore[arg-type]
        if not _is(getattr(made, name), kind):
            raise TypeError(f"{name} is {getattr(made, name)!r:.60}")
    if isinstance(made, Part) and not PART.fullmatch(made.name):
        raise ValueError(f"{made.name!r:.60} is no name of a part")


@functools.cache
def _kinds(of: type) -> dict[str, Any]:
    return get_type_hints(of)


def _is(value: object, kind: Any) -> bool:
    if get_origin(kind) is tuple:
        return isinstance(value, tuple) and all(isinstance(one, get_args(kind)[0]) for one in value)
    if get_origin(kind) is dict:
        names, values = get_args(kind)
        return isinstance(value, dict) and all(_is(k, names) and _is(v, values) for k, v in value.items())
    if args := get_args(kind):
        return any(_is(value, one) for one in args)
    return isinstance(value, kind) and (kind is bool or not isinstance(value, bool))
