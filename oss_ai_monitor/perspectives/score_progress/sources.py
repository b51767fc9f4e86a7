"""The tables behind the first charts of score progress: their queries and columns."""

from __future__ import annotations

from ..declaration import COMPLETENESS, Source

_PERIOD = {
    "period": "first day of the period, UTC",
    "type": "what kind of model it is; not drawn: all types that are not chosen",
}
_ON = {"appeared_on": "day on which it appeared, UTC"}
BEST = Source(
    "score_progress",
    columns={
        **_PERIOD,
        "score": "of the best model of type and period, points of 100",
        "model_id": "the repository",
        **_ON,
        "scored": "new models with this score, a count",
        "best_of_type": "best score of the type up to then, points of 100",
        "best_so_far": "best score of all models up to then, points of 100",
        "best_so_far_model_id": "the repository that held it",
        **COMPLETENESS,
    },
    parameters=("types",),
    names_models=True,
)
ALL_MODELS = Source(
    "score_progress_models",
    columns={"model_id": "the repository", "type": "what kind of model it is", "score": "points of 100", **_ON},
    parameters=("types",),
    names_models=True,
)
SO_FAR = Source(
    "score_progress",
    columns={
        **_PERIOD,
        "models": "new models, a count",
        "cumulative": "models up to the end of the period, a count",
        **COMPLETENESS,
    },
    parameters=("types",),
)
