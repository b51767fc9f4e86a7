"""Text of strangers in every perspective, hover, table, report, CSV, log and terminal: shown or refused, never run."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from click.testing import CliRunner
from playwright.sync_api import Browser, Page

from oss_ai_monitor.cli import main
from oss_ai_monitor.perspectives import Perspective, all_perspectives
from oss_ai_monitor.terminal import print_message
from tests import hostile
from tests.server.conftest import serving

from .conftest import ACTIVE_VIEW, Visitor, _serve, _visitors, new_context

pytestmark = pytest.mark.browser
POINTS = """() => {
const figures = Bokeh.documents.flatMap((one) => [...one.all_models]).filter((model) => model.type === 'Figure');
return figures.flatMap((plot) => {
  const view = Bokeh.index.find_one_by_id(plot.id);
  if (!view || !view.el.offsetParent) return [];
  const frame = view.el.getBoundingClientRect();
  return plot.renderers.filter((drawn) => drawn.glyph && drawn.glyph.x && drawn.glyph.y).flatMap((drawn) => {
    const data = drawn.data_source.data, x = data[drawn.glyph.x.field], y = data[drawn.glyph.y.field];
    if (!x || !y) return [];
    return [...Array(Math.min(x.length, 12)).keys()].map((n) => [
      frame.left + view.frame.x_scale.compute(x[n]), frame.top + view.frame.y_scale.compute(y[n])]);
  }).filter(([x, y]) => x > 0 && y > 0).slice(0, 24);
});
}"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile") / "warehouse"
    left_out = hostile.warehouse_of(folder)
    assert any("long" in reason or "id" in reason for reason in left_out), left_out
    return folder


@pytest.fixture(scope="module")
def address(folder: Path) -> Iterator[str]:
    yield from _serve(folder)


@pytest.fixture
def come(chromium: Browser, address: str) -> Iterator[Callable[..., Visitor]]:
    yield from _visitors(chromium, address)


def watch_dialogs_of(page: Page) -> list[str]:
    """Return a list that gets the text of each dialog that a page opens."""
    alarms: list[str] = []
    page.on("dialog", lambda dialog: (alarms.append(dialog.message), dialog.dismiss()))
    return alarms


def watch_dialogs(visitor: Visitor) -> list[str]:
    """Return a list that gets the text of each dialog that opens."""
    alarms: list[str] = []
    visitor.page.on("dialog", lambda dialog: (alarms.append(dialog.message), dialog.dismiss()))
    return alarms


@pytest.fixture(scope="module")
def reader(chromium: Browser, address: str) -> Iterator[tuple[Visitor, list[str]]]:
    """A visitor who reads one view after the other, and the dialogs that opened."""
    for come in _visitors(chromium, address):
        visitor = come("?view=model-types&dataset=hub")
        yield visitor, watch_dialogs(visitor)


def read(visitor: Visitor, has_table: bool) -> None:
    """Move over the points that are drawn, open the table, and save its rows."""
    page = visitor.page
    visitor.settle()
    for x, y in visitor.ask(POINTS)[:30]:
        page.mouse.move(x, y)
        page.wait_for_timeout(20)
    table = page.get_by_role("button", name="Table of ")
    if has_table and table.count() and table.first.is_visible():
        table.first.click()
        page.locator(".tabulator-row:visible").first.wait_for()
        _, content = visitor.save("CSV")
        rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
        assert not [cell for row in rows for cell in row if re.match(r"[=+@\t\r]|-(?!\d)", cell)]
    page.wait_for_timeout(300)
    assert visitor.ask("window.__canary === undefined")
    assert visitor.strangers == []
    assert visitor.complaints == []


@pytest.mark.parametrize("kind", all_perspectives, ids=lambda kind: kind.slug)
def test_nothing_of_a_strangers_runs(reader: tuple[Visitor, list[str]], kind: type[Perspective]) -> None:
    visitor, alarms = reader
    dataset = "v1" if kind.needs_scores or kind.slug == "changes" else "hub"  # of one listing there is no change
    visitor.go_to(kind.title)
    visitor.wait_for_search(f"view={kind.slug}")
    if kind.slug not in ("adoption", "lineage"):  # they draw the models of the Hub, whatever is chosen
        visitor.page.get_by_label("Dataset").first.select_option(dataset)
        visitor.wait_for_search(f"dataset={dataset}")
    read(visitor, has_table=kind.slug not in ("base-models", "gain"))  # of no base there is a score to beat
    assert alarms == []


@pytest.mark.parametrize(("view", "dataset"), [("author-activity", "v1"), ("score-progress", "cais/hle")])
def test_nothing_of_a_strangers_runs_where_an_address_leads_to_it(
    come: Callable[..., Visitor], view: str, dataset: str
) -> None:
    visitor = come(f"?view={view}&dataset={dataset}", **({"first": ACTIVE_VIEW} if "/" in dataset else {}))
    alarms = watch_dialogs(visitor)
    read(visitor, has_table=True)
    assert alarms == []


def test_nothing_of_a_strangers_runs_in_a_digest(chromium: Browser, folder: Path) -> None:
    """The pages of digests name models and owners; the policy of such a page allows no script at all."""
    with serving(folder) as host, new_context(chromium) as context:
        page = context.new_page()
        alarms = watch_dialogs_of(page)
        page.goto(f"{host.root}/digest")
        weeks = [link.get_attribute("href") for link in page.locator(".weeks a").all()]
        assert weeks
        for week in weeks[:6]:
            page.goto(f"{host.root}/{week}")
            page.locator("h1").wait_for()
            assert page.locator("script, img, iframe, object").count() == 0
            assert page.evaluate("window.__canary === undefined")
            links = [link.get_attribute("href") or "" for link in page.locator("main a").all()]
            assert all(link.startswith(("../", "#")) for link in links), links
            for key in [item.get_attribute("id") for item in page.locator("ol > li").all()]:
                page.goto(f"{host.root}/{week}/{key}.svg")
                assert page.evaluate("document.documentElement.localName") == "svg"
                assert page.locator("script, a, image, foreignObject, [onload], [onerror]").count() == 0
            page.goto(f"{host.root}/{week}")
        assert page.locator("ol > li").count(), "something is said of the last week that was opened"
        assert alarms == []


def test_a_visitors_address_is_a_strangers_text_too(come: Callable[..., Visitor]) -> None:
    text = "%3Cimg%20src%3Dx%20onerror%3D%22window.__canary%3D1%22%3E[a](javascript:window.__canary=1){{7*7}}"
    visitor = come(
        f"?view={text}&dataset={text}&unit={text}&snapshot={text}&authors={text}",
        first=ACTIVE_VIEW,
    )
    for kind in ("model", "owner", "family"):
        named = come(f"?{kind}={text}", first="h2")
        named.page.get_by_text("There is no").wait_for()
        assert named.ask("window.__canary === undefined")
        assert named.strangers == named.complaints == []
    visitor.page.wait_for_timeout(500)
    assert visitor.ask("window.__canary === undefined")
    assert "49" not in visitor.ask("document.body.innerText").replace("2049", "")
    assert visitor.strangers == []


@pytest.mark.parametrize("view", ["lineage", "gain", "finder", "relations", "community"])
def test_text_in_the_choices_of_an_address_is_named_as_text(come: Callable[..., Visitor], view: str) -> None:
    text = '<img src=x onerror="window.__canary=1">[a](javascript:window.__canary=1){{7*7}}'
    (kind,) = (kind for kind in all_perspectives if kind.slug == view)
    choices = dict.fromkeys([*kind.parameters, "size", text], text)
    visitor = come("?" + urlencode({"view": view, "dataset": "v1"} | choices), first=ACTIVE_VIEW)
    visitor.page.get_by_text("it is left out").first.wait_for()
    visitor.page.wait_for_timeout(500)
    assert visitor.ask("window.__canary === undefined")
    visitor.page.get_by_text("<img src=x").first.wait_for()  # as text
    assert visitor.strangers == []
    assert visitor.complaints == []


def test_nothing_runs_in_a_report(chromium: Browser, folder: Path, tmp_path: Path) -> None:
    for dataset in ("v1", "hub"):
        path = tmp_path / f"{dataset}.html"
        result = CliRunner().invoke(main, ["--warehouse", str(folder), "report", str(path), "--dataset", dataset])
        assert result.exit_code == 0, result.output
        with new_context(chromium) as context:
            tab, urls, alarms = context.new_page(), [], []
            tab.on("request", lambda request, urls=urls: urls.append(request.url))
            tab.on("dialog", lambda dialog, alarms=alarms: (alarms.append(dialog.message), dialog.dismiss()))
            tab.goto(path.as_uri())
            tab.wait_for_function("window.Bokeh?.documents.length > 0")
            tab.wait_for_timeout(1000)
            for figure in tab.locator(".bk-Figure").all()[:4]:
                figure.hover()
            assert tab.evaluate("window.__canary === undefined")
            assert [url for url in urls if not url.startswith(("file:", "data:", "blob:"))] == []
            assert alarms == []


def test_a_terminal_gets_no_commands_of_strangers(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    select = "select * exclude (model_key) from core.models order by model_id"
    for form in ("table", "json", "csv"):
        result = CliRunner().invoke(main, ["--warehouse", str(folder), "sql", select, "--format", form])
        assert result.exit_code == 0, result.output
        output = result.stdout + capfd.readouterr().out
        assert "\x1b" not in output, form
        assert "\x07" not in output, form
        assert "known/model-1" in output or form == "table"
        if form == "csv":
            rows = list(csv.reader(io.StringIO(output, newline="")))
            assert not [cell for row in rows for cell in row if re.match(r"[=+@\t\r]|-(?!\d)", cell)]
        if form == "json":
            assert any("\x1b" in str(row["owner"]) for row in json.loads(output)), "as it was sent, in JSON's own words"
    result = CliRunner().invoke(main, ["--warehouse", str(folder), "status"])
    assert result.exit_code == 0
    assert not set(result.output) & {"\x1b", "\x07", "\0", "\u202e"}
    print_message(f"a note of {hostile.ANSI} {hostile.BIDI}\0")
    output = capfd.readouterr().err
    assert not set(output) & {"\x1b", "\x07", "\0", "\u202e"}
    assert "\\x1b[31mred" in output
