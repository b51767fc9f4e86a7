"""How reports, notebooks and embeds open a perspective: as an address asks for it, or for a selection."""

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
    """A perspective with its charts fed, and one sentence for each word of the address that could not be followed."""

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
    """Open a perspective for a selection, or for the words of an address, and make own choices by their names.

    Where it needs scores and the address asks for a dataset without any, it looks at the first leaderboard, and does
    not follow the parameters that `ignored_elsewhere` names.
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
    """The selection that an address asks for, with scores where the perspective needs them; and what it cannot have."""
    datasets = Datasets(warehouse)
    usual = Selection.usual(datasets)
    selection, notices = address.read_selection(query, usual)
    if not kind.needs_scores or selection.has_scores or not datasets.boards:
        return selection, notices
    unknown = notices[:1] if query.get(address.DATASET, selection.dataset) != selection.dataset else []
    query = {name: word for name, word in query.items() if name not in ignored_elsewhere}
    selection, notices = address.read_selection({**query, address.DATASET: datasets.boards[0]}, usual)
    return selection, unknown + notices
