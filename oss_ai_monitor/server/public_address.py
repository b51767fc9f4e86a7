"""The address below which this server answers, as it stands in what is read elsewhere: in feeds and their pictures.

A request names it in its Host header, which anybody can write: it is taken only where pages under that name may connect
(`--allow-websocket-origin`). For any other name it is the first one that is allowed.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from bokeh.server.util import check_allowlist
from bokeh.settings import settings
from tornado.web import RequestHandler

_HOST = re.compile(r"(?:[a-z0-9_.-]{1,253}|\[[0-9a-f:.]{2,45}\])(?::\d{1,5})?", re.ASCII)
_LOCAL = re.compile(r"(?:localhost|127\.[\d.]+|\[::1\])(?::|$)", re.ASCII)


def public_root(handler: RequestHandler) -> str:
    """Return the address of this server with a slash at its end, for what answers a request."""
    application = handler.application
    allowed = settings.allowed_ws_origin() or application.websocket_origins  # type: ignore[attr-defined]
    prefix = str(application.prefix).strip("/")  # type: ignore[attr-defined]
    host = host_name(handler.request.host, allowed)
    return f"{handler.request.protocol}://{host}/{prefix}{'/' if prefix else ''}"


def host_name(host: str, allowed: Collection[str]) -> str:
    """Return the name of the request where it is allowed, else the first allowed one that is no pattern."""
    host = host.lower()
    if _HOST.fullmatch(host) and check_allowlist(host, list(allowed)):
        return host
    names = sorted((name for name in allowed if "*" not in name), key=lambda name: (bool(_LOCAL.match(name)), name))
    return names[0].removesuffix(":80") if names else "localhost"
