"""What other rules say of headline figures, for reports and notebooks: as a frame, as text and as HTML."""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import Any

import pandas as pd

from .headlines import Headline

COLUMNS = ("figure", "rule", "value", "unit", "n", "of", "models", "difference", "meaning")


def frame(headlines: Sequence[Headline]) -> pd.DataFrame:
    """Return one row for each figure and rule, the default first, then what moves the figure most.

    `n` is what the value stands on, `of` whose it is, `models` those that decide it, `difference` what makes it another
    value than by default; `value` is missing where there is none.
    """
    rows = [
        (
            headline.label, value.label, value.value, headline.unit, value.n, value.name,
            ", ".join(value.holders or ()), headline.difference(value), value.meaning,
        )
        for headline in headlines
        for value, _ in headline.rows()
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype({"value": "float64"})


def lines(headlines: Sequence[Headline], note: str = "") -> list[str]:
    """Return a line for each figure: its range, which rule matters most, and why; or why there is none."""
    return [f"{one.label}: {one.summary}. {one.most_important}" for one in headlines] or ([note] if note else [])


def as_html(headlines: Sequence[Headline], note: str = "") -> str:
    """Return a line for each figure that opens to its values, or the note."""
    if not headlines:
        return f'<p class="note">{html.escape(note)}</p>' if note else ""
    return "".join(
        f'<details class="note"><summary>{html.escape(line)}</summary>{_table(headline)}</details>'
        for headline, line in zip(headlines, lines(headlines), strict=True)
    )


def show_above(plot: Any, sentence: str, headlines: Sequence[Headline], note: str = "") -> None:
    """Let a notebook show a sentence with what other rules would say above a plot, and beside its repr as text."""
    draw = plot._repr_mimebundle_
    text = "\n".join([repr(plot), sentence, *lines(headlines, note)])
    above = f"<p>{html.escape(sentence)}</p>{as_html(headlines, note)}"

    def bundle(include: Any = None, exclude: Any = None) -> tuple[dict[str, Any], dict[str, Any]]:
        data, metadata = draw(include, exclude)
        formats = {"text/plain": text} | ({"text/html": above + data["text/html"]} if "text/html" in data else {})
        return {**data, **formats}, metadata

    plot._repr_mimebundle_ = bundle


def _table(headline: Headline) -> str:
    rows = "".join(
        f'<tr title="{html.escape(value.meaning)}"><td>{html.escape(value.label)}</td>'
        f'<td class="number">{html.escape(headline.text(value.value))}</td>'
        f"<td>{html.escape(headline.difference(value))}</td></tr>"
        for value, _ in headline.rows()
    )
    return f"<table><tr><th>rule</th><th>{html.escape(headline.label)}</th><th>because</th></tr>{rows}</table>"
