"""What all answers have in common, whichever handler makes them: headers, cookies, plain errors, access control."""

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
from tornado.web import HTTPError, RequestHandler, StaticFileHandler, authenticated

from . import policy, probes
from .api import Api, ProblemWriter, TurnedAwayProgram
from .badge import BadgePicture
from .data import Data, DataList
from .digests import DigestPage
from .embed import Embed
from .logouts import LOGIN_COOKIE
from .rendering import without_slash

METRICS_TOKEN = "OSS_AI_MONITOR_METRICS_TOKEN"  # noqa: S105 - the name of a variable
YEAR = 31_536_000  # seconds
_PUBLIC = (probes.Alive, probes.Ready, BasicLoginHandler, OAuthLoginHandler, LogoutHandler)
"""Handlers that answer without a password."""
_CHECKED_BY_PANEL = (DocHandler, RootHandler, WSHandler)
"""Handlers for which Panel itself checks the login."""
_CACHED = (StaticFileHandler, Api, BadgePicture, Data, DataList, DigestPage, Embed)
"""Handlers whose answers browsers may keep for a time."""
_FORMS = (BasicLoginHandler, OAuthLoginHandler, LogoutHandler)
_WITH_HEAD = (RootHandler, BasicLoginHandler, Api, BadgePicture, Data, DataList, DigestPage, Embed)
"""Handlers that answer HEAD as GET; Tornado then sends no body."""
_guarded_classes: dict[type[RequestHandler], type[RequestHandler]] = {}
RELOADING = "oss-ai-monitor-reloading"
"""A cookie that a page sets for the moment in which it reloads itself after its connection was lost."""
_PROXY_HEADERS = ("X-Forwarded-For", "X-Real-Ip", "Forwarded")


class Guard(RequestHandler):
    """Checks and headers before a handler of Bokeh, Panel or this package."""

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
        elif isinstance(self, DigestPage):
            self.set_header("Content-Security-Policy", policy.document())
        else:
            self.set_header("Content-Security-Policy", policy.form() if isinstance(self, _FORMS) else policy.inert())

    async def prepare(self) -> None:
        if "\0" in unquote(self.request.path):
            raise HTTPError(400, "a NUL in an address")
        if self.request.method not in ("GET", "HEAD", "OPTIONS") and not self._is_same_origin():
            raise HTTPError(403, "sent by a page of another site")
        if isinstance(self, DocHandler) and self.request.path.endswith("/") and self.request.path.strip("/"):
            self.redirect(without_slash(self.request.uri or ""), permanent=True)  # its own addresses are relative
            return
        self._forget_ended_login()
        if not await self._is_allowed():
            raise HTTPError(403, "without the password")
        result = super().prepare()
        if inspect.isawaitable(result):
            await result

    def write(self, chunk: Any) -> None:
        if isinstance(self, (DocHandler, Embed)) and isinstance(chunk, str) and self.get_status() == 200:
            chunk = policy.add_nonce(chunk, self._nonce)
        super().write(chunk)

    def set_header(self, name: str, value: Any) -> None:
        """Set a header; what is behind a password is kept by the visitor's own browser only."""
        if name == "Cache-Control" and isinstance(self, _CACHED) and self._has_logins():
            value = f"private, {value}"
        super().set_header(name, value)

    def set_cookie(self, name: str, value: str | bytes, *args: Any, **options: Any) -> None:
        """Set a cookie that scripts cannot read, that other sites do not send, and that stays on https."""
        options |= {"httponly": True, "samesite": "Lax", "secure": self.request.protocol == "https"}
        super().set_cookie(name, value, *args, **options)

    def redirect(self, url: str, *args: Any, **options: Any) -> None:
        """Refuse redirects to other servers: browsers take `//` and `///` before a name for another host.

        The address of the server alone leads to the page, with the choices that it makes.
        """
        if isinstance(self, BasicLoginHandler) and url.replace("\\", "/").startswith("//"):
            raise HTTPError(400, "leads to another server")
        if isinstance(self, RootHandler) and self.request.query and "?" not in url:
            url = f"{url}?{self.request.query}"
        super().redirect(url, *args, **options)

    def write_error(self, status_code: int, **_: Any) -> None:
        """Send the status as plain text, to programs as JSON, without any detail of the error."""
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        self.set_header("Content-Security-Policy", policy.inert())
        if isinstance(self, ProblemWriter):
            self.write_problem(status_code)
            return
        phrase = http.client.responses.get(status_code, "Error")
        self.finish(f"{status_code} {phrase}\n")

    def _is_same_origin(self) -> bool:
        """Whether a form was sent by a page of this server, as browsers report in headers."""
        site = self.request.headers.get("Sec-Fetch-Site")
        if site:
            return site in ("same-origin", "none")
        origin = self.request.headers.get("Origin")
        return origin is None or urlsplit(origin).netloc == self.request.host

    async def _is_allowed(self) -> bool:
        """Whether the request is allowed: everything that is not public needs a login, if there are passwords."""
        if isinstance(self, probes.MetricsProbe):
            token = self.settings.get("metrics_token")
            if token:
                authorization = self.request.headers.get("Authorization", "")
                has_token = hmac.compare_digest(authorization.encode(), f"Bearer {token}".encode())
                return has_token or await self._is_logged_in(False)
            return await self._is_logged_in(_is_local(self))
        open_to_all = (*_PUBLIC, *_CHECKED_BY_PANEL, TurnedAway, TurnedAwayProgram, PrefixWithoutSlash)
        return isinstance(self, open_to_all) or await self._is_logged_in(True)

    def _forget_ended_login(self) -> None:
        """Take the cookie of a login that has ended for none, and end the login of who logs out."""
        cookie = self.get_cookie(LOGIN_COOKIE)
        if not cookie or not self._has_logins():
            return
        logouts = self.settings["logouts"]
        if isinstance(self, LogoutHandler) and self.get_signed_cookie(LOGIN_COOKIE, max_age_days=logouts.days):
            logouts.add(cookie)
            self.application.close_sockets(cookie)
        if cookie in logouts:
            del self.request.cookies[LOGIN_COOKIE]

    def _has_logins(self) -> bool:
        """Whether visitors have to log in."""
        provider = self.application.auth_provider  # type: ignore[attr-defined]
        return provider.get_user_async is not None or provider.get_user is not None

    async def _is_logged_in(self, default: bool) -> bool:
        """Whether the visitor has logged in; `default` is the answer where there are no passwords."""
        provider = self.application.auth_provider  # type: ignore[attr-defined]
        if provider.get_user_async is not None:
            return await provider.get_user_async(self) is not None
        return provider.get_user(self) is not None if provider.get_user is not None else default


class TurnedAway(RequestHandler):
    """Answers 503 when a limit is reached; 204 to a page that reloads itself, which its browser then keeps."""

    message, retry_after = "There are too many visitors at this moment. Please try again in a minute.\n", 60

    def prepare(self) -> None:
        if self.get_cookie(RELOADING):
            self.set_status(204)
            self.finish()
            return
        self.set_status(503)
        self.set_header("Retry-After", str(self.retry_after))
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        self.finish(self.message)


class Starting(TurnedAway):
    """Answers 503 until the server has tested itself."""

    message, retry_after = "The page is starting. Please try again in a moment.\n", 1


class PrefixWithoutSlash(RequestHandler):
    """Leads from /monitor to /monitor/, where --prefix is monitor."""

    SUPPORTED_METHODS = ("GET", "HEAD")

    async def get(self) -> None:
        self.redirect(f"{self.request.path}/{'?' if self.request.query else ''}{self.request.query}", permanent=True)

    head = get


def with_guard(handler_class: type[RequestHandler]) -> type[RequestHandler]:
    """Return a handler class with the guard before it."""
    if handler_class not in _guarded_classes:
        methods: dict[str, Any] = {"head": handler_class.get} if issubclass(handler_class, _WITH_HEAD) else {}
        if issubclass(handler_class, DocHandler):
            methods = {"head": _head_of_page}
        _guarded_classes[handler_class] = type(f"Guarded{handler_class.__name__}", (Guard, handler_class), methods)
    return _guarded_classes[handler_class]


@authenticated
async def _head_of_page(self: RequestHandler) -> None:
    """Answer whether the page would come, without opening a session: a page asks this before it reloads itself."""
    self.set_header("Content-Type", "text/html")
    await self.flush()


def _is_local(handler: RequestHandler) -> bool:
    """Whether a request comes from this machine itself, and not through a proxy."""
    if any(name in handler.request.headers for name in _PROXY_HEADERS):
        return False
    try:
        return ipaddress.ip_address(handler.request.remote_ip or "").is_loopback
    except ValueError:
        return False
