"""What programs are answered about names: why a fact is as it is, and which models and owners there are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from .. import profiles
from ..pages.search_results import MAX_CHARACTERS, MIN_CHARACTERS, facts, folded, query_of, results
from ..pages.tables import WITHHELD, are_rows_withheld
from ..perspectives import address
from ..plurals import counted
from ..warehouse import Warehouse
from .answers import stands_on
from .problem import ROWS, Problem, check_choices, rows_of, shortened

KINDS = ("model", "owner", "family")
FACT, WORDS = "fact", "q"
ASK_WHY = "Ask /api/why?model=<name>, ?owner=<name> or ?family=<name>; /api/search?q=<words> looks for names."
ASK_SEARCH = f"Ask /api/search?q=<words>, with {MIN_CHARACTERS} to {MAX_CHARACTERS} characters."
RESULTS = {"models": 8, "others": 3}
"""The best so many models, and of owners, families and releases so many of each, are the results of a search."""


def why(warehouse: Warehouse, query: Mapping[str, str]) -> dict[str, Any]:
    """Return what is known of a model, an owner or a family, and by which rule. Raises Problem."""
    check_choices(query, (*KINDS, FACT, ROWS, address.SNAPSHOT), ASK_WHY)
    kinds = [kind for kind in KINDS if kind in query]
    if len(kinds) != 1:
        raise Problem(400, "Exactly one of model, owner and family has to be named.", ASK_WHY)
    rows, (kind,) = rows_of(query), kinds
    try:
        profile = profiles.profile(warehouse, kind, query[kind], shows_scores=not are_rows_withheld())
    except profiles.UnknownName as error:
        raise Problem(404, str(error), ASK_WHY, nearest=list(error.nearest)) from error
    name = query.get(FACT)
    if name is not None and profile.fact(name) is None:
        names = ", ".join(fact.name for fact in profile.facts)
        raise Problem(
            404, f"There is no fact {name[:60]}; there are {names}.", "Choose one of them, or leave out fact."
        )
    record = profile.to_dict()
    sections = [
        part
        | {
            "rows": part["rows"][:rows],
            "rows_in_all": len(part["rows"]),
            "rows_left_out": max(0, len(part["rows"]) - rows),
        }
        for part in record["sections"]
    ]
    answer = {
        "kind": kind,
        "name": profile.name,
        "sentence": profile.sentence,
        **stands_on(warehouse),
        "withheld": WITHHELD if are_rows_withheld() else "",
        "notices": record["notices"],
        "facts": [fact for fact in record["facts"] if name in (None, fact["name"])],
        "sections": sections if name is None else [],
        "series": record["series"] if name is None else [],
        "not_known": record["missing"],
        "citation": profile.citation,
        "hub_address": profile.hub_address,
        "page": address.write(profile.query),
    }
    return dict(shortened(answer))


def search(warehouse: Warehouse, query: Mapping[str, str]) -> dict[str, Any]:
    """Return models, owners, families and releases whose name contains the words. Raises Problem."""
    check_choices(query, (WORDS, address.SNAPSHOT), ASK_SEARCH)
    text = query.get(WORDS, "")
    words = folded(text)
    if len(words) < MIN_CHARACTERS or len(text) > MAX_CHARACTERS:
        letters = len(text) if len(text) > MAX_CHARACTERS else len(words)
        raise Problem(400, f"{WORDS} has {counted(letters, 'character')}.", ASK_SEARCH)
    answer = {
        "q": words,
        **stands_on(warehouse),
        "withheld": WITHHELD if are_rows_withheld() else "",
        "results": [_result(row) for row in results(warehouse, words).to_dict("records")],
        "left_out": f"At most {RESULTS['models']} models and {RESULTS['others']} owners, families and releases each "
        "are results, the best first: more words narrow a search down.",
    }
    return dict(shortened(answer))


def _result(row: Mapping[Any, Any]) -> dict[str, Any]:
    shows_score = not are_rows_withheld()
    return {
        "kind": row["kind"],
        "name": row["name"],
        "facts": facts(row),
        "models": _number(row["models"]),
        "parameters_b": _number(row["parameters_b"]),
        "score": _number(row["score"]) if shows_score else None,
        "scored_on": row["dataset"] if shows_score and not pd.isna(row["score"]) else None,
        "downloads_30d": _number(row["downloads_30d"]),
        "page": address.write(query_of(row)),
    }


def _number(value: Any) -> int | float | None:
    if pd.isna(value):
        return None
    return int(value) if float(value).is_integer() else float(value)
