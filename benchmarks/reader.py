"""The visitor who is timed: reads one perspective, and changes what it shows."""

from __future__ import annotations

import datetime as dt

import param
from playwright.sync_api import Browser

from oss_ai_monitor.perspectives import Perspective
from oss_ai_monitor.warehouse import sql_folder

from .browser import Change, Visitor
from .controls import Plain

UNITS = ("Day", "Month", "Week")
CONTROLS = ("unit", "dates", "own control")


class Reader(Visitor):
    """A visitor of one perspective, who changes what it shows."""

    def __init__(self, browser: Browser, address: str, kind: type[Perspective]) -> None:
        super().__init__(browser, address)
        self.open(search(kind))
        self.list_label, self.has_unit, self.choices = own_list(kind), has_unit(kind), own_choices(kind)
        self.dates = self.controls.dates()
        self.options = self.controls.count_options(self.list_label) if self.list_label else 0

    def change(self, control: str, n: int) -> Change | None:
        """Make the n-th change with a control; None if the perspective has no such control."""
        if control == "unit":
            return self.press(UNITS[n % len(UNITS)]) if self.has_unit else None
        if control == "dates":  # each range is another one, so that no answer is cached
            if self.dates is None:
                return None
            first, last = self.dates
            day = first + dt.timedelta(days=(n + 1) * max((last - first).days // 60, 7))
            return self.time(lambda: self.controls.choose_first_date(day))
        if self.options < 2:
            return None
        option = ((n + 1) // 2 if n % 2 else max(n // 2 - 1, 0)) % self.options  # one, two, the second, two, …
        return self.time(lambda: self.controls.toggle(self.list_label, option))

    def choose(self, label: str) -> Change | None:
        """Choose the next alternative of one of the perspective's own controls; None if the page does not offer it."""
        if not isinstance(self.controls, Plain) or not self.controls.has(label):
            return None
        controls = self.controls
        return self.time(lambda: controls.advance(label))

    def restore(self, control: str, n: int) -> None:
        """Show the first unit and dates again after the n-th change."""
        if control == "unit" and self.has_unit and UNITS[n % len(UNITS)] != "Week":
            self.press("Week")
        if control == "dates" and self.dates:
            first = self.dates[0]
            self.time(lambda: self.controls.choose_first_date(first))


def own_list(kind: type[Perspective]) -> str:
    """Return the label of the first list of a perspective's own; "" if it has none."""
    lists = (kind.param[name] for name in kind.parameters if isinstance(kind.param[name], param.ListSelector))
    return next((str(parameter.label) for parameter in lists), "")


def own_choices(kind: type[Perspective]) -> list[str]:
    """Return the labels of a perspective's own switches and choices of one of some."""
    parameters = (kind.param[name] for name in kind.parameters)
    return [
        str(one.label) for one in parameters if isinstance(one, (param.Boolean, param.Selector)) and not _is_list(one)
    ]


def _is_list(parameter: param.Parameter) -> bool:
    return isinstance(parameter, param.ListSelector)


def has_unit(kind: type[Perspective]) -> bool:
    """Return whether the page offers a unit beside a perspective: one of its queries reads it."""
    queries = sql_folder() / "queries"
    return any("$unit" in (queries / f"{name}.sql").read_text(encoding="utf-8") for name in kind.queries())


def dataset(kind: type[Perspective]) -> str:
    """Return the dataset that a perspective shows: the Hub has no scores."""
    return "v1" if kind.needs_scores else "hub"


def search(kind: type[Perspective]) -> str:
    return f"?view={kind.slug}&dataset={dataset(kind)}&unit=week"
