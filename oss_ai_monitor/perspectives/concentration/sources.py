"""The tables behind the charts of concentration: queries, the choices that are bound to them, and columns."""

from __future__ import annotations

from ..declaration import Source

CHOICES = ("level", "without_largest")
_MEMBERS = Source(
    "concentration_members",
    columns={
        "day": "day of the listing, UTC",
        "member": "model, owner, first base of the family, or region",
        "place": "place on that day by downloads, from 1",
        "models": "models of it whose downloads are known, a count",
        "downloads": "downloads in the 30 days before, a count",
        "share": "of all downloads of the dataset, 0 to 1",
    },
    parameters=CHOICES,
    names_models=True,
)
_CURVE = {
    "is_without_largest": "whether the most downloaded model is left out",
    "rank": "place from the most downloaded one, from 1",
    "member_share": "these first ones, of all, 0 to 1",
    "download_share": "of all downloads in 30 days, that the first ones have together, 0 to 1",
}
SOURCES = {
    "most-downloaded": _MEMBERS,
    "most-downloaded-by-day": _MEMBERS,
    "first-ranks": Source("concentration_curve", columns=_CURVE, parameters=CHOICES),
    "lorenz": Source("concentration_curve", columns=_CURVE, parameters=CHOICES),
    "over-time": Source(
        "concentration_over_time",
        columns={
            "period": "first day of the month, UTC",
            "day": "day whose downloads are compared, UTC",
            "part": "the first ones by downloads, or the region",
            "share": "of all downloads, 0 to 1",
            "gini": "Gini coefficient: 0 is all equal, 1 is one has all",
            "hhi": "Herfindahl-Hirschman index: 10,000 is one has all",
            "basis": "listing: all models; weeks: those of the weekly series of adoption",
            "is_complete": "whether the month is over, or one listing is all that has landed",
            "members": "models, owners, families or reviewed regions that are compared, a count",
            "downloads": "downloads of these in the 30 days before, a count",
        },
        parameters=CHOICES,
    ),
}
