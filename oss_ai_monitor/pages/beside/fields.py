"""The fields with which a reader changes one side: its snapshot, the shared choices, and those of the view."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import param

from ...perspectives import UNITS, Perspective, address

SELECT, DATE, TEXT = "select", "date", "text"
MOST_OPTIONS = 200
"""Options of a field; a choice among more is made in the view itself, whose address can be pasted."""
ALL = "All"
OF_DATASET = ("from", "to", "unit", "sizes", "score")
"""Choices that go with a dataset: another one is shown with its own."""


@dataclass(frozen=True)
class Field:
    """A field: its name in an address, its label, kind, value, and the values and labels that can be chosen."""

    name: str
    label: str
    value: str
    kind: str = SELECT
    options: tuple[tuple[str, str], ...] = ()


def fields_of(perspective: Perspective, snapshot: str, snapshots: Mapping[str, str]) -> tuple[Field, ...]:
    """Return the fields of a view; `snapshots` are those that can be chosen, with their labels."""
    filters, selection = perspective.filters, perspective.filters.selection
    labels = filters.datasets.rows_by_name
    shared = address.write_selection(selection)
    fields = [
        snapshot_field(snapshot, snapshots),
        _select(
            address.DATASET, "Dataset", shared[address.DATASET], [(name, labels[name]["label"]) for name in labels]
        ),
    ]
    if perspective.uses("dates"):
        fields += [Field(name, label, shared[name], DATE) for name, label in (("from", "From"), ("to", "To"))]
    if perspective.uses("unit"):
        fields.append(_select("unit", "Period", shared["unit"], [(unit, unit.capitalize()) for unit in UNITS]))
    if perspective.uses("sizes"):
        sizes = [("", ALL), *((size, size) for size in filters.datasets.sizes)]
        fields.append(_select("sizes", "Size (B parameters)", shared.get("sizes", ""), sizes))
    if perspective.uses("benchmark"):
        scores = [(name, label) for label, name in selection.benchmarks.items()]
        fields.append(_select("score", "Score", selection.benchmark, scores))
    return (*fields, *_choices_of(perspective))


def snapshot_field(snapshot: str, snapshots: Mapping[str, str]) -> Field:
    """Return the field that chooses a snapshot."""
    without = [] if snapshot else [("", "Choose a snapshot")]
    return _select(address.SNAPSHOT, "Snapshot", snapshot, [*without, *snapshots.items()])


def _choices_of(perspective: Perspective) -> list[Field]:
    """Return the fields of the view's own choices, as far as they are choices among a few."""
    fields = []
    for name, label in perspective.controls().items():
        value = address.write_value(getattr(perspective, name))
        if (options := _options(perspective.param[name])) and len(options) <= MOST_OPTIONS:
            fields.append(_select(name, label, value, options))
    return fields


def _options(parameter: Any) -> list[tuple[str, str]]:
    """Return the values of a parameter as an address writes them, with their labels; none if it has no list of them."""
    if isinstance(parameter, param.Boolean):
        return [("yes", "Yes"), ("no", "No")]
    if not isinstance(parameter, param.Selector):
        return []
    labels = {choice: label for label, choice in (getattr(parameter, "names", None) or {}).items()}
    options = [(str(choice), str(labels.get(choice, choice))) for choice in parameter.objects]
    return [("", ALL), *options] if isinstance(parameter, param.ListSelector) else options


def _select(name: str, label: str, value: str, options: Sequence[tuple[Any, Any]]) -> Field:
    """Return a field with options, among them its value, which may be several choices at once."""
    offered = [(str(one), str(shown)) for one, shown in options]
    if value not in dict(offered):
        offered.append((value, value.replace(",", ", ") or "None"))
    return Field(name, label, value, options=tuple(offered))
