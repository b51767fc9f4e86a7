"""What can be watched, in Prometheus' text format: counted from what is logged, looked up when it is asked for.

Each process counts for itself: who runs several asks each of them at its own port.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from datetime import datetime

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from ..refresh import LOCK, RefreshState, is_held
from .health import UNREADABLE, Health, age

PREFIX = "oss_ai_monitor"
SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
Gauges = dict[str, Callable[[], float]]


class Metrics(logging.Handler):
    """Counts the events that the rooms tell in their logs: `extra={"told": {"event": …}}`."""

    def __init__(self, health: Health) -> None:
        super().__init__()
        disable_created_metrics()
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self.registry.register(_Warehouse(health))
        self.registry.register(_Refreshes(health))
        self._visits = self._counter("visits", "Pages opened.")
        self._requests = self._counter("requests", "Answers by kind of address and status.", "route", "status")
        self._answered = self._histogram("request_seconds", "From a request to its whole answer.", "route")
        self._changes = self._counter("changes", "Pictures computed anew, by outcome.", "view", "outcome")
        self._changed = self._histogram("change_seconds", "From a change to its pictures being sent.", "view")
        self._queries = self._counter("sql_queries", "Questions in SQL from visitors, by outcome.", "outcome")
        self._queried = self._histogram("sql_query_seconds", "Of questions in SQL from visitors.")
        self._refused = self._counter("turned_away", "Visitors and messages refused, by reason.", "reason")
        self._troubles = self._counter("troubles", "Errors logged.")

    def emit(self, record: logging.LogRecord) -> None:
        told = getattr(record, "told", {})
        if record.levelno >= logging.ERROR:
            self._troubles.inc()
        match told.get("event"):
            case "request":
                route = told["route"]
                self._requests.labels(route, told["status"]).inc()
                if route != "websocket":  # that lasts as long as the visit
                    self._answered.labels(route).observe(told["ms"] / 1000)
                if route == "page" and told["status"] == 200:
                    self._visits.inc()
            case "change":
                self._changes.labels(told["view"], told["outcome"]).inc()
                self._changed.labels(told["view"]).observe(told["ms"] / 1000)
            case "query":
                self._queries.labels(told["outcome"]).inc()
                self._queried.observe(told["ms"] / 1000)
            case "turned away":
                self._refused.labels(told["reason"]).inc()

    def watch(self, gauges: Gauges) -> None:
        """Have figures that are looked up when they are asked for; the key is a name, its explanation after a comma."""
        self.registry.register(_Gauges(gauges))

    def text(self) -> bytes:
        """All of it, as Prometheus reads it."""
        return generate_latest(self.registry)

    def _counter(self, name: str, told: str, *labels: str) -> Counter:
        return Counter(f"{PREFIX}_{name}", told, labels, registry=self.registry)

    def _histogram(self, name: str, told: str, *labels: str) -> Histogram:
        return Histogram(f"{PREFIX}_{name}", told, labels, registry=self.registry, buckets=SECONDS)


class _Gauges(Collector):
    def __init__(self, gauges: Gauges) -> None:
        self.gauges = gauges

    def collect(self) -> Iterator[Metric]:
        for described, look in self.gauges.items():
            name, _, told = described.partition(", ")
            yield _gauge(name, told, look())


class _Warehouse(Collector):
    """What serves: its age, its size, and what it leaves out."""

    def __init__(self, health: Health) -> None:
        self.health = health

    def collect(self) -> Iterator[Metric]:
        try:
            warehouse, rows = self.health.datasets()
        except UNREADABLE:
            yield _gauge("ready", "Whether a good generation is loaded.", 0)
            return
        yield _gauge("ready", "Whether a good generation is loaded.", 1)
        yield _gauge("simulated", "Whether what is shown is simulated.", int(warehouse.is_simulated))
        ages = _gauge("data_age_seconds", "Since the moment that a dataset speaks of.", labels=["dataset"])
        models = _gauge("models", "Models shown.", labels=["dataset"])
        left = _gauge("left_out", "Rows that a dataset leaves out, by reason.", labels=["dataset", "reason"])
        for row in rows.to_dict("records"):
            ages.add_metric([row["dataset"]], age(row["as_of"]))
            models.add_metric([row["dataset"]], float(row["models"]))
            for reason in ("undated", "flagged", "folded"):
                left.add_metric([row["dataset"], reason], float(row[reason]))
        yield from (ages, models, left)


class _Refreshes(Collector):
    """What the refreshes left in their files, whichever process did them."""

    def __init__(self, health: Health) -> None:
        self.health = health

    def collect(self) -> Iterator[Metric]:
        folder = self.health.folder
        memory = RefreshState.read(folder)
        yield _gauge("refresh_running", "Whether a refresh runs.", int(is_held(folder, LOCK)))
        yield _gauge("refresh_started_timestamp_seconds", "Of the last refresh; 0: never.", _stamp(memory.started_at))
        yield _gauge("refresh_finished_timestamp_seconds", "0: never, or broken off.", _stamp(memory.finished_at))
        failures = _gauge("refresh_failures_in_a_row", "By step of a refresh.", labels=["step"])
        well = _gauge("refresh_success_timestamp_seconds", "Last success by step; 0: never.", labels=["step"])
        for step, told in memory.steps.items():
            failures.add_metric([step], told.failures)
            well.add_metric([step], _stamp(told.succeeded_at))
        yield from (failures, well)


def _gauge(name: str, told: str, value: float | None = None, labels: list[str] | None = None) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"{PREFIX}_{name}", told, value=value, labels=labels)


def _stamp(moment: datetime | None) -> float:
    return moment.timestamp() if moment else 0.0
