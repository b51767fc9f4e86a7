"""One window for each warehouse: who is first, and how a second start reaches it."""

from __future__ import annotations

import hashlib
import json
import os
import urllib.error
import urllib.request
from pathlib import Path
from types import TracebackType

import filelock

PATIENCE = 5.0
"""Seconds that a window has to answer."""


class AlreadyOpen(Exception):
    """This warehouse has a window already; `is_raised` says whether it came to the front."""

    def __init__(self, folder: Path, is_raised: bool) -> None:
        what = "it has been raised" if is_raised else "it is still preparing its data, or does not answer"
        super().__init__(f"a window on {folder} is open already: {what}")
        self.is_raised = is_raised


class SingleInstance:
    """The right to open the window of a warehouse, for as long as this process lives.

    The right is a lock of the operating system, which goes with the process however that ends. The address, which is
    a secret, lies beside it in a file that the user alone can read.
    """

    def __init__(self, folder: Path, state: Path) -> None:
        self._folder = folder.resolve()
        key = hashlib.sha256(str(self._folder).encode("utf-8", "surrogateescape")).hexdigest()[:16]
        state.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._address = state / f"window-{key}.json"
        self._lock = filelock.FileLock(state / f"window-{key}.lock", timeout=0, mode=0o600)

    def __enter__(self) -> SingleInstance:
        """Raises AlreadyOpen where another process was first, after having asked it to show its window."""
        try:
            self._lock.acquire()
        except filelock.Timeout:
            raise AlreadyOpen(self._folder, self._raised()) from None
        self._address.unlink(missing_ok=True)  # of one that ended without a word
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._address.unlink(missing_ok=True)
        self._lock.release()

    def tell(self, address: str) -> None:
        """Leave the address for a second start."""
        partial = self._address.with_suffix(".partial")
        partial.unlink(missing_ok=True)
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            json.dump({"address": address}, file)
        partial.replace(self._address)

    def _raised(self) -> bool:
        """Whether the window that is open has heard that it should come to the front."""
        try:
            address = json.loads(self._address.read_text(encoding="utf-8"))["address"]
        except (OSError, ValueError, KeyError, TypeError):
            return False
        if not isinstance(address, str) or not address.startswith("http://127.0.0.1:"):
            return False
        direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with direct.open(urllib.request.Request(f"{address}raise", method="POST"), timeout=PATIENCE) as answer:  # noqa: S310
                return bool(answer.status == 204)
        except (OSError, ValueError):
            return False
