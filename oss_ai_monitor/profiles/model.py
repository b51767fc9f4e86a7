"""The profile of one model: facts with their rules, scores, bases and derivatives, and what is not known."""

from __future__ import annotations

from typing import Any

import pandas as pd

from ..charts import date_text, number_text
from ..perspectives.copies import originals
from ..plurals import counted, verb_after
from ..warehouse import Warehouse
from .changes import changes
from .derivatives import Descendants
from .facts import facts_of, release_base_sentence
from .licences import licence_facts
from .names import ResolvedModel, resolve_model
from .presence import presence
from .profile import Fact, Link, Profile, Query, Section, Series, hub_address
from .reach import reach, weekly_series, weekly_trend
from .wording import (
    LEFT_OUT,
    SCORES_WITHHELD,
    citation,
    count,
    day,
    first_row,
    model_link,
    number,
    original_of,
    rows_of,
    same_weights_sentence,
    text,
)

MOST, MOST_BASES, MOST_FAMILIES = 10, 40, 3
MATCHED = {
    "letter case": "“{name}” is {model_id}: the Hub finds names in any letter case.",
    "legacy name": "“{name}” is an earlier name of {model_id}: the repository moved, and the Hub follows the old name.",
}


def model(warehouse: Warehouse, name: str, shows_scores: bool) -> Profile:
    """Return the profile of a model, by its id, another letter case of it, or an earlier name. Raises UnknownName."""
    resolved = resolve_model(warehouse, "model", name)
    if not resolved.is_known:
        return _of_unlisted_base(warehouse, resolved, shows_scores)
    key, model_id = resolved.model_key, resolved.model_id
    row = first_row(warehouse.query("model_facts", model_key=key))
    scores = warehouse.query("model_scores", model_key=key)
    bases = warehouse.query("model_bases", model_key=key)
    ancestors = warehouse.query("model_ancestors", model_key=key)
    is_base = bool(release_base_sentence(row, bases))
    facts = [*facts_of(warehouse, key, row, bases, scores), *licence_facts(warehouse, key, ancestors, is_base=is_base)]
    descendants = Descendants(warehouse, key)
    adoption = warehouse.query("model_adoption", model_id=model_id)
    by_week = Query("weekly_downloads", {"model_id": model_id})
    weekly = warehouse.query(by_week.name, **by_week.parameters)
    sections = [
        _scores(scores, shows_scores),
        _bases(bases),
        *descendants.sections(MOST, shows_scores=shows_scores),
        reach(descendants, count(row["downloads_30d"])),
        _release(warehouse, model_id, row),
        _adoption(adoption),
        changes(warehouse.query("model_changes", model_key=key), of="model", shows_scores=shows_scores),
        Section("Why it is on a view, or not", tuple(presence(warehouse, key, row, scores, shows_scores))),
    ]
    matched = MATCHED.get(resolved.matched, "").format(name=name.strip(), model_id=model_id)
    original = "" if descendants.models else original_of(warehouse, model_id)
    notices = (matched, same_weights_sentence(model_id, original) if original else "")
    base = model_id if descendants.models else original
    return Profile(
        "model",
        model_id,
        _sentence(row, scores if shows_scores else scores[:0], descendants),
        notices=tuple(filter(None, notices)),
        facts=tuple(facts),
        sections=tuple(section for section in sections if section.sentences or section.rows),
        missing=tuple(_missing(facts, scores, bases, adoption)),
        links=(
            Link("owner", str(row["owner"])),
            *((Link("family", base),) if base else ()),
            *_families(ancestors, base),
        ),
        hub_address=hub_address(model_id),
        citation=citation(warehouse, f"model {model_id}"),
        series=weekly_series(weekly, by_week) or _series(adoption, Query("model_adoption", {"model_id": model_id})),
        badges=(
            "downloads",
            *(("trend",) if weekly_trend(weekly) is not None else ()),
            *(("family",) if descendants.models else ()),
        ),
    )


def _families(ancestors: pd.DataFrame, base: str) -> list[Link]:
    """Return the nearest families that a model belongs to: of its ancestors that name no base themselves."""
    first = ancestors.loc[ancestors["is_first"].astype(bool), "model_id"].map(str)
    return [Link("family", name) for name in first if not name.startswith(LEFT_OUT) and name != base][:MOST_FAMILIES]


def _of_unlisted_base(warehouse: Warehouse, resolved: ResolvedModel, shows_scores: bool) -> Profile:
    """Return the profile of a base model that no source lists: what others declare is all that is known of it."""
    descendants = Descendants(warehouse, resolved.model_key)
    original = "" if descendants.models else original_of(warehouse, resolved.model_id)
    return Profile(
        "model",
        resolved.model_id,
        f"No source lists {resolved.model_id}: it is known only because others declare it as a base model.",
        notices=(same_weights_sentence(resolved.model_id, original),) if original else (),
        sections=tuple(descendants.sections(MOST, shows_scores=shows_scores)),
        missing=("Everything but its name: it may be private, removed, renamed or misspelt.",),
        links=(Link("family", original or resolved.model_id),),
        hub_address=hub_address(resolved.model_id),
        citation=citation(warehouse, f"model {resolved.model_id}"),
    )


def _sentence(row: dict[str, Any], scores: pd.DataFrame, descendants: Descendants) -> str:
    """Return what the model is, in one or two sentences."""
    size = number(row["nominal_b"])
    parts = [
        "A model" if size is None else f"A model of {size:g} billion parameters",
        f"by {row['owner']}",
        f"that appeared on {date_text(day(row['appeared_at']))}" if day(row["appeared_at"]) else "without a known date",
    ]
    ranks = [
        f"{number(one.score)} on {one.label} (rank {number_text(one.rank)} of {number_text(one.ranked)})"
        for one in rows_of(scores)
        if not pd.isna(one.rank)
    ]
    sentence = " ".join(parts) + (f"; scores: {'; '.join(ranks)}" if ranks else "") + "."
    if descendants.models:
        sentence += f" It has {counted(descendants.models, 'derivative')}."
    return sentence


def _scores(scores: pd.DataFrame, shows_scores: bool) -> Section:
    if len(scores) and not shows_scores:
        return Section("Scores", (SCORES_WITHHELD,))
    rows = [
        (
            text(one.label), number(one.score), count(one.rank), count(one.ranked), day(one.submitted_on),
            text(one.type), count(one.evaluations), count(one.flagged), day(one.as_of),
        )
        for one in rows_of(scores)
    ]  # fmt: skip
    columns = ("board", "score", "rank", "of models", "submitted", "type", "evaluations", "flagged", "snapshot of")
    sentences: tuple[str, ...] = ()
    if rows:
        sentences = (
            "The best evaluation that is not flagged stands for the model; its rank is one more than the number of "
            "better models. Scores of different boards are different measures.",
        )
    return Section("Scores", sentences, columns, tuple(rows))


def _bases(bases: pd.DataFrame) -> Section:
    rows = [
        (
            model_link(one.model_id), count(one.distance),
            _relation(one), text(one.rule),
            text(one.architecture), number(one.nominal_b), text(one.license), "yes" if one.is_known else "no",
        )
        for one in rows_of(bases[:MOST_BASES])
    ]  # fmt: skip
    sentence = f"The nearest {MOST_BASES} of {counted(len(bases), 'base model')} are listed."
    columns = ("base model", "generation", "relation", "rule", "architecture", "B parameters", "licence")
    sentences = (sentence,) if len(bases) > MOST_BASES else ()
    return Section("Base models", sentences, (*columns, "listed by a source"), tuple(rows))


def _relation(base: Any) -> str | None:
    """Return the relation to a direct base; nothing for the base of a base."""
    if base.distance != 1:
        return None
    return (text(base.relation) or "not declared") if text(base.rule) else "same weights as the declared base"


def _release(warehouse: Warehouse, model_id: str, row: dict[str, Any]) -> Section:
    title = "Its release"
    if not text(row["release_id"]):
        return Section(title)
    siblings = warehouse.query("release_siblings", model_id=model_id)
    released = date_text(day(row["released_on"]))
    sentence = f"It is of the release {row['release_label']} of {released}, as {row['release_kind']}."
    if original := originals(warehouse).get(model_id):
        sentence += f" It is a copy of {original}: on leaderboards it counts from the day of what it copies."
    rows = [
        (
            model_link(one.model_id) if one.is_known else text(one.model_id),
            text(one.kind), day(one.released_on), number(one.nominal_b), count(one.downloads_30d),
        )
        for one in rows_of(siblings)
    ]  # fmt: skip
    columns = ("other repository of the release", "kind", "released", "B parameters", "downloads in 30 days")
    return Section(title, (sentence, f"Source: {row['release_source']}"), columns, tuple(rows))


def _adoption(adoption: pd.DataFrame) -> Section:
    """Return the figures of the kept days, oldest first, at most the last thirty that changed."""
    if len(adoption) < 2:
        return Section("Downloads over time")
    rows = [
        (day(one.day), count(one.downloads_30d), count(one.downloads_all_time), count(one.likes))
        for one in rows_of(adoption.tail(30))
    ]
    sentence = (
        f"Figures on {counted(len(adoption), 'kept day')} on which they moved; the last {len(rows)} "
        f"{verb_after(len(rows), 'is', 'are')} listed."
    )
    columns = ("day", "downloads in 30 days", "downloads of all time", "likes")
    return Section("Downloads over time", (sentence,), columns, tuple(rows))


def _series(adoption: pd.DataFrame, query: Query) -> tuple[Series, ...]:
    dated = adoption.dropna(subset=["downloads_30d"])
    if len(dated) < 2:
        return ()
    rows = tuple((one.day.date(), "downloads in 30 days", float(one.downloads_30d)) for one in rows_of(dated))
    return (Series("Downloads in the 30 days before each day", "lines", rows, query),)


def _missing(facts: list[Fact], scores: pd.DataFrame, bases: pd.DataFrame, adoption: pd.DataFrame) -> list[str]:
    """Return what is not known of the model, in plain words."""
    unknown = {fact.name for fact in facts if fact.value.startswith(("not known", "Unknown", "none declared"))}
    rule = next(fact.rule for fact in facts if fact.name == "relation")
    if len(bases) or rule == "declared, not an id" or any(": it is itself" in fact.value for fact in facts):
        unknown.discard("relation")
    sentences = {
        "date": "When it appeared.",
        "size": "How many parameters it has.",
        "architecture": "Its architecture.",
        "license": "On what terms it may be used: no licence is declared.",
        "relation": "Whether it is made from another model: none is declared.",
        "downloads": "How often it is downloaded.",
        "all-time-downloads": "How often it was downloaded in all.",
        "likes": "How many like it.",
        "task": "What task it is for.",
    }
    missing = [sentence for name, sentence in sentences.items() if name in unknown]
    if not len(bases) and rule == "declared, not an id":
        missing.append("Which model it is made from: what is declared names no repository.")
    if scores.empty or not scores["is_counted"].any():
        missing.append("How well it does: no leaderboard here has an evaluation of it that counts.")
    if len(adoption) < 2:
        missing.append("How its downloads moved: fewer than two days are kept.")
    return missing
