"""The pages of digests: that of one week, and the list of weeks. Each is one document without a script."""

from __future__ import annotations

import itertools
from pathlib import Path

from ...charts import date_text
from ...plurals import counted
from ...warehouse import Warehouse
from ..atom import MEDIA_TYPE, SERVER
from .edition import Digest, digest
from .texts import Links, article, text_of
from .weeks import Week, weeks

STYLE = (Path(__file__).parent / "digest.css").read_text(encoding="utf-8")
TITLE = "The week in open models"
LONGEST_DESCRIPTION = 300
OLDEST_YEAR = 2022
"""The Hub dates no model before; an older week has single evaluations of older models at most."""


def digest_page(warehouse: Warehouse, week: str, where: Links) -> str:
    """Return the page of a week, in which `SERVER` stands for the server's address. Raises ValueError."""
    one, root = digest(warehouse, week), where.root
    names = [other.name for other in weeks(warehouse)]
    later = [name for name in names if name > week]
    earlier = [name for name in names if name < week]
    neighbours = [
        *([f'<a rel="prev" href="{root}digest/{earlier[0]}">← {earlier[0]}</a>'] if earlier else []),
        f'<a href="{root}digest">All weeks</a>',
        *([f'<a rel="next" href="{root}digest/{later[-1]}">{later[-1]} →</a>'] if later else []),
    ]
    links = (
        f'<p class="note">This address stays. Figures are counted anew with each snapshot of the data; '
        f'<a href="{root}digest/{week}?snapshot={text_of(one.snapshot)}">as of this snapshot</a>, '
        f'<a href="{root}feed/digest.atom">as a feed</a>, or <code>oss-ai-monitor digest --week {week}</code>.</p>\n'
    )
    content = f"{article(one, where)}{links}<nav>{' · '.join(neighbours)}</nav>\n"
    return _page(one.title, one.summary, content, root, f"{SERVER}digest/{week}")


def document(one: Digest, where: Links) -> str:
    """Return a digest as a document to send."""
    return _page(one.title, one.summary, article(one, where), where.root, f"{where.root}digest/{one.week}")


def list_page(warehouse: Warehouse, root: str = "") -> str:
    """Return the page with all weeks of which there may be something to say, the latest first."""
    listed = [week for week in weeks(warehouse) if week.start.year >= OLDEST_YEAR]
    sections = "".join(
        f'<h2>{year}</h2>\n<ul class="weeks">\n{"".join(_line(week, root) for week in of_year)}</ul>\n'
        for year, of_year in itertools.groupby(listed, key=lambda week: week.name[:4])
    )
    intro = (
        "What is news of a week, in up to ten sentences with numbers, each with its chart, its query and the claims "
        "that are not believed."
    )
    content = (
        f'<h1>{TITLE}</h1>\n<p>{intro} <a href="{root}feed/digest.atom">Feed</a></p>\n'
        f"{sections or '<p>No week is in the data yet.</p>'}\n"
    )
    return _page(TITLE, intro, content, root, f"{SERVER}digest")


def _line(week: Week, root: str) -> str:
    parts = [
        counted(number, noun)
        for number, noun in ((week.changes, "change"), (week.appeared, "new model"), (week.submitted, "evaluation"))
        if number
    ]
    return (
        f'<li><a href="{root}digest/{week.name}">{week.name}</a> '
        f"<span>{date_text(week.start)} to {date_text(week.end)}: {', '.join(parts)}</span></li>\n"
    )


def _page(title: str, description: str, content: str, root: str, address: str) -> str:
    """Return a document; `address` is its own, for who passes it on."""
    short = description if len(description) <= LONGEST_DESCRIPTION else f"{description[: LONGEST_DESCRIPTION - 1]}…"
    return f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{text_of(title)} · Open-Source AI Monitor</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">
<meta name="description" content="{text_of(short)}">
<link rel="canonical" href="{text_of(address)}"><meta property="og:url" content="{text_of(address)}">
<meta property="og:title" content="{text_of(title)}"><meta property="og:description" content="{text_of(short)}">
<link rel="alternate" type="{MEDIA_TYPE}" title="{TITLE}" href="{root}feed/digest.atom">
<style>{STYLE}</style></head><body>
<header><a href="{root}serve">Open-Source AI Monitor</a></header>
<main>
{content}</main>
</body></html>
"""
