"""How a picture is cited: in words, as BibTeX, by a link that pins its snapshot, and in one line under a saved file."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from urllib.parse import urlencode

from ..perspectives import Perspective, looks_at
from ..plots import Picture, date_text
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
    """The same said twice: for a reader, and for a bibliography."""

    text: str
    bibtex: str


def address(perspective: Perspective) -> dict[str, str]:
    """What a link must say to show a perspective as it is seen."""
    return {"view": perspective.slug} | perspective.filters.address() | perspective.address()


def snapshot_of(warehouse: Warehouse) -> str:
    """The name of what a page stands on; of a generation that was built before they had names, its file's."""
    return warehouse.identity.snapshot_id if warehouse.identity else warehouse.generation


def rules_of(warehouse: Warehouse) -> str:
    """The version of the rules, or that none was kept."""
    return warehouse.identity.rules if warehouse.identity else "not recorded"


def cite(perspective: Perspective, picture: Picture, page: str, today: dt.date) -> Citation:
    """Cite a picture as it is seen on `page`, which is an address without its query; what is none is left out."""
    filters, warehouse = perspective.filters, perspective.warehouse
    about = filters.about
    snapshot, rules = snapshot_of(warehouse), rules_of(warehouse)
    pinned = {"snapshot": snapshot} if warehouse.identity else {}
    where = page if _PAGE.fullmatch(page) else ""
    link = f"{where}?{urlencode(address(perspective) | pinned)}"
    title = f"{picture.title} ({perspective.question})"
    source = ("Simulated data, no statement about the world: " if warehouse.is_simulated else "") + about["label"]
    data = f"{snapshot}, data of {date_text(about['as_of'])}"
    looked = looks_at(perspective, picture)
    text = "\n".join(
        [
            f"{TOOL}: {title}",
            f"Source: {_line(source)}",
            f"Filters: {_line(looked)}",
            f"Snapshot: {data}",
            f"Rules: {rules}",
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
        "note": tex(f"Source: {source}. Filters: {looked}. Snapshot {data}. Rules {rules}. Accessed {today}"),
    }
    key = re.sub(r"[^a-z0-9]+", "-", f"{perspective.slug}-{picture.key}-{about['dataset']}-{snapshot}".lower()).strip(
        "-"
    )
    body = "".join(f"  {name:<12} = {{{value}}},\n" for name, value in fields.items())
    return Citation(text, f"@misc{{{key},\n{body}}}")


def source_line(perspective: Perspective) -> str:
    """What a saved picture says of itself: source, snapshot, date of the data, rules."""
    warehouse, about = perspective.warehouse, perspective.filters.about
    simulated = "SIMULATED DATA · " if warehouse.is_simulated else ""
    return (
        f"{simulated}{_line(about['label'])} · snapshot {snapshot_of(warehouse)} · data of {date_text(about['as_of'])}"
        f" · rules {rules_of(warehouse)} · {TOOL}"
    )


def tex(text: str) -> str:
    """Text as LaTeX shows it letter by letter, its braces balanced whatever it holds."""
    return _line(text).translate(_TEX)


def _line(text: str) -> str:
    """Text in one line, without signs that cannot be seen."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
