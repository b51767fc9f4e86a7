"""What stands behind the charts of licences and openness: queries, their parameters and the columns of their tables."""

from __future__ import annotations

from ..declaration import COMPLETENESS, Source

CLASSES = ("permissive", "copyleft", "OpenRAIL", "community", "non-commercial", "other", "unknown")
PARTS = ("open weights", "open licence", "training data", "paper", "base model")
FACTS = ("licence", "base model", "training data", "paper")
LEVELS = {  # level of declared openness → colour
    "0 of 5": "#8A8F98",
    "1 of 5": "#B5A12F",
    "2 of 5": "#E0B93F",
    "3 of 5": "#7FBF7B",
    "4 of 5": "#2FA7B5",
    "5 of 5": "#0072B2",
    "0 of 4 known": "#9A95A5",
    "1 of 4 known": "#C9B3DA",
    "2 of 4 known": "#A983C4",
    "3 of 4 known": "#8255A8",
    "4 of 4 known": "#6E3AA0",
    "not known": "#D3D6DB",
}
ACCESS = {"open": "#3BA272", "auto": "#E69F00", "manual": "#D1495B", "unknown": "#8A8F98"}
_PERIOD = {"period": "first day of the period, UTC"}
_COUNTS = {
    "models": "new models, a count",
    "downloads": "their downloads in the 30 days before the snapshot, a count",
    "share": "of all new models of the period, or of their downloads, 0 to 1",
    **COMPLETENESS,
}
_CHOICES = ("relation", "weight")

IN_USE = Source(
    "licences",
    columns={
        "license_class": "class of the licence; unknown: none is declared",
        "models": "models, whenever they appeared, a count",
        "downloads": "their downloads in the 30 days before the snapshot, a count",
        "share_of_models": "of all models, 0 to 1",
        "share_of_downloads": "of all downloads, 0 to 1",
        "share_without_the_most_used": "of all downloads but those of the model that is used most, 0 to 1",
    },
    parameters=("relation",),
)
BY_CLASS = Source(
    "licences_by_period",
    columns={**_PERIOD, "name": "class of the licence; not drawn: all that are not chosen", **_COUNTS},
    parameters=(*_CHOICES, "classes"),
    constants={"cut": "licence"},
)
BY_LEVEL = Source(
    "licences_by_period",
    columns={
        **_PERIOD,
        "name": "how many of the five parts of declared openness; of the four known ones where access is unknown; "
        "not known: fewer than four parts are known",
        **_COUNTS,
    },
    parameters=_CHOICES,
    constants={"cut": "openness", "classes": []},
)
BY_ACCESS = Source(
    "licences_by_period",
    columns={
        **_PERIOD,
        "name": "as the latest snapshot says: open, auto (after agreeing to terms), manual (after the owner agrees)",
        **_COUNTS,
    },
    parameters=_CHOICES,
    constants={"cut": "access", "classes": []},
)
ACCESS_BY_DAY = Source(
    "licences_access",
    columns={
        "day": "day of a full listing that has landed here, UTC",
        "measure": "models, or their downloads in the 30 days before that day",
        "gated": "gated ones: after agreeing to terms, or after the owner agrees; a count",
        "of_all": "all whose access is known, a count",
        "share": "of all whose access is known, 0 to 1",
        "listed": "models in the listing, a count",
        "models_of_unknown_access": "of these, models whose access is not known, a count",
    },
)
DISCLOSURE = Source(
    "licences_disclosure",
    columns={
        **_PERIOD,
        "fact": "what is declared",
        "declaring": "new models that declare it, or their downloads, a count",
        "of_all": "new models of the period of which it is known whether they do, or their downloads, a count",
        "share": "of these models, or of their downloads, 0 to 1",
        **COMPLETENESS,
    },
    parameters=_CHOICES,
)
PARTS_OF_LEVELS = Source(
    "licences_openness",
    columns={
        "level": "how many of the five parts of declared openness, or of the four known ones; not known: fewer are; "
        "all: any level",
        "part": "one of the five parts",
        "with_part": "new models of the level that have it, or their downloads, a count",
        "of_all": "all new models of the level of which the part is known, or their downloads, a count",
        "share": "of these models, or of their downloads, 0 to 1",
    },
    parameters=_CHOICES,
)
DRIFT = Source(
    "licences_drift",
    columns={
        "base_class": "class of the base model's licence",
        "license_class": "class of the derivative's licence",
        "outcome": "what became of the base's class",
        "pairs": "pairs of a derivative and a base that it names, a count",
        "pairs_kept": "of these, with the same licence, a count",
        "downloads": "downloads of the derivatives in the 30 days before the snapshot, a count",
        "share": "of all pairs of the base's class, or of their downloads, 0 to 1",
    },
    parameters=_CHOICES,
)
PAIRS = Source(
    "licences_pairs",
    columns={
        "base_model": "the base model",
        "model": "the derivative, of each pair of licences the three with most downloads",
        "base_license": "licence of the base, as declared now",
        "license": "licence of the derivative, as declared now",
        "outcome": "what became of the base's licence",
        "model_downloads_30d": "downloads of this derivative in the 30 days before the snapshot, a count",
        "pairs": "pairs of models with these two licences, a count",
        "verdict": "what the base's licence asks for, where that is judged; no legal advice",
        "clause": "where the base's licence says so",
        "source": "the base's licence",
        "relation": "its relation to the base, as declared or by tags",
        "all_downloads_30d": "downloads of the derivatives of all these pairs in those 30 days, a count",
        "share": "of all pairs of the base's licence, or of their downloads, 0 to 1",
    },
    parameters=(*_CHOICES, "base_class", "derivative_class", "outcome", "changed"),
    names_models=True,
)
