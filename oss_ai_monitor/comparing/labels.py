"""What the steps of a comparison are called, and what each means."""

from __future__ import annotations

from collections.abc import Mapping

LABELS: Mapping[str, str] = {
    "gone": "Models gone",
    "rescored": "Scored again",
    "rounding": "Rounded otherwise",
    "evaluation": "Other evaluation",
    "date": "Other date",
    "type": "Other type",
    "licence": "Other licence",
    "merge": "Merge or not",
    "relation": "Other relation",
    "parameters": "Other size",
    "task": "Other task",
    "access": "Other access",
    "downloads": "Other downloads",
    "new": "New models",
    "rules": "Older rules",
}
"""Key of a step → what it is called; they come in this order, and that of older rules after them."""
MEANINGS: Mapping[str, str] = {
    "gone": "Models that the earlier snapshot counts and the later one does not.",
    "rescored": "The same evaluation of a model has another score, by more than 0.005 points.",
    "rounding": "The same evaluation of a model has another score, by up to 0.005 points.",
    "evaluation": "Another evaluation of the model is its best one that is not flagged.",
    "date": "The model has a date now and had none, or the reverse.",
    "type": "The model is fine-tuned by its declared type now, or no longer.",
    "licence": "The licence that the model declares is permissive now, or no longer.",
    "merge": "The model is known as a merge now, or no longer.",
    "relation": "The model is a quantized copy or an adapter now, or no longer.",
    "parameters": "The size of the model is known otherwise.",
    "task": "The task that the model declares is text generation now, or no longer.",
    "access": "The model asks for agreement before it is downloaded now, or no longer.",
    "downloads": "The model has other downloads in 30 days.",
    "new": "Models that the later snapshot counts and the earlier one does not.",
    "rules": "What older rules said of the later snapshot: models that they counted otherwise than the present ones.",
}
"""Key of a step → what it means, in one sentence."""
