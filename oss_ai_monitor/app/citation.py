"""Citations of a chart or a page: as text, as BibTeX, as a link that pins its snapshot; the line under a saved file."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass

from ..charts import Chart, date_text
from ..charts.alt_text import readable
from ..pages.cited import Cited, cited_chart, cited_of
from ..perspectives import Perspective, address, rules_text, snapshot_of
from ..warehouse import Warehouse

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
    warehouse = perspective.warehouse
    pinned = {address.SNAPSHOT: snapshot_of(warehouse)} if warehouse.identity else {}
    return cite_text(cited_chart(perspective, chart, perspective.page_query() | pinned), page, today)


def cite_page(warehouse: Warehouse, title: str, query: Mapping[str, str], page: str, today: dt.date) -> Citation:
    """Cite what one page beside the perspectives shows, which `query` opens; an invalid address is left out."""
    rows = warehouse.query("datasets")
    pinned = {address.SNAPSHOT: snapshot_of(warehouse)} if warehouse.identity else {}
    source = "; ".join(f"{row.label}, {date_text(row.as_of)}" for row in rows.itertuples())
    cited = cited_of(warehouse, title, source, rows["as_of"].max(), title, query={**query, **pinned})
    return cite_text(cited, page, today)


def cite_text(cited: Cited, page: str, today: dt.date) -> Citation:
    """Write a citation of what a link below `page` shows, in both forms; without filters they are left out."""
    link = (page if is_page(page) else "") + address.write(cited.query)
    source = ("Simulated data, no statement about the world: " if cited.is_simulated else "") + cited.source
    data = f"{cited.snapshot}, data of {date_text(cited.as_of)}"
    lines = [
        f"{TOOL}: {readable(cited.title)}",
        f"Source: {readable(source)}",
        *([f"Filters: {readable(cited.filters)}"] if cited.filters else []),
        f"Snapshot: {data}",
        f"Counting rules: version {cited.rules}",
        f"Accessed: {date_text(today)}",
        f"Link: {link}",
    ]
    filtered = f"Filters: {cited.filters}. " if cited.filters else ""
    fields = {
        "title": f"{{{tex(cited.title)}}}",
        "author": f"{{{tex(TOOL)}}}",
        "year": f"{cited.as_of:%Y}",
        "howpublished": f"\\url{{{link}}}",
        "urldate": today.isoformat(),
        "note": tex(
            f"Source: {source}. {filtered}Snapshot {data}. Counting rules: version {cited.rules}. Accessed {today}"
        ),
    }
    entry = re.sub(r"[^a-z0-9]+", "-", f"{cited.key}-{cited.snapshot}".lower()).strip("-")
    body = "".join(f"  {name:<12} = {{{value}}},\n" for name, value in fields.items())
    return Citation("\n".join(lines), f"@misc{{{entry},\n{body}}}")


def source_line(perspective: Perspective, chart: Chart) -> str:
    """Return the line in a saved chart: source, snapshot, date of the data, version of the rules."""
    warehouse, about = perspective.warehouse, perspective.selection_for(chart).about
    simulated = "SIMULATED DATA · " if warehouse.is_simulated else ""
    return (
        f"{simulated}{readable(about['label'])} · snapshot {snapshot_of(warehouse)} · "
        f"data of {date_text(about['as_of'])} · {rules_text(warehouse)} · {TOOL}"
    )


def tex(text: str) -> str:
    """Escape a text for LaTeX; the result always has balanced braces."""
    return readable(text).translate(_TEX)
