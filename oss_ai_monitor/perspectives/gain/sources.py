"""What stands behind the charts of gain: queries, their parameters and the columns of their tables."""

from __future__ import annotations

from ..declaration import Source

FEWEST = 5  # pairs of a name that is drawn, and other models of a base that a contrast needs
MOST_PAIRS = 4_000  # points of a chart
MOST_NAMES = 1_000  # rows of the table; ties at its end are all in
LEFT_OUT, BY_BASE_SCORE = "gain_left_out", "gain_by_base_score"
_BASIS = ("basis", "doubtful")

GAINS = Source(
    "gain",
    columns={
        "name": "kind, base, dataset, owner or size class of the derivatives",
        "pairs": "derivatives and their base, a count",
        "bases": "different bases, a count",
        "owners": "different owners of the derivatives, a count",
        "pairs_of_one_owner": "pairs of the owner that has most of them, a count",
        "median_gain": "points of 100 over the base's own score",
        "lower_quartile": "of the gains, points",
        "upper_quartile": "of the gains, points",
        "median_low": "lower end of the 95% interval of the median, points; empty below six pairs",
        "median_high": "upper end of it, points",
        "share_above": "derivatives that score above their base, 0 to 1",
        "mean_gain": "points; few very bad evaluations pull it down",
    },
    parameters=("by", *_BASIS),
    constants={"most_names": MOST_NAMES},
    names_models=True,
)
CONTRAST = Source(
    "gain_contrast",
    columns={
        "name": "declared dataset",
        "models": "derivatives that declare it and whose base has at least five others that do not, a count",
        "bases": "different bases, a count",
        "owners": "different owners of the derivatives, a count",
        "median_contrast": "points over the median gain of the others of the same base",
        "lower_quartile": "points",
        "upper_quartile": "points",
        "share_above": "derivatives that gained more than that median, 0 to 1",
    },
    parameters=("by", *_BASIS),
    constants={"least": FEWEST},
)
PAIRS = Source(
    "gain_pairs",
    columns={
        "model_id": "the derivative",
        "base_model": "the base that it is compared with",
        "type": "what kind of model it is, as it was submitted",
        "size": "size class, billions of parameters",
        "declarations": "declared steps from the base to it",
        "base_score": "of the base, points of 100",
        "score": "of the derivative, points of 100",
        "gain": "points over the base's own score",
        "doubt": "why it is counted only by choice: its declared base is disputed, or its size is not the base's",
    },
    parameters=("by", *_BASIS, "pairs_of"),
    constants={"most": MOST_PAIRS},
    names_models=True,
)
