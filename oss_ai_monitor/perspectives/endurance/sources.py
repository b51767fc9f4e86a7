"""What is behind each chart of endurance: its query, and the columns of its table."""

from __future__ import annotations

from ..declaration import Source

LAUNCHES = Source(
    "endurance_launches",
    columns={
        "name": "all launches, or the release that was chosen",
        "week": "week since the release; 1 is the calendar week of its day",
        "share": "median share of the downloads of the first 26 weeks that the week brought, 0 to 1",
        "share_low": "lower quartile of it, 0 to 1",
        "share_high": "upper quartile of it, 0 to 1",
        "so_far": "median share of the downloads of the first 180 days that had come by its end, 0 to 1",
        "so_far_low": "lower quartile of it, 0 to 1",
        "so_far_high": "upper quartile of it, 0 to 1",
        "half_life_days": "days until half of the downloads of the first 180 days had come; of all, the median",
        "launches": "launches, a count",
    },
    parameters=("releases",),
)
SOURCES = {
    "survival": Source(
        "endurance",
        columns={
            "group": "the group of releases",
            "week": "weeks since the week of the release",
            "survival": "share whose downloads had not fallen below a tenth of their peak by then, 0 to 1",
            "low": "lower end of its 95% band (Greenwood), 0 to 1; empty until one has fallen",
            "high": "upper end of it, 0 to 1",
            "at_risk": "releases that were followed in that week and had not fallen before, a count",
            "fell": "releases that fell in that week, a count",
            "removed": "releases that left the Hub in that week, a count",
        },
        parameters=("by",),
    ),
    "retention": Source(
        "endurance_retention",
        columns={
            "released_in": "first day of the month of the release, UTC",
            "months_since": "months of thirty days since the release",
            "releases": "releases that could be read then, a count",
            "still_in_use": "of these, in use by the chosen threshold, a count",
            "share": "their share, 0 to 1",
            "is_complete": "whether every release of the month could be read",
        },
        parameters=("threshold",),
    ),
    "launches": LAUNCHES,
    "half-lives": LAUNCHES,
    "best-weeks": Source(
        "endurance_best_weeks",
        columns={
            "week": "week since the release; 1 is the calendar week of its day",
            "launches": "launches that had most downloads in it, a count",
            "share": "of all launches, 0 to 1",
        },
    ),
    "turnover": Source(
        "endurance_turnover",
        columns={
            "month": "the month, first day, UTC",
            "repositories": "repositories at the top, a hundred where there are as many",
            "stayed": "of these, at the top a month before, a count",
            "entered": "of these, not at the top a month before, a count",
            "jaccard": "those that stayed, of all that are at the top in either month, 0 to 1",
        },
    ),
}
