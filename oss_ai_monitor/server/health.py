"""Whether a generation can be read, how old its data are, and when the last refresh ended."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from ..refresh import RefreshState
from ..warehouse import Warehouse, WarehouseError, current
from . import alarms

UNREADABLE = (WarehouseError, duckdb.Error, OSError)


class Health:
    """The generation that serves now, checked at each request and kept open between requests."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._open: tuple[Warehouse, pd.DataFrame] | None = None
        self._lock = threading.Lock()

    def datasets(self) -> tuple[Warehouse, pd.DataFrame]:
        """Return the newest generation and its datasets, one row each.

        Raises UNREADABLE where there is none, or where it cannot be read.
        """
        with self._lock:
            path = current(self.folder)
            if self._open is None or self._open[0].path != path:
                warehouse = Warehouse.open(self.folder)
                try:
                    rows = warehouse.query("datasets")
                except BaseException:
                    warehouse.close()
                    raise
                if self._open:
                    self._open[0].close()
                self._open = (warehouse, rows)
            return self._open

    def watched(self) -> alarms.Watched:
        """Return the figures that alarms stand on, whether or not a generation can be read."""
        try:
            opened = self.datasets()[0]
        except UNREADABLE:
            return alarms.watch(self.folder, None)
        return alarms.watch(self.folder, opened)

    def warnings(self) -> list[alarms.Alarm]:
        """Return what an operator should look at now."""
        return alarms.alarms(self.watched(), datetime.now(UTC))

    def summary(self) -> dict[str, Any]:
        """Return the generation, for each dataset its day and its age in seconds, and warnings. Raises UNREADABLE."""
        warehouse, rows = self.datasets()
        refreshed = RefreshState.read(self.folder).finished_at
        return {
            "generation": warehouse.generation,
            "rules": warehouse.rules_notice or "present",
            "is_simulated": warehouse.is_simulated,
            "copy_of": warehouse.copy_of,
            "refreshed_at": refreshed.isoformat() if refreshed else None,
            "datasets": {
                str(row.dataset): {"as_of": f"{row.as_of:%Y-%m-%dT%H:%M:%SZ}", "age_seconds": round(age(row.as_of))}
                for row in rows.itertuples()
            },
            "warnings": [alarm.text for alarm in self.warnings()],
        }


def age(as_of: Any) -> float:
    """Return the seconds since a moment, which is UTC without a time zone as in the warehouse."""
    return (datetime.now(UTC) - pd.Timestamp(as_of).tz_localize(UTC)).total_seconds()
