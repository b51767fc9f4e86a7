"""The steps and the models behind one of them as HTML: every text is escaped, for names come from strangers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from ... import comparing
from ...comparing import Comparison, ExplainedStep, Row
from ...perspectives import address
from ..escaping import escape_html

STYLE = Path(__file__).with_suffix(".css").read_text(encoding="utf-8")
SCORES = ("points", "%")


def steps_html(comparison: Comparison, step_address: Callable[[str], str], chosen: str) -> str:
    """Return the table of steps, each a link to its rows; `step_address` gives the address of one."""
    figure, then, now = comparison.figure, comparison.then, comparison.now
    names_leader = figure.names_leader
    head = ["", "Before", "Difference", "After", "Models", *(["First after it"] if names_leader else [])]
    label_then, label_now = comparing.end_labels(comparison)
    rows = [_end_row(label_then, figure.text(then.value), then.models, then.leader, names_leader=names_leader)]
    for step in comparison.steps:
        current = ' aria-current="true"' if step.key == chosen else ""
        link = f'<a href="{escape_html(step_address(step.key))}"{current}>{escape_html(step.label)}</a>'
        cells = [figure.text(step.before), figure.text(step.difference, is_signed=True), figure.text(step.after)]
        numbers = "".join(f"<td class=number>{cell}</td>" for cell in [*cells, f"{step.rows:,}"])
        leader = f"<td>{escape_html(step.leader)}</td>" if names_leader else ""
        rows.append(f"<tr><th scope=row class=short>{link}</th>{numbers}{leader}</tr>")
    rows.append(_end_row(label_now, figure.text(now.value), now.models, now.leader, names_leader=names_leader))
    return _table("Steps", head, rows)


def rows_html(step: ExplainedStep, comparison: Comparison, pinned: Mapping[str, str], withheld: str) -> str:
    """Return the models behind a step; `withheld` is why they are not listed, if they are not."""
    title = escape_html(f"{step.label}: {comparing.counted_rows(step)}", "h3")
    meaning = escape_html(comparing.MEANINGS[step.key], "p")
    if withheld:
        return f"<section>{title}{meaning}{escape_html(withheld, 'p')}</section>"
    has_effects = comparison.figure.has_effects and comparison.figure.measure != "count"
    unit = comparison.figure.unit
    head = ["Model", "Then", "Now", "Why", *([f"Its part, {unit}"] if has_effects else [])]
    rows = [_row(row, unit, pinned, has_effects=has_effects) for row in step.listed]
    more = step.rows - len(step.listed)
    more_text = (
        escape_html(f"And {more:,} more, each of less weight; the command compare lists up to 500.", "p")
        if more
        else ""
    )
    table = _table(step.label, head, rows, kind="models") if rows else ""
    return f"<section>{title}{meaning}{table}{more_text}</section>"


def notes_html(comparison: Comparison) -> str:
    """Return by which rules both ends are counted, and how the steps add up."""
    lines = "".join(escape_html(note, "li") for note in comparing.notes(comparison))
    return f"<section><h3>How counted</h3><ul>{lines}</ul></section>"


def _end_row(label: str, value: str, models: int, leader: str, *, names_leader: bool) -> str:
    cells = f"<td></td><td></td><td class=number><b>{value}</b></td><td class=number>{models:,}</td>"
    last = f"<td>{escape_html(leader)}</td>" if names_leader else ""
    return f"<tr><th scope=row>{escape_html(label)}</th>{cells}{last}</tr>"


def _row(row: Row, unit: str, pinned: Mapping[str, str], *, has_effects: bool) -> str:
    link = escape_html(address.write({"model": row.model_id, **pinned}))
    places = 4 if unit in SCORES else 0
    effect = f"{row.effect:+,.{places}f}".replace("-", "−") if has_effects and row.effect is not None else ""
    effect = f'<td role=cell class=number data-name="Its part, {unit}">{effect}</td>' if effect else ""
    cells = (("Then", row.before), ("Now", row.after), ("Why", row.why))
    texts = "".join(f'<td role=cell data-name="{name}">{escape_html(text or "–")}</td>' for name, text in cells)
    name = f'<th role=rowheader scope=row><a href="{link}">{escape_html(row.model_id)}</a></th>'
    return f"<tr role=row>{name}{texts}{effect}</tr>"


def _table(label: str, head: list[str], rows: list[str], kind: str = "steps") -> str:
    """Return a table; its parts name their roles, as those of models lose them where CSS stacks them."""
    names = "".join(f"<th role=columnheader scope=col>{escape_html(name)}</th>" for name in head)
    body = (
        f"<table role=table class={kind}><thead role=rowgroup><tr role=row>{names}</tr></thead>"
        f"<tbody role=rowgroup>{''.join(rows)}</tbody></table>"
    )
    return f'<div class=wide tabindex=0 role=region aria-label="{escape_html(label)}">{body}</div>'
