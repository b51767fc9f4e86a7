"""What adoption can show: measures, groupings, and the source of each chart."""

from __future__ import annotations

from ..declaration import Source

MEASURES = {
    "Downloads in 30 days": "downloads_30d",
    "New downloads": "gained",
    "Downloads of all time": "downloads_all_time",
    "Likes": "likes",
}
GROUPINGS = {
    "Models": "model",
    "Families": "family",
    "Owners": "owner",
    "Architectures": "architecture",
    "Regions": "region",
    "Tasks": "task",
    "Libraries": "library",
    "Licence classes": "licence",
    "Relations to a base": "relation",
}
NOUNS = {
    "model": ("model", "models"),
    "family": ("family", "families"),
    "owner": ("owner", "owners"),
    "architecture": ("architecture", "architectures"),
    "region": ("region", "regions"),
    "task": ("task", "tasks"),
    "library": ("library", "libraries"),
    "licence": ("licence class", "licence classes"),
    "relation": ("relation", "relations to a base"),
}
WEEKLY = ("owner", "family")
"""Of these there are weeks only."""

_FIGURES = {
    "period": "first day of the period, UTC",
    "downloads_30d": "downloads in 30 days, as last listed in the period",
    "downloads_all_time": "downloads of all time, as last listed in the period; may fall",
    "likes": "likes, as last listed in the period",
    "gained": "new downloads in the period, by the counter of all time; empty where nothing compares",
    "is_spread": "whether a part of the new downloads was spread evenly over days without a listing",
    "marks": "days of the period that are stalled, partly frozen, dips, rollbacks or spikes, or that no listing",
    "age": "days from its appearing to the last day of the period",
    "is_complete": "whether the whole period lies in the data and in the chosen dates",
}
_MODELS = {"models": "repositories, a count"}
OF_MODELS = Source(
    "adoption_of_models", columns={"member": "the repository", **_FIGURES}, parameters=("members",), names_models=True
)
OF_GROUPS = Source(
    "adoption_of_groups", columns={"member": "the group", **_MODELS, **_FIGURES}, parameters=("by", "members")
)
BY_WEEK = Source(
    "adoption_by_week",
    columns={"member": "the owner, or the base of the family", **_MODELS, **_FIGURES},
    parameters=("by", "members"),
)
LINES = (OF_MODELS, OF_GROUPS, BY_WEEK)
LEVELS = Source(
    "adoption_members",
    columns={
        "place": "place by downloads in 30 days",
        "member": "the model, owner or group",
        **_MODELS,
        "downloads_30d": "downloads in 30 days",
        "downloads_all_time": "downloads of all time; empty: unknown",
        "likes": "likes; empty: unknown",
        "appeared_on": "day on which it, or the first of its models, appeared, UTC",
    },
    parameters=("by", "members"),
    constants={"typed": ""},
)
FAMILIES = Source(
    "adoption_families",
    columns={
        "place": "place in this list",
        "family": "the base, which has no base itself",
        "relation": "base: the model itself; of what descends from it, its relation",
        "models": "repositories, a count",
        "downloads_30d": "their downloads in 30 days",
        "share": "of the downloads of the family, 0 to 1",
        "family_downloads": "downloads of the whole family in 30 days",
        "family_before": "the same in the week that is compared with; empty: there is none",
        "change": "difference of the two, downloads in 30 days",
        "growth": "change against that week, empty where there were none; 1 is +100%",
        "week": "Monday of the week of these figures, UTC",
        "week_before": "Monday of the week that is compared with, UTC",
    },
    parameters=("families",),
)
MOVERS = Source(
    "adoption_movers",
    columns={
        "model_id": "the repository",
        "gained": "new downloads in the last seven days",
        "gained_before": "new downloads in seven days, mean of the three weeks before",
        "growth": "change against that mean; 1 is +100%",
        "most_in_a_day": "share of the largest day in the seven days, 0 to 1",
        "place": "place by new downloads in the seven days",
        "best_place_before": "its best place in the three times seven days before",
        "is_spread": "whether a part of the seven days lies in a gap, whose gain is spread evenly",
        "last_on": "last of the seven days, UTC",
    },
    parameters=("movers",),
    names_models=True,
)
RELATIVE = Source(
    "adoption_relative",
    columns={
        "member": "the repository",
        "age": "days since it appeared",
        "relative_adoption": "downloads of all time at that age over the median; 1 is on track",
        "downloads": "downloads of all time at that age",
        "median_downloads": "median of the ten most downloaded models of the size class at that age",
        "compared": "how many these are, a count",
        "size_class": "billions of parameters",
        "appeared_on": "day on which it appeared, UTC",
        "latest_downloads": "downloads of all time, as last listed",
    },
    names_models=True,
)
ATTENTION = Source(
    "adoption_attention",
    columns={
        "model_id": "the repository",
        "likes": "likes at the snapshot",
        "downloads_30d": "downloads in 30 days at the snapshot",
        "likes_place": "place by likes",
        "downloads_place": "place by downloads",
        "likes_per_million": "likes per million downloads in 30 days",
        "list": "in which of the two top lists it is",
    },
    parameters=("most",),
    names_models=True,
)
