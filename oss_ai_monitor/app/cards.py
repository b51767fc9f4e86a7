"""A card: one picture with its title, its table, its downloads and the line that says what it stands on."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import panel as pn
import panel_material_ui as pmui

from ..perspectives import Perspective
from ..plots import Picture
from .look import ACTION, CARD, QUIET
from .words import plain

SAVE = (Path(__file__).parent / "save.js").read_text(encoding="utf-8")
GRID = (
    ":host { display: grid; grid-template-columns: repeat(auto-fill, minmax(max(270px, 24%), 1fr)); gap: 10px 14px; }"
)
HEAD = ":host { flex-wrap: wrap; align-items: center; justify-content: space-between; }"
DANGEROUS = ("=", "+", "-", "@", "\t", "\r")


class Card:
    """A picture and what belongs to it; the table is made when it is first opened."""

    def __init__(self, perspective: Perspective, picture: Picture, stands_on: Callable[[], str]) -> None:
        self._perspective, self._picture, self._stands_on = perspective, picture, stands_on
        self._title = pmui.Typography(picture.title, variant="h6", margin=0)
        self._note = pmui.Typography(
            "", variant="caption", sx=QUIET, margin=(4, 18, 14, 18), sizing_mode="stretch_width"
        )
        self._table: pn.widgets.Tabulator | None = None
        self._table_place = pn.Column(visible=False, sizing_mode="stretch_width", margin=(0, 18, 14, 18))
        self._open = pmui.Button(
            label="Table", variant="text", size="small", sx=ACTION, margin=0, on_click=self._toggle
        )
        self._csv = pmui.FileDownload(
            label="CSV", callback=self._file, filename="table.csv", variant="text", size="small", sx=ACTION, margin=0
        )
        saves = []
        for kind in ("PNG", "SVG"):
            button = pmui.Button(label=kind, variant="text", size="small", sx=ACTION, margin=0)
            button.js_on_click(args={"figures": picture.figures, "kind": kind.lower()}, code=SAVE)
            saves.append(button)
        further = perspective.more(picture)
        ways = [self._further(further[0])] if further else []
        head = pn.Row(
            self._title, pn.Row(*ways, self._open, self._csv, *saves, margin=0),
            stylesheets=[HEAD], margin=(14, 12, 2, 18), sizing_mode="stretch_width",
        )  # fmt: skip
        self.view = pmui.Paper(
            head, _drawn(picture), self._note, self._table_place,
            elevation=0, sx=CARD, sizing_mode="stretch_width", margin=(0, 0, 16, 0),
        )  # fmt: skip
        self.update()

    def _further(self, words: str) -> pmui.Button:
        """A link to the perspective that shows more of this."""

        def go(_: Any) -> None:
            if further := self._perspective.more(self._picture):
                self._perspective.leads_to = further[1]

        return pmui.Button(label=words, variant="text", size="small", sx=ACTION, margin=0, on_click=go)

    def update(self) -> None:
        """Follow the picture: its title, its note, its file names and, where it is open, its table."""
        picture, perspective = self._picture, self._perspective
        if self.view.visible != picture.is_offered:
            self.view.visible = picture.is_offered
        if self._title.object != picture.title:
            self._title.object = picture.title
        note = plain(" ".join(part for part in (picture.shows, self._stands_on()) if part))
        if self._note.object != note:
            self._note.object = note
        name = file_name(perspective, picture)
        if self._csv.filename != f"{name}.csv":
            self._csv.filename = f"{name}.csv"
            picture.figure.tags = [name, *picture.figure.tags[1:]]
        if self._table is not None and self._table_place.visible:
            self._table.value = self._frame()

    def _frame(self) -> pd.DataFrame:
        frame = self._perspective.table(self._picture)
        return frame.rename(columns=lambda name: str(name).replace("_", " "))

    def _toggle(self, _: Any) -> None:
        if self._table is None:
            self._table = table(self._frame())
            self._table_place.append(self._table)
        elif not self._table_place.visible:
            self._table.value = self._frame()
        self._table_place.visible = not self._table_place.visible

    def _file(self) -> io.BytesIO:
        return io.BytesIO(csv(self._perspective.table(self._picture)).encode("utf-8-sig"))


def _drawn(picture: Picture) -> pn.viewable.Viewable:
    """The figure, or the small ones of a picture of many, as many side by side as fit."""
    if len(picture.figures) == 1:
        return pn.pane.Bokeh(picture.figure, sizing_mode="stretch_width", margin=(0, 14, 0, 14))
    panes = [pn.pane.Bokeh(figure, sizing_mode="stretch_width", margin=0) for figure in picture.figures]
    grid = pn.Column(*panes[: picture.shown], stylesheets=[GRID], sizing_mode="stretch_width", margin=(0, 14))
    picture.param.watch(lambda event: setattr(grid, "objects", panes[: event.new]), "shown")
    return grid


def table(frame: pd.DataFrame) -> pn.widgets.Tabulator:
    """A table to sort, and to filter column by column."""
    formats: dict[str, Any] = {
        column: {"type": "money", "thousand": ",", "precision": 0} if frame[column].dtype.kind in "iu" else
        {"type": "money", "thousand": ",", "precision": 3}
        for column in frame.columns if frame[column].dtype.kind in "iuf"
    }  # fmt: skip
    return pn.widgets.Tabulator(
        frame, show_index=False, disabled=True, pagination="local", page_size=12, layout="fit_data_stretch",
        header_filters=True, formatters=formats, sizing_mode="stretch_width", theme="simple", text_align="left",
    )  # fmt: skip


def csv(frame: pd.DataFrame) -> str:
    """The table as CSV that no spreadsheet runs: strangers' text that begins like a formula is quoted with '."""
    safe = frame.copy()
    for column in safe.columns:
        if safe[column].dtype.kind not in "iufbM":
            safe[column] = safe[column].map(_harmless)
    return safe.to_csv(index=False, date_format="%Y-%m-%d")


def file_name(perspective: Perspective, picture: Picture) -> str:
    """What a download is called: perspective, picture, dataset, and the day that the data speaks of."""
    about = perspective.filters.about
    return f"{perspective.slug}_{picture.key}_{about['dataset']}_{about['as_of']:%Y-%m-%d}"


def _harmless(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value.startswith(DANGEROUS) else value
