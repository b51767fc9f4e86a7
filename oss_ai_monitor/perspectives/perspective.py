"""What every perspective is: a question, own parameters, one query per change, pictures that are kept.

A perspective is written by subclassing `Perspective`, and in it

- the docstring's first line is the question; `title` and `slug` name it; `query` is the file under sql/queries/;
- its own parameters are Param parameters with docs; those named in `parameters` get a control in the sidebar, a place
  in the address, and are bound to the query under their names;
- `draw()` makes the charts, once; `update(answer)` sends them the answer of the query;
- `sentence(answer)` answers the question in one sentence; `left_out(answer)` says what is missing, and how many
  (`left_out_of(picture)`, where its pictures do not all leave out the same);
- `table(picture)` is the table behind a picture, as people read it; what the answer holds unless overridden.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from typing import Any, ClassVar

import pandas as pd
import param

from ..charts import Chart, batched, date_text, number_text
from ..warehouse import Warehouse, for_strangers
from .filters import Filters
from .tile import Link

_log = logging.getLogger(__name__)


class Perspective(param.Parameterized):
    """The question, in one line."""

    title: ClassVar[str]
    slug: ClassVar[str]
    query: ClassVar[str]
    parameters: ClassVar[tuple[str, ...]] = ()
    needs_scores: ClassVar[bool] = False
    disputed_facts: ClassVar[tuple[str, ...]] = ("date", "size")  # claims that decide where this view draws a model
    placeholders: ClassVar[Mapping[str, str]] = {}  # list parameter → what none chosen means, in few words

    visible = param.Boolean(default=False, doc="Only the visible perspective computes.")
    stale = param.Boolean(default=True, doc="Whether something changed since the pictures were last fed.")
    state = param.Selector(default="loading", objects=["loading", "ready", "empty", "error", "no scores"])
    reason = param.String(doc="In an error or where there is nothing to show: why, in a reader's words.")
    answer_text = param.String(doc="One generated sentence that answers the question.")
    left_out_text = param.String(doc="What the pictures leave out, and how many.")
    charts = param.List(doc="The pictures, made on the first opening.")
    fed = param.Integer(default=0, doc="How often the pictures were fed: their titles may be others each time.")
    disabled_options = param.Dict(
        default={}, doc="By own parameter: choices that cannot be made; their labels say why."
    )
    tiles = param.List(doc="Answers at a glance, above the pictures.")
    navigate_to = param.Parameter(doc="The way that a reader chose to take; the page goes it.")

    def __init__(self, warehouse: Warehouse, filters: Filters, **params: Any) -> None:
        self.warehouse, self.filters = warehouse, filters
        self._asked: dict[str, Any] | None = None
        self.answer = pd.DataFrame()
        self._dataset = ""
        super().__init__(**params)
        self.prepare()
        self._choose()
        filters.param.watch(self._changed, [name for name in filters.param if name != "name"])
        if self.parameters:
            self.param.watch(self._changed, list(self.parameters))

    @property
    def question(self) -> str:
        """The first line of the class's docstring."""
        return (type(self).__doc__ or "").strip().partition("\n")[0]

    def prepare(self) -> None:
        """Read what is needed once, such as colours. Nothing by default."""

    def choices(self, name: str) -> list[str]:
        """What an own list parameter can be chosen from, on the dataset that is looked at."""
        return list(self.param[name].objects)

    def palette(self, names: str) -> dict[str, str]:
        """Every name with its colour, in reading order: `names` is "types" or "architectures"."""
        name = names.removesuffix("s")
        rows = self.warehouse.query(f"{name}_colours")
        return dict(zip(rows[name], rows["color"], strict=True))

    def draw(self) -> list[Chart]:
        """Make the pictures; called once, on the first opening."""
        raise NotImplementedError

    def update(self, answer: pd.DataFrame) -> None:
        """Send the answer to the pictures."""
        raise NotImplementedError

    def sentence(self, answer: pd.DataFrame) -> str:
        """Answer the question in one sentence."""
        raise NotImplementedError

    def left_out(self, answer: pd.DataFrame) -> list[str]:  # noqa: ARG002
        """What this perspective leaves out beyond what the dataset does, each with its number."""
        return []

    def disputes_of(self, chart: Chart) -> dict[str, int]:  # noqa: ARG002
        """Of how many models a claim is not believed that would draw them elsewhere or not at all: fact → models."""
        facts, types = list(self.disputed_facts), list(getattr(self, "types", []))
        rows = self.warehouse.query("disputes", self.filters.values(), facts=facts, types=types)
        return dict(zip(rows["fact"], rows["models"].astype(int), strict=True))

    def left_out_of(self, chart: Chart) -> list[str]:  # noqa: ARG002
        """What one of its pictures leaves out; what all of them do unless overridden."""
        return [self.left_out_text] if self.left_out_text else []

    def table(self, chart: Chart) -> pd.DataFrame:  # noqa: ARG002
        """The table behind a picture."""
        return self.answer

    def more(self, chart: Chart) -> tuple[str, Link] | None:  # noqa: ARG002
        """Where a picture leads further, with the words of the link. Nowhere by default."""
        return None

    def controls(self) -> Mapping[str, str]:
        """Own parameters that get a control, each with its label; a perspective may hide some of them."""
        return {name: self.param[name].label for name in self.parameters}

    def search(self, name: str, typed: str) -> list[str]:  # noqa: ARG002
        """What an own parameter of the kind Found offers for what was typed."""
        return []

    def query_for(self, chart: Chart | None = None) -> tuple[str, dict[str, Any]]:  # noqa: ARG002
        """The query that a picture, or with none the answer, stands on: its file, and own parameters by their names."""
        return self.query, {name: getattr(self, name) for name in self.parameters}

    def fetch(self) -> pd.DataFrame:
        """The one query of a change: shared filters and own parameters, bound by their names."""
        query, own = self.query_for()
        return self.warehouse.query(query, self.filters.values(), **own)

    def bound_query(self, chart: Chart | None = None) -> tuple[str, dict[str, Any]]:
        """The select behind a picture, and every value that is bound to it."""
        query, own = self.query_for(chart)
        return self.warehouse.bound(query, self.filters.values(), **own)

    def open(self) -> None:
        """Become visible, and catch up with what changed meanwhile."""
        self.visible = True
        if self.stale:
            self.refresh()

    def hide(self) -> None:
        """Stop computing."""
        self.visible = False

    def _choose(self) -> None:
        """Offer what the dataset has, and forget choices that it has not."""
        self._dataset = self.filters.dataset
        for name in self.parameters:
            if isinstance(self.param[name], param.ListSelector):
                offered = self.choices(name)
                kept = [chosen for chosen in getattr(self, name) if chosen in offered]
                self.param[name].objects = offered
                setattr(self, name, kept)

    def _changed(self, *_: Any) -> None:
        self.stale = True
        if self._dataset != self.filters.dataset:
            self._choose()
        if self.visible:
            self.refresh()

    def refresh(self) -> None:
        """Ask, feed the pictures and say what came of it. An error is shown, and the last good picture stays."""
        began, fed = time.perf_counter(), self.fed
        with batched():
            self._refresh()
        if self.fed > fed or self.state == "error":
            told = {"event": "change", "view": self.slug, "outcome": self.state, "ms": _ms_since(began)}
            _log.debug("computed", extra={"fields": told})

    def _refresh(self) -> None:
        wanted = self._wanted()
        if wanted == self._asked and self.state in ("ready", "empty"):
            self.stale = False
            return
        self.stale = False
        if self.needs_scores and not self.filters.has_scores:
            self._asked = None
            self.param.update(state="no scores", reason="The Hub's listing holds no scores; a leaderboard does.")
            return
        try:
            answer = self.fetch()
            charts = self.charts or self.draw()
            self.answer = answer
            self._mark(charts)
            self.update(answer)
            if not self.charts:
                self.charts = charts
            said = {"answer_text": self.sentence(answer), "left_out_text": " · ".join(self.left_out(answer))}
        except Exception as error:  # the page is an edge: it says what went wrong and lives on
            logging.getLogger(__name__).exception("%s could not be computed", self.slug)
            self._asked = None
            self.param.update(state="error", reason=f"This could not be computed: {_in_words(error)}")
            return
        self._asked = wanted
        empty = all(chart.is_empty for chart in self.charts)
        said |= {"state": "empty" if empty else "ready", "reason": self._nothing() if empty else ""}
        self.param.update(fed=self.fed + 1, **said)

    def _wanted(self) -> dict[str, Any]:
        own = {name: getattr(self, name) for name in self.parameters}
        return (
            self.filters.values() | {"show_events": self.filters.show_events} | {k: _frozen(v) for k, v in own.items()}
        )

    def _mark(self, charts: list[Chart]) -> None:
        """Put the dated events of the dataset on pictures that have a time axis."""
        events = self.filters.events()
        for chart in charts:
            chart.mark(events if self.filters.show_events else events.iloc[:0])

    def _nothing(self) -> str:
        start, end = self.filters.dates
        return (
            f"No dated model between {date_text(start)} and {date_text(end)} meets these filters. "
            "Widen the dates, choose other sizes, or clear the picture's own choices."
        )

    def to_query(self) -> dict[str, str]:
        """Own parameters that differ from their defaults, as an address says them."""
        said = {}
        for name in self.parameters:
            value = getattr(self, name)
            if value != self.param[name].default:
                said[name] = ",".join(value) if isinstance(value, list) else _said(value)
        return said

    def from_query(self, said: Mapping[str, str]) -> list[str]:
        """Take over what an address says; one sentence for each value that cannot be followed."""
        notices: list[str] = []
        new: dict[str, Any] = {}
        for name in self.parameters:
            if name not in said:
                continue
            value, wrong = _read(self.param[name], said[name])
            notices += [f"{self.title} has no {name.replace('_', ' ')} “{word}”: it is left out." for word in wrong]
            if value is not None:
                new[name] = value
        self.param.update(**new)
        return notices


def counted(number: float, thing: str) -> str:
    """A number with its noun: 1 model, 12 models."""
    return f"{number_text(number)} {thing}{'' if number == 1 else 's'}"


def _read(parameter: param.Parameter, text: str) -> tuple[Any, list[str]]:
    """A parameter's value from an address, and the words that it does not allow."""
    if isinstance(parameter, param.ListSelector):
        words = [word for word in text.split(",") if word]
        wrong = [word for word in words if word not in parameter.objects]
        return [word for word in words if word not in wrong], wrong
    if isinstance(parameter, param.Boolean):
        return (text == "yes", []) if text in ("yes", "no") else (None, [text])
    if isinstance(parameter, param.Selector):
        return (text, []) if text in parameter.objects else (None, [text])
    if isinstance(parameter, param.List):
        return [word for word in text.split(",") if word], []
    return text, []


def _said(value: Any) -> str:
    return {True: "yes", False: "no"}.get(value, str(value)) if isinstance(value, bool) else str(value)


def _frozen(value: Any) -> Any:
    return list(value) if isinstance(value, list) else value


def _ms_since(began: float) -> float:
    return round(1000 * (time.perf_counter() - began), 1)


def _in_words(error: Exception) -> str:
    first = str(error).strip().partition("\n")[0]
    return for_strangers(first) or type(error).__name__
