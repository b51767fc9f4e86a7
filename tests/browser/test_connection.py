"""A lost connection: the page says so, tries again by itself, keeps what the reader asked for, and stays until then."""

from __future__ import annotations

import json
import re
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, expect

from oss_ai_monitor.server.sockets import IDLE
from tests.conftest import Until
from tests.server.conftest import Host, serving

from .conftest import Visitor, new_context
from .proxy import Proxy

pytestmark = pytest.mark.browser
MONTHS = "?view=model-types&dataset=v2&unit=month"
RECORD = """() => {
  window.__mark = "the same page";
  window.__states = [];
  window.__waits = [];
  const banner = document.querySelector("body").__banner = (function find(root) {
    for (const element of root.querySelectorAll("*")) {
      if (element.matches(".banner")) return element;
      const inside = element.shadowRoot && find(element.shadowRoot);
      if (inside) return inside;
    }
  })(document);
  new MutationObserver(() => {
    const {state} = banner.dataset, seconds = banner.innerText.match(/again in (\\d+) s/)?.[1];
    if (window.__states.at(-1) !== state) window.__states.push(state);
    if (seconds && Number(seconds) > (window.__waits.at(-1) ?? 0)) window.__waits.push(Number(seconds));
  }).observe(banner, {attributes: true, subtree: true, childList: true, characterData: true});
}"""
"""Marks the page, which a reload would forget, and writes down what its banner says from now on."""
Come = Callable[..., tuple[Visitor, Proxy]]


@pytest.fixture(scope="module")
def host(small_warehouse: Path) -> Iterator[Host]:
    with serving(small_warehouse) as host:
        yield host


@pytest.fixture(scope="module")
def restarted(small_warehouse: Path) -> Iterator[Host]:
    """A server that knows nothing of the other's sessions, as the same one after a restart."""
    with serving(small_warehouse) as host:
        yield host


def port(host: Host) -> int:
    return int(host.root.rpartition(":")[2])


@pytest.fixture
def come(chromium: Browser) -> Iterator[Come]:
    """Open the page of a host behind a proxy, as a new visitor: `come(host, "?view=sql")`."""
    ends: list[Callable[[], None]] = []

    def come(
        host: Host,
        search: str = MONTHS,
        first: str = "",
        enter: Callable[[Visitor], None] | None = None,
        **options: object,
    ) -> tuple[Visitor, Proxy]:
        proxy = Proxy(port(host))
        context = new_context(chromium, **({"viewport": {"width": 1280, "height": 900}} | options))
        ends[:0] = [context.close, proxy.close]
        visitor = Visitor(context.new_page(), f"http://localhost:{proxy.port}/serve")
        if enter:
            visitor.page.goto(visitor.address)
            enter(visitor)
        visitor.open(search, first)
        expect(banner(visitor)).to_have_attribute("data-state", "")
        visitor.ask(RECORD)
        return visitor, proxy

    yield come
    for end in ends:
        end()


def banner(visitor: Visitor) -> Locator:
    return visitor.page.locator(".banner")


def message(visitor: Visitor) -> Locator:
    return banner(visitor).get_by_role("status")


def is_same_page(visitor: Visitor) -> bool:
    return bool(visitor.ask("window.__mark === 'the same page'"))


def title(visitor: Visitor) -> Locator:
    return visitor.page.locator(".frame h3:visible").first


def test_week_is_shown_on_the_same_page_after_a_break(host: Host, come: Come) -> None:
    visitor, proxy = come(host)
    before = visitor.ask("location.href")
    proxy.cut(refuse=True)
    status = visitor.page.get_by_role("status").filter(has_text="The connection to the server is lost.")
    status.wait_for()
    visitor.choose("Week")
    expect(status).to_contain_text("What you chose is kept")
    unit = visitor.page.get_by_role("group", name="Unit")
    expect(unit).to_have_attribute("aria-busy", "true")
    expect(title(visitor)).to_have_text(re.compile("per month"))
    visitor.wait_until("window.__waits.at(-1) >= 7")  # and by itself: 1, 2, 4, 8 seconds, each a little less by chance
    assert visitor.ask("window.__waits.slice(0, 3)") == [1, 2, 4]
    assert visitor.ask("location.href") == before
    proxy.restore()
    visitor.press("Try now")
    expect(message(visitor)).to_have_text("Connected again.")
    visitor.wait_for_search("unit=week")
    expect(title(visitor)).to_have_text(re.compile("per week"))
    expect(unit).to_have_attribute("aria-busy", "false")
    assert is_same_page(visitor)
    visitor.choose("Day")
    visitor.wait_for_search("unit=day")
    expect(message(visitor)).to_have_text("")
    assert is_same_page(visitor)


@pytest.mark.parametrize("action", ["control", "tab", "file", "several"])
def test_what_was_asked_for_follows_when_the_server_was_restarted(
    host: Host, restarted: Host, come: Come, action: str
) -> None:
    visitor, proxy = come(host)
    proxy.cut(refuse=True)
    expect(banner(visitor)).to_have_attribute("data-state", "lost")
    if action == "file":
        visitor.press("CSV")
    if action in ("control", "several"):
        visitor.choose("Day")
        visitor.choose("Week")
    if action in ("tab", "several"):
        visitor.go_to("Architectures")
    assert is_same_page(visitor)
    expect(title(visitor)).to_have_text(re.compile("per month"))
    proxy.target = port(restarted)
    proxy.restore()
    if action == "file":
        with visitor.page.expect_download() as download:
            visitor.ask("window.dispatchEvent(new Event('online'))")
        assert download.value.suggested_filename.endswith(".csv")
        return
    expect(message(visitor)).to_have_text("Connected again.")
    parts = {"control": ["unit=week"], "tab": ["view=architectures"], "several": ["unit=week", "view=architectures"]}
    visitor.wait_for_search(*parts[action])
    assert not is_same_page(visitor)
    assert visitor.ask("sessionStorage.length") == 0
    visitor.choose("Day")  # controls go on counting their changes
    visitor.wait_for_search("unit=day")
    expect(visitor.page.get_by_role("group", name="Unit")).to_have_attribute("aria-busy", "false")


def test_a_page_that_the_server_forgot_stays_until_the_next_action(host: Host, restarted: Host, come: Come) -> None:
    visitor, proxy = come(host)
    proxy.target = port(restarted)
    proxy.cut()
    expect(banner(visitor)).to_have_attribute("data-state", "back")
    assert is_same_page(visitor)
    visitor.choose("Week")
    visitor.wait_for_search("unit=week")
    expect(title(visitor)).to_have_text(re.compile("per week"))


def test_a_page_that_is_not_as_the_server_has_it_does_not_go_on(host: Host, come: Come) -> None:
    visitor, proxy = come(host)
    visitor.ask("""() => [...Bokeh.documents[0].all_models].find((model) => model.class_name === "Connection")
        .data.setv({page_version: "as it was before a change that was not sent"}, {sync: false})""")
    proxy.cut()
    expect(banner(visitor)).to_have_attribute("data-state", "back")
    assert is_same_page(visitor)


@pytest.mark.parametrize("is_noticed", [False, True])
def test_going_back_while_the_server_is_away_leaves_the_page_readable(host: Host, come: Come, is_noticed: bool) -> None:
    """A step that was on its way when the connection broke off is made by loading the page anew."""
    visitor, proxy = come(host)
    visitor.go_to("Architectures")
    visitor.wait_for_search("view=architectures")
    visitor.settle()
    proxy.cut(refuse=True)
    if is_noticed:
        expect(banner(visitor)).to_have_attribute("data-state", "lost")
    visitor.page.go_back()
    expect(banner(visitor)).to_have_attribute("data-state", "lost")
    visitor.page.wait_for_timeout(1500)
    assert is_same_page(visitor)
    proxy.restore()
    expect(message(visitor)).to_have_text("Connected again.")
    visitor.wait_for_search("view=model-types")
    expect(title(visitor)).to_have_text(re.compile("per month"))
    assert is_same_page(visitor) or not is_noticed


def test_an_answer_that_was_lost_on_its_way_is_asked_for_again(host: Host, come: Come) -> None:
    visitor, proxy = come(host)
    proxy.swallow()
    visitor.choose("Week")
    visitor.page.wait_for_timeout(500)
    proxy.cut()
    visitor.wait_for_search("unit=week")
    expect(title(visitor)).to_have_text(re.compile("per week"))


def test_a_silent_connection_is_noticed_and_given_up(host: Host, come: Come) -> None:
    visitor, proxy = come(host)
    questions: list[str] = []  # each counts as an opening of the page
    visitor.page.on("request", lambda request: questions.append(request.url) if request.method == "HEAD" else None)
    proxy.swallow()
    chosen_at = time.monotonic()
    visitor.choose("Week")
    visitor.page.get_by_role("status").filter(has_text="No answer from the server yet").wait_for()
    assert time.monotonic() - chosen_at > 3
    visitor.wait_for_search("unit=week")
    assert not is_same_page(visitor)
    assert 2 <= len(questions) <= 2 + (time.monotonic() - chosen_at) / 4
    expect(title(visitor)).to_have_text(re.compile("per week"))


def test_a_machine_that_goes_offline_is_noticed_at_once(host: Host, come: Come) -> None:
    visitor, _ = come(host)
    visitor.page.context.set_offline(True)
    expect(banner(visitor)).to_have_attribute("data-state", "lost")
    visitor.page.context.set_offline(False)
    expect(banner(visitor)).to_have_attribute("data-state", "back")
    visitor.choose("Week")
    visitor.wait_for_search("unit=week")
    expect(title(visitor)).to_have_text(re.compile("per week"))


def test_what_was_kept_is_not_lost_when_the_connection_breaks_again(host: Host, come: Come) -> None:
    visitor, proxy = come(host)
    # the first waits ten seconds for a card that never comes
    actions = [
        {"class_name": "Card", "group": "no-such-view", "place": 0, "data": {"action": "csv"}},
        {"class_name": "Controls", "place": 0, "data": {"name": "unit", "value": "week"}},
    ]
    path = "'oss-ai-monitor-actions'"
    state = f"{{actions: {json.dumps(actions)}, times: 1, at: Date.now(), page: location.pathname}}"
    visitor.ask(f"sessionStorage.setItem({path}, JSON.stringify({state}))")
    visitor.page.reload()
    expect(banner(visitor)).to_have_attribute("data-state", "")
    assert visitor.ask(f"sessionStorage.getItem({path})") is None
    proxy.cut(refuse=True)
    expect(banner(visitor)).to_have_attribute("data-state", "lost")
    assert visitor.ask(f"JSON.parse(sessionStorage.getItem({path})).actions") == actions


@pytest.mark.parametrize(("delay", "states"), [(1.5, []), (5.0, ["silent", ""])])
def test_a_slow_server_is_not_called_lost(host: Host, come: Come, delay: float, states: list[str]) -> None:
    visitor, proxy = come(host)
    proxy.delay = delay
    visitor.choose("Week")
    visitor.wait_for_search("unit=week")
    proxy.restore()
    expect(banner(visitor)).to_have_attribute("data-state", "")
    assert visitor.ask("window.__states") == states
    assert is_same_page(visitor)


def test_a_connection_that_was_closed_for_idleness_comes_back_with_the_next_action(host: Host, come: Come) -> None:
    visitor, proxy = come(host)
    methods: list[str] = []
    visitor.page.on("request", lambda request: methods.append(request.method))
    proxy.hang_up(IDLE)
    expect(banner(visitor)).to_contain_text("was not used for long")
    visitor.page.wait_for_timeout(2500)
    assert "HEAD" not in methods  # else the place that it gave back would be taken again
    visitor.choose("Week")
    expect(message(visitor)).to_have_text("Connected again.")
    visitor.wait_for_search("unit=week")


def test_who_must_log_in_again_reads_on_and_is_offered_a_link(
    small_warehouse: Path, tmp_path: Path, come: Come
) -> None:
    passwords = tmp_path / "passwords.json"
    passwords.write_text(json.dumps({"ann": "swordfish"}))
    passwords.chmod(0o600)

    def log_in(visitor: Visitor) -> None:
        visitor.page.get_by_label("Name").fill("ann")
        visitor.page.get_by_label("Password").fill("swordfish")
        visitor.press("Open")

    with serving(small_warehouse, "--basic-auth", str(passwords)) as host:
        visitor, proxy = come(host, enter=log_in)
        visitor.page.context.clear_cookies()
        proxy.cut()
        expect(banner(visitor)).to_contain_text("You are no longer logged in.")
        visitor.choose("Week")
        assert is_same_page(visitor)
        visitor.page.get_by_role("link", name="Log in again").click()
        log_in(visitor)
        visitor.wait_for_search("unit=week")


def test_a_page_that_is_being_left_says_nothing_unless_it_stays(host: Host, come: Come) -> None:
    visitor, proxy = come(host)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        # The page stops by itself: a browser that waits for another page's answer may answer no script of ours.
        visitor.ask(f"""() => {{
          setTimeout(() => location.assign("http://127.0.0.1:{silent.getsockname()[1]}/"), 100);
          setTimeout(() => {{ window.__states_while_leaving = [...window.__states]; window.stop(); }}, 2500);
        }}""")
        visitor.page.wait_for_timeout(400)
        proxy.cut(refuse=True)
        visitor.page.wait_for_timeout(2500)
    expect(banner(visitor)).to_have_attribute("data-state", "lost")
    assert visitor.ask("window.__states_while_leaving") == []


def test_a_page_stays_where_the_server_has_no_place_for_its_reload(
    small_warehouse: Path, host: Host, come: Come, until: Until
) -> None:
    with serving(small_warehouse, "--max-sessions", "1") as full:
        visitor, proxy = come(host)
        come(full)
        proxy.target = port(full)
        proxy.cut()
        expect(banner(visitor)).to_have_attribute("data-state", "lost")
        visitor.choose("Week")
        visitor.page.wait_for_timeout(3000)
        assert visitor.ask("window.__states") == ["lost"]  # it asked, and was told that there is no place
        # the last place is taken just between the question and the reload
        visitor.page.route(
            "**/serve*",
            lambda route: route.fulfill(status=200) if route.request.method == "HEAD" else route.continue_(),
        )
        visitor.press("Try now")
        until(lambda: "loading" in visitor.ask("window.__states"))
        visitor.page.wait_for_timeout(1000)
        assert is_same_page(visitor)
        expect(title(visitor)).to_have_text(re.compile("per month"))


def test_what_needs_no_server_goes_on_while_it_is_away(host: Host, come: Come) -> None:
    visitor, proxy = come(host)
    proxy.cut(refuse=True)
    expect(banner(visitor)).to_have_attribute("data-state", "lost")
    name, content = visitor.save("PNG")
    assert name.endswith(".png")
    assert content.startswith(b"\x89PNG")
    visitor.page.locator("header .theme-toggle, header [aria-label*=heme]").first.click()
    visitor.wait_until("localStorage.getItem('oss-ai-monitor-theme') === 'dark'")
    assert is_same_page(visitor)


def test_text_that_was_typed_in_sql_stays_over_a_reload(host: Host, restarted: Host, come: Come) -> None:
    visitor, proxy = come(host, "?view=sql", first=".sql-page[data-ready]")
    visitor.page.locator(".ace_content").click()
    visitor.page.keyboard.press("Control+A")
    visitor.page.keyboard.type("select 42 as typed")
    proxy.target = port(restarted)
    proxy.cut()
    expect(banner(visitor)).to_have_attribute("data-state", "back")
    visitor.press("Load it now")
    visitor.wait_until("!window.__mark")
    visitor.page.locator(".sql-page[data-ready]").wait_for()
    expect(visitor.page.locator(".ace_content")).to_have_text("select 42 as typed")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 768, 1280, 1920])
def test_the_banner_covers_nothing_and_is_readable(host: Host, come: Come, width: int, theme: str) -> None:
    visitor, proxy = come(host, viewport={"width": width, "height": 900}, color_scheme=theme)
    proxy.cut(refuse=True)
    expect(banner(visitor)).to_have_attribute("data-state", "lost")
    box, tabs = visitor.box(banner(visitor)), visitor.box(visitor.page.get_by_role("navigation", name="Views"))
    header = visitor.box(visitor.page.locator("header"))
    assert header["y"] + header["height"] <= box["y"]
    assert box["y"] + box["height"] <= tabs["y"]
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width
    visitor.page.mouse.move(width / 2, 700)
    visitor.page.mouse.wheel(0, 600)
    expect(banner(visitor)).to_be_in_viewport(ratio=1)


def test_on_a_phone_the_banner_stands_above_the_open_drawer_and_returns_to_its_place(host: Host, come: Come) -> None:
    visitor, proxy = come(host, viewport={"width": 390, "height": 900})
    visitor.page.get_by_label("Open drawer").click()
    visitor.page.get_by_role("group", name="Unit").wait_for()
    proxy.cut(refuse=True)
    expect(banner(visitor)).to_have_attribute("data-state", "lost")
    button = banner(visitor).get_by_role("button", name="Try now")
    button.click(trial=True)  # nothing covers it
    visitor.page.mouse.click(375, 500)  # beside the drawer, which closes it
    expect(banner(visitor)).not_to_have_attribute("popover", "manual")
    expect(banner(visitor)).to_have_attribute("data-state", "lost")


def test_an_embed_connects_to_nothing(small_warehouse: Path, chromium: Browser) -> None:
    context = new_context(chromium)
    page = context.new_page()
    sockets: list[str] = []
    page.on("websocket", lambda one: sockets.append(one.url))
    with serving(small_warehouse, "--embed-origin=https://example.org") as host:
        page.goto(f"{host.root}/embed/model-types?dataset=v2")
        page.locator(".bk-Figure").first.wait_for()
        assert page.locator(".banner").count() == 0
        assert sockets == []
    context.close()
