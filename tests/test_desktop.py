"""The window as a user sees it: a real toolkit on a virtual screen, with real clicks, keys and processes."""

from __future__ import annotations

import asyncio
import importlib.util
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psutil
import pytest
from click.testing import CliRunner
from tornado.httpclient import HTTPClientError, HTTPRequest
from tornado.websocket import websocket_connect

from oss_ai_monitor import desktop
from oss_ai_monitor.cli import main
from oss_ai_monitor.desktop import backends
from oss_ai_monitor.desktop.window import DEFAULT_SIZE, ExternalBrowser, last_size
from oss_ai_monitor.landing import Landing
from oss_ai_monitor.sources import simulated

from .conftest import PATIENCE, free_port

SCREEN = 1500, 1000
FIND = """(function find(root, label) {
  for (const element of root.querySelectorAll("*")) {
    if (["BUTTON", "LABEL"].includes(element.tagName) && element.textContent.trim() === label) return element;
    const inside = element.shadowRoot && find(element.shadowRoot, label);
    if (inside) return inside;
  }
  return null;
})"""
BARS = """Math.max(0, ...Bokeh.documents.flatMap((one) => [...one.all_models])
  .filter((model) => model.type === "Figure").map((figure) => figure.renderers[0].data_source.get_length()))"""
SCROLL_TO_BARS = """(function scroll(root) {
  for (const element of root.querySelectorAll("*")) {
    if (element.classList.contains("bk-Figure")) {
      element.scrollIntoView({block: "end"});
      return true;
    }
    if (element.shadowRoot && scroll(element.shadowRoot)) return true;
  }
  return false;
})(document)"""
DRAWN = "document.fonts.ready && typeof Bokeh !== 'undefined' && Bokeh.documents.length && " + BARS


AUDIT_ENVIRONMENT = """
import sys, threading
def heard(event, what):
    if event in ("os.putenv", "os.unsetenv") and threading.current_thread() is not threading.main_thread():
        print("set in a thread:", what, flush=True)
from oss_ai_monitor import desktop
import functools, pathlib, urllib.request
import oss_ai_monitor.cli.desktop
from oss_ai_monitor.cli import preparing
preparing.simulated.tables = functools.partial(preparing.simulated.tables, models=1_000)
sys.addaudithook(heard)
folder = pathlib.Path(sys.argv[1])
work = threading.Thread(target=preparing.prepare, args=[folder])
work.start()
work.join()
server = desktop.PrivateServer(oss_ai_monitor.cli.desktop.page_file(), on_raise=lambda: None)
with urllib.request.urlopen(server.start()) as answer:
    print(answer.status, flush=True)
server.stop()
"""


def until(ready: Callable[[], Any], description: str, patience: float = PATIENCE) -> Any:
    """Wait until `ready` returns something true, and return that."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        if value := ready():
            return value
        time.sleep(0.05)
    raise AssertionError(f"{description}: not within {patience} s")


def run_in_thread(coroutine: Coroutine[Any, Any, Any]) -> Any:
    """Run a coroutine in another thread: in this one a browser of other tests may have a running loop."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, coroutine).result()


class Screen:
    """An X server without a window manager, with a mouse and a keyboard to use."""

    def __init__(self, number: str) -> None:
        from Xlib.display import Display

        self.name = number
        self.display = Display(number)
        self.root = self.display.screen().root

    def window(self, title: str) -> Any:
        """Return the visible window with a title, or None."""
        from Xlib import X, error

        for window in self.root.query_tree().children:
            try:
                if window.get_wm_name() == title and window.get_attributes().map_state == X.IsViewable:
                    return window
            except error.BadWindow:  # gone while we look
                continue
        return None

    def click(self, x: float, y: float) -> None:
        from Xlib import X
        from Xlib.ext import xtest

        for event_type, detail, position in (
            (X.MotionNotify, 0, {"x": int(x), "y": int(y)}), (X.ButtonPress, 1, {}), (X.ButtonRelease, 1, {}),
        ):  # fmt: skip
            xtest.fake_input(self.display, event_type, detail, **position)
            self.display.sync()
            time.sleep(0.05)

    def press(self, key: str) -> None:
        from Xlib import XK, X
        from Xlib.ext import xtest

        code = self.display.keysym_to_keycode(XK.string_to_keysym(key))
        for event_type in (X.KeyPress, X.KeyRelease):
            xtest.fake_input(self.display, event_type, code)
        self.display.sync()

    def answer(self, title: str, key: str) -> None:
        """Press a key in a dialog until it is gone: one that was shown a moment ago may not listen yet."""
        until(lambda: self.window(title), title)
        pressed_at = 0.0

        def is_closed() -> bool:
            nonlocal pressed_at
            dialog = self.window(title)
            if dialog and time.monotonic() > pressed_at + 15:
                place = dialog.get_geometry()
                self.click(place.x + place.width / 2, place.y + 2)  # no window manager: keys go where the mouse is
                self.press(key)
                pressed_at = time.monotonic()
            return not dialog

        until(is_closed, f"{title} to close")

    def close(self, window: Any) -> None:
        """Close a window as the cross in its corner does."""
        from Xlib.protocol import event

        message_data = [self.display.intern_atom("WM_DELETE_WINDOW"), 0, 0, 0, 0]
        message_type = self.display.intern_atom("WM_PROTOCOLS")
        window.send_event(event.ClientMessage(window=window, client_type=message_type, data=(32, message_data)))
        self.display.flush()

    def colours(self) -> dict[tuple[int, int, int], int]:
        """Return the number of pixels of each colour on the screen."""
        from Xlib import X

        sent = self.root.get_image(0, 0, *SCREEN, X.ZPixmap, 0xFFFFFFFF).data
        counted: dict[tuple[int, int, int], int] = {}
        for blue, green, red in zip(sent[::4], sent[1::4], sent[2::4], strict=True):
            counted[red, green, blue] = counted.get((red, green, blue), 0) + 1
        return counted


@pytest.fixture(scope="module")
def screen() -> Iterator[Screen]:
    """A screen; without Xvfb or a toolkit the tests are skipped and say why, with CI=true that is a failure."""
    reason = ""
    if sys.platform != "linux" or not shutil.which("Xvfb"):
        reason = "no Xvfb, the screen that these tests look at: tests/system.sh installs it"
    elif not all(importlib.util.find_spec(name) for name in ("webview", "qtpy", "Xlib")):
        reason = "no pywebview with Qt, or no python-xlib: pip install '.[desktop,test]'"
    if reason:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(reason)
    read, write = os.pipe()
    command = ["Xvfb", "-displayfd", str(write), "-screen", "0", f"{SCREEN[0]}x{SCREEN[1]}x24", "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=[write], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    os.close(write)
    with os.fdopen(read) as pipe:
        number = pipe.readline().strip()
    assert number, "Xvfb ended"
    screen = Screen(f":{number}")
    yield screen
    screen.display.close()
    server.terminate()
    server.wait(PATIENCE)


class Opened:
    """A window that was started as a user starts it, with access to the page in it."""

    def __init__(self, screen: Screen, home: Path, warehouse: Path, *options: str) -> None:
        self.debug_port = free_port()
        self.screen, self.state, self.warehouse = screen, home / "state", warehouse
        self.log = home / f"words-{self.debug_port}"
        self.environment = {
            **{name: value for name, value in os.environ.items() if name not in ("PYWEBVIEW_GUI", "WAYLAND_DISPLAY")},
            "DISPLAY": screen.name,
            "HOME": str(home),
            "XDG_RUNTIME_DIR": str(home),
            "OSS_AI_MONITOR_STATE": str(self.state),
            "HF_ENDPOINT": "http://127.0.0.1:9",
            "BROWSER": f"{home / 'browser'} %s",
            "QT_QPA_PLATFORM": "xcb",
            "QTWEBENGINE_REMOTE_DEBUGGING": f"127.0.0.1:{self.debug_port}",
            **({"QTWEBENGINE_DISABLE_SANDBOX": "1"} if os.geteuid() == 0 else {}),
        }
        self.command = [sys.executable, "-m", "oss_ai_monitor.cli", "--warehouse", str(warehouse), "desktop", *options]
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(self.command, env=self.environment, stdout=log, stderr=log)

    @property
    def window(self) -> Any:
        return self.screen.window("Open-Source AI Monitor")

    @property
    def address(self) -> str:
        """Return the address that a second start reads."""
        (file,) = self.state.glob("window-*.json")
        return str(json.loads(file.read_text())["address"])

    def drawn(self) -> Opened:
        """Wait until the first chart is drawn, and return this object."""
        until(lambda: self.process.poll() is not None or self.ask(DRAWN), "a picture")
        assert self.process.poll() is None, self.log.read_text()
        return self

    def ask(self, script: str) -> Any:
        """Evaluate a script in the page; None while there is no page."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.debug_port}/json", timeout=5) as answer:
                pages = json.load(answer)
        except OSError:
            return None
        served_pages = [
            page for page in pages if page["url"].startswith("http://")
        ]  # a link outside is a page too, unseen
        sockets = [page["webSocketDebuggerUrl"] for page in served_pages or pages]
        return run_in_thread(_evaluated(sockets[0], script)) if sockets else None

    def settled(self, script: str) -> Any:
        """What the page answers once it answers the same twice."""

        def stable_value() -> Any:
            before = self.ask(script)
            time.sleep(0.2)
            return before if before and before == self.ask(script) else None

        return until(stable_value, script)

    def press(self, label: str) -> None:
        """Click on a button with the mouse, once it is there and does not move."""
        button = self.settled(f"(({FIND})(document, {json.dumps(label)}))?.getBoundingClientRect().toJSON()")
        window = self.window.get_geometry()
        self.screen.click(window.x + button["x"] + button["width"] / 2, window.y + button["y"] + button["height"] / 2)

    def processes(self) -> list[psutil.Process]:
        """Return every process started by it, directly or not: they inherit its environment."""
        ours = []
        for process in psutil.process_iter():
            try:
                if process.environ().get("OSS_AI_MONITOR_STATE") == str(self.state):
                    ours.append(process)
            except psutil.Error:
                continue
        return ours

    def end(self) -> int:
        """Close the window as its cross does, and return the exit code."""
        self.screen.close(self.window)
        try:
            return self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            for process in self.processes():
                process.kill()
            self.process.wait(PATIENCE)
            raise


async def _evaluated(url: str, script: str) -> Any:
    connection = await websocket_connect(url)
    request = {"expression": script, "returnByValue": True, "awaitPromise": True, "userGesture": True}
    await connection.write_message(json.dumps({"id": 1, "method": "Runtime.evaluate", "params": request}))
    while (answer := json.loads(await connection.read_message() or "{}")).get("id") != 1:
        assert answer, "the page is gone"
    connection.close()
    while await connection.read_message() is not None:
        pass
    return answer.get("result", {}).get("result", {}).get("value")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home folder with a folder for downloads, and a browser that writes down what it is to open."""
    folder = tmp_path_factory.mktemp("home")
    (folder / "Downloads").mkdir()
    browser = folder / "browser"
    browser.write_text(f'#!/bin/sh\necho "$1" >> {folder}/opened\n')
    browser.chmod(0o755)
    return folder


@pytest.fixture(scope="module")
def landed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder where something has landed and nothing is built."""
    folder = tmp_path_factory.mktemp("desktop") / "warehouse"
    for table in simulated.tables(models=1_000, seed=5):
        Landing(folder / "landing").land(table)
    return folder


@pytest.fixture(scope="module")
def opened(screen: Screen, home: Path, landed: Path) -> Iterator[Opened]:
    """The first window, which had to build its warehouse; closed by the last test that uses it."""
    window = Opened(screen, home, landed)
    try:
        yield window.drawn()
    finally:
        for process in window.processes():
            process.kill()
        window.process.wait(PATIENCE)


def test_a_first_start_builds_a_warehouse_and_shows_its_pictures(opened: Opened, landed: Path) -> None:
    assert "built " in opened.log.read_text()
    assert (landed / "oss_ai_monitor.duckdb").exists()
    merge, finetune, ink = (0, 158, 115), (230, 159, 0), (27, 30, 35)
    assert opened.ask(SCROLL_TO_BARS)
    until(lambda: min(map(opened.screen.colours().get, (merge, finetune, ink), (0, 0, 0))) > 500, "bars on the screen")


def test_a_click_changes_the_picture(opened: Opened) -> None:
    before = opened.settled(BARS)
    opened.press("Day")
    until(lambda: opened.ask(BARS) > 1.5 * before, "a bar for each day")
    opened.press("Month")
    until(lambda: opened.ask(BARS) == before, "a bar for each month")


def status(address: str, *, method: str = "GET", **headers: str) -> int:
    """The status that an address answers with."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    try:
        with urllib.request.urlopen(
            urllib.request.Request(address, method=method, headers=named), timeout=PATIENCE
        ) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        error.close()
        return error.code


def test_nobody_without_the_secret_gets_anything(opened: Opened) -> None:
    address = opened.address
    root, _, path = address.removeprefix("http://").partition("/")
    secret = path.rstrip("/")
    assert len(secret) >= 43
    assert root.startswith("127.0.0.1:")
    port = int(root.partition(":")[2])
    addresses = {
        connection.laddr.ip
        for connection in opened.processes()[0].net_connections()
        if connection.status == "LISTEN" and connection.laddr.port == port
    }
    assert addresses <= {"127.0.0.1"}
    style = "static/js/bokeh.min.js"
    assert [status(address), status(address + style)] == [200, 200]
    wrong_address = f"http://{root}/{secret[:-1]}{'A' if secret[-1] != 'A' else 'B'}/"
    for base in (f"http://{root}/", wrong_address, f"http://{root}/{secret}", f"http://{root}//{secret}/"):
        for name in ("", style, "ws", "autoload.js", "serve", "../", "%2e%2e/", "favicon.ico", "raise"):
            assert status(base + name) == 404, base + name
    assert status(f"http://{root}/raise", method="POST") == 404
    assert status(address, Host=f"localhost.evil.example:{port}") == 404


def test_nobody_without_the_secret_or_from_another_page_gets_a_websocket(opened: Opened) -> None:
    socket_at = opened.address.replace("http", "ws")
    root = "/".join(socket_at.split("/")[:3])

    async def refused(address: str, origin: str) -> int:
        with pytest.raises(HTTPClientError) as error:
            await websocket_connect(HTTPRequest(address, headers={"Origin": origin}), subprotocols=["bokeh", "x"])
        return int(error.value.code)

    ours = root.replace("ws", "http")
    assert run_in_thread(refused(f"{root}/ws", ours)) == 404
    assert run_in_thread(refused(f"{root}/{'A' * 43}/ws", ours)) == 404
    assert run_in_thread(refused(f"{socket_at}ws", "http://evil.example")) == 403


def test_the_secret_is_in_no_process_list_and_in_no_file_that_others_read(opened: Opened) -> None:
    secret = opened.address.rstrip("/").rpartition("/")[2]
    for process in psutil.process_iter():
        try:
            assert secret not in " ".join(process.cmdline())
        except psutil.Error:
            continue
    holding = [path for path in opened.state.rglob("*") if path.is_file() and secret in path.read_text()]
    assert len(holding) == 1
    assert holding[0].stat().st_mode & 0o077 == 0
    assert secret not in opened.log.read_text()


@pytest.mark.parametrize(("label", "begins"), [("PNG", b"\x89PNG\r\n"), ("SVG", b"<svg "), ("CSV", b"\xef\xbb\xbf")])
def test_a_download_goes_where_the_dialog_says(opened: Opened, home: Path, label: str, begins: bytes) -> None:
    screen, folder = opened.screen, home / "Downloads"
    for key, saved in (("Escape", 0), ("Return", 1)):
        opened.press(label)
        screen.answer("Save", key)
        if saved:
            (file,) = until(
                lambda: [path for path in folder.glob(f"*.{label.lower()}") if path.stat().st_size], "a file"
            )
            assert file.read_bytes().startswith(begins)
            assert file.name.startswith("overview_")
        assert len(list(folder.glob(f"*.{label.lower()}"))) == saved


def test_a_link_to_the_hub_opens_in_the_real_browser_and_what_is_ours_stays(opened: Opened, home: Path) -> None:
    opened_links = home / "opened"
    links = [f"https://huggingface.co/tin/{name}" for name in ("kettle", "lid")]
    for n, link in enumerate(links, 1):
        opened.ask(f"void window.open('{link}', '_blank', 'noopener')")
        until(lambda n=n: opened_links.exists() and opened_links.read_text().split() == links[:n], "the browser")
    before = opened.ask("performance.timeOrigin")
    opened.ask("void window.open(location.href, '_blank', 'noopener')")
    until(lambda: opened.ask("performance.timeOrigin") not in (before, None), "the page, in the same window")
    opened.drawn()
    assert opened_links.read_text().split() == links


def test_only_addresses_of_the_web_go_to_the_browser() -> None:
    calls: list[tuple[Any, ...]] = []
    inside: list[str] = []

    class Real:
        def open(self, url: str, new: int = 0, autoraise: bool = True) -> bool:
            calls.append((url, new, autoraise))
            return True

    browser = ExternalBrowser(Real(), "http://127.0.0.1:5000/secret/", inside.append)
    for url in ("file:///etc/passwd", "javascript:alert(1)", "ssh://x", "--help", "http://127.0.0.1:5000/secret/?a=b"):
        browser.open(url)
    browser.open("https://huggingface.co/a/b")
    until(lambda: calls, "the browser")
    assert calls == [("https://huggingface.co/a/b", 2, True)]
    assert inside == ["http://127.0.0.1:5000/secret/?a=b"]


def test_a_second_start_raises_the_window(opened: Opened) -> None:
    from Xlib import X

    screen = opened.screen
    cover = screen.root.create_window(0, 0, *SCREEN, 0, screen.display.screen().root_depth, override_redirect=True)
    cover.map()
    cover.configure(stack_mode=X.Above)
    screen.display.sync()
    try:
        ids = lambda: [window.id for window in screen.root.query_tree().children]  # noqa: E731
        window_id = opened.window.id
        assert ids().index(window_id) < ids().index(cover.id)
        second = subprocess.run(
            opened.command, env=opened.environment, capture_output=True, text=True, timeout=PATIENCE
        )
        assert (second.returncode, second.stdout) == (0, "")
        assert second.stderr.endswith("is open already: it has been raised\n")
        until(lambda: ids().index(window_id) > ids().index(cover.id), "the window in front")
    finally:
        cover.destroy()
        screen.display.sync()


def test_closing_the_window_ends_everything_and_its_size_is_remembered(opened: Opened) -> None:
    processes = opened.processes()
    assert len(processes) > 1
    opened.window.configure(width=1100, height=700)
    opened.screen.display.sync()
    until(lambda: opened.ask("innerWidth") == 1100, "the new size")
    assert opened.end() == 0
    assert psutil.wait_procs(processes, timeout=PATIENCE)[1] == []
    assert opened.processes() == []
    state = json.loads((opened.state / "window.json").read_text())
    assert state == {"width": 1100, "height": 700, "maximized": False}
    assert list(opened.state.glob("window-*.json")) == []
    assert "Traceback" not in opened.log.read_text()


def test_a_kill_leaves_nothing_behind_and_locks_nobody_out(opened: Opened, home: Path, landed: Path) -> None:
    if opened.process.poll() is None:
        opened.end()
    second = Opened(opened.screen, home, landed, "--refresh-every", "6h").drawn()
    geometry = second.window.get_geometry()
    assert (geometry.width, geometry.height) == (1100, 700)
    until(lambda: any("refresh" in process.cmdline() for process in second.processes()), "a refresh beside it")
    processes = second.processes()
    assert len(processes) > 3
    second.process.kill()
    assert second.process.wait(PATIENCE) == -signal.SIGKILL
    assert psutil.wait_procs(processes, timeout=PATIENCE)[1] == []
    with desktop.SingleInstance(landed, second.state):
        assert list(second.state.glob("window-*.json")) == [], "the address of the dead one"


def test_what_cannot_be_shown_is_said_in_the_window_and_by_the_exit_code(
    screen: Screen, home: Path, tmp_path: Path
) -> None:
    broken = tmp_path / "landing" / "hub_listing" / "20240101T000000Z"
    broken.mkdir(parents=True)
    (broken / "manifest.json").write_text("{}")
    window = Opened(screen, home, tmp_path)
    message = until(
        lambda: (text := window.ask("document.body.innerText")) and "cannot be shown" in text and text, "the reason"
    )
    assert "manifest" in message
    assert window.end() == 1
    assert "Error: " in window.log.read_text()
    assert "Traceback" not in window.log.read_text().partition("Error: ")[2]


def test_a_thread_that_waits_for_a_closed_page_does_not_keep_the_process() -> None:
    pytest.importorskip("webview", reason="no pywebview: pip install '.[desktop]'")
    code = """
import threading
from oss_ai_monitor.desktop.window import end_threads_with_process
end_threads_with_process()
import webview.util
webview.util.Thread(target=threading.Event().wait).start()
print("ended")
"""
    process = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=PATIENCE)
    assert (process.returncode, process.stdout) == (0, "ended\n"), process.stderr


@pytest.mark.slow
def test_no_thread_sets_the_environment_that_a_toolkit_reads(tmp_path: Path) -> None:
    """Where one does, the C library may end the process: seen with GTK, once in three starts."""
    environment = {**os.environ, "OSS_AI_MONITOR_WAREHOUSE": str(tmp_path), "HF_ENDPOINT": "http://127.0.0.1:9"}
    process = subprocess.run(
        [sys.executable, "-c", AUDIT_ENVIRONMENT, str(tmp_path)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert process.stdout == "200\n", process.stderr


def test_a_second_start_says_so_where_the_first_does_not_answer(tmp_path: Path) -> None:
    with desktop.SingleInstance(tmp_path, tmp_path / "state") as first:
        for address in (None, "http://127.0.0.1:9/secret/", "http://evil.example/", "file:///etc/passwd"):
            if address:
                first.publish(address)
            with pytest.raises(desktop.AlreadyOpen, match="still preparing its data, or does not answer") as error:
                desktop.SingleInstance(tmp_path, tmp_path / "state").__enter__()
            assert not error.value.is_raised
        with desktop.SingleInstance(tmp_path / "another", tmp_path / "state"):
            pass
    with desktop.SingleInstance(tmp_path, tmp_path / "state"):
        pass


@pytest.mark.parametrize(
    "text",
    ["", "[]", "null", "{", '{"width": 1e9, "height": 700}', '{"width": true, "height": 700}', '{"height": 700}',
     '{"width": "1", "height": 2}', '{"width": 10, "height": 700}', '{"width": NaN, "height": 700}', "\x00",
     "[" * 50_000],
)  # fmt: skip
def test_what_is_no_size_is_forgotten(tmp_path: Path, text: str) -> None:
    (tmp_path / "window.json").write_text(text)
    assert last_size(tmp_path / "window.json", (7680, 4320)) == (DEFAULT_SIZE, False)


def test_a_window_is_no_larger_than_the_screen(tmp_path: Path) -> None:
    (tmp_path / "window.json").write_text('{"width": 3000, "height": 700, "maximized": true}')
    assert last_size(tmp_path / "window.json", (1280, 720)) == ((1280, 700), True)


@pytest.mark.parametrize(
    ("release", "expected"),
    [
        ({"ID": "debian", "VERSION_ID": "12"}, "apt-get install libasound2 libxcb-cursor0"),
        ({"ID": "debian", "VERSION_ID": "13"}, "apt-get install libasound2t64 libxcb-cursor0"),
        ({"ID": "ubuntu", "ID_LIKE": "debian", "VERSION_ID": "22.04"}, "apt-get install libasound2 libxcb-cursor0"),
        ({"ID": "ubuntu", "ID_LIKE": "debian", "VERSION_ID": "24.04"}, "apt-get install libasound2t64 libxcb-cursor0"),
        ({"ID": "fedora", "VERSION_ID": "42"}, "dnf install alsa-lib xcb-util-cursor"),
        ({"ID": "arch"}, "install what holds libasound.so.2, libxcb-cursor.so.0"),
    ],
)
def test_a_missing_library_is_named_by_its_package(
    monkeypatch: pytest.MonkeyPatch, release: dict[str, str], expected: str
) -> None:
    monkeypatch.setattr(backends, "_release", lambda: release)
    monkeypatch.setattr(backends, "_can_load", lambda name: name not in ("libxcb-cursor.so.0", "libasound.so.2"))
    error_text = "libxcb-cursor.so.0: cannot open shared object file: No such file or directory"
    assert expected in backends._library_hint(error_text)


@pytest.mark.parametrize(
    ("platform", "missing", "expected"),
    [
        ("linux", {"webview"}, "-m pip install 'pywebview[qt]'"),
        ("linux", {"qtpy"}, "-m pip install 'pywebview[qt]' platformdirs; nor GTK: "),
        ("darwin", {"webview"}, "-m pip install 'pywebview' platformdirs"),
        ("linux", {"platformdirs"}, "a window needs platformdirs, which is not installed: "),
    ],
)
def test_without_a_toolkit_the_package_is_named(
    monkeypatch: pytest.MonkeyPatch, platform: str, missing: set[str], expected: str
) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setattr(backends, "_is_installed", lambda module: module not in missing)
    monkeypatch.setattr(backends, "_release", lambda: {"ID": "debian", "VERSION_ID": "12"})
    monkeypatch.setitem(sys.modules, "gi", None)
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.delenv("PYWEBVIEW_GUI", raising=False)
    with pytest.raises(desktop.DesktopError) as error:
        desktop.backend()
    assert expected in str(error.value)
    if "GTK" in expected:
        assert "apt-get install python3-gi gir1.2-webkit2-4.1" in str(error.value)


def test_the_command_without_its_extra_is_one_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(backends, "_is_installed", lambda _: False)
    monkeypatch.setitem(sys.modules, "platformdirs", None)
    result = CliRunner().invoke(main, ["--warehouse", str(tmp_path), "desktop"], catch_exceptions=False)
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: a window needs pywebview, which is not installed: ")
    assert result.stderr.count("\n") == 1


def test_without_a_display_the_browser_is_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(backends, "_is_installed", lambda _: True)
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(desktop.DesktopError, match=r"no display here .* 'oss-ai-monitor serve'"):
        desktop.backend()
