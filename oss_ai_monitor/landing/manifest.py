"""The manifest of a landed run, as manifest.json holds it, and the exceptions of landing."""

import hashlib
import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import msgspec
from msgspec import Meta

MANIFEST = "manifest.json"
STAMP = "%Y%m%dT%H%M%S.%fZ"
"""Name of a run's folder: when it was started, UTC."""
FILE_TIME = "file time"
"""The rule of a run whose input does not name its day: its `as_of` is when the file was last written."""
CLOCK_TOLERANCE = timedelta(minutes=5)
"""What a clock may be set back by without anybody noticing: networks correct it all the time."""
Moment = Annotated[datetime, Meta(tz=True)]
Count = Annotated[int, Meta(ge=0)]
PartName = Annotated[str, Meta(pattern=r"^part-\d{5,}\.parquet\Z")]
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


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One Parquet file of a run."""

    name: PartName
    rows: Count
    bytes: Count
    sha256: str


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The description of one landed run. Times are UTC."""

    source: str
    snapshot_id: str
    addresses: tuple[str, ...]
    fingerprint: str
    revision: str | None
    as_of: Moment
    as_of_rule: str
    started: Moment
    finished: Moment
    rows: Count
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
    supersedes: tuple[str, ...] = ()
    """The snapshot ids of the runs of the same source that this one holds again: a build reads only this one."""
    steps: dict[str, Moment] = msgspec.field(default_factory=dict)
    """Of a run that holds what several runs would: the values of the column that its rows are divided by, in order, and
    the moment that the rows of each speak of, at the last of them `as_of`."""
    read_to: str | None = None
    """The last of these values that a build as of an earlier moment reads; None for all. It is in no file."""
    has_checksum: bool = True
    """Whether the manifest contains its own checksum; those before November 2026 do not."""

    def __post_init__(self) -> None:
        for name in ("as_of", "started", "finished"):
            msgspec.structs.force_setattr(self, name, getattr(self, name).astimezone(UTC))
        steps = {value: moment.astimezone(UTC) for value, moment in self.steps.items()}
        msgspec.structs.force_setattr(self, "steps", steps)

    def until(self, moment: datetime) -> "Manifest | None":
        """Return the run with what it says of a moment and before; None if that is nothing."""
        if self.as_of <= moment:
            return self
        reached = [step for step in self.steps.items() if step[1] <= moment]
        if not reached:
            return None
        return msgspec.structs.replace(self, as_of=reached[-1][1], read_to=reached[-1][0])

    def is_ahead(self, now: datetime | None = None) -> bool:
        """Whether it landed later than now: its clock was ahead, or today's is behind; when it was, nothing says."""
        return self.finished > (now or datetime.now(UTC)) + CLOCK_TOLERANCE

    @property
    def paths(self) -> list[Path]:
        """The Parquet files, in the order in which they were written."""
        return [self.folder / part.name for part in self.parts]

    def to_json(self) -> str:
        """Return the text of the manifest file; the checksum is the last field."""
        fields = msgspec.to_builtins(self, enc_hook=os.fspath)
        del fields["folder"], fields["has_checksum"], fields["read_to"]
        if not self.steps:
            del fields["steps"]
        fields["sha256"] = _checksum(fields)
        return json.dumps(fields, indent=2, ensure_ascii=False) + "\n"

    @classmethod
    def read(cls, folder: Path) -> "Manifest":
        """Read the manifest of a landed run. Raises Damaged if it is unreadable or has been changed."""
        path = folder / MANIFEST
        try:
            fields = msgspec.json.decode(path.read_bytes(), type=dict[str, Any])
            checksum = fields.pop("sha256", None)
            is_intact = checksum is None or checksum == _checksum(fields)
            fields |= {"folder": folder, "has_checksum": checksum is not None, "read_to": None}
            manifest = msgspec.convert(fields, cls)
        except (msgspec.MsgspecError, ValueError, RecursionError, OverflowError) as error:
            raise Damaged(path, f"is no manifest ({error})") from error
        if not is_intact:
            raise Damaged(path, "has changed since it was written: its checksum is another")
        return manifest


def _checksum(fields: dict[str, Any]) -> str:
    """Return the checksum of all other fields of a manifest, independent of the layout of the file."""
    text = json.dumps(fields, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
