"""Whether a good generation is at hand, how old its data is, and how the refreshes went."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from ..refresh import RefreshState
from ..warehouse import Warehouse, WarehouseError, current

UNREADABLE = (WarehouseError, duckdb.Error, OSError)


class Health:
    """What serves now, looked at anew each time; one generation is held open between two looks."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._held: tuple[Warehouse, pd.DataFrame] | None = None
        self._looked_at: Path | None = None
        self._lock = threading.Lock()

    def datasets(self) -> tuple[Warehouse, pd.DataFrame]:
        """The newest generation that can be read, and its datasets, one row each.

        Raises what UNREADABLE names where there is none, or one that cannot be read.
        """
        with self._lock:
            path = current(self.folder)
            if self._held is None or self._held[0].path != path:
                opened = Warehouse.open(self.folder)
                try:
                    rows = opened.query("datasets")
                except BaseException:
                    opened.close()
                    raise
                if self._held:
                    self._held[0].close()
                self._held, self._looked_at = (opened, rows), path
            return self._held

    def summary(self) -> dict[str, Any]:
        """The generation, and per dataset the day that it speaks of and its age in seconds. Raises UNREADABLE."""
        warehouse, rows = self.datasets()
        refreshed = RefreshState.read(self.folder).finished_at
        return {
            "generation": warehouse.generation,
            "is_simulated": warehouse.is_simulated,
            "refreshed_at": refreshed.isoformat() if refreshed else None,
            "datasets": {
                str(row.dataset): {"as_of": f"{row.as_of:%Y-%m-%dT%H:%M:%SZ}", "age_seconds": round(age(row.as_of))}
                for row in rows.itertuples()
            },
        }


def age(as_of: Any) -> float:
    """Seconds since a moment, UTC without a zone as the warehouse has them."""
    return (datetime.now(UTC) - pd.Timestamp(as_of).tz_localize(UTC)).total_seconds()
