"""The charts of lineage, by their keys, in reading order; what they show comes later."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from ...charts import COUNTS, DATES_OF_ITS_OWN, Chart, Graph, StackedRows
from . import texts
from .sources import BASE, COLOURS, OUTCOMES

HOVER = (
    ("", "models"), ("appeared", "appeared"), ("downloads in 30 days", "downloads"), ("models on it", "below"),
    ("licence", "licence"), ("", "traits"),
)  # fmt: skip
CHILDREN = "models that declare it"
SHOWN_PARENTS = 20


@dataclass(frozen=True)
class LineageCharts:
    """The charts; `send_…` gives one the rows of its query."""

    family: Graph
    generations: StackedRows
    use: StackedRows
    changes: StackedRows
    unknown: StackedRows

    @classmethod
    def draw(cls, colours: dict[str, str]) -> LineageCharts:
        """Create the charts; `colours` are those of the relations."""
        of_kinds = {BASE: COLOURS[BASE]} | colours | {name: c for name, c in COLOURS.items() if name != BASE}
        return cls(
            Graph("family", colours=of_kinds, y_title="generation (models)", details=HOVER, dates=DATES_OF_ITS_OWN),
            StackedRows("generations", colours=colours, x_title="models", numbers=COUNTS, dates=DATES_OF_ITS_OWN),
            StackedRows(
                "use", colours={BASE: COLOURS[BASE]} | colours, x_title="downloads in 30 days", dates=DATES_OF_ITS_OWN
            ),
            StackedRows(
                "changes", colours=OUTCOMES, x_title="pairs of a model and its base", numbers=COUNTS,
                dates=DATES_OF_ITS_OWN,
            ),
            StackedRows(
                "unknown-parents", colours={CHILDREN: COLOURS["unknown parent"]}, x_title=CHILDREN, numbers=COUNTS,
                details=(("their owners", "owners{0,0}"), ("models on it in all", "descendants{0,0}")),
                dates=DATES_OF_ITS_OWN,
            ),
        )  # fmt: skip

    @property
    def all(self) -> list[Chart]:
        """All of them, in reading order."""
        return [self.family, self.generations, self.use, self.changes, self.unknown]

    def send_generations(self, rows: pd.DataFrame) -> None:
        """Send models and downloads by generation and relation."""
        below = rows[rows["generation"] > 0]
        names = below["generation"].map("generation {}".format)
        self.generations.send(pd.DataFrame({"name": names, "part": below["relation"], "value": below["models"]}))
        parts = rows["relation"].where(rows["generation"] > 0, BASE)
        labels = rows["generation"].map(lambda n: f"generation {n}" if n else BASE)
        used = pd.DataFrame({"name": labels, "part": parts, "value": rows["downloads_30d"].astype("float64")})
        self.use.send(used.dropna(subset="value"))

    def send_changes(self, rows: pd.DataFrame) -> None:
        """Send what became of each trait, over all pairs of a family."""
        sums = rows.groupby(["aspect", "outcome"], sort=False)["pairs"].sum().reset_index()
        sums["rank"] = sums["aspect"].map(["licence", "architecture", "size"].index)
        sums = sums.sort_values("rank", kind="stable")
        self.changes.send(sums.rename(columns={"aspect": "name", "outcome": "part", "pairs": "value"}))

    def send_unknown(self, rows: pd.DataFrame) -> None:
        """Send the unknown parents that most models declare."""
        shown = rows.head(SHOWN_PARENTS).rename(columns={"model_id": "name", "children": "value"})
        self.unknown.send(shown.assign(part=CHILDREN))

    def describe(self, family: texts.Family) -> None:
        """Give all charts but the picture their titles and texts."""
        self.generations.param.update(
            title="What stands on it, by generation and relation",
            caption=texts.shape(family),
            details="A generation is the number of declarations between a model and the base, on the shortest way. "
            + texts.RELATION_TEXT,
        )
        self.use.param.update(
            title="How far that is used",
            caption=texts.use(family),
            details="A model with several bases counts in the family of each. " + texts.RELATION_TEXT,
        )
        self.changes.param.update(
            title="What changed from base to model",
            caption="Of each pair of a model and a base of the family on which it stands directly: whether class of "
            "licence, architecture and size are the same; of the whole family, whatever the dates.",
            details="Licences are those declared at the snapshot. A size is the same within 0.8 to 1.25 of the base's.",
        )
        self.unknown.param.update(
            title="Bases that no source lists",
            caption="Of all families, whatever the dates: declared base models that are not in this data, those with "
            "most models that declare them.",
            details="They were removed, renamed, are private, or never were. Where no other repository of the owner is "
            "listed, the name may be free for anybody to take.",
        )
