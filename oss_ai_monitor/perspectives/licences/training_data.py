"""The thirty most declared training datasets, by type of model and with all names, and the share that names any."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from ...charts import COUNTS, DATES_OF_ITS_OWN, StackedRows, number_text
from ..declaration import Source
from ..phrases import one_sentence

TRAINING_DATA = Source(
    "licences_training_data",
    columns={
        "place": "by models, or by their downloads as chosen",
        "data_id": "dataset that models name as their training data",
        "type": "what kind of model they are",
        "models": "models of this kind that name it, a count",
        "downloads": "their downloads in the 30 days before the snapshot, a count",
        "data_models": "models of all kinds that name it, a count",
        "also_declared_as": "other names of it that models use: other spellings, and the one before it moved",
        "declaring": "of all models under these filters (or of their downloads) those that name any dataset, a count",
        "of_all": "models under these filters of which it is known whether they name any, or their downloads, a count",
    },
    parameters=("relation", "weight"),
)
NOUNS = {"models": "models", "downloads": "downloads in 30 days"}
VERBS = {"models": "name", "downloads": "are of models that name"}


def training_data_chart(colours: Mapping[str, str]) -> StackedRows:
    """Return the chart; `colours` are those of the types of models."""
    return StackedRows(
        "training-data", colours=colours, x_title="models", numbers=COUNTS,
        details=(("also declared as", "names_text"), ("models of all kinds", "data_models{0,0}")),
        dates=DATES_OF_ITS_OWN,
    )  # fmt: skip


def send_training_data(chart: StackedRows, rows: pd.DataFrame, weight: str) -> None:
    """Send one bar a dataset, the most declared on top."""
    names = rows["also_declared_as"].replace("", "none")
    bars = rows.assign(name=rows["data_id"], part=rows["type"], value=rows[weight], names_text=names)
    number, any_share = rows["data_id"].nunique(), ""
    if len(rows):
        declaring, of_all = int(rows["declaring"].iloc[0]), int(rows["of_all"].iloc[0])
        any_share = f"{declaring / of_all:.1%} of {number_text(of_all)} {NOUNS[weight]} {VERBS[weight]} any"
    chart.param.update(
        title="The most declared training data",
        caption=one_sentence(
            f"The {number} datasets that most models name as their training data, by type of model"
            if weight == "models"
            else f"The {number} datasets whose models are downloaded most, by type of model",
            any_share,
        ),
        details="Whenever the models appeared. Names of one dataset that differ in case count as one, and a dataset "
        "that moved to an owner counts under its new name; the table has all names. A model that names several counts "
        "for each. Loaders and words for nothing, which training scripts leave as tags, are no datasets. This says "
        "what is declared, not what was used.",
    )
    chart.send(bars, x_title=NOUNS[weight])
