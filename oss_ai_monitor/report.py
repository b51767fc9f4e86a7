"""A report: one self-contained HTML file with the charts of the perspectives, to read offline and to send.

It loads nothing: scripts and data are inside, and its content policy forbids all other sources.
"""

from __future__ import annotations

import datetime as dt
import html
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from bokeh.document import Document
from bokeh.embed import components
from bokeh.models import Plot
from bokeh.resources import Resources
from PIL import Image, ImageChops

from .charts import FONT, INK, LINE, PALE, Chart, date_text
from .perspectives import (
    UNITS,
    Datasets,
    Perspective,
    Selection,
    address,
    all_perspectives,
    choose_perspective,
    other_rules,
    provenance_text,
    rules_text,
)
from .profiles import UnknownName, profile, report_section
from .warehouse import Warehouse

SCRIPTS = "\n".join(Resources(mode="inline", components=["bokeh"]).js_raw)  # no widgets, no tables, no other extensions
STYLE = "\n".join(
    [
        f":root {{ --ink: {INK}; --pale: {PALE}; --line: {LINE}; --page-font: {FONT}; }}",
        Path(__file__).with_suffix(".css").read_text(encoding="utf-8"),
    ]
)
POLICY = "default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline'; img-src data: blob:"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
REFUSED = 3  # the exit code after a ReportError, whose message is on stderr
PRINT_TIMEOUT = 120  # seconds for the browser to print
PAGE_SIZE = "1180,9000"  # pixels of a PNG before it is cut to what is drawn


class ReportError(Exception):
    """No report was written; the message says why and what to do."""


def report(
    warehouse: Warehouse,
    *,
    perspectives: Sequence[str] = (),
    filters: Mapping[str, str] | None = None,
    models: Sequence[str] = (),
) -> str:
    """Return the HTML of a report.

    `perspectives`: by slug, none means all, the overview first, unless there are `models`: each gets a section of what
    is known of it. Of all, those that need scores are left out where there are none, and the report names them.
    `filters`: as in the query of the page's address (dataset, from, to, unit, sizes, score). Raises
    ReportError for an unknown perspective or model, or an invalid filter.
    """
    kinds = {kind.slug: kind for kind in all_perspectives}
    if unknown := [slug for slug in perspectives if slug not in kinds]:
        raise ReportError(f"there is no perspective {', '.join(unknown)}; there are {', '.join(kinds)}")
    profiles = [_profile(warehouse, name) for name in models]
    chosen = [_chosen(warehouse, kinds[slug], filters or {}) for slug in perspectives or ([] if models else kinds)]
    opened, without_scores = _opened(chosen, is_of_all=not perspectives)
    charts = [[chart for chart in perspective.charts if chart.is_offered] for perspective in opened]
    figures = [chart.figure() for offered in charts for chart in offered]
    script, elements = _written(figures) if figures else ("", ())
    remaining = iter(elements)
    sections = [
        _section(perspective, [(chart, next(remaining)) for chart in offered])
        for perspective, offered in zip(opened, charts, strict=True)
    ]
    simulated = (
        "<p><b>Simulated data: an invented community around real releases.</b></p>" if warehouse.is_simulated else ""
    )
    contents = _contents(opened) + _left_out(without_scores)
    return f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Open-Source AI Monitor: report</title>
<meta http-equiv="Content-Security-Policy" content="{POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1"><style>{STYLE}</style>
<script>{SCRIPTS}</script>
</head><body>
<header><h1>Open-Source AI Monitor</h1>{simulated}{_sources(warehouse)}{contents}</header>
{"".join(sections)}{"".join(profiles)}
{script}
</body></html>
"""


def _written(figures: Sequence[Plot]) -> tuple[str, Sequence[str]]:
    """Return the script that draws some figures, and the element of each.

    They come into one document at once: one after the other, each would look through all the models before it.
    """
    document = Document()
    with document.models.freeze():
        for figure in figures:
            document.add_root(figure)
    script, elements = components(figures)
    return script, elements


def print_report(page: Path, to: Path, kind: str) -> None:
    """Print a report as "pdf" or "png" with a Chromium of this system. Raises ReportError if there is none."""
    browser = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if browser is None:
        raise ReportError(
            f"a report as {kind.upper()} is printed by Chromium, and none is on the PATH: install it (Debian: apt "
            "install chromium), or write an .html and print that"
        )
    output = (
        [f"--print-to-pdf={to}", "--no-pdf-header-footer"]
        if kind == "pdf"
        else [f"--screenshot={to}", f"--window-size={PAGE_SIZE}"]
    )
    with tempfile.TemporaryDirectory() as profile:
        command = [
            browser, "--headless", "--disable-gpu", "--no-sandbox", "--hide-scrollbars", f"--user-data-dir={profile}",
            "--virtual-time-budget=15000", "--disable-background-networking", *output, page.as_uri(),
        ]  # fmt: skip
        try:
            done = subprocess.run(command, capture_output=True, timeout=PRINT_TIMEOUT, check=False)  # noqa: S603
        except subprocess.TimeoutExpired as error:
            raise ReportError(
                f"{browser} did not print within {PRINT_TIMEOUT} seconds: write an .html and print that"
            ) from error
    if done.returncode or not to.exists():
        last_line = done.stderr.decode(errors="replace").strip().splitlines()[-1:]
        raise ReportError(f"{browser} could not print: {' '.join(last_line) or done.returncode}")
    if kind == "png":
        _cut(to)


def _cut(file: Path) -> None:
    """Cut off the empty lower part of an image."""
    with Image.open(file) as opened:
        image = opened.convert("RGB")
    box = ImageChops.difference(image, Image.new("RGB", image.size, image.getpixel((0, image.height - 1)))).getbbox()
    if box:
        image.crop((0, 0, image.width, min(box[3] + 24, image.height))).save(file)


def _chosen(warehouse: Warehouse, kind: type[Perspective], words: Mapping[str, str]) -> Perspective:
    """Return a perspective before it computes anything. Raises ReportError for choices that it does not have."""
    chosen = choose_perspective(warehouse, kind, words)
    if chosen.notices:
        defaults = Selection.defaults(Datasets(warehouse))
        raise ReportError(
            _unavailable_choice(address.read_selection(words, defaults)[0], words) or " ".join(chosen.notices)
        )
    return chosen.perspective


def _opened(chosen: Sequence[Perspective], *, is_of_all: bool) -> tuple[list[Perspective], list[Perspective]]:
    """Open perspectives; returns those with an answer, and, of a report of all, those for which there are no scores.

    Raises ReportError for one that was named and has no scores, and for one that could not be computed.
    """
    opened, without_scores = [], []
    for perspective in chosen:
        perspective.open()
        if perspective.state == "error":
            raise ReportError(f"{perspective.title}: {perspective.reason}")
        if perspective.state != "no scores":
            opened.append(perspective)
        elif is_of_all:
            without_scores.append(perspective)
        else:
            why = perspective.warehouse.why_no_boards or "this warehouse has no leaderboard"
            raise ReportError(f"{perspective.title} needs scores, and {why}: leave it out")
    return opened, without_scores


def _unavailable_choice(selection: Selection, words: Mapping[str, str]) -> str:
    """Return which choice is not available, and which are; "" if the page's own notice is better."""
    for word, choices in ((address.DATASET, selection.datasets.names), ("unit", UNITS)):
        if word in words and words[word] not in choices:
            why = selection.datasets.warehouse.and_why_no_boards if word == address.DATASET else ""
            return f"there is no {word} {words[word]}{why}; there are {', '.join(choices)}"
    first, last = selection.bounds
    start, end = words.get("from", str(selection.dates[0])), words.get("to", str(selection.dates[1]))
    allowed = f"the data of {selection.dataset} allows dates from {first} to {last}, the first before the last"
    try:
        days = dt.date.fromisoformat(start), dt.date.fromisoformat(end)
    except ValueError:
        return f"{start} to {end} are no dates as YYYY-MM-DD; {allowed}"
    if days[0] < first or days[1] > last:
        return f"the dates {start} to {end} are not in the data; {allowed}"
    return f"the dates {start} to {end} run backwards; {allowed}" if days[0] >= days[1] else ""


def _profile(warehouse: Warehouse, name: str) -> str:
    """Return the section of one model. Raises ReportError, with the nearest names, if there is none."""
    try:
        return report_section(profile(warehouse, "model", name))
    except UnknownName as error:
        raise ReportError(error.in_full) from error


def _contents(opened: Sequence[Perspective]) -> str:
    """Return the list of contents, each line a link to its section; none where there is one section."""
    if len(opened) < 2:
        return ""
    lines = "".join(
        f'<li><a href="#{perspective.slug}">{_text(perspective.title)}</a>: {_text(perspective.question)}</li>'
        for perspective in opened
    )
    return f'<nav aria-label="Contents"><ol>{lines}</ol></nav>'


def _left_out(without_scores: Sequence[Perspective]) -> str:
    """Return which perspectives are not in the report, and why; empty where all of them are."""
    if not without_scores:
        return ""
    titles = ", ".join(perspective.title for perspective in without_scores)
    return f'<p class="note">{_text(f"Left out: {titles}. {without_scores[0].reason}")}</p>'


def _tiles(perspective: Perspective) -> str:
    """Return the tiles of a summary as a list: title, figure and sentence."""
    tiles = "".join(
        f"<li>{_text(tile.title)}: <b>{_text(tile.figure)}</b> {_text(tile.full_sentence)}"
        f"{other_rules.as_html(tile.headlines, tile.headlines_note)}</li>"
        for tile in perspective.tiles
    )
    return f"<ul>{tiles}</ul>" if tiles else ""


def _section(perspective: Perspective, charts: list[tuple[Chart, str]]) -> str:
    selection = perspective.selection
    start, end = selection.dates
    filters = f"{selection.about['label']}, {date_text(start)} to {date_text(end)}, by {selection.unit}"
    cards = "".join(
        f"<figure><h3>{_text(chart.title)}</h3>"
        f'<div role="img" aria-label="{_text(chart.description())}">{element}</div>'
        f'<p class="note">{_text(f"{chart.caption} {chart.details}")} {_text(provenance_text(perspective, chart))}</p>'
        "</figure>"
        for chart, element in charts
    )
    sentence = perspective.answer_text or perspective.reason
    rules = other_rules.as_html([] if perspective.is_summary else perspective.headlines, perspective.headlines_note)
    head = f"<h2>{_text(perspective.question)}</h2><p>{_text(sentence)}</p>{rules}<p class=note>{_text(filters)}</p>"
    return f'<section id="{perspective.slug}">{head}{_tiles(perspective)}{cards}</section>\n'


def _sources(warehouse: Warehouse) -> str:
    rows = warehouse.sql_frame("select source, snapshot_id, as_of from core.snapshots order by source")
    named = "; ".join(f"{row.source} {row.snapshot_id} (as of {row.as_of:%Y-%m-%d})" for row in rows.itertuples())
    identity = warehouse.identity
    snapshot = f"Snapshot {identity.snapshot_id}, counted by {rules_text(warehouse)}" if identity else "Snapshot"
    return f'<p class="note">{_text(f"{snapshot}, built as {warehouse.generation}. Sources: {named}.")}</p>'


def _text(text: str) -> str:
    return html.escape(" ".join(str(text).split()))


def _main() -> int:
    """Write a report in a process of its own: reads the request as JSON from stdin, writes the HTML to stdout."""
    if hasattr(os, "nice"):
        os.nice(10)  # visitors of the page have priority
    request = json.load(sys.stdin)
    opened = Warehouse(Path(request["generation"]))
    try:
        sys.stdout.write(report(opened, filters=request["filters"]))
    except ReportError as error:
        sys.stderr.write(f"{error}\n")
        return REFUSED
    finally:
        opened.close()
    return 0


if __name__ == "__main__":
    sys.exit(_main())
