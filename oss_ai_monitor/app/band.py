"""What the band beside an answer shows: a figure with its range under other rules, and each rule as a dot."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..perspectives.headlines import Headline, RuleValue


def bands(headlines: Sequence[Headline]) -> list[dict[str, Any]]:
    """Return for each figure its label, its line, which rule matters most, and rule, place, value and meaning of each dot."""
    return [
        {
            "label": headline.label,
            "summary": headline.summary,
            "most": headline.most_important,
            "dots": [
                [value.label, -1 if place is None else round(place, 4), _value_text(headline, value), value.meaning]
                for value, place in headline.rows()
            ],
        }
        for headline in headlines
    ]


def _value_text(headline: Headline, value: RuleValue) -> str:
    text = headline.text(value.value)
    return f"{text} · {value.name}" if value.name and headline.turns_by == "name" else text
