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
    """A generation was built by another version, whose relations are not those that this one reads."""

    def __init__(self, path: Path, *, is_later: bool = False, is_copy: bool = False) -> None:
        super().__init__(f"{path} {self.reason(is_later=is_later, is_copy=is_copy)}")
        self.path, self.is_later, self.is_copy = path, is_later, is_copy

    @staticmethod
    def reason(*, is_later: bool = False, is_copy: bool = False) -> str:
        """Return what is wrong and what to run, without naming the file."""
        other = "a later" if is_later else "an earlier"
        command = "build', which builds it anew from what has landed"
        if is_copy:
            command = "follow', which fetches what is published now"
        return (
            f"was built by {other} version of oss-ai-monitor, whose tables are not those that this one reads: "
            f"run 'oss-ai-monitor {command}"
        )


class Damaged(WarehouseError):
    """A generation has changed since it was built; the message names its file and what to run."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path} {reason}")
        self.path, self.reason = path, reason


def shorten_paths(text: str) -> str:
    """Return a message with each path shortened to its last part, to hide the folders of this machine."""
    return re.sub(r"(?<![\w:/.])(?:[A-Za-z]:)?[/\\](?:[^/\\\s\"']+[/\\])+", "…/", text)
