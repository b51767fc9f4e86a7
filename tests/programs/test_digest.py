"""The digest of a week: what it says is true, and each sentence leads to what it stands on."""

from __future__ import annotations

import datetime as dt
import html
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pandas as pd
import pytest
from markdown_it import MarkdownIt

from oss_ai_monitor import warehouse
from oss_ai_monitor.history import catch_up, catch_up_access, catch_up_changes
from oss_ai_monitor.landing import Landing
from oss_ai_monitor.perspectives import all_perspectives, open_perspective
from oss_ai_monitor.perspectives.address import read
from oss_ai_monitor.profiles import profile
from oss_ai_monitor.programs.atom import SERVER
from oss_ai_monitor.programs.digest import (
    Digest,
    Links,
    alone,
    as_json,
    digest,
    digest_feed,
    digest_page,
    document,
    list_page,
    markdown,
    week_dates,
    weeks,
)
from oss_ai_monitor.sources import archive
from tests.conftest import land_rows
from tests.programs.test_feeds import assert_valid

HOSTILE = "</title><script>alert(1)</script>&\x0b\x1b\ufffe]]>"
HERE = Links("../")
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def changed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[warehouse.Warehouse]:
    """Three listings of one week, worked by hand: two licences change, one of them at first none; twelve repositories
    of one owner are gated at once; one that was used goes; five models appeared in the week, three on one base, two of
    them quantized copies, one without licence, likes and counted weights; a name is hostile."""
    folder: Path = tmp_path_factory.mktemp("digests")
    landing = Landing(folder / "landing")
    for day in (1, 2, 3):
        rows: list[dict[str, Any]] = [
            {"id": "tin/one", "tags": [f"license:{'mit' if day == 1 else 'apache-2.0'}"], "downloads": 500},
            {"id": "tin/two", "tags": [] if day == 1 else ["license:mit"], "downloads": 90_000},
            {"id": "tin/<b>hostile", "pipeline_tag": "fill-mask" if day == 1 else HOSTILE, "downloads": 70},
            *([{"id": "tin/three", "downloads": 4_000_000}] if day == 1 else []),
            *(
                {"id": f"zinc/m{n:02}", "gated": "false" if day == 1 else "manual", "downloads": 10 + n}
                for n in range(12)
            ),
        ]
        rows = [{"likes": day, "created_at": "2026-01-02"} | row for row in rows]
        rows += [
            {
                "id": f"{owner}/new",
                "downloads": downloads,
                "created_at": "2026-04-28",
                "tags": [f"base_model:{relation}:tin/two"],
                "likes": day,
            }
            for owner, downloads, relation in (
                ("ant", 900, "quantized"),
                ("bee", 800, "finetune"),
                ("cat", 30, "finetune"),
            )
        ]
        rows.append({"id": "dog/no-base-GGUF", "downloads": 950, "created_at": "2026-04-29", "likes": day})
        rows.append({"id": "elk/nothing", "downloads": 7_000, "created_at": "2026-04-29", "likes": 0})
        land_rows(folder, "hub_listing", rows, as_of=datetime(2026, 5, day, 6, tzinfo=UTC))
    for record in (catch_up, catch_up_access, catch_up_changes):
        assert record(landing)[1] == []
    warehouse.build(folder, landing.selected())
    opened = warehouse.Warehouse.open(folder)
    yield opened
    opened.close()


def markdown_to_html(text: str) -> str:
    """What a reader of CommonMark makes of a text."""
    return str(MarkdownIt("commonmark").render(text))


def texts(answer: Digest) -> list[str]:
    return [sentence.text for sentence in answer.sentences]


def test_a_digest_says_what_is_news_first(changed: warehouse.Warehouse) -> None:
    answer = digest(changed, "2026-W18")
    assert answer.title == "Week 2026-W18: 27 Apr 2026 to 3 May 2026"
    assert texts(answer) == [
        "tin/three is gone from the Hub (4,000,000 downloads in 30 days), between 1 May 2026 and 2 May 2026.",
        "5 models appeared on the Hub, of those that it lists on 3 May 2026. The most used, apart from quantized "
        "copies and from repositories that have neither counted weights nor a licence nor a like: bee/new with 800 "
        "downloads in the 30 days before that day, ahead of cat/new (30).",
        "12 repositories of zinc changed their terms of access at once, gated (the owner decides) instead of open, "
        "between 1 May 2026 and 2 May 2026; the most used of them is zinc/m11, and together they have 186 downloads "
        "in 30 days.",
        "2 models of tin declare another licence, 1 of them where none was declared. The most used that had one: "
        "tin/one, apache-2.0 instead of mit (500 downloads in 30 days), between 1 May 2026 and 2 May 2026.",
        "More owners built upon tin/two than upon any other base: 3. They made 3 new models, among them 1 quantized "
        "copy; 3 new models name a base.",
    ]
    assert answer.notes[0].startswith("New models are dated by their release where it is known, else by the day on ")
    assert answer.notes[1:] == ("1 lesser piece of news, of few downloads or models, is left out.",)
    figures = {figure.label: figure.value for figure in answer.sentences[1].figures}
    assert figures == {"models that appeared": 5, "downloads of bee/new": 800}


def test_each_sentence_leads_to_its_chart_its_query_and_its_disputes(changed: warehouse.Warehouse) -> None:
    of_week = digest(changed, "2026-W18")
    record = json.loads(as_json(of_week, HERE))
    kinds = {kind.slug: kind for kind in all_perspectives}
    for sentence, written in zip(of_week.sentences, record["sentences"], strict=True):
        rows = changed.sql_frame(written["query"]["sql"])
        answer = changed.query(written["query"]["name"], sentence.query.parameters)
        pd.testing.assert_frame_equal(rows, answer)
        query = read(written["chart"].removeprefix("../serve"))
        assert query == sentence.view
        if slug := query.get("view"):
            opened = open_perspective(changed, kinds[slug], query)
            assert opened.notices == [], slug
            assert opened.perspective.state == "ready", slug
        else:
            assert query == {"family": "tin/two"}
        disputes = written["disputes"]
        if disputes["count"]:
            assert len(changed.sql_frame(disputes["query"]["sql"])) == disputes["count"]
    (licence,) = [one for one in record["sentences"] if one["subject"] == "licence"]
    assert licence["bars"]["rows"] == [{"label": "tin/one", "value": 500.0}, {"label": "tin/two", "value": 90000.0}]


@pytest.fixture(scope="module")
def surged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[warehouse.Warehouse]:
    """Nine weeks with twenty models each of twenty owners, and in the last one 14 of one owner and 2 of another
    besides; two owners build upon one base in each week, six in the last one, and nine upon another in each."""
    folder: Path = tmp_path_factory.mktemp("surges")
    last = dt.date(2026, 4, 27)
    rows: list[dict[str, Any]] = [{"id": f"base/{name}", "created_at": "2025-01-01"} for name in ("usual", "rising")]
    for week in range(9):
        day = (last - dt.timedelta(weeks=week)).isoformat()
        rising = 6 if week == 0 else 2
        bases = ["rising"] * rising + ["usual"] * 9
        rows += [
            {
                "id": f"owner{n:02}/w{week}", "created_at": day, "likes": 1, "downloads": 100 - n,
                "tags": [f"base_model:finetune:base/{base}" for base in bases[n : n + 1]],
            }
            for n in range(20)
        ]  # fmt: skip
    rows += [{"id": f"many/m{n}", "created_at": last.isoformat(), "downloads": 1} for n in range(14)]
    rows += [{"id": f"some/m{n}", "created_at": last.isoformat(), "downloads": 1} for n in range(2)]
    land_rows(folder, "hub_listing", rows, as_of=datetime(2026, 5, 5, 6, tzinfo=UTC))
    warehouse.build(folder, Landing(folder / "landing").selected())
    opened = warehouse.Warehouse.open(folder)
    yield opened
    opened.close()


def test_a_surge_by_few_accounts_says_so_and_what_is_as_usual_is_no_news(surged: warehouse.Warehouse) -> None:
    built_upon, appeared = texts(digest(surged, "2026-W18"))[:2]
    assert appeared.startswith(
        "36 models appeared on the Hub, 80% more than in a usual week (20, the median of eight before), of those that "
        "it lists on 5 May 2026. 2 accounts hold all of this rise: many has 14 models more than in its mean week of "
        "the eight before, some 2. The most used,"
    )
    assert built_upon.startswith(
        "6 owners built upon base/rising, where 2 do in a usual week (the median of eight before): the greatest rise "
        "of all bases. They made 6 new models; 15 new models name a base. Then follows base/usual (9 owners, usually "
        "9)."
    )
    assert not any("accounts hold" in text for text in texts(digest(surged, "2026-W17")))


def test_names_lead_to_their_pages(changed: warehouse.Warehouse) -> None:
    answer = digest(changed, "2026-W18")
    record = json.loads(as_json(answer, Links("https://a.example/")))
    pages = [(name["name"], name["page"]) for one in record["sentences"] for name in one["names"]]
    assert {(name, page.removeprefix("https://a.example/serve")) for name, page in pages} == {  # tin/three is gone
        ("bee/new", "?model=bee%2Fnew"), ("cat/new", "?model=cat%2Fnew"),
        ("zinc", "?owner=zinc"), ("zinc/m11", "?model=zinc%2Fm11"), ("tin", "?owner=tin"),
        ("tin/one", "?model=tin%2Fone"), ("tin/two", "?family=tin%2Ftwo"),
    }  # fmt: skip
    for shown, page in pages:
        ((kind, name),) = read(page.partition("serve")[2]).items()
        assert profile(changed, kind, name).name == shown
    written = document(answer, Links("https://a.example/"))
    assert '<a href="https://a.example/serve?owner=zinc">zinc</a> changed their terms of access' in written
    assert "<p>tin/three is gone" in written


def test_markdown_is_read_as_it_is_and_has_its_addresses_at_the_end(changed: warehouse.Warehouse) -> None:
    answer = digest(changed, "2026-W18")
    text = markdown(answer, Links("https://a.example/"))
    sentences, _, addresses = text.partition("\n\n[")
    assert "http" not in sentences
    assert (
        "- tin/three is gone from the Hub (4,000,000 downloads in 30 days), between 1 May 2026 and 2 May 2026. "
        "[Open the chart][gone chart] · [Query][gone query]\n"
    ) in text
    assert "[bee/new]: https://a.example/serve?model=bee%2Fnew\n" in text
    assert "[gone query]: https://a.example/digest/2026-W18#gone\n" in text
    assert max(len(line) for line in addresses.splitlines()) < 200
    links = re.findall(r'href="([^"]+)"', markdown_to_html(text))
    assert len(links) >= 2 * len(answer.sentences) + 7
    assert all(link.startswith("https://a.example/") for link in links)
    shown = markdown(answer, Links("https://a.example/", has_pictures=True))
    assert shown.count("](https://a.example/digest/2026-W18/") == len(answer.sentences)
    assert 'src="https://a.example/digest/2026-W18/gone.svg"' in markdown_to_html(shown)


def test_each_sentence_has_a_chart_of_its_rows(changed: warehouse.Warehouse) -> None:
    answer = digest(changed, "2026-W18")
    assert [one.key for one in answer.sentences] == [
        "gone", "appeared", "gating-of-one-owner", "licence", "built-upon",
    ]  # fmt: skip
    page = document(answer, HERE)
    assert page.count('<svg width="100%"') == len(answer.sentences)
    for one in answer.sentences:
        assert f'<li id="{one.key}">' in page
        drawing = ElementTree.fromstring(alone(one))
        bars = [rect for rect in drawing.iter(f"{SVG}rect") if rect.get("class")]
        widths = [float(rect.get("width", "").removesuffix("%")) for rect in bars]
        assert len(bars) == len(one.bars)
        most = max(bar.value for bar in one.bars)
        for width, bar in zip(widths, one.bars, strict=True):
            assert width / max(widths) == pytest.approx(bar.value / most, abs=1e-3)
        assert drawing.get("aria-label", "").startswith(one.bars_title)
    (appeared,) = [one for one in answer.sentences if one.subject == "appeared"]
    texts_drawn = [text.text for text in ElementTree.fromstring(alone(appeared)).iter(f"{SVG}text")]
    assert texts_drawn[0] == "Downloads in 30 days of the most used new models"
    assert texts_drawn[-4:] == ["bee/new", "800", "cat/new", "30"]


def test_hostile_names_mark_nothing_up(tmp_path: Path) -> None:
    landing = Landing(tmp_path / "landing")
    name = "tin/<script>alert(1)</script>[x](javascript:1)"
    for day in (1, 2, 3):
        rows: list[dict[str, Any]] = [
            {"id": "tin/one", "downloads": 5, "likes": day, "created_at": "2026-01-02"},
            *([{"id": name, "downloads": 7}] if day == 1 else []),
        ]
        land_rows(tmp_path, "hub_listing", rows, as_of=datetime(2026, 5, day, 6, tzinfo=UTC))
    for record in (catch_up, catch_up_access, catch_up_changes):
        record(landing)
    warehouse.build(tmp_path, landing.selected())
    opened = warehouse.Warehouse.open(tmp_path)
    answer = digest(opened, "2026-W18")
    assert any("is gone" in text and "script" in text for text in texts(answer))
    for page in (document(answer, HERE), digest_page(opened, "2026-W18", HERE), digest_feed(opened)):
        assert "<script" not in page
        assert 'javascript:1)"' not in page
    for sentence in answer.sentences:
        ElementTree.fromstring(alone(sentence))
        assert "<script" not in alone(sentence)
    assert r"\[x\](javascript" in markdown(answer, HERE)
    assert_valid(digest_feed(opened))
    opened.close()


def test_a_page_has_a_title_a_description_the_feed_and_its_neighbours(changed: warehouse.Warehouse) -> None:
    page = digest_page(changed, "2026-W18", HERE)
    assert "<title>Week 2026-W18: 27 Apr 2026 to 3 May 2026 · Open-Source AI Monitor</title>" in page
    assert '<meta name="description" content="tin/three is gone from the Hub' in page
    assert '<link rel="alternate" type="application/atom+xml"' in page
    assert f'<link rel="canonical" href="{SERVER}digest/2026-W18">' in page
    assert 'href="../digest/2026-W01"' in page, "the week before of which there is something to say"
    assert "view=sql" in page
    assert "view=sql" not in digest_page(changed, "2026-W18", Links("../", has_sql=False))
    pinned = digest_page(changed, "2026-W18", Links("../", pinned="x1"))
    assert all("snapshot=x1" in link for link in re.findall(r'href="(\.\./serve\?[^"]+)"', pinned))
    assert "<script" not in page


def test_the_list_has_each_week_with_something_to_say(changed: warehouse.Warehouse) -> None:
    listed = weeks(changed)
    assert [(week.name, week.changes, week.appeared, week.submitted) for week in listed] == [
        ("2026-W18", 16, 5, 0), ("2026-W01", 0, 15, 0),
    ]  # fmt: skip
    page = list_page(changed)
    assert re.findall(r'href="digest/([^"]+)"', page) == ["2026-W18", "2026-W01"]
    assert "16 changes, 5 new models" in page


def test_the_feed_has_an_entry_a_week_and_is_valid(changed: warehouse.Warehouse) -> None:
    feed = digest_feed(changed)
    assert_valid(feed)
    assert feed.count("<entry>") == 2
    assert f'href="{SERVER}digest/2026-W18"' in feed
    assert f'src="{SERVER}digest/2026-W18/licence.svg"' in html.unescape(feed)
    assert feed == digest_feed(changed)
    assert digest_feed(changed, "https://a.example/") == feed.replace(SERVER, "https://a.example/")


def test_a_week_of_which_nothing_is_known_says_so_and_no_week_is_refused(changed: warehouse.Warehouse) -> None:
    answer = digest(changed, "2024-W45")
    assert answer.sentences == ()
    assert answer.notes == (
        "There is nothing to say of this week.",
        "What went, came back or was declared anew in this week is not known: no two listings of the Hub are compared "
        "in it; those from 1 May 2026 to 3 May 2026 are.",
    )
    assert "There is nothing to say of this week." in markdown(answer, HERE)
    later = digest(changed, "2026-W40")
    assert later.notes[1] == "Nothing is known of the Hub in this week: its last listing is of 3 May 2026."
    for text in ("2024-45", "2024-W54", "2024-W45; drop table", "0000-W01", "9999-W53"):
        with pytest.raises(ValueError, match="week"):
            week_dates(text)
    assert week_dates("2020-W53") == (dt.date(2020, 12, 28), dt.date(2021, 1, 3))


def test_rows_of_leaderboards_that_are_withheld_are_in_no_sentence(
    real_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The week of two real snapshots: 1,214 of 1,729 evaluations were rescored in MATH, 1,210 of them upwards."""
    landing = Landing(tmp_path / "landing")
    for day in ("2024-11-04", "2024-11-08"):
        path = real_data / f"leaderboard_snapshots/huggingface_v2_{day}.csv.gz"
        (table,) = archive.read([path], as_of=datetime.fromisoformat(day).replace(tzinfo=UTC))
        landing.land(table)
    catch_up_changes(landing)
    warehouse.build(tmp_path, landing.selected())
    opened = warehouse.Warehouse.open(tmp_path)
    answer = digest(opened, "2024-W45")
    assert [one.subject for one in answer.sentences] == ["rescored", "submitted"]
    rescored, submitted = answer.sentences
    assert rescored.text.startswith(
        "Open LLM Leaderboard v2 changed its scores on MATH Lvl 5 between 4 Nov 2024 and 8 Nov 2024: 1,214 of the "
        "1,729 evaluations that it had already (70%) have another one, in the median 0.68 points up, and 1,210 of them "
        "a higher one."
    )
    raw = pd.read_csv(real_data / "leaderboard_snapshots/huggingface_v2_2024-11-08.csv.gz")
    new = raw[pd.to_datetime(raw["submission_date"]).between("2024-11-04", "2024-11-10")]
    best = new.loc[new["average"].idxmax()]
    place = int((raw.groupby("fullname")["average"].max() > best["average"]).sum()) + 1
    assert f"The best of them is {best['fullname']} " in submitted.text
    assert f"{best['average']:.2f} points, place {place} of" in submitted.text
    monkeypatch.setenv("OSS_AI_MONITOR_LEADERBOARD_ROWS", "off")
    assert [one.subject for one in digest(opened, "2024-W45").sentences] == ["rescored"]
    opened.close()
