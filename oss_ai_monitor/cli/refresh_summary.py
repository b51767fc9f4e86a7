"""What `status` says of refreshes: the last one, the steps that failed, the next one."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from oss_ai_monitor import refresh


def refresh_summary(folder: Path) -> dict[str, Any]:
    """Return the state of refreshes: started_at, finished_at, next_at (UTC), is_running, is_repeated, every, steps."""
    state, schedule = refresh.RefreshState.read(folder), refresh.Schedule.read(folder)
    return {
        "started_at": _iso(state.started_at),
        "finished_at": _iso(state.finished_at),
        "is_running": refresh.is_held(folder, refresh.LOCK),
        "is_repeated": refresh.is_held(folder, refresh.SCHEDULED),
        "every": schedule.every,
        "next_at": _iso(schedule.next_at),
        "steps": {
            name: {key: _iso(value) if isinstance(value, datetime) else value for key, value in asdict(status).items()}
            for name, status in state.steps.items()
        },
    }


def lines(summary: dict[str, Any]) -> list[str]:
    """Return the lines of `status --verbose` about refreshes."""
    details = [*failure_lines(summary), next_line(summary)]
    return [refresh_line(summary), *(f"  {line}" for line in details if line)]


def refresh_line(summary: dict[str, Any]) -> str:
    """Return when the last refresh ran, in a line."""
    if not summary["started_at"]:
        return "refreshed: never"
    if summary["is_running"]:
        return f"refreshed: one is running since {_short(summary['started_at'])}"
    if summary["finished_at"]:
        age = datetime.now(UTC) - datetime.fromisoformat(summary["finished_at"])
        took = datetime.fromisoformat(summary["finished_at"]) - datetime.fromisoformat(summary["started_at"])
        return f"refreshed: {_short(summary['finished_at'])}, {_span(age)} ago, in {_span(took)}"
    return f"refreshed: begun {_short(summary['started_at'])} and broken off; the next one goes on from there"


def failure_lines(summary: dict[str, Any]) -> list[str]:
    """Return a line for each step of a refresh that failed."""
    failed = []
    for name, step in summary["steps"].items():
        if step["failures"]:
            last = f"; last well {_short(step['succeeded_at'])}" if step["succeeded_at"] else ""
            failed.append(
                f"{name} failed {_short(step['failed_at'])} ({step['failures']} in a row{last}): {step['reason']}"
            )
    return failed


def next_line(summary: dict[str, Any]) -> str:
    """Return when the next refresh is due, in a line; "" if none was planned."""
    if summary["is_repeated"] and summary["next_at"]:
        return f"next one {_short(summary['next_at'])}, every {summary['every']}"
    if summary["started_at"] and summary["next_at"]:
        return f"the next one was planned for {_short(summary['next_at'])}, but nothing is running that does it"
    return ""


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _short(moment: str) -> str:
    return f"{datetime.fromisoformat(moment):%Y-%m-%d %H:%M} UTC"


def _span(span: timedelta) -> str:
    seconds = span.total_seconds()
    for name, size in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {name}"
    return f"{max(seconds, 0):.0f} s"
