"""A few made-up rows in the shape of each source, and what a warehouse that is built of them answers."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from oss_ai_monitor.warehouse import Warehouse

WarehouseOf = Callable[..., Warehouse]


def rows(opened: Warehouse, select: str) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in opened._db.cursor().execute(select).fetchall()]


def by_model(opened: Warehouse, columns: str, relation: str = "core.models") -> dict[str, Any]:
    """Model id → its value, or the tuple of its values where several columns are asked for."""
    answers = rows(opened, f"select model_id, {columns} from {relation}")
    return {model: values[0] if len(values) == 1 else tuple(values) for model, *values in answers}


def evaluation(model: str, score: float | None = 40.0, **more: Any) -> dict[str, Any]:
    return {"fullname": model, "average": score, "type": "🔶 fine-tuned on domain-specific datasets", **more}


def listed(model: str, *tags: str, **more: Any) -> dict[str, Any]:
    """A row of the Hub's listing; dictionaries are sent as JSON."""
    sent = {name: json.dumps(value) if isinstance(value, dict) else value for name, value in more.items()}
    return {"id": model, "tags": list(tags), **sent}
