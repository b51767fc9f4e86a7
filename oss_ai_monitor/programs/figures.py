"""The figures of a view's answer: those of its tiles, and its headline figures, with their values as numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..pages.tables import are_rows_withheld
from ..perspectives import Perspective
from ..perspectives.tile import Tile

NO_NUMBER: Mapping[str, Any] = {"value": None, "unit": "", "n": None}
"""Of a figure of which only its text is known."""


def figures(perspective: Perspective) -> list[dict[str, Any]]:
    """Return the figures of a view that has any; where rows of leaderboards are withheld, none of a single model."""
    boards = perspective.selection.datasets.boards if are_rows_withheld() else []
    listed = [_of_tile(tile) for tile in perspective.tiles]
    if not perspective.tiles:
        listed = [_of_headline(headline, perspective) for headline in perspective.headlines]
    return [figure for figure in listed if not (figure["model"] and figure["dataset"] in boards)]


def _of_tile(tile: Tile) -> dict[str, Any]:
    headlines = tile.headlines
    return {
        "title": tile.title,
        "figure": tile.figure,
        "sentence": tile.full_sentence,
        "model": tile.model,
        "view": tile.link.slug,
        "dataset": tile.link.dataset,
        **(_number(headlines[0]) if headlines else NO_NUMBER),
    }


def _of_headline(headline: Any, perspective: Perspective) -> dict[str, Any]:
    return {
        "title": headline.label,
        "figure": headline.text(headline.default.value),
        "sentence": "",
        "model": _model(headline),
        "view": perspective.slug,
        "dataset": perspective.selection.dataset,
        **_number(headline),
    }


def _model(headline: Any) -> str:
    """Return the model that a figure is of; a score or a gain is always of one."""
    if "/" in headline.default.name:
        return str(headline.default.name)
    return headline.default.holders[0] if headline.unit == "points" and headline.default.holders else ""


def _number(headline: Any) -> dict[str, Any]:
    return {"value": headline.default.value, "unit": headline.unit, "n": headline.default.n}
