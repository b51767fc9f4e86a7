"""The templates of all charts, made when a server starts."""

from __future__ import annotations

import contextvars

from bokeh.document import Document
from panel.io import state

from .. import compat
from ..perspectives import Datasets, Selection, all_perspectives
from ..warehouse import Warehouse
from .component import publish, published


def publish_templates(warehouse: Warehouse) -> None:
    """Make the template of every chart and hand them out, so that visitors need not wait for one to be made.

    Once they are made, a browser that kept its page over a restart finds the templates that it knows by address.
    """
    publish()
    contextvars.Context().run(_publish_templates, warehouse)
    compat.leave_out_of_collection()  # a pass follows each visit, and would look through all of them


def _publish_templates(warehouse: Warehouse) -> None:
    state.curdoc = Document()  # in this context only: what is made is part of no visitor's page
    selection = Selection.defaults(Datasets(warehouse))
    for kind in all_perspectives:
        for chart in kind(warehouse, selection).draw():
            published(chart.template.text, "json")
