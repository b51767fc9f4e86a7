"""The facts of one model, each with its source, its snapshot, its rule and the claims that are not believed."""

from __future__ import annotations

from typing import Any

import pandas as pd

from ..charts import date_text, number_text
from ..perspectives.phrases import enumerated
from ..warehouse import Warehouse
from .profile import Claim, Fact, Link
from .repository_facts import repository_facts
from .rules import BOARDS, CURATED, SOURCES, explanation, source_of
from .wording import LEFT_OUT, billions, count_text, day, number, rows_of, snapshots, text

DISPUTED = {"date": "date", "size": "size", "architecture": "architecture", "base model": "bases", "name": "id"}
"""Fact in core.disputes → name of the fact here."""
LISTED = ("hub_listing", "hub_details", "hub_repositories")


def facts_of(
    warehouse: Warehouse, key: int, row: dict[str, Any], bases: pd.DataFrame, scores: pd.DataFrame
) -> list[Fact]:
    """Return the facts of a model from a row of model_facts, its bases, and the rows of model_scores."""
    newest = snapshots(warehouse)
    silent = _silent(row, scores)
    dates = {source: day for source, day in newest.items() if source not in silent}
    claims: dict[str, list[Claim]] = {}
    for one in rows_of(warehouse.query("model_claims", model_key=key)):
        claim = Claim(text(one.claimant), text(one.claim), text(one.used), text(one.rule), text(one.why))
        claims.setdefault(DISPUTED.get(str(one.fact), str(one.fact)), []).append(claim)

    def decided(name: str, label: str, value: str, rule: str, links: tuple[Link, ...] = ()) -> Fact:
        source, snapshot = source_of(rule, dates)
        if name == "date" and source == CURATED and text(row["release_source"]):
            source = text(row["release_source"])
        return Fact(
            name, label, value, source, snapshot, rule, explanation(name, rule), tuple(claims.get(name, ())), links
        )

    def listed(name: str, label: str, value: str) -> Fact:
        is_known = value != "not known"
        source = next((one for one in LISTED if one in dates), "") if is_known and row["is_listed"] else ""
        return Fact(name, label, value, SOURCES.get(source, ""), dates.get(source, ""))

    appeared, removed = day(row["appeared_at"]), day(row["removed_on"])
    owner = Link("owner", str(row["owner"]))
    nominal, active = number(row["nominal_b"], 3), number(row["active_parameters_b"], 3)
    hub_state = "yes" if row["is_listed"] else f"no, removed by {date_text(removed)}" if removed else "no"
    return [
        Fact("id", "Repository", str(row["model_id"]), claims=tuple(claims.get("id", ()))),
        Fact(
            "owner", "Owner", owner.name,
            explanation="The part of its id before the slash; ids without one belong to Hugging Face.", links=(owner,),
        ),
        decided("date", "Appeared", date_text(appeared) if appeared else "not known", text(row["appeared_rule"])),
        decided("size", "Size", billions(row["parameters_b"]), text(row["parameters_rule"])),
        Fact(
            "nominal-size", "Size as people call it",
            "not known" if nominal is None else f"{nominal:g} B, in the class {row['size']}",
            rule=text(row["nominal_rule"]),
        ),
        *(
            [Fact("active-size", "Active parameters", f"{active:g} billion for each token", source=CURATED)]
            if active is not None
            else []
        ),
        decided(
            "architecture", "Architecture",
            " · ".join(dict.fromkeys(filter(None, (text(row["architecture"]), text(row["architecture_name"]))))),
            text(row["architecture_rule"]),
        ),
        decided("relation", "Relation to base models", _relation(row, bases), text(row["relation_rule"])),
        _bases(bases, dates, tuple(claims.get("bases", ())), release_base_sentence(row, bases)),
        decided("merge", "A merge", "yes" if row["is_merge"] else "no", text(row["merge_rule"])),
        decided(
            "license", "Licence", _license(text(row["license"]), text(row["license_class"])), text(row["license_rule"]),
        ),
        listed("task", "Task", text(row["pipeline_tag"]) or "not known"),
        listed("library", "Library", text(row["library_name"]) or "not known"),
        listed("downloads", "Downloads in 30 days", count_text(row["downloads_30d"])),
        listed("all-time-downloads", "Downloads of all time", count_text(row["downloads_all_time"])),
        listed("likes", "Likes", count_text(row["likes"])),
        listed("access", "Access", _access(text(row["gated"]))),
        Fact("listed", "On the Hub's listing", hub_state, snapshot=newest.get("hub_listing", "")),
        *repository_facts(warehouse, key, row, dates, next((SOURCES[one] for one in LISTED if one in dates), "")),
    ]  # fmt: skip


def _silent(row: dict[str, Any], scores: pd.DataFrame) -> set[str]:
    """Return the landed sources that say nothing of a model: boards without an evaluation, the listing without it."""
    boards = {
        f"leaderboard_{name}" if name in ("v1", "v2") else "hub_benchmarks" for name in scores["leaderboard"].unique()
    }
    return {*BOARDS} - boards | (set() if row["is_listed"] else {"hub_listing"})


def _license(license_id: str, license_class: str) -> str:
    """Return a licence with its class; “other” and “unknown” are words that owners declare, and no licences."""
    if not license_id:
        return "not known"
    return f"{license_id}, as declared" if license_id == license_class else f"{license_id} ({license_class})"


def _access(gated: str) -> str:
    return {"false": "open", "auto": "after agreeing to terms", "manual": "after the owner agrees"}.get(
        gated.lower(), "not known"
    )


def _relation(row: dict[str, Any], bases: pd.DataFrame) -> str:
    """Return the declared relation; where none is declared and others name a base, who does and which."""
    direct = bases[bases["rule"].notna()]
    names = [str(name) for name in direct["model_id"] if not str(name).startswith(LEFT_OUT)]
    if text(row["relation"]) != "none declared" or not names:
        return text(row["relation"])
    who = "a curated list" if direct["rule"].map(str).str.startswith("curated").all() else "the leaderboard"
    more = [f"{number_text(len(names) - 3)} more"] if len(names) > 3 else []
    return f"none declared; {who} names {enumerated([*names[:3], *more])}"


def release_base_sentence(row: dict[str, Any], bases: pd.DataFrame) -> str:
    """Return that a model without a base is itself the base model of a release; empty where it is not."""
    if len(bases) or text(row["release_kind"]) != "base":
        return ""
    return f"none declared: it is itself the base model of {text(row['release_label'])}"


def _bases(bases: pd.DataFrame, dates: dict[str, str], claims: tuple[Claim, ...], otherwise: str) -> Fact:
    direct = bases[bases["rule"].notna()]  # not the original of a base that is another repository of its weights
    names = [str(name) for name in direct["model_id"]]
    named = [name for name in names if not name.startswith(LEFT_OUT)]
    rule = "; ".join(dict.fromkeys(text(one) for one in direct["rule"] if text(one)))
    shown = named[:5]
    further = len(names) - len(shown)
    value = ", ".join(shown) + (f" and {number_text(further)} more" if shown and further else "")
    if names and not shown:
        value = f"{number_text(further)} of owners who are not named"
    source, snapshot = source_of(rule, dates) if names else ("", "")
    return Fact(
        "bases", "Base models", value or otherwise or "none declared", source, snapshot, rule, "", claims,
        tuple(Link("model", name) for name in shown),
    )  # fmt: skip
