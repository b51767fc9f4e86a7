"""What stands behind the charts of changes: kinds with their labels and colours, queries and the columns of tables."""

from __future__ import annotations

from ..declaration import Source

CHOICES = ("kinds", "with_new", "owners", "families", "licences", "text")
MOST = 200
"""Lines of the table of changes."""
LABELS = {  # kind → label, in reading order
    "licence": "licence",
    "gating": "access",
    "base": "base model",
    "parameters": "parameters",
    "task": "task",
    "renamed": "renamed",
    "gone": "gone",
    "back": "back",
    "rescored": "rescored",
    "record": "record",
    "first place": "first place",
    "appeared": "appeared",
}
COLOURS = {
    "licence": "#0072B2",
    "gating": "#E69F00",
    "base": "#009E73",
    "parameters": "#56B4E9",
    "task": "#CC79A7",
    "renamed": "#8E6BD8",
    "gone": "#D1495B",
    "back": "#7FBF7B",
    "rescored": "#B5A12F",
    "record": "#7A3FA6",
    "first place": "#D55E00",
    "appeared": "#9FB4C7",
}
BY_KIND = Source(
    "changes",
    columns={
        "period": "first day of the period, UTC",
        "kind": "kind of change",
        "changes": "changes, a count",
        "is_complete": "whether the whole period lies in the data and in the chosen dates",
    },
    parameters=CHOICES,
)
LINES = Source(
    "changes_lines",
    columns={
        "day": "day of the snapshot that shows it first, UTC; of a record the day on which its model appeared",
        "since": "day of the snapshot before, UTC",
        "model_id": "repository by its latest name; of several the most used",
        "owner": "its owner",
        "kind": "kind of change",
        "subject_text": "leaderboard and benchmark",
        "before": "as it was; empty: none was declared",
        "after": "as it is since then",
        "models": "repositories that changed together, a count",
        "downloads_30d": "their downloads in the 30 days before the snapshot, a count",
    },
    parameters=CHOICES,
    constants={"most": MOST},
    names_models=True,
)
