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
OF_THE_DATASET = ("from", "to", "unit", "score")  # words that mean something else on another dataset
WITH_DEFAULTS = {"text_generation": True, "hide_derived": False, "downloaded": False, "show_events": True}


def read(search: str) -> dict[str, str]:
    """The words of an address, by name: `?view=sql&q=select+1` has view and q."""
    return dict(parse_qsl(search.removeprefix("?")))


def write(words: Mapping[str, str]) -> str:
    """The address that has these words."""
    return "?" + urlencode(words)


def read_selection(words: Mapping[str, str], current: Selection) -> tuple[Selection, list[str]]:
    """What an address asks for, where it says nothing as it is now; one sentence for each value that cannot be
    followed."""
    notices: list[str] = []
    datasets = current.datasets
    chosen = current.on(_choice(words, DATASET, datasets.names, current.dataset, notices), anew=True)
    chosen = replace(chosen, unit=_choice(words, "unit", UNITS, chosen.unit, notices))
    scores = list(chosen.benchmarks.values())
    chosen = replace(chosen, benchmark=_choice(words, "score", scores, chosen.benchmark, notices))
    chosen = replace(chosen, dates=_dates(words, chosen, notices))
    sizes = [size for size in words.get("sizes", "").split(",") if size]
    notices += [f"There is no size “{size}”: it is left out." for size in sizes if size not in datasets.sizes]
    chosen = replace(chosen, sizes=tuple(size for size in sizes if size in datasets.sizes))
    switches: dict[str, Any] = {}
    for switch in (*SWITCHES, "show_events"):
        if words.get(switch, "yes") not in ("yes", "no"):
            notices.append(f"{switch} is yes or no, not “{words[switch]}”: it is left as it was.")
        elif switch in words:
            switches[switch] = words[switch] == "yes"
    return replace(chosen, **switches), notices


def write_selection(chosen: Selection) -> dict[str, str]:
    """What a link must hold to reproduce a selection."""
    start, end = chosen.dates
    words = {DATASET: chosen.dataset, "from": start.isoformat(), "to": end.isoformat(), "unit": chosen.unit}
    if chosen.sizes:
        words["sizes"] = ",".join(chosen.sizes)
    if chosen.benchmark != AVERAGE:
        words["score"] = chosen.benchmark
    switches = {name: getattr(chosen, name) for name in WITH_DEFAULTS}
    return words | {name: write_value(is_on) for name, is_on in switches.items() if is_on != WITH_DEFAULTS[name]}


def read_value(parameter: param.Parameter, word: str) -> tuple[Any, list[str]]:
    """The value of a parameter that a word of an address stands for, and the parts of it that are not allowed."""
    if isinstance(parameter, param.ListSelector):
        names = [name for name in word.split(",") if name]
        wrong = [name for name in names if name not in parameter.objects]
        return [name for name in names if name not in wrong], wrong
    if isinstance(parameter, param.Boolean):
        return (word == "yes", []) if word in ("yes", "no") else (None, [word])
    if isinstance(parameter, param.Selector):
        return (word, []) if word in parameter.objects else (None, [word])
    if isinstance(parameter, param.List):
        return [name for name in word.split(",") if name], []
    return word, []


def write_value(value: Any) -> str:
    """How an address writes the value of a parameter."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ",".join(value) if isinstance(value, list) else str(value)


def write_names(names: list[str]) -> str:
    """Names as an address holds them, commas in names included."""
    return ",".join(name.replace("%", "%25").replace(",", "%2C") for name in names)


def read_names(word: str) -> list[str]:
    """The names that a word of an address holds, each once."""
    parts = [part.replace("%2C", ",").replace("%25", "%") for part in word.split(",") if part]
    return list(dict.fromkeys(parts))


def _choice(
    words: Mapping[str, str], word: str, choices: list[str] | tuple[str, ...], current: str, notices: list[str]
) -> str:
    if word in words and words[word] not in choices:
        notices.append(f"There is no {word} “{words[word]}” here: showing {current}.")
    return words[word] if words.get(word) in choices else current


def _dates(words: Mapping[str, str], chosen: Selection, notices: list[str]) -> tuple[dt.date, dt.date]:
    start, end = chosen.dates
    try:
        requested = (
            dt.date.fromisoformat(words.get("from", str(start))),
            dt.date.fromisoformat(words.get("to", str(end))),
        )
    except ValueError:
        notices.append(f"The dates in the address are not dates: showing {date_text(start)} to {date_text(end)}.")
        return chosen.dates
    if requested[0] > requested[1]:
        notices.append(f"The dates in the address run backwards: showing {date_text(start)} to {date_text(end)}.")
        return chosen.dates
    first, last = chosen.bounds
    cut = max(requested[0], first), min(requested[1], last)
    if cut[0] > cut[1]:
        notices.append(f"The data goes from {date_text(first)} to {date_text(last)}: showing the usual range of it.")
        return chosen.dates
    if cut != requested:
        notices.append(f"The dates were cut to the data: {date_text(cut[0])} to {date_text(cut[1])}.")
    return cut
