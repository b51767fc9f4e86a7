"""One window for each warehouse: a lock, and the address by which a second start reaches the window."""

from __future__ import annotations

import hashlib
import json
import os
import urllib.error
import urllib.request
from pathlib import Path
from types import TracebackType

import filelock

TIMEOUT = 5.0
"""Seconds in which an open window must answer."""


class AlreadyOpen(Exception):
    """This warehouse has a window already; `is_raised` is whether it was brought to the front."""

    def __init__(self, folder: Path, is_raised: bool) -> None:
        state_text = "it has been raised" if is_raised else "it is still preparing its data, or does not answer"
        super().__init__(f"a window on {folder} is open already: {state_text}")
        self.is_raised = is_raised


class SingleInstance:
    """Lets one process at a time open the window of a warehouse.

    The lock belongs to the operating system, which releases it however the process ends. The address, which is a
    secret, is in a file beside it that only the user can read.
    """

    def __init__(self, folder: Path, state: Path) -> None:
        self._folder = folder.resolve()
        key = hashlib.sha256(str(self._folder).encode("utf-8", "surrogateescape")).hexdigest()[:16]
        state.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._address_file = state / f"window-{key}.json"
        self._lock = filelock.FileLock(state / f"window-{key}.lock", timeout=0, mode=0o600)

    def __enter__(self) -> SingleInstance:
        """Take the lock. Raises AlreadyOpen if another process has it, after asking that one to show its window."""
        try:
            self._lock.acquire()
        except filelock.Timeout:
            raise AlreadyOpen(self._folder, self._raise_other()) from None
        self._address_file.unlink(missing_ok=True)  # left by a process that was killed
        return self

    def __exit__(
        self, error_type: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._address_file.unlink(missing_ok=True)
        self._lock.release()

    def publish(self, address: str) -> None:
        """Write the address for a second start."""
        partial = self._address_file.with_suffix(".partial")
        partial.unlink(missing_ok=True)
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            json.dump({"address": address}, file)
        partial.replace(self._address_file)

    def _raise_other(self) -> bool:
        """Ask the open window to come to the front; return whether it answered."""
        try:
            address = json.loads(self._address_file.read_text(encoding="utf-8"))["address"]
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            return False
        if not isinstance(address, str) or not address.startswith("http://127.0.0.1:"):
            return False
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(urllib.request.Request(f"{address}raise", method="POST"), timeout=TIMEOUT) as answer:  # noqa: S310
                return bool(answer.status == 204)
        except (OSError, ValueError):
            return False
