"""One step with its rows, as readers and programs are shown it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from .details import Row


@dataclass(frozen=True)
class ExplainedStep:
    """One step with its rows: `listed` are the first of `rows` that there are."""

    key: str
    label: str
    before: float | None
    after: float | None
    difference: float
    leader: str
    rows: int
    listed: tuple[Row, ...]

    def record(self) -> dict[str, Any]:
        """Return it as plain values, for JSON."""
        return {**asdict(self), "listed": [asdict(row) for row in self.listed], "more_rows": self.more_rows}

    @property
    def more_rows(self) -> int:
        """Rows that are not listed."""
        return self.rows - len(self.listed)
