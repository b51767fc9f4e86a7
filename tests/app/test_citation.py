"""Citations: what they name, that they lead back, and that no name of a stranger's breaks them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oss_ai_monitor.app.citation import Citation, cite, source_line, tex
from oss_ai_monitor.perspectives import AuthorActivity, Filters, ModelTypes, Perspective
from oss_ai_monitor.warehouse import Warehouse, landed_by

TODAY = dt.date(2026, 11, 24)
PAGE = "https://monitor.test/serve"
HOSTILE = 'tin}{\\input{/etc/passwd}%$&#_~^\u202e"<b>'


def row(n: int, **other: object) -> dict[str, object]:
    return {"fullname": f"tin/{n}", "average": 40.0, "date": f"2024-0{n}-05T00:00:00Z", "type": "pretrained", **other}


@pytest.fixture
def types(warehouse_of: Callable[..., Warehouse]) -> ModelTypes:
    """Models of four months, by month, one type chosen."""
    warehouse = warehouse_of(leaderboard_v1=[row(n) for n in range(2, 6)])
    filters = Filters(warehouse)
    filters.param.update(dates=(dt.date(2024, 2, 1), dt.date(2024, 5, 31)), unit="month", sizes=["< 3"])
    perspective = ModelTypes(warehouse, filters)
    perspective.types = ["pretrained"]
    perspective.open()
    return perspective


def cited(perspective: Perspective, page: str = PAGE) -> Citation:
    return cite(perspective, perspective.charts[0], page, TODAY)


def test_a_citation_names_what_is_seen_and_leads_back_to_it(types: ModelTypes) -> None:
    identity = types.warehouse.identity
    assert identity is not None
    assert cited(types).text.splitlines() == [
        "Open-Source AI Monitor: New models per month (What kinds of models appear, and how fast?)",
        "Source: Open LLM Leaderboard v1",
        "Filters: 1 Feb 2024 to 31 May 2024; by month; size (B parameters) < 3; Types: pretrained",
        f"Snapshot: {identity.snapshot_id}, data of 15 Jun 2024",
        f"Counting rules: version {identity.rules}",
        "Accessed: 24 Nov 2026",
        f"Link: {PAGE}?view=model-types&dataset=v1&from=2024-02-01&to=2024-05-31&unit=month&sizes=%3C+3"
        f"&types=pretrained&snapshot={identity.snapshot_id}",
    ]
    entry = cited(types).bibtex
    assert entry.startswith(
        f"@misc{{model-types-new-models-v1-{identity.snapshot_id.lower()},\n  title        = {{{{New "
    )
    assert r"size (B parameters) \textless{} 3; Types: pretrained" in entry
    assert f"{identity.snapshot_id}}}}},\n" in entry
    assert identity.snapshot_id in source_line(types, types.charts[0])
    assert landed_by(identity.snapshot_id) is not None


def test_a_page_that_is_no_address_is_left_out(types: ModelTypes) -> None:
    for page in ("javascript:alert(1)", "https://x.test/}\\input", "https://x.test/ a", ""):
        citation = cited(types, page)
        assert citation.text.splitlines()[-1].startswith("Link: ?view=model-types&")
        assert "alert" not in citation.bibtex
        assert "input" not in citation.bibtex


def depths(entry: str) -> list[int]:
    """How deep in braces each sign of an entry stands, as BibTeX counts: a backslash before one changes nothing."""
    levels, depth = [], 0
    for sign in entry:
        depth += (sign == "{") - (sign == "}")
        levels.append(depth)
    return levels


def test_names_of_strangers_neither_end_an_entry_nor_run_as_latex(warehouse_of: Callable[..., Warehouse]) -> None:
    warehouse = warehouse_of(leaderboard_v1=[row(n, fullname=f"{HOSTILE}/{n}") for n in range(2, 6)])
    filters = Filters(warehouse)
    filters.param.update(dates=(dt.date(2024, 2, 1), dt.date(2024, 5, 31)), unit="month")
    authors = AuthorActivity(warehouse, filters)
    authors.open()
    authors.authors = authors.added = [authors.answer["author"].iloc[0]]
    entry = cited(authors).bibtex
    assert "tin" in entry.partition("note")[2]
    assert (min(depths(entry)[10:-1]), depths(entry)[-1]) == (1, 0)
    assert r"\input" not in entry
    assert "\u202e" not in entry + cited(authors).text
    link = parse_qs(urlsplit(cited(authors).text.rpartition("Link: ")[2]).query)
    again = AuthorActivity(warehouse, Filters(warehouse))
    assert again.from_query({name: values[0] for name, values in link.items()}) == []
    assert again.authors == authors.authors


@given(st.text())
def test_any_text_stays_text_in_latex(text: str) -> None:
    escaped = tex(text)
    assert (min(depths(escaped), default=0), ([0, *depths(escaped)])[-1]) == (0, 0)
    assert not re.search(r"(?<!\\)[#%&]", escaped)
    assert "\n" not in escaped


@pytest.mark.parametrize(
    "snapshot_id",
    ["", "../../etc/passwd", "20240615T120000Z", "20249915T120000Z-0123abcd", "²0240615T120000Z-0123abcd"],
)
def test_what_is_no_id_of_a_snapshot_is_none(snapshot_id: str) -> None:
    assert landed_by(snapshot_id) is None
