"""Copies: repositories with the weights of somebody else's release, which are not told by their names alone."""

from __future__ import annotations

from collections.abc import Mapping

from ..warehouse import Warehouse

QUERY = "copies"


def originals(warehouse: Warehouse) -> dict[str, str]:
    """Return the original of each copy: its owner's repository, or the release where there is none."""
    rows = warehouse.query(QUERY)
    return dict(zip(rows["model_id"], rows["original"], strict=True))


def with_notes(model_id: object, original_of: Mapping[str, str], *notes: str) -> str:
    """Return a name with notes in brackets, and first whose copy it is: a/b (copy of LLaMA, 24 Feb 2023)."""
    original = original_of.get(str(model_id))
    notes = (f"copy of {original}", *notes) if original else notes
    return f"{model_id} ({', '.join(notes)})" if notes else str(model_id)
