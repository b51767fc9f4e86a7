"""A digest as Markdown, HTML and JSON. Names in it were chosen by strangers: they are escaped, and mark nothing up."""

from __future__ import annotations

import html
import json
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from ...charts import number_text
from ...perspectives import address
from ...plurals import counted
from . import chart
from .edition import Digest
from .marks import parts
from .sentence import Query, Sentence

MOST_OF_A_LINK = 6_000
"""Signs of an address that opens a query on the page for SQL; some proxies cut longer ones."""
LOCAL = "http://localhost:5006/"
"""Where a server answers that was started without options."""
_SPACES = re.compile(r"\s+")
_MARKED = re.compile(r"([\\`*\[\]#|<>~!&]|(?<![^\W_])_|_(?![^\W_]))")
"""What Markdown takes for marks; an underscore within a word is none."""


@dataclass(frozen=True)
class Links:
    """How links of a digest are written."""

    root: str = LOCAL
    """Where the addresses of the server begin: "../" for its own pages, https://… for what is sent elsewhere."""
    pinned: str = ""
    """The snapshot that they lead to; empty for the newest."""
    has_sql: bool = True
    """Whether the server has a page for SQL."""
    has_pictures: bool = False
    """Whether Markdown shows the charts, which the server at `root` then has to hand out."""

    def to(self, query: str) -> str:
        """Return the address of a page, for the query of its address."""
        pinned = f"&{address.SNAPSHOT}={quote(self.pinned)}" if self.pinned else ""
        return f"{self.root}serve{query}{pinned}"

    def to_sentence(self, week: str, key: str) -> str:
        """Return the permanent address of a sentence."""
        return f"{self.root}digest/{week}{self._pinned}#{key}"

    def to_picture(self, week: str, key: str) -> str:
        """Return the address of the chart of a sentence as a picture."""
        return f"{self.root}digest/{week}/{key}.svg{self._pinned}"

    @property
    def _pinned(self) -> str:
        return f"?{address.SNAPSHOT}={quote(self.pinned)}" if self.pinned else ""


def markdown(digest: Digest, where: Links) -> str:
    """Return it as Markdown that can be read as it is: addresses stand at its end."""
    lines, addresses = [f"# {digest.title}", ""], dict[str, str]()
    for one in digest.sentences:
        text = ""
        for part in parts(one.marked):
            escaped = _escaped(part.text)
            text += f"[{escaped}]" if part.query else escaped
            if part.query:
                addresses.setdefault(escaped, where.to(part.query))
        chart_label, query_label = f"{one.key} chart", f"{one.key} query"  # no name has a space
        addresses |= {chart_label: where.to(one.link), query_label: where.to_sentence(digest.week, one.key)}
        links = [f"[{_view_text(one)}][{chart_label}]", f"[{_more_text(one)}][{query_label}]"]
        lines.append(f"- {text} {' · '.join(links)}")
        if where.has_pictures:
            picture = where.to_picture(digest.week, one.key)
            lines += ["", f"  ![{_escaped(chart.description(one))}]({picture})", ""]
    notes = " ".join(map(_escaped, digest.notes))
    end = [f"[{name}]: {link}" for name, link in addresses.items()]
    blocks = ["\n".join(lines).rstrip(), notes, "\n".join(end)]
    return "\n\n".join(block for block in blocks if block) + "\n"


def article(digest: Digest, where: Links) -> str:
    """Return its sentences, charts and notes as a part of a page."""
    items = "".join(_item(one, where) for one in digest.sentences)
    listed = f"<ol>\n{items}</ol>\n" if items else ""
    notes = "".join(f'<p class="note">{text_of(note)}</p>\n' for note in digest.notes)
    return f"<h1>{text_of(digest.title)}</h1>\n{listed}{notes}"


def linked_text(one: Sentence, where: Links) -> str:
    """Return a sentence as HTML, in which names lead to their pages."""
    return "".join(
        f'<a href="{html.escape(where.to(part.query))}">{html.escape(part.text)}</a>'
        if part.query
        else html.escape(part.text)
        for part in parts(one.marked)
    )


def as_json(digest: Digest, where: Links) -> str:
    """Return it as JSON: of each sentence its figures, its view, its chart, its query with the values, its disputes."""
    return json.dumps(record(digest, where), ensure_ascii=False, allow_nan=False, indent=1, default=str) + "\n"


def record(digest: Digest, where: Links) -> dict[str, Any]:
    """Return what its JSON holds."""
    return {
        "week": digest.week,
        "title": digest.title,
        "start": digest.start.isoformat(),
        "end": digest.end.isoformat(),
        "snapshot": digest.snapshot,
        "is_simulated": digest.is_simulated,
        "sentences": [_record(digest, one, where) for one in digest.sentences],
        "notes": list(digest.notes),
    }


def text_of(text: str) -> str:
    """Return a text in one line, escaped."""
    return html.escape(" ".join(text.split()))


def _escaped(text: str) -> str:
    """Return a text in one line that Markdown takes for nothing but text."""
    return _MARKED.sub(r"\\\1", _SPACES.sub(" ", text))


def _record(digest: Digest, one: Sentence, where: Links) -> dict[str, Any]:
    return {
        "key": one.key,
        "subject": one.subject,
        "text": one.text,
        "figures": [{"label": figure.label, "value": figure.value, "unit": figure.unit} for figure in one.figures],
        "models": list(one.models),
        "names": [{"name": part.text, "page": where.to(part.query)} for part in parts(one.marked) if part.query],
        "chart": where.to(one.link),
        "picture": where.to_picture(digest.week, one.key),
        "page": where.to_sentence(digest.week, one.key),
        "bars": {"title": one.bars_title, "rows": [{"label": bar.label, "value": bar.value} for bar in one.bars]},
        "query": _query(one.query),
        "disputes": {"count": one.disputes, "query": _query(one.disputes_query) if one.disputes_query else None},
        "disputes_counted": {
            "count": one.disputes_counted,
            "query": _query(one.counted_query) if one.counted_query else None,
        },
    }


def _query(query: Query) -> dict[str, Any]:
    return {"name": query.name, "parameters": query.parameters, "sql": query.sql}


def _view_text(one: Sentence) -> str:
    return one.view_text or ("Open the chart" if address.VIEW in one.view else "Open the page")


def _more_text(one: Sentence) -> str:
    """Return what the permanent address of a sentence has besides it."""
    counts = {"about the models named": one.disputes, "about those counted": one.disputes_counted}
    listed = [f"{number_text(count)} {which}" for which, count in counts.items() if count]
    return f"Query and claims not believed ({', '.join(listed)})" if listed else "Query"


def _disputes(one: Sentence) -> list[tuple[str, Query]]:
    """Return what is not believed of the models that are named, and of all that are counted, with the queries."""
    return [
        (f"{counted(claims, 'claim')} not believed, about the models {which}", query)
        for claims, which, query in (
            (one.disputes, "named", one.disputes_query),
            (one.disputes_counted, "counted", one.counted_query),
        )
        if query
    ]


def _item(one: Sentence, where: Links) -> str:
    view = f'<a href="{html.escape(where.to(one.link))}">{text_of(_view_text(one))}</a>'
    queries = "".join(_shown_query(title, query, where) for title, query in [("Query", one.query), *_disputes(one)])
    return (
        f'<li id="{one.key}"><p>{linked_text(one, where)}</p>\n{chart.inline(one)}'
        f'<p class="links">{view} · <a href="#{one.key}">Link to this</a></p>{queries}</li>\n'
    )


def _shown_query(title: str, query: Query, where: Links) -> str:
    """Return a query that a reader opens, with a link that runs it where that can be."""
    run = ""
    if where.has_sql and len(query.link) <= MOST_OF_A_LINK:
        run = f'<p class="links"><a href="{html.escape(where.to(query.link))}">Run it</a></p>'
    return f"<details><summary>{text_of(title)}</summary><pre>{html.escape(query.sql)}</pre>{run}</details>\n"
