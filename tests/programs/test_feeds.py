"""Changes as an Atom feed and as the digest of a week: what readers need, and hostile text that stays text."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from oss_ai_monitor import warehouse
from oss_ai_monitor.history import catch_up, catch_up_access, catch_up_changes
from oss_ai_monitor.landing import Landing
from oss_ai_monitor.programs import InvalidRequest, feed
from oss_ai_monitor.programs.digest import digest, week_dates
from tests.conftest import land_rows

ATOM = "{http://www.w3.org/2005/Atom}"
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


def test_a_feed_has_what_readers_of_feeds_need(changed: warehouse.Warehouse) -> None:
    root = ElementTree.fromstring(feed(changed, {}).encode())
    assert root.tag == f"{ATOM}feed"
    assert text_of(root, "id").startswith("urn:uuid:")
    assert text_of(root, "updated") == "2026-05-03T06:00:00Z"
    entries = root.findall(f"{ATOM}entry")
    titles = [text_of(entry, "title") for entry in entries]
    assert {title for title in titles if "two" not in title} == {
        "tin/one: licence from mit to apache-2.0",
        "tin/three: gone",
    }
    assert {text_of(entry, "updated") for entry in entries} == {"2026-05-02T00:00:00Z"}
    identifiers = [text_of(entry, "id") for entry in entries]
    assert len(set(identifiers)) == len(identifiers) == 3
    again = ElementTree.fromstring(feed(changed, {"kinds": "licence"}).encode())
    (entry,) = again.findall(f"{ATOM}entry")
    assert text_of(entry, "id") in identifiers, "the same entry in another feed"
    link = entry.find(f"{ATOM}link")
    assert link is not None
    assert link.get("href") == "../serve?model=tin%2Fone"


def test_hostile_text_stays_text(changed: warehouse.Warehouse) -> None:
    written = feed(changed, {"kinds": "task"})
    assert "<script" not in written
    (entry,) = ElementTree.fromstring(written.encode()).findall(f"{ATOM}entry")
    assert text_of(entry, "title").startswith("tin/two: task from fill-mask to </title><script>")


def test_a_choice_that_there_is_not_is_refused_and_nothing_is_an_empty_feed(changed: warehouse.Warehouse) -> None:
    for query in ({"kinds": "colour"}, {"colour": "red"}):
        with pytest.raises(InvalidRequest):
            feed(changed, query)
    empty = feed(changed, {"text": "no such text"})
    assert ElementTree.fromstring(empty.encode()).findall(f"{ATOM}entry") == []


def test_the_digest_of_a_week_says_what_changed_with_the_query_of_each_sentence(changed: warehouse.Warehouse) -> None:
    answer = digest(changed, "2026-W18")
    assert [sentence.text for sentence in answer.sentences[:1]] == [
        "tin/one: licence from mit to apache-2.0 (2 May 2026)."
    ]
    assert "tin/three: gone (2 May 2026)." in [sentence.text for sentence in answer.sentences]
    assert answer.title == "Week 2026-W18: 27 Apr 2026 to 3 May 2026"
    assert "<script" not in answer.html()
    assert "<script" not in answer.markdown().replace("\\<script", "")
    record = json.loads(answer.json())
    rows = changed.query(record["sentences"][0]["query"], **record["sentences"][0]["parameters"])
    assert rows["model_id"].tolist() == ["tin/one"]


def test_a_week_of_which_nothing_is_known_says_so_and_no_week_is_refused(changed: warehouse.Warehouse) -> None:
    answer = digest(changed, "2024-W45")
    assert answer.sentences == ()
    assert answer.note.startswith("Nothing is known to have changed in this week. ")
    for text in ("2024-45", "2024-W54", "2024-W45; drop table"):
        with pytest.raises(ValueError, match=r"week|W54"):
            week_dates(text)
