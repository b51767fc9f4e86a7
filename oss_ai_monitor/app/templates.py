"""The templates of all charts, made when a server starts."""

from __future__ import annotations

from ..perspectives import Datasets, Selection, all_perspectives
from ..warehouse import Warehouse
from .component import publish, published


def publish_templates(warehouse: Warehouse) -> None:
    """Make the template of every chart and hand them out, so that visitors need not wait for one to be made.

    A browser that kept its page while the server was restarted also finds the templates that it knows by address.
    """
    publish()
    selection = Selection.defaults(Datasets(warehouse))
    for kind in all_perspectives:
        for chart in kind(warehouse, selection).draw():
            published(chart.template.text, "json")
