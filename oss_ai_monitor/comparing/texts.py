"""A comparison in words: one sentence, plain text for a terminal, Markdown."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable

from ..plurals import counted
from .comparison import Comparison
from .details import Row
from .explained import ExplainedStep
from .figures import Figure
from .older_rules import OlderRules

RULES = "Both ends are counted by the present rules (version {rules}), whatever they were at the time."
EXACT = "The steps add up to the difference{exactly}."
ORDER = (
    "Steps follow each other: first models that are gone are taken away, then each fact is changed in turn, then new "
    "models are added; in another order a step may have another size."
)
OLDER_END = "by older rules"
"""What the value is called that older rules said."""
_MARKED = re.compile(r"([\\`*_\[\]#|<>~])")


def sentence(comparison: Comparison) -> str:
    """Return one sentence: the two values, the difference, and the largest step."""
    figure, then, now = comparison.figure, comparison.then, comparison.now
    label_then, label_now = end_labels(comparison)
    if is_of_one_day(comparison):
        places = label_then, f"{label_now} ({one_day_text(comparison)})"
    else:
        places = f"on {label_then}", f"on {label_now}"
    values = ", ".join(
        f"{_with_unit(value, figure)} {place}" for value, place in zip((then.value, now.value), places, strict=True)
    )
    text = f"{figure.title} of {comparison.dataset_label}: {values}"
    if then.value is None or now.value is None or comparison.difference == 0:
        return f"{text}: {'no change' if then.value == now.value else 'one of the two has no value'}."
    largest = max(comparison.steps, key=lambda step: abs(step.difference))
    return (
        f"{text}, {figure.text(comparison.difference, is_signed=True)}; the largest step is "
        f"{figure.text(largest.difference, is_signed=True)}, {largest.label.lower()} "
        f"({counted_rows(largest)})."
    )


def is_of_one_day(comparison: Comparison) -> bool:
    """Return whether the dataset is of the same day at both ends, so that this day does not tell them apart."""
    return comparison.then.day == comparison.now.day


def end_labels(comparison: Comparison) -> tuple[str, str]:
    """Return what to call both ends: 4 Nov 2024; or as built for 4 Nov 2024, where the dataset is of one day."""
    then, now = comparison.then, comparison.now
    if is_of_one_day(comparison):
        return f"as built for {day_text(then.built_for)}", f"as built for {day_text(now.built_for)}"
    return day_text(then.day), day_text(now.day)


def one_day_text(comparison: Comparison) -> str:
    """Return the day that the dataset is of at both ends: scores of 13 Mar 2025; else nothing."""
    if not is_of_one_day(comparison):
        return ""
    return f"{'listing' if comparison.dataset == 'hub' else 'scores'} of {day_text(comparison.now.day)}"


def notes(comparison: Comparison) -> list[str]:
    """Return what a reader must know of the figures: by which rules, and how the steps add up."""
    exactly = " to the unit" if comparison.figure.measure in ("count", "sum") else " up to 0.000001, before rounding"
    lines = [RULES.format(rules=comparison.rules), EXACT.format(exactly=exactly)]
    if len(comparison.steps) > 1:
        lines.append(ORDER)
    if older := comparison.older_rules:
        lines.append(_older_note(comparison, older))
    return lines


def _older_note(comparison: Comparison, older: OlderRules) -> str:
    if older.step is None:
        return (
            f"A generation of the later snapshots is still here that older rules (version {older.rules}) built; it "
            f"cannot say the figure, for {older.problem}."
        )
    value, difference = (
        comparison.figure.text(older.value),
        comparison.figure.text(older.step.difference, is_signed=True),
    )
    return (
        f"Older rules (version {older.rules}) said {value} of the later snapshots, {difference}: the last step leads "
        "there, and is no part of the difference."
    )


def counted_rows(step: ExplainedStep) -> str:
    """Return the number of rows behind a step as text."""
    return counted(step.rows, "model")


def day_text(day: dt.date) -> str:
    """Return a day as text: 4 Nov 2024."""
    return f"{day.day} {day:%b} {day.year:04}"


def row_text(row: Row) -> str:
    """Return what a model was and is, and why, in one line without its name."""
    values = f"{row.before or '–'} → {row.after or '–'}"
    return f"{values}: {row.why}" if row.why and row.why != values else values


def plain(comparison: Comparison) -> str:
    """Return it as plain text for a terminal."""
    return _written(comparison, escape=lambda text: text, heading="", bullet="    ")


def markdown(comparison: Comparison) -> str:
    """Return it as Markdown; names that strangers chose mark nothing up."""
    return _written(comparison, escape=lambda text: _MARKED.sub(r"\\\1", text), heading="## ", bullet="- ")


def _written(comparison: Comparison, *, escape: Callable[[str], str], heading: str, bullet: str) -> str:
    figure = comparison.figure
    lines = [heading and f"# {escape(figure.title)}, then and now", "", escape(sentence(comparison)), ""]
    lines += [*_table(comparison, is_markdown=bool(heading), escape=escape), ""]
    for step in comparison.all_steps:
        lines += [f"{heading}{step.label} ({counted_rows(step)})", ""]
        lines += [f"{bullet}{escape(_line(row, comparison))}" for row in step.listed]
        if step.more_rows:
            lines.append(f"{bullet}and {step.more_rows:,} more")
        lines.append("")
    lines += [escape(note) for note in notes(comparison)]
    return "\n".join(lines).strip() + "\n"


def _with_unit(value: float | None, figure: Figure) -> str:
    text = figure.text(value)
    if value is None:
        return text
    return f"{text}%" if figure.unit == "%" else f"{text} {figure.unit}"


def _line(row: Row, comparison: Comparison) -> str:
    effect = ""
    if row.effect is not None and comparison.figure.measure != "count":
        places = 4 if comparison.figure.unit in ("points", "%") else 0
        effect = f" [{row.effect:+,.{places}f}]".replace("-", "−")
    return f"{row.model_id}{effect}  {row_text(row)}"


def _table(comparison: Comparison, *, is_markdown: bool, escape: Callable[[str], str]) -> Iterable[str]:
    """Yield the waterfall as lines: the value then, each step, the value now."""
    figure, then, now = comparison.figure, comparison.then, comparison.now
    label_then, label_now = end_labels(comparison)
    rows = [(f"then, {label_then}", figure.text(then.value), f"{then.models:,}", then.leader)]
    rows += [
        (step.label, figure.text(step.difference, is_signed=True), f"{step.rows:,}", step.leader)
        for step in comparison.steps
    ]
    rows.append((f"now, {label_now}", figure.text(now.value), f"{now.models:,}", now.leader))
    if (older := comparison.older_rules) and (step := older.step):
        rows.append((step.label, figure.text(step.difference, is_signed=True), f"{step.rows:,}", step.leader))
        rows.append((OLDER_END, figure.text(older.value), f"{older.models:,}", older.leader))
    head = ("", figure.unit, "behind it", "first" if figure.names_leader else "")
    if is_markdown:
        columns = 4 if figure.names_leader else 3
        yield "| " + " | ".join(head[:columns]) + " |"
        yield "|" + "|".join(["---", "---:", "---:", "---"][:columns]) + "|"
        for row in rows:
            yield "| " + " | ".join(escape(cell) for cell in row[:columns]) + " |"
        return
    widths = [max(len(row[place]) for row in (head, *rows)) for place in range(3)]
    for row in (head, *rows):
        first, *numbers = row[0].ljust(widths[0]), row[1].rjust(widths[1]), row[2].rjust(widths[2])
        yield "  ".join([first, *numbers, *row[3:]]).rstrip()
