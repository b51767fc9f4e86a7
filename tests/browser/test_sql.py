"""The SQL page, in a real Chromium: writing, completing, running, sorting, drawing, saving and linking queries."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from urllib.parse import quote_plus

import pandas as pd
import pytest
from playwright.sync_api import expect

from .conftest import Visitor

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(sys.platform != "linux", reason="a process is confined on Linux only"),
]
Visit = Callable[..., Visitor]
READY = ".sql-page[data-ready]"
CANARY = "<img src=x onerror=alert(1)>"


def sql_page(visit: Visit, search: str = "?view=sql", **options: int) -> Visitor:
    return visit(search, first=READY, **options)


def write(visitor: Visitor, text: str) -> None:
    """Type a question in place of what is there."""
    visitor.page.locator(".ace_content").click()
    visitor.page.keyboard.press("Control+a")
    visitor.page.keyboard.insert_text(text)


def run(visitor: Visitor, text: str, status: str) -> None:
    write(visitor, text)
    visitor.page.keyboard.press("Control+Enter")
    visitor.page.get_by_role("status").get_by_text(status).wait_for()


def column(visitor: Visitor, n: int, rows: int) -> list[str]:
    cells = visitor.page.locator(f".tabulator-row .tabulator-cell[tabulator-field=c{n}]")
    expect(cells).to_have_count(rows)
    return cells.all_inner_texts()


def test_an_example_is_run_sorted_drawn_and_saved_and_no_other_host_is_asked(visit: Visit) -> None:
    visitor = sql_page(visit)
    page = visitor.page
    page.get_by_label("Examples").select_option(label="The best open models of at most 8 B parameters on a date")
    visitor.press("Run")
    page.get_by_role("status").get_by_text("10 rows in").wait_for()
    scores = [float(score) for score in column(visitor, 1, 10)]
    assert scores == sorted(scores, reverse=True)
    lowest = column(visitor, 1, 10)[scores.index(min(scores))]
    page.locator(".tabulator-col[tabulator-field=c1] .tabulator-col-title").click()
    page.locator(".tabulator-row").first.locator("[tabulator-field=c1]", has_text=lowest).wait_for()
    assert [float(score) for score in column(visitor, 1, 10)] == sorted(scores)
    visitor.wait_for_search("view=sql&q=--+The+best+open")
    visitor.press("Chart")
    page.locator("canvas").first.wait_for()
    name, content = visitor.save("CSV")
    assert name.endswith(".csv")
    assert list(pd.read_csv(io.BytesIO(content), encoding="utf-8-sig")["score"]) == scores
    name, content = visitor.save("Parquet")
    assert name.endswith(".parquet")
    assert content[:4] == content[-4:] == b"PAR1"
    assert visitor.strangers == []
    assert visitor.complaints == []


def test_names_are_completed_and_described(visit: Visit) -> None:
    visitor = sql_page(visit)
    page = visitor.page
    write(visitor, "from core.models\nselect ")
    page.keyboard.type("appeared_r", delay=30)
    page.locator(".ace_autocomplete").get_by_text("appeared_rule").first.wait_for()
    page.keyboard.press("Enter")
    page.locator(".sql-page .ace_line", has_text="appeared_rule").wait_for()
    page.get_by_label("Search tables and columns").fill("known to be gone")
    page.get_by_role("button", name="removed_on", exact=True).wait_for()
    expect(page.locator(".schema .table:visible").nth(4)).to_have_count(0)  # fewer than five


def test_says_what_was_cut_and_what_was_refused(visit: Visit) -> None:
    visitor = sql_page(visit)
    run(visitor, "select range as n from range(6000)", "only the first 5,000 rows are kept")
    run(visitor, "drop table core.models", "Only SELECT and EXPLAIN can be asked here")
    visitor.page.locator(".tabulator-row").first.wait_for()


def test_a_wide_and_long_answer_is_paged_sorted_and_filtered_as_a_whole(visit: Visit) -> None:
    visitor = sql_page(visit)
    wide = ", ".join(f"(n * {k}) % 7919 as n{k}" for k in range(1, 250))
    run(visitor, f"select n, {wide} from range(3000) t(n)", "only the first 200 of 250 columns are kept")
    page = visitor.page
    assert column(visitor, 0, 20) == [str(n) for n in range(20)]
    expect(page.locator(".tabulator-col[tabulator-field]")).to_have_count(200)
    page.get_by_role("button", name="Next Page").click()
    page.locator(".tabulator-row [tabulator-field=c0]", has_text="39").wait_for()
    assert column(visitor, 0, 20) == [str(n) for n in range(20, 40)]
    title = page.locator(".tabulator-col[tabulator-field=c0] .tabulator-col-title")
    title.click()
    title.click()
    page.locator(".tabulator-row [tabulator-field=c0]", has_text="2999").wait_for()
    page.locator(".tabulator-col[tabulator-field=c0] input").press_sequentially("123")
    expect(page.locator(".tabulator-row").first.locator("[tabulator-field=c0]")).to_have_text("2123")
    assert column(visitor, 0, 13) == ["2123", *(str(n) for n in range(1239, 1229, -1)), "1123", "123"]
    assert visitor.complaints == []


def test_hostile_text_stays_text_wherever_it_is_shown(visit: Visit) -> None:
    visitor = sql_page(visit)
    alarms: list[str] = []
    visitor.page.on("dialog", lambda dialog: (alarms.append(dialog.message), dialog.dismiss()))
    run(visitor, f"select '{CANARY}' as \"{CANARY}\", n from range(3) t(n)", "3 rows in")
    assert column(visitor, 0, 3) == [CANARY] * 3
    expect(visitor.page.locator("[tabulator-field=c0] .tabulator-col-title")).to_have_text(CANARY)
    visitor.press("Chart")
    visitor.page.locator("canvas").first.wait_for()
    run(visitor, f'select "{CANARY}"', CANARY)
    visitor.page.wait_for_timeout(300)
    assert visitor.ask("document.images.length") == 0
    assert alarms == []
    assert visitor.strangers == []


def test_a_link_brings_its_question_and_does_not_run_it(visit: Visit) -> None:
    text = "select 40 + 2 as answer"
    visitor = sql_page(visit, f"?view=sql&q={quote_plus(text)}", width=390, height=844)
    visitor.page.locator(".sql-page .ace_line", has_text="answer").wait_for()
    visitor.page.get_by_role("status").get_by_text("came with the link").wait_for()
    assert not visitor.page.locator(".tabulator-row").count()
    visitor.wait_until("document.documentElement.scrollWidth === 390")
    visitor.press("Run")
    assert column(visitor, 0, 1) == ["42"]


def test_a_picture_shows_its_sql_and_back_leads_back(visit: Visit) -> None:
    visitor = visit("?view=model-types&dataset=v2&unit=month")
    visitor.press("SQL")
    visitor.page.locator(READY).wait_for()
    visitor.page.get_by_role("status").get_by_text("rows in").wait_for()
    visitor.page.locator(".sql-page .ace_line", has_text="'v2'").first.wait_for()
    expect(visitor.page.get_by_label("Dataset")).to_be_hidden()
    visitor.wait_until("location.search.startsWith('?view=sql&q=')")
    visitor.page.go_back()
    visitor.page.get_by_text("What kinds of models appear, and how fast?").first.wait_for()
    visitor.wait_for_search("unit=month")
