"""Headline figures under other rules: what a view's sentence and tiles say at first, and what one other rule would say.

The figures are those of marts.headlines, which the build counts for the choices that the page opens with.
"""

from __future__ import annotations

import weakref
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from ..charts.alt_text import signed_number
from ..plurals import counted
from ..warehouse import Warehouse
from .phrases import enumerated
from .selection import Selection

QUERY = "headlines"
DEFAULT, LARGEST_OUT = "default", "largest-out"
WITHOUT_NUMBER = ("rank correlation", "0 to 1")
"""Units that are not written behind a number."""
NO_RULE = "No other rule changes this answer."
NO_RULE_CHANGES_IT = "No other rule changes it."
"""Of a tile."""
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
    counted_by: str = ""
    """How a model that the rule moves counts, after its name; empty where a rule only leaves models out."""
    holders: tuple[str, ...] | None = None
    """Models that decide it, such as the holder of a record; None where no single model does."""


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
        text = self.text(self.default.value)
        return f"{text}; {self.range}" if self.span else f"{text} under all {counted(len(self._values()), 'rule')}"

    @property
    def range(self) -> str:
        """Its range alone, for beside the figure itself: 19.8 to 24.6 under 14 rules."""
        rules = counted(len(self._values()), "rule")
        return f"{self.span} under {rules}" if self.span else f"the same under all {rules}"

    @property
    def span(self) -> str:
        """Its least and its largest value: 19.8 to 24.6; empty where all are written alike."""
        low, high = (self.number(edge) for edge in (min(self._values()), max(self._values())))
        return f"{low} to {high}" if low != high else ""

    @property
    def most_important(self) -> str:
        """Which rule moves the figure most, and by which models, as a sentence."""
        counted = [other for other in self.others if other.value is not None]
        most = max(counted, key=lambda other: abs(self._change(other)), default=None)
        if most is None or self.number(most.value) == self.number(self.default.value):
            return "None of these rules changes it as it is written."
        because = f", because {reason}" if (reason := self.reason(most)) else ""
        return f"The rule that matters most: {most.label}, {self.text(most.value)}{because}."

    def reason(self, other: RuleValue) -> str:
        """Return which models make the figure another one under a rule, as part of a sentence; empty if none does."""
        if other.holders is None or self.default.holders is None:
            return ""
        present = [name for name in other.holders if name not in self.default.holders]
        absent = [name for name in self.default.holders if name not in other.holders]
        counted_by = f" {other.counted_by}" if other.counted_by else ""
        if present:
            verb = "counts" if len(present) == 1 else "count"
            place = f"{',' if counted_by else ''} in the place of {enumerated(absent)}" if absent else ""
            return f"{enumerated(present)} {verb}{counted_by}{place}"
        if absent:
            return f"{enumerated(absent)} {'does' if len(absent) == 1 else 'do'} not count"
        if not counted_by or not other.holders or self.number(other.value) == self.number(self.default.value):
            return ""
        return f"{enumerated(other.holders)} {'counts' if len(other.holders) == 1 else 'count'}{counted_by}"

    def difference(self, other: RuleValue) -> str:
        """Return what the figure is of under a rule where that is something else, and by which models."""
        reason = self.reason(other)
        is_other = self.turns_by == "name" and other.name not in ("", self.default.name)
        return ": ".join(part for part in (other.name if is_other and other.name not in reason else "", reason) if part)

    @property
    def models(self) -> list[str]:
        """The models that its reasons name and that have a page."""
        names = [name for value in (self.default, *self.others) for name in value.holders or ()]
        return [name for name in dict.fromkeys(names) if not name.startswith("left-out/")]

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
            case "name":  # without the largest one a record is always another's
                is_record = self.default.name in (self.default.holders or (self.default.name,))
                return other.name != self.default.name and not (other.rule == LARGEST_OUT and is_record)
            case "sign":
                value, default = (round(number, self.decimals) for number in (other.value, self.default.value))
                return value * default < 0
            case "half":
                return (other.value > 50) != (self.default.value > 50)
        return False


_read: weakref.WeakKeyDictionary[Warehouse, dict[tuple[str, str], tuple[Headline, ...]]] = weakref.WeakKeyDictionary()
"""The headline figures of each open generation, by dataset and view; each change asks whether there are any."""


def of_view(warehouse: Warehouse, dataset: str, view: str) -> list[Headline]:
    """Return the headline figures of a view for a dataset, as the page shows it at first, in reading order."""
    views = _read.setdefault(warehouse, {})
    if (dataset, view) not in views:
        rows = warehouse.query(QUERY, dataset=dataset)
        of_this = rows[rows["view"] == view]
        groups = of_this.groupby("figure", sort=False)
        views[dataset, view] = tuple(headline for _, group in groups for headline in _headline(group))
    return list(views[dataset, view])


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


def otherwise_briefly(headlines: Sequence[Headline]) -> str:
    """Return the same for a tile, which says what the figure is of: Without declared merges it is a/b."""
    parts = [f"{value.label} it is {value.name}" for headline in headlines for value in headline.turned]
    text = "; ".join(parts)
    return f" {text[0].upper()}{text[1:]}." if text else ""


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
    counted_by = "" if pd.isna(row["counted_by"]) else str(row["counted_by"])
    holders = None if row["holders"] is None or row["holders"] is pd.NA else _names(row["holders"])
    return RuleValue(
        str(row["rule"]), str(row["rule_label"]), str(row["rule_meaning"]), value, int(row["n"]), name, counted_by,
        holders,
    )  # fmt: skip


def _names(listed: Any) -> tuple[str, ...]:
    return tuple(str(name) for name in listed if name is not None and name is not pd.NA)


def _place(value: float | None, low: float, high: float) -> float | None:
    if value is None:
        return None
    return 0.5 if high == low else (value - low) / (high - low)
