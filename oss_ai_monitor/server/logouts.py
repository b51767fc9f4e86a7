"""Logins that have ended: a copy of their cookie opens nothing any more.

A login is a signed cookie, and the server keeps no list of those. It keeps one of logouts instead: a file for each,
named by the digest of the cookie, in a folder that all processes of a host share. It is removed when the cookie has
expired.
"""

from __future__ import annotations

import hashlib
import logging
import time
from pathlib import Path

LOGIN_COOKIE = "user"
"""The cookie by which Panel knows a visitor, with a password and with OAuth."""
FOLDER = "OSS_AI_MONITOR_LOGOUTS"
"""The environment variable that names the folder; at first it is in the warehouse."""
_DAY = 86_400  # seconds
_log = logging.getLogger(__name__)


class Logouts:
    """The cookies of logins that have ended within the last `days`, after which none is valid."""

    def __init__(self, folder: Path, days: float) -> None:
        self.folder, self.days = folder, days
        self._digests: set[str] = set()
        """Of this process, so that a logout holds here even where the folder cannot be written."""

    def add(self, cookie: str) -> None:
        """End a login, here and in every process that uses the folder; logged where that is not possible."""
        digest = _digest(cookie)
        self._digests.add(digest)
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            (self.folder / digest).touch(mode=0o600)
            self._remove_expired()
        except OSError as error:
            _log.warning(
                "a logout is known to this process alone, until it ends: %s names no folder that can be written (%s)",
                FOLDER,
                error,
            )

    def __contains__(self, cookie: str) -> bool:
        digest = _digest(cookie)
        return digest in self._digests or (self.folder / digest).exists()

    def _remove_expired(self) -> None:
        oldest = time.time() - self.days * _DAY
        for file in self.folder.iterdir():
            if file.stat().st_mtime < oldest:
                file.unlink(missing_ok=True)
                self._digests.discard(file.name)


def _digest(cookie: str) -> str:
    return hashlib.sha256(cookie.encode()).hexdigest()
