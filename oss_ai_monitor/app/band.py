"""What the band beside an answer shows: a figure with its range under other rules, and each rule as a dot."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..perspectives.headlines import Headline, RuleValue
from ..perspectives.tile import Tile


def bands(headlines: Sequence[Headline], *, has_links: bool = True) -> list[dict[str, Any]]:
    """Return for each figure its label, its line, which rule matters most, the models that are named, and the dots.

    A dot has its rule, its place from 0 to 1 (-1: none), its value, what the rule means, and what makes it another
    one than by default: other models, or another name that it is of.
    """
    return [
        {
            "label": headline.label,
            "summary": headline.summary,
            "details": "",
            "most": headline.most_important,
            "models": headline.models if has_links else [],
            "dots": [_dot(headline, value, place) for value, place in headline.rows()],
        }
        for headline in headlines
    ]


def _dot(headline: Headline, value: RuleValue, place: float | None) -> list[Any]:
    at = -1 if place is None else round(place, 4)
    return [value.label, at, headline.text(value.value), value.meaning, headline.difference(value)]


def bands_of_tile(tile: Tile, *, has_links: bool = True) -> list[dict[str, Any]]:
    """Return the same for a tile, which prints its figure large: the line has the ranges alone."""
    figures = bands(tile.headlines, has_links=has_links)
    if figures:
        first, *others = tile.headlines
        further = [f"{other.label.partition(' ')[0].lower()} {other.span}" for other in others if other.span]
        figures[0] |= {"summary": "; ".join([first.range, *further]), "details": tile.details}
    return figures
