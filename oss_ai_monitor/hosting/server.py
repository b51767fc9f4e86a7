"""`panel serve` with probes, metrics and logs: Panel's own command and options, and the few that are added here."""

from __future__ import annotations

import argparse
import logging
import os
from pathlib import Path
from typing import Any

import bokeh.server.server
from bokeh.command.subcommand import Argument
from bokeh.server.tornado import BokehTornado
from bokeh.server.views.doc_handler import DocHandler
from bokeh.server.views.ws import WSHandler
from bokeh.settings import settings
from panel.command.serve import Serve as PanelServe
from tornado.web import RequestHandler, StaticFileHandler

from . import logs, probes
from .metrics import Metrics
from .standing import Standing

_log = logging.getLogger(__name__)
_PROBES = (probes.Alive, probes.Ready, probes.Watched)


class Serve(PanelServe):
    """Serve the page to others."""

    help = "Serve the page to others: every option of `panel serve`, and what a host needs."
    args = (
        *(arg for arg in PanelServe.args if arg[0] != "--log-format"),
        ("--log-format", Argument(choices=logs.FORMATS, default="logfmt", help="How a line of the log is written")),
    )

    def invoke(self, args: argparse.Namespace) -> None:
        level = settings.py_log_level(args.log_level)
        logs.begin(args.log_format, logging.INFO if level is None else level, secrets=logs.known_secrets())
        bokeh.server.server.BokehTornado = Hosted  # as Panel itself has Bokeh take its server
        super().invoke(args)

    def customize_kwargs(self, args: argparse.Namespace, server_kwargs: dict[str, Any]) -> dict[str, Any]:
        kwargs = super().customize_kwargs(args, server_kwargs)
        standing = Standing(Path(os.environ.get("OSS_AI_MONITOR_WAREHOUSE", "warehouse")))
        metrics = Metrics(standing)
        logging.getLogger("oss_ai_monitor").addHandler(metrics)
        kwargs["extra_patterns"] += [
            (probes.ALIVE, probes.Alive),
            (probes.READY, probes.Ready, {"standing": standing}),
            (probes.METRICS, probes.Watched, {"metrics": metrics}),
        ]
        return kwargs | {"metrics": metrics, "log_function": _told}


class Hosted(BokehTornado):
    """Bokeh's application, watched."""

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
