"""What stands behind the waterfall: its tables by address, the select of the figure at either end, and a citation."""

from __future__ import annotations

from collections.abc import Mapping

from ... import comparing
from ...comparing import Comparison
from ...perspectives import address
from ...sandbox import fill_parameters
from ...warehouse import Warehouse
from ..cited import ChartLinks, Cited
from ..tables import are_rows_withheld
from .state import STEP

TABLE = "table"


def chart_links_of(warehouse: Warehouse, comparison: Comparison, query: Mapping[str, str], slug: str) -> ChartLinks:
    """Return it for a comparison that the `query` of the page opens, whose address is that of the newest end."""
    pinned = {name: text for name, text in query.items() if name != STEP}  # the links stay when a step is chosen
    pinned |= {address.SNAPSHOT: comparison.now.snapshot_id}
    tables = {"CSV": f"data/{slug}.csv{address.write(pinned)}"}
    if not (comparison.is_of_board and are_rows_withheld()):
        tables["CSV of the models"] = f"data/{slug}.csv{address.write({**pinned, TABLE: 'models'})}"
    tables["JSON"] = f"api/{slug}{address.write(pinned)}"
    text = fill_parameters(*comparing.figure_select(warehouse, comparison.dataset, comparison.figure))
    ends = (("SQL then", comparison.then), ("SQL now", comparison.now))
    selects = {name: {"q": text, address.SNAPSHOT: end.snapshot_id} for name, end in ends}
    return ChartLinks(tables, selects, _cited(comparison, {address.VIEW: slug, **pinned}))


def _cited(comparison: Comparison, query: Mapping[str, str]) -> Cited:
    figure, then, now = comparison.figure, comparison.then, comparison.now
    label_then, label_now = comparing.end_labels(comparison)
    return Cited(
        f"{figure.title}: {label_then} and {label_now} (Why does a number differ between two dates?)",
        f"{comparison.dataset_label}, snapshots {then.snapshot_id} and {now.snapshot_id}",
        "",
        now.built_for,
        query,
        f"then-and-now-{comparison.dataset}-{figure.name}",
        now.snapshot_id,
        comparison.rules,
        comparison.is_simulated,
    )
