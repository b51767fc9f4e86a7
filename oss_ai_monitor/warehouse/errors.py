"""The exceptions of the warehouse: WarehouseError > BuildFailed > CheckFailed, NoWarehouse > Outdated; Damaged."""

import re
from pathlib import Path


class WarehouseError(Exception):
    """The base of all exceptions of the warehouse; the message is for users."""


class BuildFailed(WarehouseError):
    """A relation could not be created; the previous generation still serves."""


class CheckFailed(BuildFailed):
    """Rows exist that must not: the message holds up to five of them."""


class NoWarehouse(WarehouseError):
    """There is no warehouse to open yet; the message says what to run."""


class Outdated(NoWarehouse):
    """A generation was built by an earlier version, and lacks tables that the queries of this one read."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"{path} was built by an earlier version of oss-ai-monitor and lacks tables that this one reads: "
            "run 'oss-ai-monitor build', which builds it anew from what has landed"
        )
        self.path = path


class Damaged(WarehouseError):
    """A generation has changed since it was built; the message names its file and what to run."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path} {reason}")
        self.path, self.reason = path, reason


def shorten_paths(text: str) -> str:
    """Return a message with each path shortened to its last part, to hide the folders of this machine."""
    return re.sub(r"(?<![\w:/.])(?:[A-Za-z]:)?[/\\](?:[^/\\\s\"']+[/\\])+", "…/", text)
