"""What every answer has in common, whoever's handler makes it: headers, cookies, plain errors, and who may have it."""

from __future__ import annotations

import hmac
import http.client
import inspect
import ipaddress
import secrets
from typing import Any
from urllib.parse import unquote, urlsplit

from bokeh.server.views.doc_handler import DocHandler
from bokeh.server.views.root_handler import RootHandler
from bokeh.server.views.ws import WSHandler
from panel.auth import BasicLoginHandler, LogoutHandler, OAuthLoginHandler
from tornado.web import HTTPError, RequestHandler

from . import policy, probes
from .embed import Embed

METRICS_TOKEN = "OSS_AI_MONITOR_METRICS_TOKEN"  # noqa: S105 - the name of a variable
YEAR = 31_536_000  # seconds
_OPEN = (probes.Alive, probes.Ready, BasicLoginHandler, OAuthLoginHandler, LogoutHandler)
"""What answers without a password."""
_ASKING = (DocHandler, RootHandler, WSHandler)
"""What Panel itself sends to its login, or refuses."""
_FORMS = (BasicLoginHandler, OAuthLoginHandler, LogoutHandler)
_HEADED = (DocHandler, RootHandler, BasicLoginHandler, Embed)
"""What answers HEAD as GET, of which Tornado then sends no body."""
_kinds: dict[type[RequestHandler], type[RequestHandler]] = {}
_PROXIED = ("X-Forwarded-For", "X-Real-Ip", "Forwarded")


class Guard(RequestHandler):
    """Stands before a handler of Bokeh, Panel or ours."""

    def set_default_headers(self) -> None:
        super().set_default_headers()
        self.clear_header("Server")
        for name, value in policy.HEADERS.items():
            self.set_header(name, value)
        if self.request.protocol == "https":
            self.set_header("Strict-Transport-Security", f"max-age={YEAR}")
        if isinstance(self, (DocHandler, Embed)):
            frames = self.settings.get("embed_origins", ()) if isinstance(self, Embed) else ()
            self._nonce = secrets.token_urlsafe(16)
            self.set_header("Content-Security-Policy", policy.page(self._nonce, frames))
        else:
            self.set_header("Content-Security-Policy", policy.form() if isinstance(self, _FORMS) else policy.inert())

    async def prepare(self) -> None:
        if "\0" in unquote(self.request.path):
            raise HTTPError(400, "a NUL in an address")
        if self.request.method not in ("GET", "HEAD", "OPTIONS") and not self._is_from_here():
            raise HTTPError(403, "sent by a page of another site")
        if not await self._may_have():
            raise HTTPError(403, "without the password")
        prepared = super().prepare()
        if inspect.isawaitable(prepared):
            await prepared

    def write(self, chunk: Any) -> None:
        if isinstance(self, (DocHandler, Embed)) and isinstance(chunk, str) and self.get_status() == 200:
            chunk = policy.signed(chunk, self._nonce)
        super().write(chunk)

    def set_cookie(self, name: str, value: str | bytes, *args: Any, **more: Any) -> None:
        """A cookie that scripts do not see, that other sites' pages do not send, and that stays on https."""
        more |= {"httponly": True, "samesite": "Lax", "secure": self.request.protocol == "https"}
        super().set_cookie(name, value, *args, **more)

    def redirect(self, url: str, *args: Any, **more: Any) -> None:
        """Stay on this server: `//` and `///` before a name lead browsers to another."""
        if isinstance(self, BasicLoginHandler) and url.replace("\\", "/").startswith("//"):
            raise HTTPError(400, "leads to another server")
        super().redirect(url, *args, **more)

    def write_error(self, status_code: int, **_: Any) -> None:
        """The status in words, and nothing of where it came from."""
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        self.set_header("Content-Security-Policy", policy.inert())
        phrase = http.client.responses.get(status_code, "Error")
        self.finish(f"{status_code} {phrase}\n")

    def _is_from_here(self) -> bool:
        """Whether a form was sent by a page of this server, as browsers say themselves."""
        said = self.request.headers.get("Sec-Fetch-Site")
        if said:
            return said in ("same-origin", "none")
        origin = self.request.headers.get("Origin")
        return origin is None or urlsplit(origin).netloc == self.request.host

    async def _may_have(self) -> bool:
        """Whether who asks may have it: a password is asked for everything that is not open."""
        if isinstance(self, probes.Watched):
            token = self.settings.get("metrics_token")
            if token:
                said = self.request.headers.get("Authorization", "")
                return hmac.compare_digest(said.encode(), f"Bearer {token}".encode()) or await self._is_known(False)
            return await self._is_known(_is_neighbour(self))
        return isinstance(self, (*_OPEN, *_ASKING, TurnedAway)) or await self._is_known(True)

    async def _is_known(self, without: bool) -> bool:
        """Whether who asks has logged in; `without` is the answer where there is no password at all."""
        provider = self.application.auth_provider  # type: ignore[attr-defined]
        if provider.get_user_async is not None:
            return await provider.get_user_async(self) is not None
        return provider.get_user(self) is not None if provider.get_user is not None else without


class TurnedAway(RequestHandler):
    """There is no place at this moment."""

    def prepare(self) -> None:
        self.set_status(503)
        self.set_header("Retry-After", "60")
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        self.finish("There are too many visitors at this moment. Please try again in a minute.\n")


def with_guard(kind: type[RequestHandler]) -> type[RequestHandler]:
    """A handler with the guard before it."""
    if kind not in _kinds:
        more = {"head": kind.get} if issubclass(kind, _HEADED) else {}
        _kinds[kind] = type(f"Guarded{kind.__name__}", (Guard, kind), more)
    return _kinds[kind]


def _is_neighbour(handler: RequestHandler) -> bool:
    """Whether it was asked on this machine itself, and by no proxy for somebody else."""
    if any(name in handler.request.headers for name in _PROXIED):
        return False
    try:
        return ipaddress.ip_address(handler.request.remote_ip or "").is_loopback
    except ValueError:
        return False
