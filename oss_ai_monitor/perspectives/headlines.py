"""Headline figures under other rules: what a view's sentence and tiles say at first, and what one other rule would say.

The figures are those of marts.headlines, which the build counts for the choices that the page opens with.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from ..charts.alt_text import signed_number
from ..warehouse import Warehouse
from .phrases import enumerated
from .selection import Selection

QUERY = "headlines"
DEFAULT, LARGEST_OUT = "default", "largest-out"
WITHOUT_NUMBER = ("rank correlation", "0 to 1")
"""Units that are not written behind a number."""
NO_BAND = (
    "What other rules would say is counted only for the choices that the page opens with: reset the filters to see it."
)


@dataclass(frozen=True)
class RuleValue:
    """A figure under one rule; `value` is None where there is none."""

    rule: str
    label: str
    meaning: str
    value: float | None
    n: int
    name: str


@dataclass(frozen=True)
class Headline:
    """A figure by default, and under each other rule that can move it."""

    figure: str
    label: str
    subject: str
    unit: str
    decimals: int
    is_signed: bool
    turns_by: str
    default: RuleValue
    others: tuple[RuleValue, ...]

    @property
    def summary(self) -> str:
        """The figure with its range in one line: 22.3 points; 19.8 to 24.6 under 14 rules."""
        values = self._values()
        low, high = (self.number(edge) for edge in (min(values), max(values)))
        if low == high:
            return f"{self.text(self.default.value)} under all {len(values)} rules"
        return f"{self.text(self.default.value)}; {low} to {high} under {len(values)} rules"

    @property
    def most_important(self) -> str:
        """Which rule moves the figure most, as a sentence."""
        counted = [other for other in self.others if other.value is not None]
        most = max(counted, key=lambda other: abs(self._change(other)), default=None)
        if most is None or self.number(most.value) == self.number(self.default.value):
            return "None of these rules changes it as it is written."
        return f"The rule that matters most: {most.label}, {self.text(most.value)}."

    @property
    def turned(self) -> list[RuleValue]:
        """The rules that turn the finding round: of another name, of another sign, or on the other side of a half."""
        return [other for other in self.others if self._is_turned(other)]

    def finding(self, value: RuleValue) -> str:
        """Return what holds under a rule that turns the finding round, as part of a sentence."""
        return f"{self.subject} is {value.name if self.turns_by == 'name' else self.text(value.value)}"

    def number(self, value: float | None) -> str:
        """Return a value as it is written, with its sign where it has one: −0.08, 39%."""
        if value is None:
            return "none"
        rounded = round(value, self.decimals) + 0.0  # never a minus before zero
        text = signed_number(rounded, f"{'+' if self.is_signed else ''},.{self.decimals}f")
        return f"{text}%" if self.unit == "%" else text

    def text(self, value: float | None) -> str:
        """Return a value with its unit."""
        number = self.number(value)
        return number if value is None or self.unit in ("%", *WITHOUT_NUMBER) else f"{number} {self.unit}"

    def rows(self) -> list[tuple[RuleValue, float | None]]:
        """Return each rule with its place between the least and the largest value, 0 to 1; what moves it most first."""
        low, high = min(self._values()), max(self._values())
        moved = sorted(self.others, key=lambda other: -abs(self._change(other)))
        return [(value, _place(value.value, low, high)) for value in (self.default, *moved)]

    def _values(self) -> list[float]:
        return [value.value for value in (self.default, *self.others) if value.value is not None]

    def _change(self, other: RuleValue) -> float:
        return 0.0 if other.value is None or self.default.value is None else other.value - self.default.value

    def _is_turned(self, other: RuleValue) -> bool:
        if other.value is None or self.default.value is None:
            return False
        match self.turns_by:
            case "name":  # without the largest one it is always another
                return other.rule != LARGEST_OUT and other.name != self.default.name
            case "sign":
                value, default = (round(number, self.decimals) for number in (other.value, self.default.value))
                return value * default < 0
            case "half":
                return (other.value > 50) != (self.default.value > 50)
        return False


def of_view(warehouse: Warehouse, dataset: str, view: str) -> list[Headline]:
    """Return the headline figures of a view for a dataset, as the page shows it at first, in reading order."""
    rows = warehouse.query(QUERY, dataset=dataset)
    of_this = rows[rows["view"] == view]
    return [headline for _, group in of_this.groupby("figure", sort=False) for headline in _headline(group)]


def is_opening(selection: Selection) -> bool:
    """Return whether the shared choices are those that the page opens with; marks of events change no figure."""
    opening = Selection.defaults(selection.datasets, selection.dataset)
    return replace(selection, show_events=opening.show_events) == opening


def otherwise(headlines: Sequence[Headline]) -> str:
    """Return what other rules turn round, as a sentence that begins with a space; empty where none does."""
    findings: dict[str, list[str]] = {}
    for headline in headlines:
        for value in headline.turned:
            findings.setdefault(value.label, []).append(headline.finding(value))
    if not findings:
        return ""
    parts = [f"{rule}, {enumerated(texts)}" for rule, texts in findings.items()]
    return f" {'Another rule says' if len(parts) == 1 else 'Other rules say'} otherwise: {'; '.join(parts)}."


def _headline(rows: pd.DataFrame) -> Iterator[Headline]:
    values = {row["rule"]: _rule_value(row) for row in rows.to_dict("records")}
    default, first = values.pop(DEFAULT, None), rows.iloc[0]
    if default is None or default.value is None:
        return
    yield Headline(
        str(first["figure"]), str(first["label"]), str(first["subject"]), str(first["unit"]), int(first["decimals"]),
        bool(first["is_signed"]), str(first["turns_by"]), default, tuple(values.values()),
    )  # fmt: skip


def _rule_value(row: dict[Any, Any]) -> RuleValue:
    value = None if pd.isna(row["value"]) or not np.isfinite(row["value"]) else float(row["value"])
    name = "" if pd.isna(row["name"]) else str(row["name"])
    return RuleValue(
        str(row["rule"]), str(row["rule_label"]), str(row["rule_meaning"]), value, int(row["n"]), name
    )  # fmt: skip


def _place(value: float | None, low: float, high: float) -> float | None:
    if value is None:
        return None
    return 0.5 if high == low else (value - low) / (high - low)
