"""The rules that decide facts of a model, in sentences, and the sources that each rule reads."""

from __future__ import annotations

import re

CURATED, NAME, BASE = "a curated list of this project, with its sources", "the model's name", "its base model"
SOURCES = {
    "leaderboard_v1": "Open LLM Leaderboard v1", "leaderboard_v2": "Open LLM Leaderboard v2",
    "hub_listing": "the Hub's listing", "hub_changes": "the Hub's listing of changes",
    "hub_details": "the Hub's answer about the model", "hub_repositories": "the Hub's answer about the model",
    "hub_benchmarks": "official benchmarks on the Hub",
}  # fmt: skip
"""Landed source → its name for readers."""
READS = (
    (r"leaderboard v1", ("leaderboard_v1",)),
    (r"leaderboard v2", ("leaderboard_v2",)),
    (r"safetensors|GGUF", ("hub_listing", "hub_repositories", "hub_details")),
    (r"tag|createdAt|Hub|several relations", ("hub_listing", "hub_details", "hub_repositories")),
)
"""A word in a rule → the landed sources that it reads, the first that is there."""
BOARDS = ("leaderboard_v2", "leaderboard_v1", "hub_benchmarks")
HUB = ("hub_listing", "hub_repositories", "hub_details")
RULES = {
    "date": {
        "curated release date": "The day on which it was released, from a dated source.",
        "date of its release": "It is one of a dated release and was made before it: the release's day counts.",
        "date of what it copies": "It is a copy of a release: on a leaderboard the day of its original counts.",
        "Hub createdAt": "The day on which the Hub says that the repository was made.",
        "upload date": "The day on which its leaderboard says that it was uploaded.",
        "first submission": "The day on which it was first submitted to a leaderboard.",
        "first submission, for it is older than its date": "It was scored before its date: that submission counts.",
        "first submission, for it is older than the curated date": "It was scored before the curated date: the first "
        "submission counts.",
        "first submission, for it is older than its class": "Its date is from before its architecture existed: "
        "the first submission after that counts.",
        "first submission, for it is older than its base": "Its date is from before its base was released: the first "
        "submission after that counts.",
        "first day of its class": "Its date is a few weeks before its architecture existed: that first day counts.",
        "first day of its base": "Its date is a few weeks before its base was released: that day counts.",
        "undated: createdAt floor": "Undated: the Hub gave every repository from before 2 March 2022 that same day.",
        "undated: upload floor": "Undated: its leaderboard has the same day for every model from before 2 March 2022.",
        "undated: createdAt after its snapshot": "Undated: it is said to be younger than the listing that holds it.",
        "undated: createdAt before the Hub kept it": "Undated: it is said to be older than the Hub's own record.",
        "undated: late board": "Undated: Open LLM Leaderboard v1 evaluated old models too before November 2023, so "
        "that being submitted then says nothing.",
        "undated: older than its class": "Undated: its date is more than 35 days before its architecture existed.",
        "undated: older than its base": "Undated: its date is more than 35 days before the release of its base.",
        "undated: scored before its date": "Undated: it was scored before the only day that is claimed for it.",
        "undated: no date": "Undated: no source gives a day.",
    },
    "size": {
        "safetensors": "The count in the files of its weights.",
        "safetensors, packed weights unpacked": "The count in the files of its weights, where each stored element "
        "holds several weights.",
        "number in the name": "No source counts its parameters: the number in its name.",
        "GGUF": "The total that its GGUF file states.",
        **{
            f"number in the name, for leaderboard {board} counts stored elements": "The leaderboard counted stored "
            "elements, which is not the number of parameters: the number in the name counts."
            for board in ("v1", "v2")
        },
        **{
            f"its base, for leaderboard {board} counts stored elements": "The leaderboard counted stored elements: the "
            "size of its base counts."
            for board in ("v1", "v2")
        },
        "its base": "An adapter or a quantized copy has the size of its base.",
        "curated": "From a curated list, with its source.",
        "missing": "No source counts its parameters, and its name has no size.",
        "number in the name, within the whole billion of leaderboard v1": "The leaderboard counts whole billions: the "
        "number in its name says which part of one.",
        "leaderboard v1": "As the leaderboard counts it.",
        "leaderboard v2": "As the leaderboard counts it.",
    },
    "architecture": {
        "model_type among the tags": "The Hub's tags name it.",
        "its base, as a quantized copy": "A quantized copy has the architecture of what it copies.",
        "a repository of the same name without the suffix": "It is named like another model and a format of files: "
        "that model's architecture counts.",
        "told by its name": "No source says it; its name does.",
        "class on leaderboard v1": "Its leaderboard names the class.",
        "class on leaderboard v2": "Its leaderboard names the class.",
        "class on leaderboard v1, flagged": "A flagged evaluation on its leaderboard names the class.",
        "class on leaderboard v2, flagged": "A flagged evaluation on its leaderboard names the class.",
        "class in the config": "Its configuration names the class.",
        "model_type in the config": "Its configuration names the type.",
        "none known": "No source and no name says it.",
    },
    "license": {
        "tag": "The Hub's tag.",
        "model card": "The model card.",
        "leaderboard": "As the leaderboard knew it; the Hub's data says none.",
        **{
            f"{source}, several: the most restrictive counts": "Several are declared: who wants to be safe keeps to "
            "the most restrictive."
            for source in ("tag", "model card", "leaderboard")
        },
        "license_name in the model card": "The model card says “other” and names it.",
        "license_name in the model card, not a known one": "The model card says “other” and names a licence that is "
        "not in our list.",
        **{
            f"successor under a new owner: {source}": "No source lists this name any more: its owner's names went to "
            "another owner, whose repository of the same name says it."
            for source in ("tag", "model card", "license_name in the model card")
        },
        "none declared": "Nothing is declared.",
    },
    "relation": {
        "no base model declared": "Neither its tags nor its card name a base model.",
        "declared on the Hub": "Its tags or its card name it.",
        "base model on the leaderboard": "Only the leaderboard names a base model.",
        "quantized copy, by tag or name": "It names a base and no relation: its tags or its name say that it is a copy "
        "with fewer bits.",
        "adapter, by library or tag peft": "It names a base and no relation: its library or a tag is peft, which makes "
        "adapters.",
        "adapter, by tag": "It names a base and no relation: its tags say LoRA or another kind of adapter.",
        "adapter, by name": "It names a base and no relation: LoRA or adapter is a word of its name.",
        "merge, by tag": "It names a base and no relation: its tags say merge.",
        "fine-tuned, by tag": "It names a base and no relation: its tags are those that trainers write.",
        "declared, not an id": "What is declared as its base names no repository.",
    },
    "merge": {
        "no merge declared": "Nothing that is declared says so.",
        "tag": "Its tags say that it is a merge.",
        "declared relation": "Its repository declares that it is a merge.",
        "type on the leaderboard": "It was submitted as a merge.",
        "flag on the leaderboard": "Its leaderboard marks it as a merge.",
        "a merge among its ancestors": "One of its base models is a merge.",
    },
}
"""Fact → rule → a sentence about it."""


def explanation(fact: str, rule: str) -> str:
    """Return a rule in a sentence; for one that has none here, its own words."""
    sentence = RULES.get(fact, {}).get(rule)
    return sentence or (f"{rule[:1].upper()}{rule[1:]}." if rule else "")


def source_of(rule: str, snapshots: dict[str, str]) -> tuple[str, str]:
    """Return where a rule reads its fact, and the snapshot of that; both empty where it reads none.

    Where a rule does not say which of several sources it was, all that are there are named, without a snapshot.
    """
    if re.match(r"first submission|upload date|undated: upload floor", rule):  # whatever overruled its date
        return _one_of(BOARDS, snapshots)
    if rule.startswith("number in the name, for"):
        return NAME, ""
    if re.match(r"undated: no date|missing|none|no (merge|base)", rule):
        return "", ""
    if re.search(r"curated|release", rule):
        return CURATED, ""
    if re.match(r"its base|first day of its base|a merge among|a repository of the same name", rule):
        return BASE if "base" in rule or "merge" in rule else NAME, ""
    if "name" in rule and not re.search(r"license_name|leaderboard|tag", rule):
        return NAME, ""
    for pattern, sources in READS:
        if re.search(pattern, rule):
            source = next((one for one in sources if one in snapshots), "")
            return (SOURCES[source], snapshots[source]) if source else ("", "")
    if "leaderboard" in rule:
        return _one_of(BOARDS, snapshots)
    return _one_of(HUB, snapshots) if re.search(r"config|card|license_name", rule) else ("", "")


def _one_of(sources: tuple[str, ...], snapshots: dict[str, str]) -> tuple[str, str]:
    """Return the names of the sources that are there, and the snapshot where there is only one."""
    there = [one for one in sources if one in snapshots]
    names = dict.fromkeys(SOURCES[one] for one in there)
    return " or ".join(names), snapshots[there[0]] if len(there) == 1 else ""
