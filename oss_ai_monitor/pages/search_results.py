"""What a search answers: models, owners, families and releases by words of their names.

The search box shows it while a reader types, and programs ask for it by address.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from typing import Any

import pandas as pd

from ..charts import date_text
from ..perspectives import address
from ..plurals import counted
from ..warehouse import Outdated, Warehouse
from .tables import are_rows_withheld

MIN_CHARACTERS, MAX_CHARACTERS = 2, 100
OUTDATED = "This snapshot was built by an earlier version, without names to search: a new build has them."
FAILED = "The search failed; the log of the server says why."


def folded(typed: str) -> str:
    """Return what was typed as names are searched: in lower case, of a limited length."""
    return typed[:MAX_CHARACTERS].encode("utf-8", "replace").decode().strip().lower()


def results(warehouse: Warehouse, typed: str) -> pd.DataFrame:
    """Return the results of a search, the best first; none for less than two letters."""
    words = typed.split()
    pattern = "%".join(["", *(re.sub(r"([%_\\])", r"\\\1", word) for word in words), ""])
    parameters = {"typed": "-".join(words), "longest_word": max(words, key=len, default=""), "pattern": pattern}
    return warehouse.query("search", **parameters) if len(typed) >= MIN_CHARACTERS else pd.DataFrame()


def find(warehouse: Warehouse, typed: str) -> pd.DataFrame | str:
    """Return the results of a search for a page, or why there are none, which the log says in full."""
    try:
        return results(warehouse, typed)
    except Outdated:
        return OUTDATED
    except Exception:  # the page shows that something went wrong, and keeps working
        logging.getLogger(__name__).exception("a search could not be run")
        return FAILED


def query_of(row: Mapping[str, Any]) -> dict[str, str]:
    """Return the query of the page that a result leads to: its own, of a release the view of its derivatives."""
    if row["kind"] == "release":
        return {address.VIEW: "releases", "dataset": row["shown_on"], "release": row["release_id"]}
    return {row["kind"]: row["name"]}


def facts(row: Mapping[str, Any]) -> str:
    """Return size, score and downloads of a result in one line; what is not known, or withheld, is left out."""
    if row["kind"] == "release":
        return f"released {date_text(row['released_on'])}"
    noun = {"owner": "model", "family": "descendant"}.get(row["kind"])
    parts = [counted(int(row["models"]), noun)] if noun else []
    if not pd.isna(row["parameters_b"]):
        parts.append(f"{row['parameters_b']:.3g} B" if row["parameters_b"] >= 0.001 else "under 0.001 B")
    if not pd.isna(row["score"]) and not are_rows_withheld():
        parts.append(f"{row['dataset']} {row['score']:.1f}")
    if row["downloads_30d"]:
        parts.append(f"{counted(int(row['downloads_30d']), 'download')} in 30 days")
    return " · ".join(parts)
