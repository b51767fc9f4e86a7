"""The addresses that answer programs with JSON: each with its choices, its description and the function that answers.

`openapi` describes them and the server answers them, both from here. A perspective has an address of its own because
the registry has the perspective.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import param

from ..comparing import MOST_DETAILS
from ..comparing import MOST_ROWS as DEFAULT_DETAILS
from ..pages.then_and_now import DATASET, FIGURE, NOW, SLUG, STEP, THEN
from ..perspectives import UNITS, Perspective, address, all_perspectives
from ..warehouse import Warehouse
from .answers import SQL, view_answer
from .names import FACT, KINDS, WORDS, search, why
from .problem import DEFAULT_ROWS, MAX_ROWS, ROWS
from .tables import TABLE
from .then_and_now import comparable, then_and_now
from .views import VIEW, kind_of, list_views

ROOT = "/api/"
CHANGES = "changes"
"""The view that has an address of its own besides that among the views: it stays, whatever the views are called."""
Answer = Callable[[Warehouse, Mapping[str, str]], dict[str, Any]]


@dataclass(frozen=True)
class Choice:
    """One parameter of an address: its name, what it means, and the JSON schema of its text."""

    name: str
    meaning: str
    schema: Mapping[str, Any] = field(default_factory=lambda: {"type": "string"})
    is_required: bool = False


@dataclass(frozen=True)
class Route:
    """One address below `/api/`."""

    name: str
    """The path after `/api/`."""
    title: str
    meaning: str
    schema: str
    """The name of the schema of its answer, in schemas.json."""
    choices: tuple[Choice, ...]
    answer: Answer

    @property
    def path(self) -> str:
        """The path of the address."""
        return ROOT + self.name


_YES_NO = {"type": "string", "enum": ["yes", "no"]}
_DAY = {"type": "string", "format": "date"}
PINNED = Choice(address.SNAPSHOT, "The id of the snapshot to answer from, while it is on the server; else the newest.")
SHOWN_ROWS = Choice(
    ROWS,
    f"How many rows of each table are in the answer, at most {MAX_ROWS:,}.",
    {"type": "integer", "minimum": 0, "maximum": MAX_ROWS, "default": DEFAULT_ROWS},
)
SHARED = (
    Choice(address.DATASET, "The dataset: hub, a leaderboard or a benchmark; /api/views lists them."),
    Choice("from", "The first day, UTC; without it the first usual day of the dataset.", _DAY),
    Choice("to", "The last day, UTC; days after the data are cut, and a notice says so.", _DAY),
    Choice("unit", "How long a period is.", {"type": "string", "enum": list(UNITS)}),
    Choice("sizes", "Classes of size, separated by commas; /api/views lists them. None means all."),
    Choice(address.AT_MOST, "Only models of at most so many billion parameters.", {"type": "number", "minimum": 0}),
    Choice("score", "The score that is compared: average, or the id of a benchmark of the dataset."),
    *(
        Choice(name, meaning, _YES_NO | {"default": "yes" if address.WITH_DEFAULTS[name] else "no"})
        for name, meaning in {
            "text_generation": "Only models that generate text; for the Hub's listing.",
            "hide_derived": "Leave out quantized copies and adapters; for the Hub's listing.",
            "downloaded": "Only models that were downloaded in the last 30 days; for the Hub's listing.",
            "show_events": "Name the dated events of the dataset.",
        }.items()
    ),
)
"""The choices that all views share, as the page's address has them."""
NAMED = {
    "model": "The id of a model, in any letter case, or an earlier id of it.",
    "owner": "The name of an owner.",
    "family": "The id of a base model, whose descendants are looked at.",
}


@functools.cache
def routes() -> Mapping[str, Route]:
    """Return every address by its name."""
    listed = (
        Route(
            "views",
            "List the views",
            "Every view with its question, its tables and its choices, and the datasets.",
            "Views",
            (
                Choice(VIEW, "Only this view.", {"type": "string", "enum": [kind.slug for kind in all_perspectives]}),
                PINNED,
            ),
            list_views,
        ),
        *map(_view_route, all_perspectives),
        replace(_view_route(_of_slug(CHANGES)), name=CHANGES),
        Route(
            "why",
            "Why a fact is as it is",
            "What is known of a model, an owner or a family: each fact with its source, the rule that decided and the "
            "claims that are not believed. Exactly one of model, owner and family has to be named.",
            "Why",
            (
                *(Choice(kind, NAMED[kind], {"type": "string", "maxLength": 200}) for kind in KINDS),
                Choice(FACT, "Only this fact, such as date, size, architecture, license or bases."),
                SHOWN_ROWS,
                PINNED,
            ),
            why,
        ),
        Route(
            "search",
            "Search names",
            "Models, owners, families and releases whose name contains the words, the best first.",
            "Search",
            (
                Choice(WORDS, "The words.", {"type": "string", "minLength": 2, "maxLength": 100}, is_required=True),
                PINNED,
            ),
            search,
        ),
        *_then_and_now_routes(),
    )
    return {route.name: route for route in listed}


def _then_and_now_routes() -> tuple[Route, ...]:
    """Return the addresses of comparisons."""
    return (
        Route(
            SLUG,
            "Why a number differs between two dates",
            "A figure at two dates, both counted by the present rules, and the steps between its two values, which add "
            "up: models that are gone, each fact that changed, models that are new, with the models behind each step. "
            "Where a generation of older rules is at hand, another step leads to what they said.",
            "Comparison",
            (
                Choice(DATASET, "The dataset; without it the first that is of several days."),
                Choice(FIGURE, "The figure; without it the first of the dataset."),
                Choice(THEN, "The earlier day; without it the last one before the later day.", _DAY),
                Choice(NOW, "The later day; without it that of the newest data.", _DAY),
                Choice(STEP, "Only the models behind this step, such as gone, rescored, licence, new or rules."),
                Choice(
                    ROWS,
                    f"How many models behind each step are in the answer, at most {MOST_DETAILS:,}.",
                    {"type": "integer", "minimum": 0, "maximum": MOST_DETAILS, "default": DEFAULT_DETAILS},
                ),
                PINNED,
            ),
            then_and_now,
        ),
        Route(
            f"{SLUG}/choices",
            "What can be compared",
            "Of each dataset the days of which snapshots are at hand, and its figures.",
            "Comparable",
            (PINNED,),
            comparable,
        ),
    )


def _of_slug(slug: str) -> type[Perspective]:
    return next(kind for kind in all_perspectives if kind.slug == slug)


def _view_route(kind: type[Perspective]) -> Route:
    """Return the address of a perspective's answer."""
    tables = list(kind.sources)
    return Route(
        f"views/{kind.slug}",
        kind.question,
        f"The answer of the view {kind.title}, as its page shows it: the sentence, its figures and the rows of its "
        "tables, with what is left out and the rules.",
        "View",
        (
            Choice(TABLE, "Only this table.", {"type": "string", "enum": tables}),
            SHOWN_ROWS,
            Choice(SQL, "Show the query of each table with its values.", _YES_NO | {"default": "no"}),
            *SHARED,
            *(_own_choice(kind.param[name]) for name in kind.parameters),
            PINNED,
        ),
        functools.partial(_answer_view, kind.slug),
    )


def _answer_view(slug: str, warehouse: Warehouse, query: Mapping[str, str]) -> dict[str, Any]:
    return view_answer(warehouse, slug, query)


def _own_choice(parameter: param.Parameter) -> Choice:
    """Return a choice for a perspective's own parameter; which values a dataset offers, /api/views lists."""
    meaning, kind = parameter.doc or parameter.label, kind_of(parameter)
    schema: dict[str, Any] = {"type": "string"}
    values = [str(value) for value in getattr(parameter, "objects", None) or []]
    if kind == "one of" and len(values) > 1:
        schema["enum"] = values
    elif kind == "yes or no":
        schema = _YES_NO | {"default": address.write_value(parameter.default)}
    elif kind == "number":
        schema = {"type": "number"}
    elif kind == "list":
        meaning += " Values are separated by commas; /api/views lists them."
    elif kind == "names":
        meaning += " Names are separated by commas; a comma in a name is %2C, a percent sign %25."
    return Choice(parameter.name, meaning, schema)
