"""Probes for monitoring: liveness, readiness and metrics."""

from __future__ import annotations

import logging

from prometheus_client.exposition import CONTENT_TYPE_LATEST
from tornado.web import RequestHandler

from ..warehouse import Outdated
from .health import UNREADABLE, Health
from .metrics import Metrics

ALIVE, READY, METRICS = "/healthz", "/readyz", "/metrics"
_log = logging.getLogger(__name__)


class _Probe(RequestHandler):
    SUPPORTED_METHODS = ("GET", "HEAD")

    def prepare(self) -> None:
        self.set_header("Cache-Control", "no-store")

    async def head(self) -> None:
        await self.get()  # type: ignore[misc]


class Alive(_Probe):
    """Answers as long as the process runs."""

    async def get(self) -> None:
        self.write({"alive": True})


class Ready(_Probe):
    """Answers with the generation, the age of its data, and warnings; with 503 if none can be read."""

    def initialize(self, health: Health) -> None:
        self.health = health

    async def get(self) -> None:
        try:
            self.write({"ready": True} | self.health.summary())
        except UNREADABLE as error:
            _log.warning("not ready: %s", error)  # paths go to the log only, not to strangers
            self.set_status(503)
            self.write({"ready": False, "reason": unready_reason(error)})


def unready_reason(error: Exception) -> str:
    """Return why no generation is served, without the folders of this machine."""
    if isinstance(error, Outdated):
        return f"the warehouse {Outdated.reason(is_later=error.is_later, is_copy=error.is_copy)}"
    return "no generation of the warehouse can be read; the log says why"


class MetricsProbe(_Probe):
    """Answers with all metrics."""

    def initialize(self, metrics: Metrics) -> None:
        self.metrics = metrics

    async def get(self) -> None:
        self.set_header("Content-Type", CONTENT_TYPE_LATEST)
        self.write(self.metrics.text())
