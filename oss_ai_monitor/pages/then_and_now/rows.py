"""The steps and the models behind one of them as HTML: every text is escaped, for names come from strangers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from ... import comparing
from ...comparing import Comparison, ExplainedStep, Figure, Row
from ...perspectives import address
from ..escaping import escape_html

STYLE = Path(__file__).with_suffix(".css").read_text(encoding="utf-8")
SCORES = ("points", "%")
FIRST = "Leading model"


def steps_html(comparison: Comparison, step_address: Callable[[str], str], chosen: str, *, names_leader: bool) -> str:
    """Return the table of steps, each a link to its rows; `step_address` gives the address of one."""
    figure, then, now = comparison.figure, comparison.then, comparison.now
    head = ["", "Before", "Difference", "After", "Models", *([FIRST] if names_leader else [])]
    label_then, label_now = comparing.end_labels(comparison)
    rows = [_end_row(label_then, figure.text(then.value), then.models, then.leader, names_leader=names_leader)]

    def step_row(step: ExplainedStep) -> str:
        return _step_row(step, figure, step_address(step.key), step.key == chosen, names_leader=names_leader)

    rows += map(step_row, comparison.steps)
    rows.append(_end_row(label_now, figure.text(now.value), now.models, now.leader, names_leader=names_leader))
    if (older := comparison.older_rules) and older.step:
        rows.append(step_row(older.step))
        value = figure.text(older.value)
        rows.append(_end_row(comparing.OLDER_END, value, older.models, older.leader, names_leader=names_leader))
    return _table("Steps", head, rows)


def rows_html(step: ExplainedStep, comparison: Comparison, pinned: Mapping[str, str], withheld: str) -> str:
    """Return the models behind a step; `withheld` is why they are not listed, if they are not."""
    title = escape_html(f"{step.label}: {comparing.counted_rows(step)}", "h3")
    meaning = escape_html(comparing.MEANINGS[step.key], "p")
    if withheld:
        return f"<section>{title}{meaning}{escape_html(withheld, 'p')}</section>"
    has_effects = comparison.figure.has_effects and comparison.figure.measure != "count"
    unit = comparison.figure.unit
    names = ("By present rules", "By older rules") if step.key == "rules" else ("Then", "Now")
    head = ["Model", *names, "Why", *([f"Its part, {unit}"] if has_effects else [])]
    rows = [_row(row, names, unit, pinned, has_effects=has_effects) for row in step.listed]
    more_text = (
        escape_html(f"And {step.more_rows:,} more, each of less weight; the command compare lists up to 500.", "p")
        if step.more_rows
        else ""
    )
    table = _table(step.label, head, rows, kind="models") if rows else ""
    return f"<section>{title}{meaning}{table}{more_text}</section>"


def notes_html(comparison: Comparison) -> str:
    """Return by which rules both ends are counted, and how the steps add up."""
    lines = "".join(escape_html(note, "li") for note in comparing.notes(comparison))
    return f"<section><h3>How counted</h3><ul>{lines}</ul></section>"


def _step_row(step: ExplainedStep, figure: Figure, link: str, is_chosen: bool, *, names_leader: bool) -> str:
    current = ' aria-current="true"' if is_chosen else ""
    link = f'<a href="{escape_html(link)}"{current}>{escape_html(step.label)}</a>'
    values = (
        ("Before", figure.text(step.before)), ("Difference", figure.text(step.difference, is_signed=True)),
        ("After", figure.text(step.after)), ("Models", f"{step.rows:,}"),
    )  # fmt: skip
    cells = "".join(f'<td role=cell class=number data-name="{name}">{value}</td>' for name, value in values)
    leader = _leader_cell(step.leader) if names_leader else ""
    return f"<tr role=row><th role=rowheader scope=row class=short>{link}</th>{cells}{leader}</tr>"


def _end_row(label: str, value: str, models: int, leader: str, *, names_leader: bool) -> str:
    empty = "<td role=cell class=empty></td>"
    cells = (
        f'{empty}{empty}<td role=cell class=number data-name="Value"><b>{value}</b></td>'
        f'<td role=cell class=number data-name="Models">{models:,}</td>'
    )
    last = _leader_cell(leader) if names_leader else ""
    return f"<tr role=row><th role=rowheader scope=row>{escape_html(label)}</th>{cells}{last}</tr>"


def _leader_cell(name: str) -> str:
    return f'<td role=cell class=leader data-name="{FIRST}">{escape_html(name or "–")}</td>'


def _row(row: Row, names: tuple[str, str], unit: str, pinned: Mapping[str, str], *, has_effects: bool) -> str:
    link = escape_html(address.write({"model": row.model_id, **pinned}))
    places = 4 if unit in SCORES else 0
    effect = f"{row.effect:+,.{places}f}".replace("-", "−") if has_effects and row.effect is not None else ""
    effect = f'<td role=cell class=number data-name="Its part, {unit}">{effect}</td>' if effect else ""
    cells = ((names[0], row.before), (names[1], row.after), ("Why", row.why))
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
