"""The query strings of addresses: the only place where they are parsed and written.

Their parameters are `view`, the shared choices (`dataset`, `from`, `to`, `unit`, `sizes`, `at_most`, `score` and the
switches), a perspective's own parameters by name, those of a page, and `snapshot`, which pins a generation. Addresses
are not trusted: invalid values are ignored, and a notice names them.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlencode

import param

from ..charts import date_text
from ..plurals import counted
from .datasets import AVERAGE
from .selection import MAX_SIZE_B, SWITCHES, UNITS, Selection

VIEW, SNAPSHOT, DATASET, AT_MOST = "view", "snapshot", "dataset", "at_most"
CUT = "The dates were cut to the data"
"""How the notice begins that dates reach further than the data does: what is shown is all that there is of them."""
WITH_DEFAULTS = {"text_generation": True, "hide_derived": False, "downloaded": False, "show_events": True}
SHARED = (DATASET, "from", "to", "unit", "sizes", AT_MOST, "score", *WITH_DEFAULTS)
"""The names of the shared choices."""
OF_OTHER_SITES = ("utm_", "mc_", "fbclid", "gclid", "msclkid")
"""How names begin that mail programs, search engines and social networks add to links: they are no choices."""
FORMER = ("against", "scale")
"""Choices that a view once had: old links with them still open without a notice."""
LONGEST_NAMED, MOST_NAMED = 60, 5  # characters of a name that a notice quotes, and such names


def read(search: str) -> dict[str, str]:
    """Parse a query string, with or without its "?": `?view=sql&q=select+1` has view and q."""
    return dict(parse_qsl(replace_surrogates(search).removeprefix("?")))


def replace_surrogates(text: str) -> str:
    """Return a text with “?” for each lone surrogate: half of a character, which JSON can hold and a query cannot."""
    return text.encode("utf-8", "replace").decode()


def repeated(search: str) -> list[str]:
    """Return a notice for each of a few names that a query string has more than once."""
    counts = Counter(name for name, _ in parse_qsl(replace_surrogates(search).removeprefix("?")))
    names = [name[:LONGEST_NAMED] for name, count in counts.items() if count > 1]
    return [f"“{name}” is in the address more than once: the last one counts." for name in names[:MOST_NAMED]]


def write(query: Mapping[str, str]) -> str:
    """Return the query string with its "?"."""
    return "?" + urlencode(query)


def read_selection(query: Mapping[str, str], current: Selection) -> tuple[Selection, list[str]]:
    """Return the current selection changed by a query, and a notice for each invalid value."""
    notices: list[str] = []
    datasets = current.datasets
    dataset = _choice(query, DATASET, datasets.names, current.dataset, notices, datasets.warehouse.and_why_no_boards)
    selection = current.on(dataset, reset_dates=True)
    selection = replace(selection, unit=_choice(query, "unit", UNITS, selection.unit, notices))
    scores = list(selection.benchmarks.values())
    selection = replace(selection, benchmark=_choice(query, "score", scores, selection.benchmark, notices))
    selection = replace(selection, dates=_dates(query, selection, notices))
    sizes = [size for size in query.get("sizes", "").split(",") if size]
    notices += [f"There is no size “{size}”: it is left out." for size in sizes if size not in datasets.sizes]
    selection = replace(selection, sizes=tuple(size for size in sizes if size in datasets.sizes))
    selection = replace(selection, at_most_b=_limit(query, selection.at_most_b, notices))
    switches: dict[str, Any] = {}
    for switch in (*SWITCHES, "show_events"):
        if query.get(switch, "yes") not in ("yes", "no"):
            notices.append(f"{switch} is yes or no, not “{query[switch]}”: it is left as it was.")
        elif switch in query:
            switches[switch] = query[switch] == "yes"
    return replace(selection, **switches), notices


def write_selection(selection: Selection) -> dict[str, str]:
    """Return the query that reproduces a selection."""
    start, end = selection.dates
    query = {DATASET: selection.dataset, "from": start.isoformat(), "to": end.isoformat(), "unit": selection.unit}
    if selection.sizes:
        query["sizes"] = ",".join(selection.sizes)
    if selection.at_most_b is not None:
        query[AT_MOST] = write_value(selection.at_most_b)
    if selection.benchmark != AVERAGE:
        query["score"] = selection.benchmark
    switches = {name: getattr(selection, name) for name in WITH_DEFAULTS}
    return query | {name: write_value(is_on) for name, is_on in switches.items() if is_on != WITH_DEFAULTS[name]}


def read_value(parameter: param.Parameter, text: str) -> tuple[Any, list[str]]:
    """Parse the value of a parameter; returns the value (None if invalid), and the parts that are not allowed."""
    if isinstance(parameter, param.ListSelector):
        names = [name for name in text.split(",") if name]
        rejected = [name for name in names if name not in parameter.objects]
        return [name for name in names if name not in rejected], rejected
    if isinstance(parameter, param.Boolean):
        return (text == "yes", []) if text in ("yes", "no") else (None, [text])
    if isinstance(parameter, param.Number):
        number = _number(text, *parameter.bounds)
        return number, [] if number is not None else [text]
    if isinstance(parameter, param.Selector):
        return (text, []) if text in parameter.objects else (None, [text])
    if isinstance(parameter, param.List):
        return [name for name in text.split(",") if name], []
    return text, []


def unknown_names(query: Mapping[str, str], parameters: Collection[str], title: str) -> list[str]:
    """Return a notice for each name in a query that is neither a shared choice nor one of a view's `parameters`."""
    choices = {VIEW, SNAPSHOT, *SHARED, *FORMER, *parameters}
    names = [name for name in query if name not in choices and not name.startswith(OF_OTHER_SITES)]
    notices = [f"{title} has no choice “{name[:LONGEST_NAMED]}”: it is left out." for name in names[:MOST_NAMED]]
    more = len(names) - MOST_NAMED
    others = f"{title} does not have {counted(more, 'other choice')} of this address either."
    return [*notices, others] if more > 0 else notices


def write_value(value: Any) -> str:
    """Return the value of a parameter as text for a query."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.9g}"
    return ",".join(value) if isinstance(value, list) else str(value)


def write_names(names: list[str]) -> str:
    """Return a list of names as text for a query; commas in names are escaped."""
    return ",".join(name.replace("%", "%25").replace(",", "%2C") for name in names)


def read_names(text: str) -> list[str]:
    """Parse a list of names, without duplicates."""
    parts = [part.replace("%2C", ",").replace("%25", "%") for part in text.split(",") if part]
    return list(dict.fromkeys(parts))


def _choice(
    query: Mapping[str, str],
    name: str,
    choices: list[str] | tuple[str, ...],
    current: str,
    notices: list[str],
    why_absent: str = "",
) -> str:
    if name in query and query[name] not in choices:
        notices.append(f"There is no {name} “{query[name]}” here{why_absent}: showing {current}.")
    return query[name] if query.get(name) in choices else current


def _number(text: str, above: float, at_most: float) -> float | None:
    """Return a number within bounds; None for anything else."""
    try:
        number = float(text)
    except ValueError:
        return None
    return number if above < number <= at_most else None


def _limit(query: Mapping[str, str], current: float | None, notices: list[str]) -> float | None:
    """Return the upper limit of sizes, in billions of parameters; an empty one is none."""
    text = query.get(AT_MOST)
    if not text:
        return current if text is None else None
    if (limit := _number(text, 0, MAX_SIZE_B)) is not None:
        return limit
    notices.append(f"{AT_MOST} is a number of billions of parameters, like 8, not “{text}”: it is left out.")
    return current


def _dates(query: Mapping[str, str], selection: Selection, notices: list[str]) -> tuple[dt.date, dt.date]:
    start, end = selection.dates
    try:
        requested = (
            dt.date.fromisoformat(query.get("from", str(start))),
            dt.date.fromisoformat(query.get("to", str(end))),
        )
    except ValueError:
        notices.append(f"The dates in the address are not dates: showing {date_text(start)} to {date_text(end)}.")
        return selection.dates
    first, last = selection.bounds
    if requested[0] > last or requested[1] < first:
        notices.append(f"The data goes from {date_text(first)} to {date_text(last)}: showing the usual range of it.")
        return selection.dates
    if requested[0] > requested[1]:
        notices.append(f"The dates in the address run backwards: showing {date_text(start)} to {date_text(end)}.")
        return selection.dates
    cut = max(requested[0], first), min(requested[1], last)
    if cut != requested:
        notices.append(f"{CUT}: {date_text(cut[0])} to {date_text(cut[1])}.")
    return cut
