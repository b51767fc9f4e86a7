"""Open a perspective outside of the page, for reports, notebooks and embeds: from a query or from a selection."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..warehouse import Warehouse
from . import address
from .datasets import Datasets
from .perspective import Perspective
from .selection import Selection


@dataclass(frozen=True)
class ChosenPerspective:
    """A perspective with its choices made, and a notice for each invalid value of the query."""

    perspective: Perspective
    notices: list[str]


def open_perspective(
    warehouse: Warehouse,
    kind: type[Perspective],
    request: Selection | Mapping[str, str],
    choices: Mapping[str, Any] | None = None,
) -> ChosenPerspective:
    """Open a perspective for a selection or for the query of an address, with `choices` for its own parameters."""
    chosen = choose_perspective(warehouse, kind, request, choices)
    chosen.perspective.open()
    return chosen


def choose_perspective(
    warehouse: Warehouse,
    kind: type[Perspective],
    request: Selection | Mapping[str, str],
    choices: Mapping[str, Any] | None = None,
) -> ChosenPerspective:
    """Make the same choices and compute nothing yet, for those who refuse invalid ones and open it afterwards."""
    notices: list[str] = []
    if isinstance(request, Selection):
        perspective = kind(warehouse, request)
    else:
        selection, notices = address.read_selection(request, Selection.defaults(Datasets(warehouse)))
        perspective = kind(warehouse, selection)
        notices += perspective.from_query(request)
    for name, value in (choices or {}).items():
        setattr(perspective, name, value)
    return ChosenPerspective(perspective, notices)
