"""The variables that relations compares, what stands behind its charts, and on which scale each variable is drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from ...charts import Scale
from ..declaration import Source
from .correlations import LOGARITHM, LOGARITHM_OF_COUNT

MOST_MODELS = 10_000  # of more an even sample is compared
FEWEST = 30  # cells of fewer models are pale
MOST_BENCHMARKS = 6  # columns of the query
SUBSETS = {"All": "all", "Best 1,000": "1000", "Best 100": "100", "Best 50": "50"}
LOG, COUNTS, LINEAR = "log", "counts", "linear"


@dataclass(frozen=True)
class Variable:
    """The column of the query that holds a variable, the title of its axis, and its scale."""

    column: str
    title: str
    scale: str = LINEAR


NUMBERS = {
    "likes": Variable("likes", "likes", COUNTS),
    "downloads in 30 days": Variable("downloads_30d", "downloads in 30 days", COUNTS),
    "downloads of all time": Variable("downloads_all_time", "downloads of all time", COUNTS),
    "parameters": Variable("parameters_b", "parameters (billions)", LOG),
    "age": Variable("age_days", "age (days)"),
    "commits": Variable("commits", "commits", COUNTS),
    "contributors": Variable("contributors", "contributors", COUNTS),
    "span of commits": Variable("span_days", "days from the first commit to the last", COUNTS),
    "descendants": Variable("descendants", "models that descend from it", COUNTS),
    "licence declared": Variable("has_license", "licence declared (0 no, 1 yes)"),
    "data declared": Variable("has_training_data", "training data declared (0 no, 1 yes)"),
}
LOGARITHMS = {COUNTS: LOGARITHM_OF_COUNT, LOG: LOGARITHM}

MATRIX = Source(
    "relations",
    columns={
        "variable": "one variable",
        "other": "the other one",
        "n": "models of which both are known, a count",
        "spearman": "Spearman's rank correlation, −1 to 1; empty where one of the two is the same for all",
        "low": "lower end of its 95% interval (Bonett and Wright)",
        "high": "upper end of it",
        "pearson": "Pearson's correlation, of logarithms for what spans many orders, −1 to 1",
        "pearson_low": "lower end of its 95% interval (Fisher)",
        "pearson_high": "upper end of it",
    },
    parameters=("types", "architectures", "subset"),
    constants={"most": MOST_MODELS},
)
POINTS = Source(
    "relations",
    columns={
        "model_id": "the model",
        "type": "what kind of model it is, as it was submitted",
        "x": "the variable of the x axis",
        "value": "the variable of the y axis",
    },
    parameters=("types", "architectures", "subset"),
    constants={"most": MOST_MODELS},
    names_models=True,
)


def variables_of(benchmarks: Mapping[str, str], kind: str) -> dict[str, Variable]:
    """Return the variables of a dataset: its scores, labelled, then what else is known of a model.

    `benchmarks` are its scores, label → id, the average first; a single benchmark has one score only.
    """
    if kind == "benchmark":
        return {"score": Variable("average", "score")} | NUMBERS
    labels = [label for label, name in benchmarks.items() if name != "average"][:MOST_BENCHMARKS]
    scores = {label: Variable(f"benchmark_{n}", label) for n, label in enumerate(labels, 1)}
    return {"average": Variable("average", "average score")} | scores | NUMBERS


def numbers_of(rows: pd.DataFrame, variables: Mapping[str, Variable]) -> pd.DataFrame:
    """Return a column for each variable, by its name."""
    return pd.DataFrame({name: rows[variable.column] for name, variable in variables.items()}, dtype="float64")


def logarithms_of(variables: Mapping[str, Variable]) -> dict[str, str]:
    """Return which variables are taken as logarithms, and how."""
    return {name: LOGARITHMS[variable.scale] for name, variable in variables.items() if variable.scale in LOGARITHMS}


def scale_of(variable: Variable) -> Scale:
    """Return the axis of a variable."""
    return Scale(variable.title, variable.scale)
