"""Facts of one model about its declared openness, and about what the licences of its bases ask for."""

from __future__ import annotations

from typing import Any

import pandas as pd

from ..perspectives.phrases import enumerated
from ..plurals import counted
from ..warehouse import Warehouse
from .profile import Fact, Link
from .wording import LEFT_OUT, first_row, rows_of, text

PARTS = {
    "has_open_weights": "open weights",
    "has_open_license": "an open licence",
    "has_training_data": "training data",
    "has_paper": "a paper",
    "has_known_base": "its base model",
}
"""Column of model_openness → the part of declared openness, in reading order."""
RULE = "listed and not gated; a permissive or copyleft licence; a dataset; a paper on arXiv; a listed base model"
MOST = 3  # licences of bases: a merge may have many


def licence_facts(warehouse: Warehouse, key: int, ancestors: pd.DataFrame, *, is_base: bool = False) -> list[Fact]:
    """Return the declared openness of a model, the strictest licence behind it, and what those of its bases ask for.

    `ancestors`: rows of model_ancestors. `is_base`: whether it declares no base, and is the base model of a release.
    """
    row = first_row(warehouse.query("model_openness", model_key=key))
    names = PARTS | ({"has_known_base": "a base model itself"} if is_base else {})
    declared = {part: bool(row[name]) for name, part in names.items() if not pd.isna(row[name])}
    parts = [part for part, is_declared in declared.items() if is_declared]
    level = f"{len(parts)} of {len(declared)}" + (" known parts" if len(declared) < len(names) else "")
    level += f": {', '.join(parts)}" if parts else ""
    level += "".join(f"; {part}: not known" for part in names.values() if part not in declared)
    openness = Fact(
        "openness", "Declared openness", level, rule=RULE,
        explanation="What is declared, not whether it holds. What no source that could state it says is not known.",
    )  # fmt: skip
    terms = rows_of(warehouse.query("model_licence_terms", model_key=key)[:MOST])
    return [
        openness,
        *strictest_licence(ancestors),
        *(_terms(f"base-licence-{n}", term) for n, term in enumerate(terms, 1)),
    ]


def strictest_licence(ancestors: pd.DataFrame) -> list[Fact]:
    """Return the strictest class of licence among all models that one descends from, and of which it is not known.

    Nothing for a model that descends from none.
    """
    if ancestors.empty:
        return []
    ordered = ancestors[ancestors["looseness"].notna()]
    strictest = ordered[ordered["looseness"] == ordered["looseness"].min()]
    others = ancestors[ancestors["license_class"] == "other"]
    unknown = ancestors[ancestors["license_class"] == "unknown"]
    parts = []
    if len(strictest):
        parts.append(f"{strictest['license_class'].iloc[0]}: {_named(strictest)}")
    if len(others):
        parts.append(f"other terms, which may be stricter: {_named(others)}")
    if len(unknown):
        parts.append(f"not known, for none is declared here: {_named(unknown, with_licence=False)}")
    linked = [name for part in (strictest, others, unknown) for name in _names(part)]
    return [
        Fact(
            "strictest-licence", "Strictest licence it descends from", "; ".join(parts),
            rule=f"of {counted(len(ancestors), 'model')} that it descends from, directly or through others",
            explanation="From the strictest: non-commercial, community, OpenRAIL, copyleft, permissive; as declared "
            "now. No legal advice.",
            links=tuple(Link("model", name) for name in linked),
        )
    ]  # fmt: skip


def _names(rows: pd.DataFrame) -> list[str]:
    """Return the first names that may be shown, the nearest ancestors first."""
    return [str(name) for name in rows["model_id"] if not str(name).startswith(LEFT_OUT)][:MOST]


def _named(rows: pd.DataFrame, *, with_licence: bool = True) -> str:
    """Return the first models with their licences, and how many more there are."""
    licences = dict(zip(rows["model_id"], rows["license"], strict=True))
    parts = [f"{name} ({text(licences[name])})" if with_licence else name for name in _names(rows)]
    more = len(rows) - len(parts)
    return enumerated([*parts, *([f"{counted(more, 'other')}" if parts else counted(more, "model")] if more else [])])


def _terms(name: str, term: Any) -> Fact:
    """Return what the licence of a base asks for, from a row of model_licence_terms."""
    return Fact(
        name, "The licence of its base", f"{text(term.base_license)} {text(term.verdict)}", text(term.source),
        rule=f"clause {text(term.clause)}; here: {text(term.outcome)}",
        explanation="Of the licence that the base declares now. No legal advice.",
    )  # fmt: skip
