"""`panel serve` with probes, metrics and logs: Panel's own command and options, and the few that are added here."""

from __future__ import annotations

import argparse
import logging
import os
import secrets
from pathlib import Path
from typing import Any

import bokeh.server.server
from bokeh.command.subcommand import Argument
from bokeh.server.tornado import BokehTornado
from bokeh.server.urls import per_app_patterns
from bokeh.server.views.doc_handler import DocHandler
from bokeh.server.views.ws import WSHandler
from bokeh.settings import settings
from panel.command.serve import Serve as PanelServe
from panel.config import config
from panel.io.server import ComponentResourceHandler
from tornado.httputil import HTTPServerRequest
from tornado.web import RequestHandler, StaticFileHandler

from . import logs, probes
from .guarded import METRICS_TOKEN, guarded
from .metrics import Metrics
from .passwords import VARIABLE, Passwords, provider
from .standing import Standing

HERE = Path(__file__).parent
_log = logging.getLogger(__name__)
LARGEST_BODY = 16_384
"""Bytes that anybody may send as a request: a login needs a few hundred, and nothing is uploaded."""
UNUSED = ("/autoload.js", "/metadata")
"""Routes of an application that this page has no use for: scripts for other sites, which any site could ask for."""
_PROBES = (probes.Alive, probes.Ready, probes.Watched)


class Serve(PanelServe):
    """Serve the page to others."""

    help = "Serve the page to others: every option of `panel serve`, and what a host needs."
    args = (
        *(arg for arg in PanelServe.args if arg[0] != "--log-format"),
        ("--log-format", Argument(choices=logs.FORMATS, default="logfmt", help="How a line of the log is written")),
    )

    def invoke(self, args: argparse.Namespace) -> None:
        """Sign what identifies a session, and have no route for what this page does not use."""
        level = settings.py_log_level(args.log_level)
        self.passwords = Passwords.given(args.basic_auth)
        hidden = logs.known_secrets(os.environ | ({VARIABLE: args.basic_auth} if args.basic_auth else {}))
        logs.begin(args.log_format, logging.INFO if level is None else level, secrets=hidden)
        args.basic_auth = None  # Panel would take the path of a file that is not there, in lower case, for the password
        os.environ.pop(VARIABLE, None)
        args.session_ids = args.session_ids or "signed"
        if not config.cookie_secret and not args.cookie_secret:
            args.cookie_secret = secrets.token_urlsafe(48)  # who has logged in does so again after a restart
        per_app_patterns[:] = [pattern for pattern in per_app_patterns if pattern[0] not in UNUSED]
        bokeh.server.server.BokehTornado = Hosted  # as Panel itself has Bokeh take its server
        super().invoke(args)

    def customize_kwargs(self, args: argparse.Namespace, server_kwargs: dict[str, Any]) -> dict[str, Any]:
        args.basic_login_template = args.basic_login_template or str(HERE / "login.html")  # Panel's asks other hosts
        args.logout_template = args.logout_template or str(HERE / "logout.html")
        kwargs = super().customize_kwargs(args, server_kwargs)
        if config.oauth_provider:
            if config.oauth_provider != "pam" and not config.oauth_key:
                raise ValueError("an OAuth provider needs a key: PANEL_OAUTH_KEY or --oauth-key holds it")
        elif self.passwords:
            kwargs["auth_provider"] = provider(
                self.passwords,
                login_endpoint=args.login_endpoint or "/login",
                logout_endpoint=args.logout_endpoint or "/logout",
                login_template=args.basic_login_template,
                logout_template=args.logout_template,
            )
        standing = Standing(Path(os.environ.get("OSS_AI_MONITOR_WAREHOUSE", "warehouse")))
        metrics = Metrics(standing)
        logging.getLogger("oss_ai_monitor").addHandler(metrics)
        kwargs["extra_patterns"][:] = [
            pattern for pattern in kwargs["extra_patterns"] if pattern[1] is not ComponentResourceHandler
        ] + [
            (probes.ALIVE, probes.Alive),
            (probes.READY, probes.Ready, {"standing": standing}),
            (probes.METRICS, probes.Watched, {"metrics": metrics}),
        ]
        return kwargs | {
            "metrics": metrics,
            "metrics_token": os.environ.get(METRICS_TOKEN, ""),
            "log_function": _told,
            "serve_traceback": False,
            "http_server_kwargs": {"max_body_size": LARGEST_BODY, "idle_connection_timeout": 75, "body_timeout": 10},
        }


class Hosted(BokehTornado):
    """Bokeh's application, watched and guarded."""

    def __init__(self, *args: Any, metrics: Metrics, **more: Any) -> None:
        super().__init__(*args, **more)
        metrics.watch(
            {
                "sessions, Visits that are held open.": lambda: sum(
                    len(list(context.sessions)) for context in self.applications.values()
                ),
                "connections, Websockets that are open.": lambda: sum(
                    session.connection_count for context in self.applications.values() for session in context.sessions
                ),
            }
        )

    def get_handler_delegate(
        self, request: HTTPServerRequest, target_class: type[RequestHandler], *args: Any, **more: Any
    ) -> Any:
        """Whatever answers, and be it that nothing is there, has the guard before it."""
        return super().get_handler_delegate(request, guarded(target_class), *args, **more)


def _told(handler: RequestHandler) -> None:
    """One event for each answer: the path, never the query, which may hold a visitor's token."""
    request, status = handler.request, handler.get_status()
    route = _route(handler)
    told = {
        "event": "request", "route": route, "method": request.method, "path": request.path, "status": status,
        "ms": round(1000 * request.request_time(), 1), "from": request.remote_ip,
    }  # fmt: skip
    usual = status < 400 and route in ("static", "probe")
    level = logging.ERROR if status >= 500 and route != "probe" else logging.DEBUG if usual else logging.INFO
    _log.log(level, "answered", extra={"told": told})


def _route(handler: RequestHandler) -> str:
    """The kind of an address, of which there are few."""
    kinds = {
        "page": DocHandler, "websocket": WSHandler, "static": StaticFileHandler, "probe": _PROBES,
    }  # fmt: skip
    return next((name for name, kind in kinds.items() if isinstance(handler, kind)), "other")
