"""The address of a view: the one place where its words are read, and where they are written.

An address is a page's URL without what comes before the "?". Its words are `view`, the shared choices (`dataset`,
`from`, `to`, `unit`, `sizes`, `score` and the switches), a perspective's own parameters by their names, what a page
keeps, and `snapshot`, which pins a generation. Strangers write addresses: what cannot be followed is left out, and
told in a sentence.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlencode

import param

from ..charts import date_text
from .datasets import AVERAGE
from .selection import SWITCHES, UNITS, Selection

VIEW, SNAPSHOT, DATASET = "view", "snapshot", "dataset"
DATASET_PARAMETERS = ("from", "to", "unit", "score")  # words that mean something else on another dataset
WITH_DEFAULTS = {"text_generation": True, "hide_derived": False, "downloaded": False, "show_events": True}


def read(search: str) -> dict[str, str]:
    """The words of an address, by name: `?view=sql&q=select+1` has view and q."""
    return dict(parse_qsl(search.removeprefix("?")))


def write(query: Mapping[str, str]) -> str:
    """The address that has these words."""
    return "?" + urlencode(query)


def read_selection(query: Mapping[str, str], current: Selection) -> tuple[Selection, list[str]]:
    """What an address asks for, where it says nothing as it is now; one sentence for each value that cannot be
    followed."""
    notices: list[str] = []
    datasets = current.datasets
    selection = current.on(_choice(query, DATASET, datasets.names, current.dataset, notices), reset_dates=True)
    selection = replace(selection, unit=_choice(query, "unit", UNITS, selection.unit, notices))
    scores = list(selection.benchmarks.values())
    selection = replace(selection, benchmark=_choice(query, "score", scores, selection.benchmark, notices))
    selection = replace(selection, dates=_dates(query, selection, notices))
    sizes = [size for size in query.get("sizes", "").split(",") if size]
    notices += [f"There is no size “{size}”: it is left out." for size in sizes if size not in datasets.sizes]
    selection = replace(selection, sizes=tuple(size for size in sizes if size in datasets.sizes))
    switches: dict[str, Any] = {}
    for switch in (*SWITCHES, "show_events"):
        if query.get(switch, "yes") not in ("yes", "no"):
            notices.append(f"{switch} is yes or no, not “{query[switch]}”: it is left as it was.")
        elif switch in query:
            switches[switch] = query[switch] == "yes"
    return replace(selection, **switches), notices


def write_selection(selection: Selection) -> dict[str, str]:
    """What a link must hold to reproduce a selection."""
    start, end = selection.dates
    query = {DATASET: selection.dataset, "from": start.isoformat(), "to": end.isoformat(), "unit": selection.unit}
    if selection.sizes:
        query["sizes"] = ",".join(selection.sizes)
    if selection.benchmark != AVERAGE:
        query["score"] = selection.benchmark
    switches = {name: getattr(selection, name) for name in WITH_DEFAULTS}
    return query | {name: write_value(is_on) for name, is_on in switches.items() if is_on != WITH_DEFAULTS[name]}


def read_value(parameter: param.Parameter, text: str) -> tuple[Any, list[str]]:
    """The value of a parameter that a word of an address stands for, and the parts of it that are not allowed."""
    if isinstance(parameter, param.ListSelector):
        names = [name for name in text.split(",") if name]
        rejected = [name for name in names if name not in parameter.objects]
        return [name for name in names if name not in rejected], rejected
    if isinstance(parameter, param.Boolean):
        return (text == "yes", []) if text in ("yes", "no") else (None, [text])
    if isinstance(parameter, param.Selector):
        return (text, []) if text in parameter.objects else (None, [text])
    if isinstance(parameter, param.List):
        return [name for name in text.split(",") if name], []
    return text, []


def write_value(value: Any) -> str:
    """How an address writes the value of a parameter."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ",".join(value) if isinstance(value, list) else str(value)


def write_names(names: list[str]) -> str:
    """Names as an address holds them, commas in names included."""
    return ",".join(name.replace("%", "%25").replace(",", "%2C") for name in names)


def read_names(text: str) -> list[str]:
    """The names that a word of an address holds, each once."""
    parts = [part.replace("%2C", ",").replace("%25", "%") for part in text.split(",") if part]
    return list(dict.fromkeys(parts))


def _choice(
    query: Mapping[str, str], name: str, choices: list[str] | tuple[str, ...], current: str, notices: list[str]
) -> str:
    if name in query and query[name] not in choices:
        notices.append(f"There is no {name} “{query[name]}” here: showing {current}.")
    return query[name] if query.get(name) in choices else current


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
    if requested[0] > requested[1]:
        notices.append(f"The dates in the address run backwards: showing {date_text(start)} to {date_text(end)}.")
        return selection.dates
    first, last = selection.bounds
    cut = max(requested[0], first), min(requested[1], last)
    if cut[0] > cut[1]:
        notices.append(f"The data goes from {date_text(first)} to {date_text(last)}: showing the usual range of it.")
        return selection.dates
    if cut != requested:
        notices.append(f"The dates were cut to the data: {date_text(cut[0])} to {date_text(cut[1])}.")
    return cut
