"""The profile of one family: a base model with all that descends from it."""

from __future__ import annotations

from ..charts import date_text, number_text
from ..plurals import counted
from ..warehouse import Warehouse
from .changes import changes
from .derivatives import LAST_DISTANCE, Descendants
from .facts import facts_of
from .names import resolve_model
from .profile import Fact, Link, Profile, Query, Section, hub_address
from .reach import reach, weekly_series
from .wording import citation, count, first_row, number, original_of, same_weights_sentence

MOST = 25
SHOWN = ("date", "nominal-size", "architecture", "license", "owner")
"""Facts of the base that its family's page repeats."""


def family(warehouse: Warehouse, name: str, shows_scores: bool) -> Profile:
    """Return the profile of the family of a base model. Raises UnknownName."""
    resolved = resolve_model(warehouse, "family", name)
    base, key = resolved.model_id, resolved.model_key
    descendants = Descendants(warehouse, key)
    facts: list[Fact] = []
    downloads: int | None = None
    if resolved.is_known:
        row, bases = (
            first_row(warehouse.query("model_facts", model_key=key)),
            warehouse.query("model_bases", model_key=key),
        )
        scores, downloads = warehouse.query("model_scores", model_key=key), count(row["downloads_30d"])
        facts = [fact for fact in facts_of(warehouse, key, row, bases, scores) if fact.name in SHOWN]
    if not descendants.models:
        original = original_of(warehouse, base)
        sentence = (
            same_weights_sentence(base, original)
            if original
            else f"No model in this data declares {base} as its base, directly or through others."
        )
        links = (Link("model", base), *((Link("family", original),) if original else ()))
        return Profile(
            "family", base, sentence, facts=tuple(facts), links=links,
            hub_address=hub_address(base), citation=citation(warehouse, f"family of {base}"),
        )  # fmt: skip
    undated = descendants.models - descendants.dated
    span = [date_text(one) for one in (descendants.first_on, descendants.last_on) if one]
    days = list(dict.fromkeys(span))
    dated = f", which appeared {'on' if len(days) == 1 else 'from'} {' to '.join(days)}" if days else ""
    weekly = Query("weekly_downloads_of_family", {"model_id": base})
    return Profile(
        "family",
        base,
        f"{base} has {counted(descendants.models, 'derivative')} by {counted(descendants.owners, 'owner')}{dated}.",
        facts=tuple(facts),
        sections=tuple(
            section
            for section in (
                reach(descendants, downloads),
                *descendants.sections(MOST, shows_scores=shows_scores),
                _generations(descendants),
                changes(warehouse.query("family_changes", model_key=key), of="family", shows_scores=shows_scores),
            )
            if section.rows or section.sentences
        ),
        missing=(f"When {number_text(undated)} of its {counted(descendants.models, 'derivative')} appeared.",)
        if undated
        else (),
        links=(Link("model", base),),
        hub_address=hub_address(base),
        citation=citation(warehouse, f"family of {base}"),
        series=(
            *weekly_series(warehouse.query(weekly.name, **weekly.parameters), weekly),
            *descendants.by_month(),
        ),
        badges=("family",) if resolved.is_known else (),
    )


def _generations(descendants: Descendants) -> Section:
    """Return how many models each generation has, and how far they are used."""
    rows = descendants.counts.groupby("distance").agg(
        models=("models", "sum"),
        downloads_30d=("downloads_30d", lambda downloads: downloads.sum(min_count=1)),  # unknown is not 0
    )
    total = descendants.models
    return Section(
        "Generations",
        ("A generation is the number of declarations between a model and the base, on the shortest way.",),
        ("generation", "models", "% of derivatives", "downloads in 30 days"),
        tuple(
            (
                f"{distance} or more" if distance == LAST_DISTANCE else count(distance),
                count(row["models"]),
                number(100 * row["models"] / total, 1),
                count(row["downloads_30d"]),
            )
            for distance, row in rows.iterrows()
        ),
    )
