"""Errors of a visitor's change: a notice on the page, the traceback in the log; the page keeps working."""

from __future__ import annotations

import logging
from weakref import ReferenceType, WeakKeyDictionary, ref

import panel as pn
import panel_material_ui as pmui
from bokeh.document import Document

MESSAGE = "This change could not be applied; the page shows what it showed before."
_areas: WeakKeyDictionary[Document, ReferenceType[pn.Column]] = WeakKeyDictionary()
"""Weak on both sides, because an area refers to its whole page, and so to the document that is its key."""
_log = logging.getLogger(__name__)


def notice_area() -> pn.Column:
    """Return the area for a notice on the page that is being built; from now on its errors are shown there."""
    area = pn.Column(sizing_mode="stretch_width", margin=0)
    if pn.state.curdoc:
        _areas[pn.state.curdoc] = ref(area)
        pn.config.exception_handler = _show_error
    return area


def clear_notice() -> None:
    """Remove the notice about an earlier change, after one that was applied."""
    reference = _areas.get(pn.state.curdoc) if pn.state.curdoc else None
    area = reference() if reference else None
    if area is not None and len(area):
        area.clear()


def _show_error(error: BaseException) -> None:
    """Show that a change failed; Panel calls this for any error in a callback of a visitor."""
    reference = _areas.get(pn.state.curdoc) if pn.state.curdoc else None
    area = reference() if reference else None
    if area is None:
        raise error
    _log.warning("a change could not be applied", exc_info=error)
    if not len(area):
        alert = pmui.Alert(MESSAGE, severity="info", sizing_mode="stretch_width", margin=(0, 0, 12, 0))
        area.append(alert)
