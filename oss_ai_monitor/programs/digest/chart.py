"""The chart of a sentence as SVG: bars from zero, a scale below them, and their values beside them.

The page's charts are drawn by a reader's browser, with a script. A digest is read in feeds, in mail and in files, where
no script runs, so its charts are drawn here, from the rows of the sentence's own query. Widths are shares of the
picture's, and letters keep their size on a narrow screen.
"""

from __future__ import annotations

import html

from ...charts import number_text
from ...charts.periods import round_ticks
from ..atom import in_xml
from .sentence import Bar, Sentence

WIDTH = 640
"""Pixels of a picture that stands alone."""
FULL = 70
"""Per cent of the width for the longest bar; its value stands behind it."""
LABEL, BAR, GAP, TITLE, SCALE = 18, 14, 8, 26, 20
"""Heights in pixels."""
LONGEST_LABEL = 44
LIGHT = "--paper:#fff;--line:#e3e6ea;--ink:#1b1e23;--pale:#5b626c;--bar:#0b5cad;--before:#9db8d6"
DARK = "--paper:#181c22;--line:#2a2f37;--ink:#eceef1;--pale:#a7aeb8;--bar:#7ab4ff;--before:#45607f"
"""Colours of a picture that stands alone; in a page they are those of digest.css, which are the same."""
RULES = (
    "text{font:13px system-ui,sans-serif;fill:var(--ink)}text.pale{fill:var(--pale);font-size:12px}"
    "line{stroke:var(--line)}rect.bar{fill:var(--bar)}rect.before{fill:var(--before)}"
)


def alone(one: Sentence) -> str:
    """Return the chart as a file, with its title, in the colours that a reader prefers."""
    style = f":root{{{LIGHT}}}@media (prefers-color-scheme:dark){{:root{{{DARK}}}}}{RULES}"
    height = TITLE + _height(one.bars)
    title = f'<text x="12" y="{TITLE - 8}" class="pale">{_text(one.bars_title)}</text>'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height + 16}" role="img"'
        f' aria-label="{_text(description(one))}"><style>{style}</style>'
        f'<rect width="100%" height="100%" style="fill:var(--paper)"/>{title}'
        f'<svg x="12" y="{TITLE}" width="{WIDTH - 24}" height="{height - TITLE}">{_content(one.bars)}</svg></svg>\n'
    )


def inline(one: Sentence) -> str:
    """Return the chart as a part of a page, whose style has the colours."""
    if not one.bars:
        return ""
    caption = html.escape(in_xml(one.bars_title))
    return (
        f'<figure><figcaption>{caption}</figcaption><svg width="100%" height="{_height(one.bars)}" role="img"'
        f' aria-label="{_text(description(one))}">{_content(one.bars)}</svg></figure>\n'
    )


def description(one: Sentence) -> str:
    """Return the chart in words."""
    rows = "; ".join(f"{bar.label}: {bar.text or number_text(bar.value)}" for bar in one.bars)
    return f"{one.bars_title}. {rows}."


def _height(bars: tuple[Bar, ...]) -> int:
    return len(bars) * (LABEL + BAR + GAP) + SCALE


def _content(bars: tuple[Bar, ...]) -> str:
    ticks = [float(tick) for tick in round_ticks(0, max(bar.value for bar in bars) or 1, 3)]
    bottom = _height(bars) - SCALE
    lines = "".join(
        f'<line x1="{_place(tick, ticks)}" x2="{_place(tick, ticks)}" y1="0" y2="{bottom}"/>'
        f'<text class="pale" x="{_place(tick, ticks)}" y="{bottom + 14}"'
        f' text-anchor="{"start" if not number else "middle"}">{tick:,.10g}</text>'
        for number, tick in enumerate(ticks)
    )
    return lines + "".join(_row(bar, number, ticks) for number, bar in enumerate(bars))


def _row(bar: Bar, number: int, ticks: list[float]) -> str:
    top = number * (LABEL + BAR + GAP)
    label = bar.label if len(bar.label) <= LONGEST_LABEL else f"{bar.label[: LONGEST_LABEL - 1]}…"
    width = _place(bar.value, ticks)
    return (
        f'<text y="{top + LABEL - 5}">{_text(label)}</text>'
        f'<rect class="{"before" if bar.is_before else "bar"}" y="{top + LABEL}" width="{width}" height="{BAR}"/>'
        f'<text class="pale" x="{width}" dx="6" y="{top + LABEL + BAR - 3}">'
        f"{_text(bar.text or number_text(bar.value))}</text>"
    )


def _place(value: float, ticks: list[float]) -> str:
    return f"{FULL * value / ticks[-1]:.2f}%"


def _text(text: str) -> str:
    """Return a text in one line, as XML can hold it."""
    return html.escape(in_xml(" ".join(text.split())))
