"""Open a perspective outside of the page, for reports, notebooks and embeds: from a query or from a selection."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from ..warehouse import Warehouse
from . import address
from .datasets import Datasets
from .perspective import Perspective
from .selection import Selection


@dataclass(frozen=True)
class OpenedPerspective:
    """A perspective with data in its charts, and a notice for each invalid value of the query."""

    perspective: Perspective
    notices: list[str]


def open_perspective(
    warehouse: Warehouse,
    kind: type[Perspective],
    request: Selection | Mapping[str, str],
    choices: Mapping[str, Any] | None = None,
    *,
    ignored_elsewhere: Collection[str] = (),
) -> OpenedPerspective:
    """Open a perspective for a selection or for the query of an address, with `choices` for its own parameters.

    If it needs scores and the query names a dataset without any, the first leaderboard is used, and the parameters in
    `ignored_elsewhere` are ignored.
    """
    notices: list[str] = []
    if isinstance(request, Selection):
        perspective = kind(warehouse, request)
    else:
        selection, notices = requested(warehouse, kind, request, ignored_elsewhere)
        perspective = kind(warehouse, selection)
        notices += perspective.from_query(request)
    for name, value in (choices or {}).items():
        setattr(perspective, name, value)
    perspective.open()
    return OpenedPerspective(perspective, notices)


def requested(
    warehouse: Warehouse, kind: type[Perspective], query: Mapping[str, str], ignored_elsewhere: Collection[str] = ()
) -> tuple[Selection, list[str]]:
    """Return the selection of a query, with scores if the perspective needs them, and notices about invalid values."""
    datasets = Datasets(warehouse)
    defaults = Selection.defaults(datasets)
    selection, notices = address.read_selection(query, defaults)
    if not kind.needs_scores or selection.has_scores or not datasets.boards:
        return selection, notices
    unknown = notices[:1] if query.get(address.DATASET, selection.dataset) != selection.dataset else []
    query = {name: word for name, word in query.items() if name not in ignored_elsewhere}
    selection, notices = address.read_selection({**query, address.DATASET: datasets.boards[0]}, defaults)
    return selection, unknown + notices
