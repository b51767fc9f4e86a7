"""The section of a profile that lists what changed: of a model, of an owner's repositories, of a family."""

from __future__ import annotations

from typing import Any

import pandas as pd

from ..perspectives.changes.sources import LABELS
from ..perspectives.changes.texts import value_text
from .profile import Link, Section
from .wording import count, day, model_link, rows_of, text

OF_SCORES = ("rescored", "record", "first place")
MOST = 30
CHANGED = "What changed"
DAY = (
    "The day is that of the listing or snapshot that shows it first; of a record, that on which the model appeared. "
    "What a repository declares, and that it is gone or back, counts once two listings in a row show it."
)


def changes(rows: pd.DataFrame, *, of: str, shows_scores: bool) -> Section:
    """Return the section for the rows of model_changes, owner_changes or family_changes.

    `of` is model, owner or family: a model's own page does not repeat its name. Scores are left out where they are not
    to be shown.
    """
    if not shows_scores:
        rows = rows[~rows["kind"].isin(OF_SCORES)]
    names_models = of != "model"
    shown = [
        (
            day(one.day),
            *(_whose(one) if names_models else ()),
            LABELS[one.kind],
            text(one.subject_text),
            _value(one.kind, one.before),
            _value(one.kind, one.after),
        )
        for one in rows_of(rows)
    ]  # fmt: skip
    columns = ("day", *(("model or owner", "models") if names_models else ()), "change", "of", "before", "after")
    latest = f"The latest {MOST} are listed. " if len(rows) == MOST else ""
    return Section(CHANGED, (latest + DAY,) if shown else (), columns, tuple(shown))


def _whose(one: Any) -> tuple[Link | str, int | None]:
    """Return the model, or the owner of several, and their number."""
    return model_link(one.model_id) if one.models == 1 else text(one.owner), count(one.models)


def _value(kind: str, value: object) -> str:
    """Return what was before or after; nothing where such a change has no such thing."""
    return "" if kind in ("appeared", "gone", "back") else value_text(kind, value)
