"""Which views there are for programs: their questions, tables and choices, as the registry of perspectives has them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import param

from ..perspectives import Datasets, Perspective, SearchList, Selection, address, all_perspectives
from ..warehouse import Warehouse
from .answers import NEXT_STEPS, stands_on
from .problem import Problem, check_choices

VIEW = "view"
MAX_VALUES = 100
"""Values of one choice that are listed."""


def list_views(warehouse: Warehouse, query: Mapping[str, str]) -> dict[str, Any]:
    """Return every view, or the one that `view` names, with its choices for the dataset that the page opens with."""
    check_choices(query, (VIEW, address.SNAPSHOT), NEXT_STEPS[400])
    name = query.get(VIEW)
    kinds = [kind for kind in all_perspectives if name in (None, kind.slug)]
    if not kinds:
        raise Problem(404, f"There is no view {str(name)[:60]}.", NEXT_STEPS[404])
    datasets = Datasets(warehouse)
    selection = Selection.defaults(datasets)
    return {
        **stands_on(warehouse),
        "default_dataset": selection.dataset,
        "datasets": [
            {
                "dataset": dataset,
                "label": str(row["label"]),
                "kind": str(row["kind"]),
                "as_of": f"{row['as_of']:%Y-%m-%d}",
                "first_day": f"{datasets.bounds(dataset)[0]}",
                "models": int(row["models"]),
                "scores": list(datasets.benchmarks(dataset).values()),
            }
            for dataset, row in datasets.rows_by_name.items()
        ],
        "sizes": list(datasets.sizes),
        "views": [_view(warehouse, kind, selection) for kind in kinds],
    }


def kind_of(parameter: param.Parameter) -> str:
    """Return how the value of a parameter is written in an address."""
    match parameter:
        case SearchList():
            return "names"
        case param.ListSelector():
            return "list"
        case param.Boolean():
            return "yes or no"
        case param.Selector():
            return "one of"
        case param.Number():
            return "number"
        case param.List():
            return "names"
    return "text"


def _view(warehouse: Warehouse, kind: type[Perspective], selection: Selection) -> dict[str, Any]:
    perspective = kind(warehouse, selection)
    return {
        "view": kind.slug,
        "title": kind.title,
        "group": kind.group,
        "question": kind.question,
        "answer_at": f"/api/views/{kind.slug}",
        "page": address.write({address.VIEW: kind.slug}),
        "tables": list(kind.sources),
        "queries": kind.queries(),
        "choices": [_choice(perspective.param[name], name) for name in kind.parameters],
    }


def _choice(parameter: param.Parameter, name: str) -> dict[str, Any]:
    values = [str(value) for value in getattr(parameter, "objects", None) or []]
    default = parameter.default
    return {
        "choice": name,
        "label": parameter.label,
        "meaning": parameter.doc or "",
        "kind": kind_of(parameter),
        "default": "" if default is None else address.write_value(default),
        "values": values[:MAX_VALUES],
        "values_in_all": len(values),
    }
