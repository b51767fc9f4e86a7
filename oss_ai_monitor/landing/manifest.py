"""The manifest of a landed run, as manifest.json holds it, and the exceptions of landing."""

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
"""The rule of a run whose input does not name its day: its `as_of` is when the file was last written."""
PART = re.compile(r"part-\d{5,}\.parquet")
"""The allowed names of parts, so that a manifest cannot point to any other file."""


REPAIR = (
    "'oss-ai-monitor restore BACKUP --add' puts back what a backup holds; without one, "
    "'oss-ai-monitor check --set-aside' moves it out of the way, and the source can be asked again"
)


class LandingError(Exception):
    """A run was refused, and nothing that had landed was touched; the message says why and what to do."""


class Damaged(LandingError):
    """A landed file has changed or is missing; `path` is the file, and the message says how to repair it."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path} {reason}; {REPAIR}")
        self.path, self.reason = path, reason


class AlreadyLanded(LandingError):
    """The same input has landed before; `manifest` tells when."""

    def __init__(self, manifest: "Manifest") -> None:
        super().__init__(f"{manifest.source}: this input has landed already, as {manifest.snapshot_id}")
        self.manifest = manifest


class NothingNew(LandingError):
    """The source answered, but had nothing new."""


@dataclass(frozen=True)
class Part:
    """One Parquet file of a run."""

    name: str
    rows: int
    bytes: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """The description of one landed run. Times are UTC."""

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
    """Version of the reader: a later version may read more from the same input. Runs landed before November 2026 have
    none, and count as the oldest."""
    has_checksum: bool = True
    """Whether the manifest contains its own checksum; those before November 2026 do not."""

    @property
    def paths(self) -> list[Path]:
        """The Parquet files, in the order in which they were written."""
        return [self.folder / part.name for part in self.parts]

    def to_json(self) -> str:
        """Return the text of the manifest file; the checksum is the last field."""
        fields = asdict(self)
        del fields["folder"], fields["has_checksum"]
        for name in MOMENTS:
            fields[name] = fields[name].isoformat().replace("+00:00", "Z")
        fields["sha256"] = _checksum(fields)
        return json.dumps(fields, indent=2, ensure_ascii=False) + "\n"

    @classmethod
    def read(cls, folder: Path) -> "Manifest":
        """Read the manifest of a landed run. Raises Damaged if it is unreadable or has been changed."""
        path = folder / MANIFEST
        try:
            manifest, is_intact = cls._parsed(folder, path.read_text(encoding="utf-8"))
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError, OverflowError) as error:
            raise Damaged(path, f"is no manifest ({error})") from error
        if not is_intact:
            raise Damaged(path, "has changed since it was written: its checksum is another")
        return manifest

    @classmethod
    def _parsed(cls, folder: Path, text: str) -> tuple["Manifest", bool]:
        """Return the manifest, and whether its checksum, if it has one, is right."""
        fields = json.loads(text)
        checksum = fields.pop("sha256", None)
        is_intact = checksum is None or checksum == _checksum(fields)
        for name in MOMENTS:
            fields[name] = _utc(fields[name])
        fields["parts"] = tuple(Part(**part) for part in fields["parts"])
        fields["addresses"], fields["notes"] = tuple(fields["addresses"]), tuple(fields["notes"])
        manifest = cls(**fields, folder=folder, has_checksum=checksum is not None)
        _check_types(manifest)
        for part in manifest.parts:
            _check_types(part)
        return manifest, is_intact


MOMENTS = ("as_of", "started", "finished")


def _checksum(fields: dict[str, Any]) -> str:
    """Return the checksum of all other fields of a manifest, independent of the layout of the file."""
    text = json.dumps(fields, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _utc(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text!r} has no zone")
    return moment.astimezone(UTC)


def _check_types(record: "Manifest | Part") -> None:
    """Raise TypeError for a field of the wrong type, because all other modules rely on the types."""
    for name, kind in _types(type(record)).items():  # type: ignore[arg-type]
        if not _has_type(getattr(record, name), kind):
            raise TypeError(f"{name} is {getattr(record, name)!r:.60}")
    if isinstance(record, Part) and not PART.fullmatch(record.name):
        raise ValueError(f"{record.name!r:.60} is no name of a part")


@functools.cache
def _types(of: type) -> dict[str, Any]:
    return get_type_hints(of)


def _has_type(value: object, kind: Any) -> bool:
    if get_origin(kind) is tuple:
        return isinstance(value, tuple) and all(isinstance(item, get_args(kind)[0]) for item in value)
    if get_origin(kind) is dict:
        names, values = get_args(kind)
        return isinstance(value, dict) and all(_has_type(k, names) and _has_type(v, values) for k, v in value.items())
    if args := get_args(kind):
        return any(_has_type(value, item) for item in args)
    return isinstance(value, kind) and (kind is bool or not isinstance(value, bool))
