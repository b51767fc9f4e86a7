"""A digest as Markdown, HTML and JSON. Names in it were chosen by strangers: they are escaped, and mark nothing up."""

from __future__ import annotations

import html
import json
import re
from dataclasses import dataclass
from typing import Any

from ...charts import number_text
from ...perspectives import address
from ...perspectives.phrases import counted
from .edition import Digest
from .sentence import Bar, Query, Sentence

MOST_OF_A_LINK = 6_000
"""Signs of an address that opens a query on the page for SQL; some proxies cut longer ones."""
LOCAL = "http://localhost:5006/"
"""Where a server answers that was started without options."""
_MARKED = re.compile(r"([\\`*_\[\]#|<>~])")


@dataclass(frozen=True)
class Links:
    """How links of a digest are written."""

    root: str = LOCAL
    """Where the addresses of the server begin: "../" for its own pages, https://… for what is sent elsewhere."""
    pinned: str = ""
    """The snapshot that they lead to; empty for the newest."""
    has_sql: bool = True
    """Whether the server has a page for SQL."""

    def to(self, query: str) -> str:
        """Return the address of a page, for the query of its address."""
        pinned = f"&{address.SNAPSHOT}={self.pinned}" if self.pinned else ""
        return f"{self.root}serve{query}{pinned}"


def markdown(digest: Digest, where: Links) -> str:
    """Return it as Markdown."""
    lines = [f"# {digest.title}", ""]
    for one in digest.sentences:
        links = [f"[{text}]({link})" for text, link in _links(one, where)]
        text = _MARKED.sub(r"\\\1", " ".join(one.text.split()))
        lines.append(f"- {text} {' · '.join(links)}")
    return "\n".join([*lines, *([""] if digest.sentences else []), " ".join(digest.notes), ""])


def article(digest: Digest, where: Links) -> str:
    """Return its sentences, pictures and notes as a part of a page."""
    items = "".join(_item(one, where) for one in digest.sentences)
    listed = f"<ol>\n{items}</ol>\n" if items else ""
    notes = "".join(f'<p class="note">{text_of(note)}</p>\n' for note in digest.notes)
    return f"<h1>{text_of(digest.title)}</h1>\n{listed}{notes}"


def as_json(digest: Digest, where: Links) -> str:
    """Return it as JSON: of each sentence its figures, its view, its query with the values, and its disputes."""
    record: dict[str, Any] = {
        "week": digest.week,
        "title": digest.title,
        "start": digest.start.isoformat(),
        "end": digest.end.isoformat(),
        "snapshot": digest.snapshot,
        "is_simulated": digest.is_simulated,
        "sentences": [_record(one, where) for one in digest.sentences],
        "notes": list(digest.notes),
    }
    return json.dumps(record, ensure_ascii=False, allow_nan=False, indent=1, default=str) + "\n"


def text_of(text: str) -> str:
    """Return a text in one line, escaped."""
    return html.escape(" ".join(text.split()))


def _record(one: Sentence, where: Links) -> dict[str, Any]:
    return {
        "subject": one.subject,
        "text": one.text,
        "figures": [{"label": figure.label, "value": figure.value, "unit": figure.unit} for figure in one.figures],
        "models": list(one.models),
        "chart": where.to(one.link),
        "bars": {"title": one.bars_title, "rows": [{"label": bar.label, "value": bar.value} for bar in one.bars]},
        "query": _query(one.query),
        "disputes": {"count": one.disputes, "query": _query(one.disputes_query) if one.disputes_query else None},
    }


def _query(query: Query) -> dict[str, Any]:
    return {"name": query.name, "parameters": query.parameters, "sql": query.sql}


def _links(one: Sentence, where: Links) -> list[tuple[str, str]]:
    """Return the links below a sentence: their texts and addresses."""
    text = one.view_text or ("Open the chart" if address.VIEW in one.view else "Open the page")
    links = [(text, where.to(one.link))]
    if where.has_sql and len(one.query.link) <= MOST_OF_A_LINK:
        links.append(("Query", where.to(one.query.link)))
    if where.has_sql and one.disputes_query and len(one.disputes_query.link) <= MOST_OF_A_LINK:
        links.append(
            (f"{counted(one.disputes, 'claim')} about these models not believed", where.to(one.disputes_query.link))
        )
    return links


def _item(one: Sentence, where: Links) -> str:
    links = " · ".join(f'<a href="{html.escape(link)}">{text_of(text)}</a>' for text, link in _links(one, where))
    return f'<li><p>{text_of(one.text)}</p>\n{_picture(one)}<p class="links">{links}</p></li>\n'


def _picture(one: Sentence) -> str:
    """Return the bars beside a sentence as a table that is read without seeing them; none for a single bar."""
    if len(one.bars) < 2:
        return ""
    most = max(abs(bar.value) for bar in one.bars) or 1.0
    rows = "".join(_row(bar, most) for bar in one.bars)
    return f"<table><caption>{text_of(one.bars_title)}</caption>\n{rows}</table>\n"


def _row(bar: Bar, most: float) -> str:
    width = f"{100 * abs(bar.value) / most:.1f}"
    return (
        f'<tr><th scope="row">{text_of(bar.label)}</th><td class="bar"><i style="width:{width}%"></i></td>'
        f"<td>{text_of(bar.text or number_text(bar.value))}</td></tr>\n"
    )
