"""What stands behind the charts of lineage: queries, their parameters, the columns of their tables, and colours."""

from __future__ import annotations

from ..declaration import Source

RELATIONS = ("finetune", "adapter", "quantized", "merge", "base without relation")
BASE, OTHER_BASE, UNKNOWN_PARENT, CIRCLE = "the base", "other base", "unknown parent", "closes a circle"
COLOURS = {BASE: "#D55E00", OTHER_BASE: "#8A8F98", UNKNOWN_PARENT: "#B5A12F", CIRCLE: "#8E4EC6"}
"""Beside those of the relations: of what has no relation in the family."""
OUTCOMES = {
    "same": "#8A8F98", "stricter": "#D1495B", "looser": "#3BA272", "smaller": "#E69F00", "larger": "#56B4E9",
    "another": "#CC79A7", "one or both not known": "#C3C7CD",
}  # fmt: skip
"""What became of a trait of the base → colour."""
OF_ROOT = ("root",)

FAMILY = Source(
    "lineage",
    columns={
        "generation": "declarations between it and the base, on the shortest way; empty: not of the family",
        "model_id": "the model",
        "owner": "its owner",
        "relation": "its relation to its base models; none declared: it names no base",
        "relation_rule": "where the relation is from: declared, or by tags, library or name",
        "appeared_on": "day on which it appeared, UTC; empty: undated",
        "downloads_30d": "its downloads in the 30 days before the snapshot, a count",
        "children": "models that stand directly on it, a count",
        "descendants": "models that stand on it, directly or through others, a count",
        "license": "its licence, as declared now",
        "license_class": "class of that licence",
        "architecture": "group of architectures",
        "nominal_b": "its size as people call it, billions of parameters",
        "line": "ancestor or descendant of the chosen model (without one, of the base), or that model itself",
        "steps": "declarations between it and that model",
        "is_known": "whether a source lists it; if not, it is an unknown parent",
    },
    parameters=("root", "model", "depth", "relations", "least", "dated"),
)
GENERATIONS = Source(
    "lineage_generations",
    columns={
        "generation": "declarations between and the base, on the shortest way; 0: the base itself",
        "relation": "relation to the base models",
        "models": "models, a count",
        "owners": "their owners, a count",
        "parents": "of these models, those on which another stands, a count",
        "downloads_30d": "their downloads in the 30 days before the snapshot, a count",
        "dated": "models whose day of appearing is known, a count",
        "first_on": "day on which the first of them appeared, UTC",
        "last_on": "day on which the last of them appeared, UTC",
    },
    parameters=OF_ROOT,
)
CHANGES = Source(
    "lineage_changes",
    columns={
        "aspect": "licence (its class), architecture or size (its class in billions of parameters)",
        "base_value": "of the base",
        "model_value": "of the model that stands on it",
        "outcome": "what became of it; a size is the same within 0.8 to 1.25 of the base's",
        "pairs": "pairs of a model and a base that it stands on directly, both of the family, a count",
    },
    parameters=OF_ROOT,
)
UNKNOWN = Source(
    "lineage_unknown_parents",
    columns={
        "model_id": "the base model that no source lists, as it is declared most often",
        "children": "models that declare it, a count",
        "owners": "their owners, a count",
        "descendants": "models that stand on it, directly or through others, a count",
        "downloads_30d": "downloads of those that declare it, in the 30 days before the snapshot, a count",
        "first_on": "day on which the first of them appeared, UTC",
        "models_of_the_owner": "other repositories of its owner that a source lists, a count",
    },
)
