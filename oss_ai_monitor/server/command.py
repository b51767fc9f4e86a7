"""`panel serve` with probes, metrics and logs: Panel's own command and options, with a few more."""

from __future__ import annotations

import argparse
import contextlib
import functools
import logging
import os
import secrets
import signal
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import bokeh.server.server
from bokeh.command.subcommand import Argument
from bokeh.server.urls import per_app_patterns
from bokeh.server.views.ws import WSHandler
from bokeh.settings import settings
from panel.command.serve import Serve as PanelServe
from panel.config import config
from panel.io.server import ComponentResourceHandler
from tornado.ioloop import PeriodicCallback

from ..app import Offers, announce, publish, publish_templates
from . import api, badge, data, digests, embed, logouts, logs, policy, probes
from .alarms import DailyLog
from .application import Application, log_answer
from .connections import ConnectionServer
from .handlers import METRICS_TOKEN, PrefixWithoutSlash
from .health import UNREADABLE, Health
from .limits import Limits
from .metrics import Metrics
from .passwords import VARIABLE, Passwords, provider
from .self_test import SelfTest
from .sockets import Socket

FOLDER = Path(__file__).parent
_log = logging.getLogger(__name__)
MAX_BODY = 16_384
"""Bytes of a request's body: a login needs a few hundred, and nothing is uploaded."""
PING_EVERY, PING_TIMEOUT = 60, 50
"""Seconds: a visitor whose connection broke is noticed within two minutes."""
DAY = 86_400
"""Seconds: Bokeh's five minutes would let no page that has been open for longer connect to its session again."""
TEMPLATES_AFTER = 3
"""Seconds after the start of the server in which nothing but visitors keeps it busy."""
UNUSED_ROUTES = ("/autoload.js", "/metadata")
"""Routes of Bokeh applications that this page does not need: they serve scripts to any other site."""


class ServeCommand(PanelServe):
    """Serve the page to others."""

    help = "Serve the page to others: every option of `panel serve`, and what a host needs."
    args = (
        *(arg for arg in PanelServe.args if arg[0] not in ("--log-format", "--session-token-expiration")),
        ("--log-format", Argument(choices=logs.FORMATS, default="logfmt", help="How a line of the log is written")),
        (
            "--session-token-expiration",
            Argument(type=int, default=DAY, metavar="N", help="Seconds in which an open page can connect again"),
        ),
        (
            "--embed-origin",
            Argument(action="append", default=[], metavar="ORIGIN", help="A site that may show /embed/… in a frame"),
        ),
        *(
            (
                f"--max-{name.replace('_', '-')}",
                Argument(type=int, default=default, metavar="N", help=f"{description}; 0: no limit"),
            )
            for name, default, description in Limits.options()
        ),
    )

    def invoke(self, args: argparse.Namespace) -> None:
        """Sign session ids, and remove the routes that this page does not use."""
        level = settings.py_log_level(args.log_level)
        self.passwords = Passwords.from_option(args.basic_auth)
        secret_values = logs.known_secrets(os.environ | ({VARIABLE: args.basic_auth} if args.basic_auth else {}))
        logs.set_up(args.log_format, logging.INFO if level is None else level, secrets=secret_values)
        args.basic_auth = None  # Panel takes the path of a missing file, in lower case, for the password
        os.environ.pop(VARIABLE, None)
        args.session_ids = args.session_ids or "signed"
        if args.keep_alive is None:
            args.keep_alive = 0  # Tornado's pings close connections that do not answer; Bokeh's are not needed
        if not config.cookie_secret and not args.cookie_secret:
            args.cookie_secret = secrets.token_urlsafe(48)  # after a restart visitors log in again
        _raise_file_limit()
        per_app_patterns[:] = [
            (pattern[0], Socket if issubclass(pattern[1], WSHandler) else pattern[1])
            for pattern in per_app_patterns
            if pattern[0] not in UNUSED_ROUTES
        ]
        # Panel makes Bokeh use its own server in the same way
        bokeh.server.server.BokehTornado, bokeh.server.server.HTTPServer = Application, ConnectionServer
        self.self_test, self.process = SelfTest(), os.getpid()
        _end_with_its_processes()
        super().invoke(args)
        if self.self_test.failure:
            if os.getpid() != self.process == os.getppid():  # one of several, which the first one would start again
                os.kill(self.process, signal.SIGUSR1)
            raise ValueError(self.self_test.failure)

    def customize_server(self, server: Any) -> Any:
        """Refuse to serve with an application that would not test itself."""
        if not self.self_test.is_bound:
            raise ValueError("this version of Bokeh or Panel serves the page without its guards")
        if os.getpid() != self.process:

            def end_with_the_first() -> None:
                if os.getppid() != self.process:
                    server.io_loop.stop()

            PeriodicCallback(end_with_the_first, 1_000).start()
        if os.getpid() == self.process:  # who comes at once waits for those of his view only
            thread = threading.Thread(target=self._make_templates, daemon=True)
            server.io_loop.call_later(TEMPLATES_AFTER, thread.start)
        return super().customize_server(server)

    def customize_kwargs(self, args: argparse.Namespace, server_kwargs: dict[str, Any]) -> dict[str, Any]:
        # Panel's own login page loads files from other hosts
        args.basic_login_template = args.basic_login_template or str(FOLDER / "login.html")
        args.logout_template = args.logout_template or str(FOLDER / "logout.html")
        kwargs: dict[str, Any] = super().customize_kwargs(args, server_kwargs)
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
        root = "/" + kwargs["prefix"].strip("/") if kwargs.get("prefix") else ""
        limits = Limits(**{name: getattr(args, f"max_{name}") for name, _, _ in Limits.options()})
        health = Health(Path(os.environ.get("OSS_AI_MONITOR_WAREHOUSE", "warehouse")))
        answers = {"answers": api.Answers(health), "root": root}
        publish()
        self._make_templates = functools.partial(_make_templates, health)
        if args.num_procs != 1:  # before the process is forked, so that it is done once
            self._make_templates()
        origins = policy.origins(args.embed_origin)
        announce(Offers(data=True, embeds=bool(origins), badges=badge.are_offered()))
        metrics, daily_log, tables = Metrics(health), DailyLog(), data.DataTables(health)
        logging.getLogger("oss_ai_monitor").addHandler(metrics)
        kwargs["extra_patterns"][:] = [
            pattern for pattern in kwargs["extra_patterns"] if pattern[1] is not ComponentResourceHandler
        ] + [
            *([("", PrefixWithoutSlash)] if root else []),
            (probes.ALIVE, probes.Alive),
            (probes.READY, probes.Ready, {"health": health}),
            (probes.METRICS, probes.MetricsProbe, {"metrics": metrics}),
            (api.ROUTE, api.Api, answers),
            (api.OTHERS, api.Unknown, answers),
            (api.LLMS, api.LanguageModels, answers),
            *((route, data.Data, {"tables": tables}) for route in (data.ROUTE, data.FEED_ROUTE)),
            (data.LIST_ROUTE, data.DataList),
            (digests.ROUTE, digests.DigestPage, {"digests": digests.Digests(health)}),
            (badge.ROUTE, badge.BadgePicture, {"badges": badge.Badges(health)}),
            (embed.ROUTE, embed.Embed, {"embeds": embed.Embeds(health, f"{root}/serve", f"{root}{embed.SCRIPTS}")}),
        ]
        folder = Path(os.environ.get(logouts.FOLDER) or health.folder / "logouts")
        return kwargs | {
            "metrics": metrics,
            "self_test": self.self_test,
            "logouts": logouts.Logouts(folder, config.oauth_expiry),
            "log_warnings": lambda: daily_log.write(health.warnings(), datetime.now(UTC).date()),
            "metrics_token": os.environ.get(METRICS_TOKEN, ""),
            "log_function": log_answer,
            "serve_traceback": False,
            "limits": limits,
            "embed_origins": origins,
            "badges": badge.are_offered(),
            "websocket_max_message_size": limits.message_kilobytes * 1024 or kwargs["websocket_max_message_size"],
            "websocket_ping_interval": PING_EVERY,
            "websocket_ping_timeout": PING_TIMEOUT,
            "http_server_kwargs": {
                "max_body_size": MAX_BODY,
                "per_address": limits.connections_per_address,
                "self_test": self.self_test,
            },
        }


def _make_templates(health: Health) -> None:
    """Make the templates of all charts; without data there are no colours yet, and the first visitor makes them."""
    try:
        with contextlib.suppress(*UNREADABLE):
            publish_templates(health.datasets()[0])
    except Exception:  # the server goes on without it
        reason = "the templates of the charts are made for the first visitor: they could not be made before"
        logging.getLogger(__name__).exception(reason)


def _end_with_its_processes() -> None:
    """Let a process that others are forked from (`--num-procs`) end with an error when one of them says so."""

    def end(*_: object) -> None:
        signal.signal(signal.SIGUSR1, signal.SIG_IGN)  # the others say so, too
        sys.exit(1)  # they have said why

    if os.name == "posix":
        signal.signal(signal.SIGUSR1, end)


def _raise_file_limit() -> None:
    """Allow as many open files as the system does: a flood of connections soon reaches a shell's usual 1,024."""
    if os.name == "posix":
        import resource

        _, hard_limit = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard_limit, hard_limit))
