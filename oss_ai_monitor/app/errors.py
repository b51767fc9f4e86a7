"""What a visitor's change could not bring about: told on his page, in the log in full, and the page lives on."""

from __future__ import annotations

import logging
from weakref import ReferenceType, WeakKeyDictionary, ref

import panel as pn
import panel_material_ui as pmui
from bokeh.document import Document

SAID = "This change could not be applied; the page shows what it showed before."
_places: WeakKeyDictionary[Document, ReferenceType[pn.Column]] = WeakKeyDictionary()
"""Weak on both sides: a place holds its whole page, and with it the document that it is found by."""
_log = logging.getLogger(__name__)


def notice_area() -> pn.Column:
    """Where a notice appears on the page that is being built; from now on its troubles are told there."""
    made = pn.Column(sizing_mode="stretch_width", margin=0)
    if pn.state.curdoc:
        _places[pn.state.curdoc] = ref(made)
        pn.config.exception_handler = _tell
    return made


def _tell(error: BaseException) -> None:
    """What Panel calls for an error in whatever a visitor set off."""
    known = _places.get(pn.state.curdoc) if pn.state.curdoc else None
    where = known() if known else None
    if where is None:
        raise error
    _log.warning("a change could not be applied", exc_info=error)
    if not len(where):
        alert = pmui.Alert(SAID, severity="info", sizing_mode="stretch_width", margin=(0, 0, 12, 0))
        where.append(alert)
