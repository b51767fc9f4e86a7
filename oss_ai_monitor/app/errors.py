"""Errors of a visitor's change: a notice on the page, all of it in the log, and the page lives on."""

from __future__ import annotations

import logging
from weakref import ReferenceType, WeakKeyDictionary, ref

import panel as pn
import panel_material_ui as pmui
from bokeh.document import Document

MESSAGE = "This change could not be applied; the page shows what it showed before."
_areas: WeakKeyDictionary[Document, ReferenceType[pn.Column]] = WeakKeyDictionary()
"""Weak on both sides: an area holds its whole page, and with it the document that is its key."""
_log = logging.getLogger(__name__)


def notice_area() -> pn.Column:
    """Where a notice appears on the page that is being built; from now on its errors are shown there."""
    area = pn.Column(sizing_mode="stretch_width", margin=0)
    if pn.state.curdoc:
        _areas[pn.state.curdoc] = ref(area)
        pn.config.exception_handler = _show_error
    return area


def _show_error(error: BaseException) -> None:
    """Show that a change failed; Panel calls this for an error in whatever a visitor set off."""
    reference = _areas.get(pn.state.curdoc) if pn.state.curdoc else None
    area = reference() if reference else None
    if area is None:
        raise error
    _log.warning("a change could not be applied", exc_info=error)
    if not len(area):
        alert = pmui.Alert(MESSAGE, severity="info", sizing_mode="stretch_width", margin=(0, 0, 12, 0))
        area.append(alert)
