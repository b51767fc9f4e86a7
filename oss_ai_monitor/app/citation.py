"""Citations of a chart: as text, as BibTeX, as a link that pins its snapshot, and the line under a saved file."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from ..charts import Chart, date_text
from ..perspectives import Perspective, address, filters_text, one_line, rules_of, rules_text, snapshot_of

TOOL = "Open-Source AI Monitor"
_PAGE = re.compile(r"https?://[^\s\"'<>{}\\?#^`|]+")
_SIGNS = {
    "\\": r"\textbackslash{}", "{": r"\textbraceleft{}", "}": r"\textbraceright{}", "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}", "<": r"\textless{}", ">": r"\textgreater{}", '"': r"\textquotedbl{}",
    "|": r"\textbar{}", "–": "--", "—": "---", "…": r"\ldots{}", "·": r"\textperiodcentered{}", "−": "$-$",
    "≤": r"$\leq$", "≥": r"$\geq$", "₂": "$_2$", "→": r"$\rightarrow$", "×": r"$\times$", "“": "``",
    "”": "''", "’": "'",
    **{sign: f"\\{sign}" for sign in "#$%&_"},
}  # fmt: skip
_TEX = str.maketrans(_SIGNS)


@dataclass(frozen=True)
class Citation:
    """A citation as text, and as an entry of a bibliography."""

    text: str
    bibtex: str


def to_query(perspective: Perspective) -> dict[str, str]:
    """Return the query of a link that shows a perspective as it is now."""
    return perspective.page_query()


def pinned_query(perspective: Perspective) -> str:
    """Return the query of a link that shows a perspective as it is now, on its snapshot for ever."""
    warehouse = perspective.warehouse
    pinned = {address.SNAPSHOT: snapshot_of(warehouse)} if warehouse.identity else {}
    return address.write(perspective.page_query() | pinned)


def is_page(text: str) -> bool:
    """Whether a text is the address of a page without its query, as browsers write them."""
    return _PAGE.fullmatch(text) is not None


def cite(perspective: Perspective, chart: Chart, page: str, today: dt.date) -> Citation:
    """Cite a chart of `page`, an address without its query; an invalid address is left out."""
    warehouse, about = perspective.warehouse, perspective.selection_for(chart).about
    snapshot, rules = snapshot_of(warehouse), rules_of(warehouse)
    link = (page if is_page(page) else "") + pinned_query(perspective)
    title = f"{chart.title} ({perspective.question})"
    source = ("Simulated data, no statement about the world: " if warehouse.is_simulated else "") + about["label"]
    data = f"{snapshot}, data of {date_text(about['as_of'])}"
    filters = filters_text(perspective, chart)
    text = "\n".join(
        [
            f"{TOOL}: {title}",
            f"Source: {one_line(source)}",
            f"Filters: {one_line(filters)}",
            f"Snapshot: {data}",
            f"Counting rules: version {rules}",
            f"Accessed: {date_text(today)}",
            f"Link: {link}",
        ]
    )
    fields = {
        "title": f"{{{tex(title)}}}",
        "author": f"{{{tex(TOOL)}}}",
        "year": f"{about['as_of']:%Y}",
        "howpublished": f"\\url{{{link}}}",
        "urldate": today.isoformat(),
        "note": tex(
            f"Source: {source}. Filters: {filters}. Snapshot {data}. Counting rules: version {rules}. Accessed {today}"
        ),
    }
    key = re.sub(r"[^a-z0-9]+", "-", f"{perspective.slug}-{chart.key}-{about['dataset']}-{snapshot}".lower()).strip("-")
    body = "".join(f"  {name:<12} = {{{value}}},\n" for name, value in fields.items())
    return Citation(text, f"@misc{{{key},\n{body}}}")


def source_line(perspective: Perspective, chart: Chart) -> str:
    """Return the line in a saved chart: source, snapshot, date of the data, version of the rules."""
    warehouse, about = perspective.warehouse, perspective.selection_for(chart).about
    simulated = "SIMULATED DATA · " if warehouse.is_simulated else ""
    return (
        f"{simulated}{one_line(about['label'])} · snapshot {snapshot_of(warehouse)} · "
        f"data of {date_text(about['as_of'])} · {rules_text(warehouse)} · {TOOL}"
    )


def tex(text: str) -> str:
    """Escape a text for LaTeX; the result always has balanced braces."""
    return one_line(text).translate(_TEX)
