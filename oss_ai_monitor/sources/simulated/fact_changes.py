"""What repositories of the invented community declared before: licence, access, base models, parameters and task.

As full listings of the recorded days would have shown it, pair by pair; what a repository declares last is what the
listing of today says. A few changes are taken back by the next listing, and one owner edits all of its repositories.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import duckdb
import numpy as np
import pandas as pd

from oss_ai_monitor.sources.simulated.access import GATED
from oss_ai_monitor.sources.simulated.adoption import Adoption, date_of
from oss_ai_monitor.sources.simulated.community import Ints
from oss_ai_monitor.sources.simulated.hub import declared_facts
from oss_ai_monitor.sources.table import connection

OTHERS = {"licence": "cc-by-nc-4.0", "base": "sim-former/base", "parameters": "123456789", "task": "fill-mask"}
"""What is declared before, where anything is: by the fact."""
EVERY, TAKEN_BACK = 211, 4
"""Every so many repositories one declares something otherwise at some time, and as many for one listing only."""
_FIRST = 3
Row = tuple[Any, ...]


def fact_changes(adoption: Adoption, days: Ints) -> Iterator[duckdb.DuckDBPyRelation]:
    """Yield the rows of hub_fact_changes of days with a listing, each of which is compared with the one before."""
    rows: list[Row] = [
        (date_of(day), date_of(since), "compared", None, None, None)
        for since, day in zip(days[:-1].tolist(), days[1:].tolist(), strict=True)
    ]
    rows += _declared(adoption, days)
    rows += _access(adoption, days)
    rows.sort(key=lambda row: (row[0], row[2], row[3] or ""))
    frame = pd.DataFrame(rows, columns=["day", "since", "kind", "model_id", "before", "after"], dtype=object)
    db = connection()
    db.register("changes", frame)
    yield db.sql(
        "select day::date as day, since::date as since, kind::varchar as kind, model_id::varchar as model_id,"
        " before::varchar as before, after::varchar as after from changes"
    )


def _declared(adoption: Adoption, days: Ints) -> Iterator[Row]:
    """Yield the changes of what is declared in files: of some repositories, and of all of one owner.

    Two listings have no room for them: what is taken back needs three.
    """
    if len(days) < 3:
        return
    community, rng = adoption.community, np.random.default_rng([adoption.community.seed, 13])
    position = np.arange(len(community))
    is_invented = community.listed & ~np.isin(position, list(community.ids))
    is_chosen = is_invented & np.isin(position % EVERY, (_FIRST, TAKEN_BACK))
    models = position[is_chosen]
    facts, listings = declared_facts(adoption, models), _Pairs(adoption, days, models)
    pairs = rng.integers(1, len(days) - 1, len(models))
    for model, pair, now in zip(models.tolist(), pairs.tolist(), facts.to_dict("records"), strict=True):
        declared = [fact for fact in OTHERS if now[fact] is not None]
        if not declared:
            continue
        fact = declared[model // EVERY % len(declared)]
        before, after = (OTHERS[fact] if model % 2 else None), now[fact]
        if before == after:
            continue
        if model % EVERY == TAKEN_BACK:
            yield from listings.change(model, fact, pair, after, before)
            pair += 1
        yield from listings.change(model, fact, pair, before, after)
    owner = np.bincount(community.owner[is_invented & (community.owner >= 0)]).argmax()
    edited = position[is_invented & (community.owner == owner) & ~is_chosen]
    of_owner, listings = declared_facts(adoption, edited), _Pairs(adoption, days, edited)
    pair = int(rng.integers(len(days) // 2, len(days) - 1))
    for model, licence in zip(edited.tolist(), of_owner["licence"], strict=True):
        if licence not in (None, OTHERS["licence"]):
            yield from listings.change(model, "licence", pair, OTHERS["licence"], licence)


def _access(adoption: Adoption, days: Ints) -> Iterator[Row]:
    """Yield the changes of access, on the first day with a listing that shows each."""
    access = adoption.access
    models = np.flatnonzero(access.changed_on > days[0])
    listings = _Pairs(adoption, days, models)
    for model in models.tolist():
        pair = int(np.searchsorted(days, access.changed_on[model]))
        if pair < len(days):
            before, after = GATED[access.before[model]], GATED[access.now[model]]
            yield from listings.change(model, "gating", pair, before, after)


class _Pairs:
    """The pairs of consecutive listings, and who is in them under which name."""

    def __init__(self, adoption: Adoption, days: Ints, models: Ints) -> None:
        self._days = days
        self._column = {model: column for column, model in enumerate(models.tolist())}
        self._is_listed = adoption.lives.is_listed(models, days)
        self._names = adoption.names(models)
        self._renamed_on = adoption.renamed_on

    def change(self, model: int, fact: str, pair: int, before: str | None, after: str | None) -> Iterator[Row]:
        """Yield a change, if both listings of a pair have the repository."""
        column = self._column[model]
        if self._is_listed[pair - 1, column] and self._is_listed[pair, column]:
            name, former = self._names[column]
            since, day = int(self._days[pair - 1]), int(self._days[pair])
            name_then = former if former and day < self._renamed_on[model] else name
            yield date_of(day), date_of(since), fact, name_then, before, after
