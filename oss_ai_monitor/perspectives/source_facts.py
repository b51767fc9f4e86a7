"""What a table or a picture stands on, as short texts: a file that leaves the page carries them."""

from __future__ import annotations

from ..charts import Chart
from ..charts.alt_text import readable
from .perspective import Perspective
from .provenance import filters_text, rules_of, snapshot_of

LICENCES = {
    "leaderboard": "not declared by the leaderboard",
    "benchmark": "not declared by the benchmark",
    "hub": "not declared; public metadata of the Hugging Face Hub, under its terms of service",
}
"""By kind of dataset: under what licence its data may be passed on."""
SIMULATED = "simulated data, free to use: no statement about the world"


def source_facts(perspective: Perspective, chart: Chart) -> dict[str, str]:
    """Return title, question, dataset, filters, snapshot, day and licence of the data, and rules, each in a line."""
    warehouse, about = perspective.warehouse, perspective.selection_for(chart).about
    facts = {
        "title": chart.title,
        "question": perspective.question,
        "dataset": str(about["label"]),
        "filters": filters_text(perspective, chart),
        "snapshot": snapshot_of(warehouse),
        "data of": perspective.data_of(chart),
        "licence of the data": SIMULATED if warehouse.is_simulated else LICENCES[str(about["kind"])],
        "counting rules": f"version {rules_of(warehouse)}",
    }
    return {name: readable(text) for name, text in facts.items()}


def file_name(perspective: Perspective, chart: Chart) -> str:
    """Return the name of a file without its ending: perspective, chart, dataset, and the day of the data."""
    about = perspective.selection_for(chart).about
    name = f"{perspective.slug}_{chart.key}_{about['dataset']}_{about['as_of']:%Y-%m-%d}"
    return name.replace("/", "-")  # the id of a benchmark is that of a dataset of the Hub
