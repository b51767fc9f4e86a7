"""Parts of sentences: numbers with their nouns, totals by name."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import numpy as np
import pandas as pd

from ..charts import date_text, number_text
from ..plurals import counted

BASE_WITHOUT_RELATION = "“Base without relation”: it names a base model, but not what it did with it."
CLICK = "A click on a point opens its model."


def of_unknown_base(models: int) -> list[str]:
    """Return a note about models of which no source says whether they have a base; empty where there are none."""
    return (
        [f"{counted(models, 'model')} of unknown base: not in the Hub's listing, and no board names one"]
        if models
        else []
    )


def decimal_text(number: float, digits: int = 9) -> str:
    """Return a number with so many digits, never with an exponent: 0.0000001, 14.8, 15."""
    return np.format_float_positional(float(f"{number:.{digits}g}"), trim="-")


def enumerated(names: Sequence[str]) -> str:
    """Return names as a reader lists them: chat; chat and merge; chat, merge and other."""
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def between(start: dt.date | None, end: dt.date | None) -> str:
    """Return the first and the last day of a time as text; a single day once."""
    first, last = date_text(start), date_text(end)
    return first if first == last else f"{first} to {last}"


def points_text(change: float, digits: int = 1) -> str:
    """Return a change in percentage points or in points of a score: 11 points up, 0.4 points down, no change."""
    rounded = round(round(change, 6), digits)  # six digits first, as headline figures are kept: 14.75 is not 14.7499…
    if rounded == 0:
        return "no change"
    return f"{abs(rounded):g} point{'' if abs(rounded) == 1 else 's'} {'up' if rounded > 0 else 'down'}"


def totals(names: pd.Series | np.ndarray, models: pd.Series | np.ndarray) -> dict[str, int]:
    """Return the number of models of each name, most first; equal ones in the order of their first rows."""
    codes, unique = pd.factorize(names)
    sums = np.bincount(codes, np.asarray(models, "float64"), len(unique))
    return {str(unique[n]): int(sums[n]) for n in np.argsort(-sums, kind="stable")}


NO_RELATIONS = (
    "This listing names base models, and no relations to them: which models are finetunes, adapters, quantized copies "
    "or merges is not known."
)
BASE_ELSEWHERE = "base elsewhere"
"""The relation, within a family, of a model that declares none: a leaderboard or a reviewed list names its base."""


def of_type(name: str) -> str:
    """Return a type as text after a share of models: of type merge, of unknown type, with no declared base."""
    return {"unknown": "of unknown type", "none declared": "with no declared base"}.get(name, f"of type {name}")


def short_change(change: float) -> str:
    """Return a difference of counts in at most four letters and a unit: +999, +12 k, −3.4 M."""
    size = abs(change)
    for least, unit in ((100_000_000, " M"), (1_000_000, " M"), (1_000, " k")):
        if size >= least:
            number = size / (1_000 if unit == " k" else 1_000_000)
            text = f"{number:,.0f}{unit}" if number >= 10 else f"{number:.1f}{unit}"
            break
    else:
        text = number_text(size)
    return f"{'−' if change < 0 else '+'}{text}"


def growth_text(growth: float) -> str:
    """Return a relative change as text: +12%, −30%, from a tenfold rise on ×12."""
    if growth >= 9:
        return f"×{number_text(growth + 1)}"
    return f"{growth:+.0%}".replace("-", "−")


def one_sentence(*parts: str) -> str:
    """Return texts as one sentence, of which all but the first begin in lower case; empty ones are skipped."""
    return "; ".join(part.strip().rstrip(".") for part in parts if part.strip()) + "."
