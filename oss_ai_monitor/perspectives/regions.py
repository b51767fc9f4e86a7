"""Regions of owners: how a page names and colours them. Owners whom nobody reviewed have none."""

from __future__ import annotations

from ..charts import GREY

NOT_REVIEWED = "not reviewed"
LABELS = {
    "us": "United States",
    "china": "China",
    "eu": "Europe",
    "other": "other countries",
    "individuals": "individuals",
    NOT_REVIEWED: NOT_REVIEWED,
}
"""Region as it is stored → its name on a page, in reading order."""
COLOURS = {
    "us": "#0072B2",
    "china": "#D55E00",
    "eu": "#009E73",
    "other": "#CC79A7",
    "individuals": "#E69F00",
    NOT_REVIEWED: GREY,
}
MARKERS = dict(zip(LABELS, ("circle", "square", "triangle", "diamond", "inverted_triangle", "hex"), strict=True))
STYLES = {label: (COLOURS[region], MARKERS[region]) for region, label in LABELS.items()}
"""Name on a page → colour and marker, for lines."""
