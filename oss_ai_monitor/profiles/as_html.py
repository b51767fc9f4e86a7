"""Profiles as HTML: every text is escaped, for names and texts come from strangers."""

from __future__ import annotations

import datetime as dt
import html
from collections.abc import Callable, Mapping
from pathlib import Path

from ..charts import date_text
from .names import NO_OWNER, UnknownName
from .profile import Cell, Claim, Fact, Link, Profile, Section, address_of, hub_address, paper_address

STYLE = Path(__file__).with_suffix(".css").read_text(encoding="utf-8")
LinkText = Callable[[Link], str]
SHORT = 24
"""Characters of a text that stands in one line of a table."""


def head(profile: Profile, pinned: Mapping[str, str] | None = None) -> str:
    """Return notices, links and facts of a profile as HTML; `pinned` is part of each link to a page of the monitor."""
    linked = _to_pages(pinned)
    further = [f"{label}: {linked(link)}" for link in profile.links for label in (_label_of(link, profile),)]
    if profile.hub_address:
        further.append(_anchor(profile.hub_address, "On the Hub", is_outside=True))
    links = f"<p class=links>{' · '.join(further)}</p>" if further else ""
    return f"{_notices(profile)}{links}{_facts(profile, linked)}"


def _label_of(link: Link, profile: Profile) -> str:
    if link.kind == "family":
        return "The family it heads" if link.name == profile.name else "A family it belongs to"
    return {"owner": "Owner", "model": "The base itself"}[link.kind]


def body(profile: Profile, pinned: Mapping[str, str] | None = None) -> str:
    """Return the tables of a profile and what is not known as HTML."""
    return _sections(profile, _to_pages(pinned))


def report_section(profile: Profile) -> str:
    """Return a profile as a section of a report, where names lead to the Hub."""
    title = f"<h2>{_text(profile.title)}</h2><p>{_text(profile.sentence)}</p>{_notices(profile)}"
    note = f"<p class=note>{_text(profile.citation)}</p>"
    return f"<section class=profile>{title}{_parts(profile, _to_hub)}{note}</section>\n"


def notebook_html(profile: Profile) -> str:
    """Return a profile as the output of a notebook's cell, where names lead to the Hub."""
    title = f"<h2>{_text(profile.title)}</h2><p>{_text(profile.sentence)}</p>{_notices(profile)}"
    style = STYLE.replace(":host", ".oss-ai-monitor-profile")
    return f"<style>{style}</style><div class=oss-ai-monitor-profile>{title}{_parts(profile, _to_hub)}</div>"


def unknown_html(error: UnknownName, pinned: Mapping[str, str] | None = None) -> str:
    """Return what a page says about a name that does not exist: the nearest names, as links."""
    if not error.nearest:
        return ""
    kind = error.kind
    links = "".join(f"<li>{_anchor(address_of(Link(kind, name), pinned), name)}</li>" for name in error.nearest)
    return _section("Names that are spelt like it", f"<ul>{links}</ul>")


def _notices(profile: Profile) -> str:
    return "".join(f"<p class=notice role=note>{_text(notice)}</p>" for notice in profile.notices)


def _parts(profile: Profile, linked: LinkText) -> str:
    return _facts(profile, linked) + _sections(profile, linked)


def _facts(profile: Profile, linked: LinkText) -> str:
    facts = "".join(_fact(fact, linked) for fact in profile.facts)
    return _section("Facts", f"<dl class=facts>{facts}</dl>") if facts else ""


def _sections(profile: Profile, linked: LinkText) -> str:
    missing = "".join(f"<li>{_text(sentence)}</li>" for sentence in profile.missing)
    return "".join(
        [
            *(_table_section(section, linked) for section in profile.sections),
            _section("What is not known", f"<ul>{missing}</ul>") if missing else "",
        ]
    )


def _fact(fact: Fact, linked: LinkText) -> str:
    names = {link.name: linked(link) for link in fact.links}
    plain = ", ".join(names)
    value = _text(fact.value)
    if names and fact.value.startswith(plain):
        value = ", ".join(names.values()) + html.escape(fact.value[len(plain) :])
    rule = f"Rule: {fact.rule}." if fact.rule else ""
    named = {"Source: ": fact.source, "snapshot of ": fact.snapshot}
    source = " · ".join(f"{label}{name}" for label, name in named.items() if name)
    notes = "".join(f"<span>{_text(note)}</span> " for note in (fact.explanation, rule, source) if note)
    claims = "".join(map(_claim, fact.claims))
    claims = (
        f"<details><summary>Claims not believed: {len(fact.claims)}</summary><ul>{claims}</ul></details>"
        if claims
        else ""
    )
    quiet = f"<div class=quiet>{notes}</div>" if notes else ""
    return f"<div><dt>{_text(fact.label)}</dt><dd><b>{value}</b>{quiet}{claims}</dd></div>"


def _claim(claim: Claim) -> str:
    return f"<li>{_text(f'{claim.text}.')}</li>"


def _table_section(section: Section, linked: LinkText) -> str:
    several = len(section.sentences) > 2
    texts = "".join(f"<li>{_text(one)}</li>" if several else f"<p>{_text(one)}</p>" for one in section.sentences)
    texts = f"<ul>{texts}</ul>" if several else texts
    if not section.rows:
        return _section(section.title, texts)
    head = "".join(f"<th scope=col>{_text(name)}</th>" for name in section.columns)
    rows = "".join(f"<tr>{''.join(_cell(cell, linked) for cell in row)}</tr>" for row in section.rows)
    label = html.escape(section.title, quote=True)
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
    return _section(section.title, f'{texts}<div class=wide tabindex=0 role=region aria-label="{label}">{table}</div>')


def _cell(cell: Cell, linked: LinkText) -> str:
    match cell:
        case None:
            return "<td class=quiet>–</td>"
        case Link():
            return f"<td>{linked(cell)}</td>"
        case dt.date():
            return f"<td class=short>{date_text(cell)}</td>"
        case int():
            return f"<td class=number>{cell:,}</td>"
        case float():
            return f"<td class=number>{cell:,.6g}</td>"
    return f"<td>{_text(cell)}</td>" if len(cell) > SHORT else f"<td class=short>{_text(cell)}</td>"


def _to_pages(pinned: Mapping[str, str] | None) -> LinkText:
    return lambda link: _to_paper(link) if link.kind == "paper" else _anchor(address_of(link, pinned), link.name)


def _to_hub(link: Link) -> str:
    if link.kind == "paper":
        return _to_paper(link)
    if link == Link("owner", NO_OWNER):
        return _text(link.name)
    return _anchor(hub_address(link.name), link.name, is_outside=True)


def _to_paper(link: Link) -> str:
    return _anchor(paper_address(link.name), link.name, is_outside=True)


def _anchor(address: str, name: str, *, is_outside: bool = False) -> str:
    others = ' target="_blank" rel="noopener noreferrer"' if is_outside else ""
    return f'<a href="{html.escape(address, quote=True)}"{others}>{_text(name)}</a>'


def _section(title: str, content: str) -> str:
    return f"<section><h3>{_text(title)}</h3>{content}</section>"


def _text(text: str) -> str:
    return html.escape(" ".join(text.split()))
