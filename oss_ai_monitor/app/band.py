"""What the band beside an answer shows: a figure with its range under other rules, and each rule as a dot."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..perspectives.headlines import Headline, RuleValue


def bands(headlines: Sequence[Headline]) -> list[dict[str, Any]]:
    """Return for each figure its label, its line, which rule matters most, and the dots.

    A dot has its rule, its place from 0 to 1 (-1: none), its value, what the rule means, and a name that is another one.
    """
    return [
        {
            "label": headline.label,
            "summary": headline.summary,
            "most": headline.most_important,
            "dots": [
                [
                    value.label,
                    -1 if place is None else round(place, 4),
                    headline.text(value.value),
                    value.meaning,
                    _other_name(headline, value),
                ]  # fmt: skip
                for value, place in headline.rows()
            ],
        }
        for headline in headlines
    ]


def _other_name(headline: Headline, value: RuleValue) -> str:
    """Return the name that a figure is of, where it is another one than by default."""
    return value.name if headline.turns_by == "name" and value.name != headline.default.name else ""
