"""The profile of one owner: models over time, by relation and architecture, scores, and what is used most."""

from __future__ import annotations

import pandas as pd

from ..charts import date_text, number_text
from ..plurals import counted
from ..warehouse import Warehouse
from .changes import changes
from .derivatives import months, scores_section
from .names import NO_OWNER, resolve_owner
from .profile import Fact, Profile, Query, Section, hub_address
from .reach import owner_reach, weekly_series
from .wording import citation, count, count_text, day, first_row, model_link, number, rows_of, text

MOST = 15
BY_RELATION, BY_ARCHITECTURE, BY_MONTH, IN_ALL = 3, 5, 2, 7
"""The levels of owner_counts: which of relation, architecture and month a row sums over, as bits."""


def owner(warehouse: Warehouse, name: str, shows_scores: bool) -> Profile:
    """Return the profile of an owner, whatever the letter case of its name. Raises UnknownName."""
    owner_id = resolve_owner(warehouse, name)
    counts = Query("owner_counts", {"owner": owner_id})
    rows = warehouse.query(counts.name, **counts.parameters)
    levels = {int(str(level)): group for level, group in rows.groupby("level")}
    totals = first_row(levels[IN_ALL])
    models, undated = int(totals["models"]), int(totals["models"] - totals["dated"])
    places = warehouse.query("owner_places", owner=owner_id)
    span = ""
    if day(totals["first_on"]):
        span = f", the first on {date_text(day(totals['first_on']))}, the last on {date_text(day(totals['last_on']))}"
    notice = f"“{name.strip()}” is {owner_id}: the Hub finds names in any letter case."
    sections = [
        scores_section(
            "Best scores on each board",
            lambda: warehouse.query("owner_scores", owner=owner_id, most=5),
            shows_scores=shows_scores,
        ),
        _models(warehouse, owner_id, "Most used models", "most used"),
        _models(warehouse, owner_id, "Newest models", "newest"),
        _table_of("Models by relation", "relation", levels.get(BY_RELATION), models),
        _table_of("Models by architecture", "architecture", levels.get(BY_ARCHITECTURE), models),
        _releases(warehouse, owner_id),
        changes(warehouse.query("owner_changes", owner=owner_id), of="owner", shows_scores=shows_scores),
    ]
    absent = {
        "when they appeared": undated,
        "on what terms they may be used": models - int(totals["licensed"]),
        "how many parameters they have": models - int(totals["sized"]),
    }
    by_month = levels.get(BY_MONTH, rows.iloc[:0]).dropna(subset=["period"])
    weekly = Query("weekly_downloads_of_owner", {"owner": owner_id})
    return Profile(
        "owner",
        owner_id,
        f"{owner_id} has {counted(models, 'model')}{span}.",
        notices=(notice,) if owner_id != name.strip() else (),
        facts=(
            Fact("models", "Models", number_text(models)),
            Fact("listed", "On the Hub's listing", number_text(int(totals["listed"]))),
            Fact("downloads", "Downloads in 30 days", count_text(totals["downloads_30d"])),
            Fact("likes", "Likes", count_text(totals["likes"])),
            *owner_reach(warehouse, owner_id),
            *(
                Fact(
                    f"place-{one.dataset}", f"Place on {one.label}",
                    f"{number_text(one.place)} ({counted(one.models, 'model')})",
                    explanation="Owners with most models come first, ties by name.",
                )
                for one in rows_of(places)
            ),
        ),
        sections=tuple(section for section in sections if section.rows or section.sentences),
        missing=tuple(
            f"{subject.capitalize()}: not known for {counted(lacking, 'model')}."
            for subject, lacking in absent.items()
            if lacking
        ),
        hub_address=hub_address(owner_id) if owner_id != NO_OWNER else "",
        citation=citation(warehouse, f"owner {owner_id}"),
        badges=("downloads",),
        series=(
            *weekly_series(warehouse.query(weekly.name, **weekly.parameters), weekly),
            *months("New models by month", by_month, counts),
        ),
    )  # fmt: skip


def _models(warehouse: Warehouse, owner_id: str, title: str, sorting: str) -> Section:
    rows = [
        (
            model_link(one.model_id), day(one.appeared_on), text(one.relation), text(one.architecture),
            number(one.nominal_b), text(one.license), count(one.downloads_30d), count(one.likes),
        )
        for one in rows_of(warehouse.query("owner_models", owner=owner_id, sorting=sorting, most=MOST))
    ]  # fmt: skip
    columns = ("model", "appeared", "relation", "architecture", "B parameters", "licence", "downloads in 30 days")
    return Section(title, (), (*columns, "likes"), tuple(rows))


def _table_of(title: str, column: str, rows: pd.DataFrame | None, models: int) -> Section:
    if rows is None:
        return Section(title)
    return Section(
        title,
        (),
        (column, "models", "% of its models", "downloads in 30 days"),
        tuple(
            (
                text(row[column]), count(row["models"]), number(100 * row["models"] / models, 1),
                count(row["downloads_30d"]),
            )
            for row in rows.to_dict("records")
        ),
    )  # fmt: skip


def _releases(warehouse: Warehouse, owner_id: str) -> Section:
    rows = [
        (
            text(one.label),
            day(one.released_on),
            count(one.models),
            model_link(one.model_id) if text(one.model_id) else None,
        )
        for one in rows_of(warehouse.query("owner_releases", owner=owner_id))
    ]
    columns = ("release", "released", "repositories", "one of them")
    return Section("Releases", (), columns, tuple(rows))
