"""Facts of one model about its declared openness, and about what the licences of its bases ask for."""

from __future__ import annotations

from typing import Any

import pandas as pd

from ..warehouse import Warehouse
from .profile import Fact
from .wording import first_row, rows_of, text

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


def licence_facts(warehouse: Warehouse, key: int, *, is_base: bool = False) -> list[Fact]:
    """Return the declared openness of a model, and a fact for each licence of its bases that is judged.

    `is_base`: whether it declares no base, and is itself the base model of a release.
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
        explanation="What is declared, not whether it holds. Where access is not known, open weights are not either.",
    )  # fmt: skip
    terms = rows_of(warehouse.query("model_licence_terms", model_key=key)[:MOST])
    return [openness, *(_terms(f"base-licence-{n}", term) for n, term in enumerate(terms, 1))]


def _terms(name: str, term: Any) -> Fact:
    """Return what the licence of a base asks for, from a row of model_licence_terms."""
    return Fact(
        name, "The licence of its base", f"{text(term.base_license)} {text(term.verdict)}", text(term.source),
        rule=f"clause {text(term.clause)}; here: {text(term.outcome)}",
        explanation="Of the licence that the base declares now. No legal advice.",
    )  # fmt: skip
