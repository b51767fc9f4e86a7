"""The manifest of a published generation: which files it has, and the checksum of each. Readers begin with it."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

NAME = "manifest.json"
FORMAT = 1
MAX_BYTES = 4_000_000
"""Size of the largest manifest that is read."""
MAX_WAREHOUSE_BYTES = 100 * 10**9
"""Size of the largest DuckDB file that a follower accepts."""
CLOCK_TOLERANCE = timedelta(hours=1)
Kind = Literal["warehouse", "table", "document"]
SafePath = Annotated[
    str, Meta(pattern=r"^(?:[A-Za-z0-9_\-][A-Za-z0-9_.\-]{0,99}/){0,5}[A-Za-z0-9_\-][A-Za-z0-9_.\-]{0,99}\Z")
]
"""A path below the manifest's folder: no step begins with a point, so that none leads out or is hidden."""
Identifier = Annotated[str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9_\-]{0,99}\Z")]
Digest = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}\Z")]
Text = Annotated[str, Meta(max_length=10_000)]
Moment = Annotated[datetime, Meta(tz=True)]
Size = Annotated[int, Meta(ge=0, le=10**15)]


class PublicationError(Exception):
    """Something was not published, or not followed; what served before still does. The message says what to do."""


class Refused(PublicationError):
    """What a source offers is not what its manifest says, or may not be trusted."""


class File(msgspec.Struct, frozen=True, omit_defaults=True):
    """One file of a publication."""

    path: SafePath
    kind: Kind
    bytes: Size
    sha256: Digest
    relation: Text = ""
    """Of a table: the relation, such as core.models, of which it holds all rows or a part."""
    rows: Size = 0


class Manifest(msgspec.Struct, frozen=True):
    """One published generation; times are UTC."""

    format: int
    id: Identifier
    published_at: Moment
    snapshot_id: Text
    as_of: Moment
    rules: Text
    """Version of the SQL that built it."""
    shape: int
    tool_version: Text
    left_out_version: Text
    is_simulated: bool
    not_passed_on: tuple[Text, ...]
    """What had landed and is not in it, one sentence each."""
    files: Annotated[tuple[File, ...], Meta(max_length=20_000)]

    @property
    def warehouse(self) -> File:
        """The DuckDB file. Raises Refused unless there is exactly one."""
        candidates = [file for file in self.files if file.kind == "warehouse"]
        if len(candidates) != 1:
            raise Refused(f"the manifest names {len(candidates)} DuckDB files, and must name one")
        return candidates[0]

    def to_json(self) -> bytes:
        """Return the text of the file; the checksum of all other fields is the last one."""
        fields = msgspec.to_builtins(self)
        fields["sha256"] = _checksum(fields)
        return (json.dumps(fields, indent=1, ensure_ascii=False) + "\n").encode()


def read(content: bytes) -> Manifest:
    """Read and validate a manifest. Raises Refused."""
    if len(content) > MAX_BYTES:
        raise Refused(f"the manifest is larger than {MAX_BYTES:,} bytes")
    try:
        fields = msgspec.json.decode(content, type=dict[str, msgspec.Raw])
        values = {name: msgspec.json.decode(value) for name, value in fields.items()}
        checksum = values.pop("sha256", None)
        if values.get("format") != FORMAT:
            raise Refused(f"the manifest is of format {str(values.get('format'))[:20]}; this version reads {FORMAT}")
        manifest = msgspec.convert(values, Manifest)
    except (msgspec.MsgspecError, ValueError, RecursionError, OverflowError) as error:
        raise Refused(f"it is no manifest of a publication ({' '.join(str(error).split())[:200]})") from error
    if checksum != _checksum(values):
        raise Refused("the manifest has changed since it was published: its checksum is another")
    paths = [file.path.lower() for file in manifest.files]
    if len(paths) != len(set(paths)):
        raise Refused("the manifest names a file twice")
    if not manifest.warehouse.bytes:
        raise Refused("its DuckDB file would have 0 bytes")
    if manifest.warehouse.bytes > MAX_WAREHOUSE_BYTES:
        raise Refused(f"its DuckDB file would have {manifest.warehouse.bytes:,} bytes: more than is accepted")
    if manifest.published_at > datetime.now(UTC) + CLOCK_TOLERANCE:
        raise Refused(f"it is dated {manifest.published_at:%Y-%m-%d %H:%M} UTC, later than now: a clock is wrong")
    return manifest


def sha256_of(content: bytes) -> str:
    """Return the checksum of some bytes."""
    return hashlib.sha256(content).hexdigest()


def _checksum(fields: object) -> str:
    text = json.dumps(fields, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
