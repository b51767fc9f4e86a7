"""Temporary."""
from typing import Any
from .chart import Chart
from .bars import StackedBars
class PanelGrid(StackedBars):
    def __init__(self, key: str, *, by, colours, max_panels=12, **params: Any) -> None:
        self.max_panels=max_panels
        super().__init__(key, by=by, colours=colours)
    def send(self, frame, span, **k):
        super().send(frame, span)
