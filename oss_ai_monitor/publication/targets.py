"""Where a publication goes, from what the operator names: a folder or a dataset on the Hub."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from .folder_target import FolderTarget
from .hub import PREFIX, HubTarget
from .manifest import Manifest, PublicationError
from .staging import Staged


class Target(Protocol):
    """A place that readers ask; `address` is "" for a folder."""

    address: str

    def manifest(self) -> Manifest | None: ...
    def document(self, name: str) -> bytes | None: ...
    def require_ours(self) -> None: ...
    def damage(self, manifest: Manifest) -> str: ...
    def finish(self, manifest: Manifest) -> None: ...
    def publish(self, staged: Staged) -> None: ...


def target(text: str) -> Target:
    """Return the place that a text names. Raises PublicationError for an address that names none."""
    if text.startswith(PREFIX):
        return HubTarget(text)
    if not text:
        raise PublicationError(
            "no place is named: expected a folder that a web server shows, or hf://datasets/ORG/NAME"
        )
    if "://" in text:
        raise PublicationError(
            f"{text[:200]} is an address, and 'publish' writes files: name a folder that a web server shows, or "
            "hf://datasets/ORG/NAME"
        )
    return FolderTarget(Path(text))
