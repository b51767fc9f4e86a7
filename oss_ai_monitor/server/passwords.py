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
ANYBODY = ""


class Passwords:
    """By name, their digests; under ANYBODY the one that all share."""

    def __init__(self, known: Mapping[str, str]) -> None:
        if not known or not all(isinstance(said, str) and said for said in known.values()):
            raise ValueError('expected names and passwords as JSON, {"ann": "…"}, none of them empty')
        self._digests = {name: _digest(said) for name, said in known.items()}

    @classmethod
    def read(cls, said: str) -> Passwords:
        """Of a JSON file where `said` is the path of one, else the one password for all. Raises ValueError."""
        path = Path(said)
        if not path.is_file():
            if path.suffix == ".json" or path.is_absolute():
                raise ValueError(f"{said} is no file: it looks like the path of one with names and passwords")
            return cls({ANYBODY: said})
        try:
            known = json.loads(path.read_text(encoding="utf-8"))
        except ValueError as error:
            raise ValueError(f"{said} is no JSON: {error}") from error
        try:
            return cls(known if isinstance(known, dict) else {ANYBODY: known})
        except ValueError as error:
            raise ValueError(f"{said}: {error}") from error

    @classmethod
    def given(cls, option: str | None) -> Passwords | None:
        """Those of the file that an option names, else of the environment; None where there are none.

        Raises ValueError, and for a password in the option itself: everybody on the machine reads a command line.
        """
        if option and not Path(option).is_file():
            raise ValueError(
                "a password in the command line can be read by everybody on this machine: --basic-auth takes a JSON "
                f"file of names and passwords, and {VARIABLE} holds one password for all"
            )
        said = option or os.environ.get(VARIABLE)
        return cls.read(said) if said else None

    def verify(self, name: str, password: str) -> bool:
        """Whether it is the password of that name. Takes as long for a name that is not known."""
        wanted = self._digests.get(ANYBODY) or self._digests.get(name)
        return hmac.compare_digest(wanted or _digest(""), _digest(password)) and wanted is not None


def provider(known: Passwords, **places: str | None) -> BasicAuthProvider:
    """Panel's own provider, with these passwords behind its login."""
    from panel.auth import BasicAuthProvider, BasicLoginHandler  # here: the command line checks a file without Panel

    class Login(BasicLoginHandler):
        def _validate(self, username: str, password: str) -> bool:
            return known.verify(username, password)

    class Provider(BasicAuthProvider):
        @property
        def login_handler(self) -> type[BasicLoginHandler]:
            Login._login_endpoint = self._login_endpoint
            Login._login_template = self._login_template
            return Login

    return Provider(**places)


def _digest(password: str) -> bytes:
    """Of equal length for all, so that comparing tells nothing."""
    return hashlib.sha256(password.encode()).digest()
