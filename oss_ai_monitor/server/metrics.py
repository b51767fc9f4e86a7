"""Metrics in Prometheus' text format: counted from log events, or read on each scrape.

Each process counts its own events: where several serve, each one is scraped at its own port.
"""

from __future__ import annotations

import logging
from collections import Counter as Counts
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

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
from . import alarms
from .health import UNREADABLE, Health, age

PREFIX = "oss_ai_monitor"
SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
Gauges = dict[str, Callable[[], float]]


class Metrics(logging.Handler):
    """Counts the events in the log: `extra={"fields": {"event": …}}`."""

    def __init__(self, health: Health) -> None:
        super().__init__()
        disable_created_metrics()  # type: ignore[no-untyped-call]
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self.registry.register(_Warehouse(health))
        self.registry.register(_Refreshes(health))
        self.registry.register(_Alarms(health))
        self._visits = self._counter("visits", "Pages opened.")
        self._requests = self._counter("requests", "Answers by kind of address and status.", "route", "status")
        self._request_seconds = self._histogram("request_seconds", "From a request to its whole answer.", "route")
        self._changes = self._counter("changes", "Updates of charts, by outcome.", "view", "outcome")
        self._change_seconds = self._histogram("change_seconds", "From a change to its charts being sent.", "view")
        self._queries = self._counter("sql_queries", "Questions in SQL from visitors, by outcome.", "outcome")
        self._query_seconds = self._histogram("sql_query_seconds", "Of questions in SQL from visitors.")
        self._refusals = self._counter("turned_away", "Visitors and messages refused, by reason.", "reason")
        self._errors = self._counter("troubles", "Errors logged.")

    def emit(self, record: logging.LogRecord) -> None:
        fields = getattr(record, "fields", {})
        if record.levelno >= logging.ERROR:
            self._errors.inc()
        match fields.get("event"):
            case "request":
                route = fields["route"]
                self._requests.labels(route, fields["status"]).inc()
                if route != "websocket":  # a websocket lasts as long as the visit
                    self._request_seconds.labels(route).observe(fields["ms"] / 1000)
                if route == "page" and fields["status"] == 200:
                    self._visits.inc()
            case "change":
                self._changes.labels(fields["view"], fields["outcome"]).inc()
                self._change_seconds.labels(fields["view"]).observe(fields["ms"] / 1000)
            case "query":
                self._queries.labels(fields["outcome"]).inc()
                self._query_seconds.observe(fields["ms"] / 1000)
            case "turned away":
                self._refusals.labels(fields["reason"]).inc()

    def watch(self, gauges: Gauges) -> None:
        """Add gauges that are read on each scrape; the key is the name and, after a comma, the description."""
        self.registry.register(_Gauges(gauges))

    def text(self) -> bytes:
        """Return all metrics in Prometheus' text format."""
        return generate_latest(self.registry)

    def _counter(self, name: str, description: str, *labels: str) -> Counter:
        return Counter(f"{PREFIX}_{name}", description, labels, registry=self.registry)

    def _histogram(self, name: str, description: str, *labels: str) -> Histogram:
        return Histogram(f"{PREFIX}_{name}", description, labels, registry=self.registry, buckets=SECONDS)


class _Gauges(Collector):
    def __init__(self, gauges: Gauges) -> None:
        self.gauges = gauges

    def collect(self) -> Iterator[Metric]:
        for header, read in self.gauges.items():
            name, _, description = header.partition(", ")
            yield _gauge(name, description, read())


class _Warehouse(Collector):
    """The generation that serves: its age, its size, and how many rows it leaves out."""

    def __init__(self, health: Health) -> None:
        self.health = health

    def collect(self) -> Iterator[Metric]:
        try:
            warehouse, rows = self.health.datasets()
        except UNREADABLE:
            yield _gauge("ready", "Whether a readable generation is loaded.", 0)
            return
        yield _gauge("ready", "Whether a readable generation is loaded.", 1)
        yield _gauge("simulated", "Whether what is shown is simulated.", int(warehouse.is_simulated))
        ages = _gauge("data_age_seconds", "Age of a dataset's data.", labels=["dataset"])
        models = _gauge("models", "Models shown.", labels=["dataset"])
        left_out = _gauge("left_out", "Rows that a dataset leaves out, by reason.", labels=["dataset", "reason"])
        for row in rows.to_dict("records"):
            ages.add_metric([row["dataset"]], age(row["as_of"]))
            models.add_metric([row["dataset"]], float(row["models"]))
            for reason in ("undated", "flagged", "folded"):
                left_out.add_metric([row["dataset"], reason], float(row[reason]))
        yield from (ages, models, left_out)


class _Refreshes(Collector):
    """The state of refreshes, read from their files, whichever process ran them."""

    def __init__(self, health: Health) -> None:
        self.health = health

    def collect(self) -> Iterator[Metric]:
        folder = self.health.folder
        state = RefreshState.read(folder)
        yield _gauge("refresh_running", "Whether a refresh runs.", int(is_held(folder, LOCK)))
        yield _gauge("refresh_started_timestamp_seconds", "Of the last refresh; 0: never.", _stamp(state.started_at))
        yield _gauge("refresh_finished_timestamp_seconds", "0: never, or broken off.", _stamp(state.finished_at))
        failures = _gauge("refresh_failures_in_a_row", "By step of a refresh.", labels=["step"])
        successes = _gauge("refresh_success_timestamp_seconds", "Last success by step; 0: never.", labels=["step"])
        for step, status in state.steps.items():
            failures.add_metric([step], status.failures)
            successes.add_metric([step], _stamp(status.succeeded_at))
        yield from (failures, successes)


class _Alarms(Collector):
    """What an operator should look at, and the figures that it stands on."""

    def __init__(self, health: Health) -> None:
        self.health = health

    def collect(self) -> Iterator[Metric]:
        watched = self.health.watched()
        counted = Counts(alarm.kind for alarm in alarms.alarms(watched, datetime.now(UTC)))
        current = _gauge("warnings", "What an operator should look at now, by kind.", labels=["kind"])
        for kind in alarms.KINDS:
            current.add_metric([kind], counted[kind])
        yield current
        yield _gauge(
            "listing_timestamp_seconds", "Of the newest full listing fetched; 0: none.", _stamp(watched.listed_at)
        )
        latest = alarms.latest_age(watched).total_seconds()
        yield _gauge("listing_expected_seconds", "Age up to which the newest full listing is no warning.", latest)
        yield _gauge(
            "listing_unchanged", "Whether hardly anything moved since the one before.", int(watched.is_unchanged)
        )
        disputes = _gauge("disputes", "Claims that are not believed, by fact and rule.", labels=["rule"])
        for rule, count in watched.disputes.items():
            disputes.add_metric([rule], count)
        before = _gauge("disputes_before", "The same in the build before, where it compares.", labels=["rule"])
        for rule, count in watched.disputes_before.items():
            before.add_metric([rule], count)
        failing = _gauge(
            "refresh_failing_since_timestamp_seconds", "Of steps that failed in the last refreshes.", labels=["step"]
        )
        for step, status in watched.failing.items():
            failing.add_metric([step], _stamp(alarms.failing_since(status)))
        yield from (disputes, before, failing)
        yield _gauge("disk_free_bytes", "Free on the disk of the warehouse.", watched.free_bytes)
        yield _gauge("build_bytes", "What a build needs on the disk; 0 before the first.", watched.build_bytes or 0)


def _gauge(
    name: str, description: str, value: float | None = None, labels: list[str] | None = None
) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"{PREFIX}_{name}", description, value=value, labels=labels)


def _stamp(moment: datetime | None) -> float:
    return moment.timestamp() if moment else 0.0
