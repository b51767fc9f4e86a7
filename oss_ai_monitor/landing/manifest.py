"""What is known of one landed run, as its manifest.json holds it, and how landing says no."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

MANIFEST = "manifest.json"


class LandingError(Exception):
    """A run was refused, and nothing that had landed was touched; the message says why and what to do."""


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

    @property
    def paths(self) -> list[Path]:
        """The Parquet files, in the order in which they were written."""
        return [self.folder / part.name for part in self.parts]

    def to_json(self) -> str:
        """The manifest as its file holds it."""
        fields = asdict(self)
        del fields["folder"]
        for name in ("as_of", "started", "finished"):
            fields[name] = fields[name].isoformat().replace("+00:00", "Z")
        return json.dumps(fields, indent=2, ensure_ascii=False) + "\n"

    @classmethod
    def read(cls, folder: Path) -> "Manifest":
        """The manifest of a landed run. Raises LandingError when it cannot be understood."""
        path = folder / MANIFEST
        try:
            fields = json.loads(path.read_text(encoding="utf-8"))
            for name in ("as_of", "started", "finished"):
                fields[name] = datetime.fromisoformat(fields[name])
            fields["parts"] = tuple(Part(**part) for part in fields["parts"])
            fields["addresses"], fields["notes"] = tuple(fields["addresses"]), tuple(fields["notes"])
            return cls(**fields, folder=folder)
        except (ValueError, TypeError, KeyError) as error:
            raise LandingError(f"{path} is no manifest ({error}); move its folder away and ingest again") from error
