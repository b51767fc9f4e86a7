"""Changes as an Atom feed: what RFC 4287 requires, and hostile text that stays text."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest
from lxml import etree

from oss_ai_monitor import warehouse
from oss_ai_monitor.history import catch_up, catch_up_access, catch_up_changes
from oss_ai_monitor.landing import Landing
from oss_ai_monitor.perspectives import all_perspectives, open_perspective
from oss_ai_monitor.perspectives.address import read
from oss_ai_monitor.programs import InvalidRequest, feed
from tests.conftest import land_rows

ATOM = "{http://www.w3.org/2005/Atom}"
GRAMMAR = etree.RelaxNG(file=Path(__file__).parent / "atom.rng")
HERE = "https://monitor.example.org/"
HOSTILE = "</title><script>alert(1)</script>&\x0b\x1b\ufffe]]>"


@pytest.fixture(scope="module")
def changed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[warehouse.Warehouse]:
    """Three listings: one licence changes, one card is hostile, one model is gone."""
    folder: Path = tmp_path_factory.mktemp("feeds")
    landing = Landing(folder / "landing")
    for on, licence, task in ((1, "mit", "fill-mask"), (2, "apache-2.0", HOSTILE), (3, "apache-2.0", HOSTILE)):
        rows: list[dict[str, Any]] = [
            {"id": "tin/one", "tags": [f"license:{licence}"], "pipeline_tag": "fill-mask", "downloads": 5},
            {"id": "tin/two", "pipeline_tag": task, "downloads": 9},
            *([{"id": "tin/three", "downloads": 1}] if on == 1 else []),
        ]
        rows = [{"likes": on, "created_at": "2026-01-02"} | row for row in rows]
        land_rows(folder, "hub_listing", rows, as_of=datetime(2026, 5, on, 6, tzinfo=UTC))
    for record in (catch_up, catch_up_access, catch_up_changes):
        assert record(landing)[1] == []
    warehouse.build(folder, landing.selected())
    opened = warehouse.Warehouse.open(folder)
    yield opened
    opened.close()


def text_of(element: ElementTree.Element, name: str) -> str:
    text = element.findtext(f"{ATOM}{name}")
    assert text, f"{name} is required"
    return text


def is_absolute(link: str) -> bool:
    parts = urlsplit(link)
    return parts.scheme in ("http", "https") and bool(parts.netloc)


def assert_valid(feed_text: str) -> None:
    """Hold a feed to the grammar of RFC 4287 and to what its text requires besides, in 4.1.1, 4.1.2 and 4.2; and its
    addresses to be absolute, for many readers take no others."""
    assert GRAMMAR.validate(etree.fromstring(feed_text.encode())), GRAMMAR.error_log
    root = ElementTree.fromstring(feed_text.encode())
    assert root.tag == f"{ATOM}feed"
    for element in (root, *root.findall(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            assert len(element.findall(f"{ATOM}{name}")) == 1, name
            text_of(element, name)
        moment = datetime.fromisoformat(text_of(element, "updated"))
        assert moment.tzinfo is not None
        assert text_of(element, "id").startswith("urn:uuid:")
        links = [link.get("rel", "alternate") for link in element.findall(f"{ATOM}link")]
        assert len(set(links)) == len(links), "one alternate"
        assert all(is_absolute(link.get("href", "")) for link in element.findall(f"{ATOM}link"))
        has_alternate = "alternate" in links
        if element.tag == f"{ATOM}entry":
            assert has_alternate or element.find(f"{ATOM}content") is not None
            assert has_alternate or element.find(f"{ATOM}summary") is not None
    assert ("self", "application/atom+xml") in [
        (link.get("rel"), link.get("type")) for link in root.findall(f"{ATOM}link")
    ]
    assert text_of(root.findall(f"{ATOM}author")[0], "name")
    for category in root.iter(f"{ATOM}category"):
        assert category.get("term")
    identifiers = [text_of(entry, "id") for entry in root.findall(f"{ATOM}entry")]
    assert len(set(identifiers)) == len(identifiers)


def test_a_feed_has_what_readers_of_feeds_need(changed: warehouse.Warehouse) -> None:
    assert_valid(feed(changed, {}))
    assert feed(changed, {}) == feed(changed, {}), "the same answer has the same ETag"
    root = ElementTree.fromstring(feed(changed, {}).encode())
    assert text_of(root, "id").startswith("urn:uuid:")
    assert text_of(root, "updated") == "2026-05-03T06:00:00+00:00"
    entries = root.findall(f"{ATOM}entry")
    titles = [text_of(entry, "title") for entry in entries]
    assert {title for title in titles if "two" not in title} == {
        "tin/one: licence from mit to apache-2.0",
        "tin/three: gone",
    }
    assert {text_of(entry, "updated") for entry in entries} == {"2026-05-02T00:00:00+00:00"}
    identifiers = [text_of(entry, "id") for entry in entries]
    assert len(set(identifiers)) == len(identifiers) == 3
    again = ElementTree.fromstring(feed(changed, {"kinds": "licence"}, HERE).encode())
    (entry,) = again.findall(f"{ATOM}entry")
    assert text_of(entry, "id") in identifiers, "the same entry in another feed"
    link = entry.find(f"{ATOM}link")
    assert link is not None
    assert link.get("href") == f"{HERE}serve?model=tin%2Fone"
    (self_link,) = [link.get("href") for link in again.findall(f"{ATOM}link") if link.get("rel") == "self"]
    assert self_link == f"{HERE}feed/changes.atom?kinds=licence"
    elsewhere = feed(changed, {"kinds": "licence"}, "https://other.example/monitor/")
    assert elsewhere == feed(changed, {"kinds": "licence"}, HERE).replace(HERE, "https://other.example/monitor/"), (
        "identifiers have no address in them"
    )


def test_what_is_gone_has_no_page_and_its_entry_leads_to_the_change(changed: warehouse.Warehouse) -> None:
    (entry,) = ElementTree.fromstring(feed(changed, {"kinds": "gone"}, HERE).encode()).findall(f"{ATOM}entry")
    (link,) = [one.get("href", "") for one in entry.findall(f"{ATOM}link")]
    query = read(link.removeprefix(f"{HERE}serve"))
    kinds = {kind.slug: kind for kind in all_perspectives}
    opened = open_perspective(changed, kinds[query["view"]], query)
    assert opened.notices == []
    assert opened.perspective.answer_text.startswith("1 change from 1 May 2026 to 2 May 2026: 1 gone.")


def test_the_grammar_refuses_what_is_no_feed(changed: warehouse.Warehouse) -> None:
    good = feed(changed, {}, HERE)
    for old, new in (
        ("<title>", "<title type='x'>"), ("2026-05-03T06:00:00+00:00", "3 May 2026"), ("<name>", "<name/><name>"),
        ("href=", "src="), ("</feed>", "<updated>2026-05-03T06:00:00Z</updated></feed>"), (" term=", " name="),
    ):  # fmt: skip
        assert old in good
        assert not GRAMMAR.validate(etree.fromstring(good.replace(old, new, 1).encode())), new


def test_hostile_text_stays_text(changed: warehouse.Warehouse) -> None:
    written = feed(changed, {"kinds": "task"})
    assert_valid(written)
    assert "<script" not in written
    (entry,) = ElementTree.fromstring(written.encode()).findall(f"{ATOM}entry")
    assert text_of(entry, "title").startswith("tin/two: task from fill-mask to </title><script>")


def test_a_choice_that_there_is_not_is_refused_and_nothing_is_an_empty_feed(changed: warehouse.Warehouse) -> None:
    for query in ({"kinds": "colour"}, {"colour": "red"}):
        with pytest.raises(InvalidRequest):
            feed(changed, query)
    with pytest.raises(InvalidRequest, match=r"There is no choice kind; there are .* Did you mean kinds\?"):
        feed(changed, {"kind": "licence"})
    empty = feed(changed, {"text": "no such text"})
    assert_valid(empty)
    assert ElementTree.fromstring(empty.encode()).findall(f"{ATOM}entry") == []
