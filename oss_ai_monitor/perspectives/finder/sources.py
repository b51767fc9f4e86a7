"""The tables behind the charts of the finder: their queries, the choices that are bound to them, and their columns."""

from __future__ import annotations

from ..declaration import Source

CHOICES = (
    *("licenses", "regions", "organisations", "without_merges", "downloads_at_least"),
    *("memory_gb", "bits", "bases", "doubted"),
)
"""The choices of the reader which decide what is a candidate; every query is bound to all of them."""
MOST = 500
"""Candidates in the table, best first."""
_MODEL = {
    "model_id": "the repository",
    "score": "points of 100",
    "spread": "by which repeated evaluations of it differ, at least the median of all repeated models; points",
    "evaluations": "its evaluations with this score, a count",
    "parameters_b": "billions of parameters",
    "nominal_b": "size as people call it, billions of parameters",
}
_DECLARED = {
    "license": "declared licence",
    "license_class": "class of its licence",
}
_DOUBT = {"size_doubt": "why its size is in doubt; empty: it is not"}
FRONTIER = Source(
    "finder_frontier",
    columns={
        "seen_by": "day on which these were the best up to their size, UTC",
        **_MODEL,
        **_DECLARED,
        "type": "what kind of model it is",
        "is_merge": "whether it is a merge, or descends from one",
        "seen_on": "first day on which it was surely there, UTC",
        **_DOUBT,
    },
    parameters=CHOICES,
    names_models=True,
)
CANDIDATES = Source(
    "finder",
    columns={
        "place": "by score, the best first; of equal ones the smaller first",
        **_MODEL,
        "distance": "to the best score, points",
        "is_tie": "whether the best one leads it by no more than repeated evaluations differ; false of the best",
        "memory_gb": "GB for its weights alone, at the chosen bits a weight",
        "memory_rule": "from what that is computed; sizes of files have not landed",
        **_DECLARED,
        "strictest_class": "class with the strictest terms among the models that it descends from; empty: not known",
        "owner": "owner of the repository",
        "region": "of the owner, as reviewed",
        "is_of_organisation": "whether its owner is reviewed as an organisation, or an official provider submitted it",
        "type": "what kind of model it is",
        "is_merge": "whether it is a merge, or descends from one",
        "base_model_id": "declared base model, the first by name",
        "bases": "declared base models, a count",
        "seen_on": "first day on which it was surely there, UTC",
        "seen_rule": "which day that is",
        "downloads_30d": "downloads in the 30 days before the listing, a count; empty: not known",
        **_DOUBT,
    },
    parameters=CHOICES,
    constants={"most": MOST},
    names_models=True,
)
SMALLEST = Source(
    "finder_smallest",
    columns={
        "level": "score that is reached, points of 100",
        "seen_on": "first day on which the model was surely there, UTC",
        "model_id": "the repository",
        "parameters_b": "billions of parameters",
        "score": "its score, points of 100",
        "license_class": "class of its licence",
        "type": "what kind of model it is",
        "seen_rule": "which day that is",
    },
    parameters=CHOICES,
    names_models=True,
)
