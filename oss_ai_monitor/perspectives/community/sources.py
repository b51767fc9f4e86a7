"""What is behind each chart of the community: its query, and the columns of its table."""

from __future__ import annotations

from ..declaration import Source

MONTHS = {
    "is_complete": "whether the whole month lies in the data, and dates were recorded in all of it",
    "is_filling": "whether the leaderboard still gets models of this month",
    "is_missing_late_submissions": "whether the leaderboard never got the last models of this month",
}
_FORECAST = {
    "is_forecast": "whether this is a forecast",
    "low": "lower end of the 80% prediction interval; of a counted month its count",
    "high": "upper end of it",
    "outer_low": "lower end of the 95% prediction interval; of a counted month its count",
    "outer_high": "upper end of it",
    "method": "exponential smoothing, or seasonal naive where that was no worse; counted: no forecast",
}
_PERIOD = {"period": "first day of the month, UTC"}
SOURCES = {
    "owners": Source(
        "community",
        columns={
            **_PERIOD,
            "standing": "new: the owner's first model in the dataset is of this month; returning: it had one before",
            "owners": "owners with a model that appeared in the month, a count",
            **MONTHS,
        },
    ),
    "retention": Source(
        "community_retention",
        columns={
            "joined_in": "month of the first model of these owners, its first day, UTC",
            "months_since": "calendar months since",
            "owners": "owners whose first model is of that month, a count",
            "returned": "of these, with a model in the month, or on request in it or later, a count",
            "share": "their share, 0 to 1",
        },
        parameters=("again",),
    ),
    "forecast-owners": Source(
        "community_series",
        columns={**_PERIOD, "owners": "owners whose first model in the dataset is of this month, a count", **_FORECAST},
    ),
    "forecast-models": Source(
        "community_series",
        columns={**_PERIOD, "models": "new models of the month, a count", **_FORECAST},
    ),
    "contributors": Source(
        "community_contributors",
        columns={
            **_PERIOD,
            "standing": "new; new in this month or an earlier one; or returning with another repository of their own",
            "contributors": "people who wrote commits, without bots, a count",
            **MONTHS,
        },
    ),
    "repositories": Source(
        "community_repositories",
        columns={
            **_PERIOD,
            "repositories": "repositories that appeared in the month and whose contributors are known, a count",
            "shared": "of these, with several contributors, a count",
            "share": "their share, 0 to 1",
            **MONTHS,
        },
    ),
    "lorenz": Source(
        "community_lorenz",
        columns={
            "kind": "owners of repositories, or contributors to them",
            "models": "models of an owner, or repositories in which a contributor wrote, a count",
            "authors": "owners or contributors with so many, a count",
            "author_share": "those with at most so many, of all, 0 to 1",
            "model_share": "of all models, those of the ones with at most so many, 0 to 1",
        },
    ),
}
