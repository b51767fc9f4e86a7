"""What the band beside an answer shows: a figure with its range under other rules, and each rule as a dot."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..perspectives.headlines import Headline, RuleValue


def bands(headlines: Sequence[Headline]) -> list[dict[str, Any]]:
    """Return for each figure its label, its line, which rule matters most, and the dots.

    A dot has its rule, its place from 0 to 1 (-1: none), its value, what the rule means, and the name that the figure
    is of where it is another one than by default.
    """
    return [
        {
            "label": headline.label,
            "summary": headline.summary,
            "most": headline.most_important,
            "dots": [_dot(headline, value, place) for value, place in headline.rows()],
        }
        for headline in headlines
    ]


def _dot(headline: Headline, value: RuleValue, place: float | None) -> list[Any]:
    is_other = headline.turns_by == "name" and value.name != headline.default.name
    at = -1 if place is None else round(place, 4)
    return [value.label, at, headline.text(value.value), value.meaning, value.name if is_other else ""]
