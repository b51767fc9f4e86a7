"""Names and passwords: read once, compared in constant time, by Panel's own login."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from panel.auth import BasicAuthProvider, BasicLoginHandler

VARIABLE = "PANEL_BASIC_AUTH"
SHARED = ""


class Passwords:
    """Digests of passwords by name; under SHARED, the one password for everybody."""

    def __init__(self, passwords: Mapping[str, str]) -> None:
        if not passwords or not all(isinstance(password, str) and password for password in passwords.values()):
            raise ValueError('expected names and passwords as JSON, {"ann": "…"}, none of them empty')
        self._digests = {name: _digest(password) for name, password in passwords.items()}

    @classmethod
    def read(cls, value: str) -> Passwords:
        """Read the JSON file at the path `value`; any other value is the one password for all. Raises ValueError."""
        path = Path(value)
        if not path.is_file():
            if path.suffix == ".json" or path.is_absolute():
                raise ValueError(f"{value} is no file: it looks like the path of one with names and passwords")
            return cls({SHARED: value})
        try:
            passwords = json.loads(path.read_text(encoding="utf-8"))
        except ValueError as error:
            raise ValueError(f"{value} is no JSON: {error}") from error
        try:
            return cls(passwords if isinstance(passwords, dict) else {SHARED: passwords})
        except ValueError as error:
            raise ValueError(f"{value}: {error}") from error

    @classmethod
    def from_option(cls, option: str | None) -> Passwords | None:
        """Read the file that an option names, else the environment variable; None where there is neither.

        Raises ValueError, also for a password in the option itself, which everybody on the machine could read.
        """
        if option and not Path(option).is_file():
            raise ValueError(
                "a password in the command line can be read by everybody on this machine: --basic-auth takes a JSON "
                f"file of names and passwords, and {VARIABLE} holds one password for all"
            )
        value = option or os.environ.get(VARIABLE)
        return cls.read(value) if value else None

    def verify(self, name: str, password: str) -> bool:
        """Whether it is the password of that name; takes equally long for unknown names."""
        expected = self._digests.get(SHARED) or self._digests.get(name)
        return hmac.compare_digest(expected or _digest(""), _digest(password)) and expected is not None


def provider(passwords: Passwords, **endpoints: str | None) -> BasicAuthProvider:
    """Return Panel's login provider with these passwords."""
    # imported late: the command line checks a file without Panel
    from panel.auth import BasicAuthProvider, BasicLoginHandler

    class Login(BasicLoginHandler):
        def _validate(self, username: str, password: str) -> bool:
            return passwords.verify(username, password)

    class Provider(BasicAuthProvider):
        @property
        def login_handler(self) -> type[BasicLoginHandler]:
            Login._login_endpoint = self._login_endpoint
            Login._login_template = self._login_template
            return Login

    return Provider(**endpoints)


def _digest(password: str) -> bytes:
    """Return a digest, whose length is the same for all passwords."""
    return hashlib.sha256(password.encode()).digest()
