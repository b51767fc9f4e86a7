"""How a chart was counted, as text: rules, what was left out, disputes, snapshot, filters."""

from __future__ import annotations

import pandas as pd

from ..charts import DATES_OF_ITS_OWN, DATES_UP_TO_ITS_END, Chart, date_text, number_text
from ..plurals import counted
from ..warehouse import Warehouse
from .perspective import Perspective
from .phrases import between

RELEASES = "Releases"
MOST_NAMED = 30
"""Of what a chart marks, so many are named; the most important come first."""


def how_counted(perspective: Perspective, chart: Chart) -> dict[str, list[str]]:
    """Return how a chart was counted, heading → texts; a heading without a text is left out, and so is every zero."""
    about = perspective.selection_for(chart).about
    parts = {
        "Rules": _rules(perspective, chart),
        "Left out": _left_out(perspective, chart),
        "Disputed": _disputed(perspective, chart),
        "Dated lines": _dated_events(chart),
        RELEASES: _releases(chart),
        "Data": [f"Snapshot {about['as_of'].date()}: {counted(about['models'], 'model')}"],
    }
    return {heading: texts for heading, texts in parts.items() if texts}


def provenance_text(perspective: Perspective, chart: Chart) -> str:
    """Return how a chart was counted as one sentence; without the releases that it marks, which may be many."""
    parts = {heading: texts for heading, texts in how_counted(perspective, chart).items() if heading != RELEASES}
    text = " · ".join(text for texts in parts.values() for text in texts)
    return f"{text[:1].upper()}{text[1:]}"


def _rules(perspective: Perspective, chart: Chart) -> list[str]:
    """Return how models were dated, and what is to be known of the data."""
    selection = perspective.selection_for(chart)
    rules = "; ".join(f"{rule} ({number_text(n)})" for rule, n in selection.rules().items() if n)
    parts = [f"dated by rule: {rules}"] if rules and perspective.is_dated else []
    if selection.has_scores and (folded := int(selection.about["folded"])):
        parts.append(f"{counted(folded, 'repeated evaluation')}: the best one of each model counts")
    if selection.span.settled_on and perspective.is_dated:
        parts.append(f"{selection.unsettled}: appeared after {date_text(selection.span.settled_on)}")
    if selection.kind == "leaderboard":
        parts.append("self-submitted models, not a sample")
    if selection.kind == "benchmark":
        parts.append("few models, reported by whoever wished to; pending results are not merged yet and set no record")
    return parts


def _left_out(perspective: Perspective, chart: Chart) -> list[str]:
    """Return which models a chart does not show, with their numbers."""
    selection = perspective.selection_for(chart)
    parts = selection.left_out(chart.dates)
    if selection.has_scores and (flagged := int(selection.about["flagged"])):
        parts.append(f"{number_text(flagged)} flagged left out")
    return [*parts, *perspective.left_out_of(chart)]


def _dated_events(chart: Chart) -> list[str]:
    """Return the events that a chart marks; lines are drawn of those whose names have room."""
    events = chart.columns.get("events", {})
    days = [date_text(pd.Timestamp(x, unit="ms")) for x in events.get("x", ())]
    marks = [*zip(events.get("label", ()), days, strict=True), *_named_lines(chart, is_event=True)]
    return [f"events in these dates: {_first_ones(marks)}"] if marks else []


def _releases(chart: Chart) -> list[str]:
    """Return the releases that a chart marks, in the same way."""
    marks = _named_lines(chart, is_event=False)
    return [f"releases in these dates: {_first_ones(marks)}"] if marks else []


def _named_lines(chart: Chart, *, is_event: bool) -> list[tuple[str, str]]:
    """Return label and day of the lines of events, or of the others."""
    lines = chart.columns.get("lines", {})
    rows = zip(lines.get("label", ()), lines.get("on", ()), lines.get("is_event", ()), strict=True)
    return [(label, day) for label, day, is_of_event in rows if is_of_event == is_event]


def _first_ones(marks: list[tuple[str, str]]) -> str:
    """Return labels with their days as text; of many the first ones, and how many more there are."""
    texts = [f"{label} ({day})" for label, day in marks[:MOST_NAMED]]
    others = len(marks) - len(texts)
    return ", ".join(texts) + (f" and {number_text(others)} more" if others else "")


def _disputed(perspective: Perspective, chart: Chart) -> list[str]:
    """Return how many models a claim that is not believed would draw elsewhere, or not at all."""
    disputes = perspective.disputes_of(chart).items()
    counts = ", ".join(f"{number_text(models)} by their {fact}" for fact, models in disputes if models)
    return [f"models that would be drawn elsewhere if every claim were believed: {counts}"] if counts else []


def filters_text(perspective: Perspective, chart: Chart) -> str:
    """Return the filters that a perspective uses, and its own choices, behind a chart, as text."""
    selection, parts = perspective.selection_for(chart), []
    if dated := dates_of(perspective, chart):
        parts = [dated, *([f"by {selection.unit}"] if perspective.uses("unit") else [])]
    if perspective.uses("sizes"):
        parts.append(selection.sizes_text)
    if selection.has_scores:
        parts += [selection.score_name] if perspective.uses("benchmark") else []
    else:
        switches = {
            "text generation only": selection.text_generation,
            "without quantized and adapters": selection.hide_derived,
            "downloaded in 30 days": selection.downloaded,
        }
        parts += [name for name, is_on in switches.items() if is_on]
    differs = perspective.to_query()
    parts += [
        f"{label}: {_value_text(perspective, name)}"
        for name, label in perspective.controls().items()
        if name in differs
    ]
    return "; ".join(parts)


def dates_of(perspective: Perspective, chart: Chart) -> str:
    """Return the chosen dates as far as a chart uses them, as text; an empty string if it has dates of its own."""
    dates = perspective.selection_for(chart).dates
    of_its_own = {DATES_OF_ITS_OWN: "", DATES_UP_TO_ITS_END: f"up to {date_text(dates[1])}"}
    return of_its_own.get(chart.dates, between(*dates))


def snapshot_of(warehouse: Warehouse) -> str:
    """Return the snapshot id of a generation; its file's name if it was built before there were ids."""
    return warehouse.identity.snapshot_id if warehouse.identity else warehouse.generation


def rules_of(warehouse: Warehouse) -> str:
    """Return the version of the rules, or that it is not recorded."""
    return warehouse.identity.rules if warehouse.identity else "not recorded"


def rules_text(warehouse: Warehouse) -> str:
    """Return the version of the rules as text for readers."""
    return f"version {rules_of(warehouse)} of the counting rules" if warehouse.identity else "rules of another time"


def _value_text(perspective: Perspective, name: str) -> str:
    """Return the value of a parameter as text, by its label if it has one."""
    value, parameter = getattr(perspective, name), perspective.param[name]
    if isinstance(value, bool):
        return "yes" if value else "no"
    labels = {choice: label for label, choice in (getattr(parameter, "names", None) or {}).items()}
    if isinstance(value, list):
        return ", ".join(str(labels.get(choice, choice)) for choice in value) or "none"
    return str(labels.get(value, value))
