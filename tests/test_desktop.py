"""The window as a person meets it: a real toolkit on a screen of its own, real clicks, real keys, real processes."""

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
from oss_ai_monitor.desktop.window import USUAL, Outside, remembered
from oss_ai_monitor.landing import Landing
from oss_ai_monitor.sources import simulated

from .conftest import PATIENCE, free_port

SCREEN = 1500, 1000
FIND = """(function find(root, label) {
  for (const element of root.querySelectorAll("*")) {
    if (element.tagName === "BUTTON" && element.textContent.trim() === label) return element;
    const inside = element.shadowRoot && find(element.shadowRoot, label);
    if (inside) return inside;
  }
  return null;
})"""
BARS = """Math.max(0, ...[...Bokeh.documents[0]._all_models.values()].filter((model) => model.type === "Figure")
  .map((figure) => figure.renderers[0].data_source.get_length()))"""
DRAWN = "document.fonts.ready && typeof Bokeh !== 'undefined' && Bokeh.documents.length && " + BARS


UNHEARD = """
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


def until(ready: Callable[[], Any], what: str, patience: float = PATIENCE) -> Any:
    """What `ready` says once it says something."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        if found := ready():
            return found
        time.sleep(0.05)
    raise AssertionError(f"{what}: not within {patience} s")


def in_a_loop(asked: Coroutine[Any, Any, Any]) -> Any:
    """What it comes to, in a thread of its own: a browser of other tests may hold the loop of this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, asked).result()


class Screen:
    """An X server without a window manager, and somebody at its mouse and keys."""

    def __init__(self, number: str) -> None:
        from Xlib.display import Display

        self.name = number
        self.display = Display(number)
        self.root = self.display.screen().root

    def window(self, title: str) -> Any:
        """The window of that title that can be seen, or None."""
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

        for kind, detail, place in (
            (X.MotionNotify, 0, {"x": int(x), "y": int(y)}), (X.ButtonPress, 1, {}), (X.ButtonRelease, 1, {}),
        ):  # fmt: skip
            xtest.fake_input(self.display, kind, detail, **place)
            self.display.sync()
            time.sleep(0.05)

    def press(self, key: str) -> None:
        from Xlib import XK, X
        from Xlib.ext import xtest

        code = self.display.keysym_to_keycode(XK.string_to_keysym(key))
        for kind in (X.KeyPress, X.KeyRelease):
            xtest.fake_input(self.display, kind, code)
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
        """What the cross in a window's corner does."""
        from Xlib.protocol import event

        words = [self.display.intern_atom("WM_DELETE_WINDOW"), 0, 0, 0, 0]
        kind = self.display.intern_atom("WM_PROTOCOLS")
        window.send_event(event.ClientMessage(window=window, client_type=kind, data=(32, words)))
        self.display.flush()

    def colours(self) -> dict[tuple[int, int, int], int]:
        """How many pixels of each colour the screen shows."""
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
    with os.fdopen(read) as said:
        number = said.readline().strip()
    assert number, "Xvfb ended"
    shown = Screen(f":{number}")
    yield shown
    shown.display.close()
    server.terminate()
    server.wait(PATIENCE)


class Opened:
    """A window that was started as a person starts it, and a look into the page that it shows."""

    def __init__(self, screen: Screen, home: Path, warehouse: Path, *more: str) -> None:
        self.eye = free_port()
        self.screen, self.state, self.warehouse = screen, home / "state", warehouse
        self.words = home / f"words-{self.eye}"
        self.environment = {
            **{name: value for name, value in os.environ.items() if name not in ("PYWEBVIEW_GUI", "WAYLAND_DISPLAY")},
            "DISPLAY": screen.name,
            "HOME": str(home),
            "XDG_RUNTIME_DIR": str(home),
            "OSS_AI_MONITOR_STATE": str(self.state),
            "HF_ENDPOINT": "http://127.0.0.1:9",
            "BROWSER": f"{home / 'browser'} %s",
            "QT_QPA_PLATFORM": "xcb",
            "QTWEBENGINE_REMOTE_DEBUGGING": f"127.0.0.1:{self.eye}",
            **({"QTWEBENGINE_DISABLE_SANDBOX": "1"} if os.geteuid() == 0 else {}),
        }
        self.command = [sys.executable, "-m", "oss_ai_monitor.cli", "--warehouse", str(warehouse), "desktop", *more]
        with self.words.open("wb") as words:
            self.process = subprocess.Popen(self.command, env=self.environment, stdout=words, stderr=words)

    @property
    def window(self) -> Any:
        return self.screen.window("Open-Source AI Monitor")

    @property
    def address(self) -> str:
        """What a second start reads."""
        (told,) = self.state.glob("window-*.json")
        return str(json.loads(told.read_text())["address"])

    def drawn(self) -> Opened:
        """Itself, once the first picture is drawn."""
        until(lambda: self.process.poll() is not None or self.ask(DRAWN), "a picture")
        assert self.process.poll() is None, self.words.read_text()
        return self

    def ask(self, script: str) -> Any:
        """What the page answers; None while there is no page."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.eye}/json", timeout=5) as answer:
                found = json.load(answer)
        except OSError:
            return None
        served = [page for page in found if page["url"].startswith("http://")]  # a link outside is a page too, unseen
        pages = [page["webSocketDebuggerUrl"] for page in served or found]
        return in_a_loop(_evaluated(pages[0], script)) if pages else None

    def settled(self, script: str) -> Any:
        """What the page answers once it answers the same twice."""

        def twice() -> Any:
            before = self.ask(script)
            time.sleep(0.2)
            return before if before and before == self.ask(script) else None

        return until(twice, script)

    def press(self, label: str) -> None:
        """Click on the button of that name with the mouse, once it is there and stands still."""
        found = self.settled(f"(({FIND})(document, {json.dumps(label)}))?.getBoundingClientRect().toJSON()")
        place = self.window.get_geometry()
        self.screen.click(place.x + found["x"] + found["width"] / 2, place.y + found["y"] + found["height"] / 2)

    def processes(self) -> list[psutil.Process]:
        """Every process that was started by it, from near or far: they inherit what it was told."""
        ours = []
        for process in psutil.process_iter():
            try:
                if process.environ().get("OSS_AI_MONITOR_STATE") == str(self.state):
                    ours.append(process)
            except psutil.Error:
                continue
        return ours

    def end(self) -> int:
        """Close the window as by its cross; returns the exit code."""
        self.screen.close(self.window)
        return self.process.wait(PATIENCE)


async def _evaluated(eye: str, script: str) -> Any:
    watched = await websocket_connect(eye)
    asked = {"expression": script, "returnByValue": True, "awaitPromise": True, "userGesture": True}
    await watched.write_message(json.dumps({"id": 1, "method": "Runtime.evaluate", "params": asked}))
    while (said := json.loads(await watched.read_message() or "{}")).get("id") != 1:
        assert said, "the page is gone"
    watched.close()
    while await watched.read_message() is not None:
        pass
    return said.get("result", {}).get("result", {}).get("value")


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
    one = Opened(screen, home, landed)
    try:
        yield one.drawn()
    finally:
        for process in one.processes():
            process.kill()
        one.process.wait(PATIENCE)


def test_a_first_start_builds_a_warehouse_and_shows_its_pictures(opened: Opened, landed: Path) -> None:
    assert "built " in opened.words.read_text()
    assert (landed / "oss_ai_monitor.duckdb").exists()
    merge, finetune, ink = (0, 158, 115), (230, 159, 0), (27, 30, 35)
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
    root, _, rest = address.removeprefix("http://").partition("/")
    secret = rest.rstrip("/")
    assert len(secret) >= 43
    assert root.startswith("127.0.0.1:")
    port = int(root.partition(":")[2])
    held = {
        at.laddr.ip for at in opened.processes()[0].net_connections() if at.status == "LISTEN" and at.laddr.port == port
    }
    assert held <= {"127.0.0.1"}
    style = "static/js/bokeh.min.js"
    assert [status(address), status(address + style)] == [200, 200]
    other = f"http://{root}/{secret[:-1]}{'A' if secret[-1] != 'A' else 'B'}/"
    for place in (f"http://{root}/", other, f"http://{root}/{secret}", f"http://{root}//{secret}/"):
        for name in ("", style, "ws", "autoload.js", "serve", "../", "%2e%2e/", "favicon.ico", "raise"):
            assert status(place + name) == 404, place + name
    assert status(f"http://{root}/raise", method="POST") == 404
    assert status(address, Host=f"localhost.evil.example:{port}") == 404


def test_nobody_without_the_secret_or_from_another_page_gets_a_websocket(opened: Opened) -> None:
    socket_at = opened.address.replace("http", "ws")
    root = "/".join(socket_at.split("/")[:3])

    async def refused(address: str, origin: str) -> int:
        with pytest.raises(HTTPClientError) as told:
            await websocket_connect(HTTPRequest(address, headers={"Origin": origin}), subprotocols=["bokeh", "x"])
        return int(told.value.code)

    ours = root.replace("ws", "http")
    assert in_a_loop(refused(f"{root}/ws", ours)) == 404
    assert in_a_loop(refused(f"{root}/{'A' * 43}/ws", ours)) == 404
    assert in_a_loop(refused(f"{socket_at}ws", "http://evil.example")) == 403


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
    assert secret not in opened.words.read_text()


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
    told = home / "opened"
    links = [f"https://huggingface.co/tin/{name}" for name in ("kettle", "lid")]
    for n, link in enumerate(links, 1):
        opened.ask(f"void window.open('{link}', '_blank', 'noopener')")
        until(lambda n=n: told.exists() and told.read_text().split() == links[:n], "the browser")
    before = opened.ask("performance.timeOrigin")
    opened.ask("void window.open(location.href, '_blank', 'noopener')")
    until(lambda: opened.ask("performance.timeOrigin") not in (before, None), "the page, in the same window")
    opened.drawn()
    assert told.read_text().split() == links


def test_only_addresses_of_the_web_go_to_the_browser() -> None:
    asked: list[tuple[Any, ...]] = []
    stayed: list[str] = []

    class Real:
        def open(self, url: str, new: int = 0, autoraise: bool = True) -> bool:
            asked.append((url, new, autoraise))
            return True

    outside = Outside(Real(), "http://127.0.0.1:5000/secret/", stayed.append)
    for url in ("file:///etc/passwd", "javascript:alert(1)", "ssh://x", "--help", "http://127.0.0.1:5000/secret/?a=b"):
        outside.open(url)
    outside.open("https://huggingface.co/a/b")
    until(lambda: asked, "the browser")
    assert asked == [("https://huggingface.co/a/b", 2, True)]
    assert stayed == ["http://127.0.0.1:5000/secret/?a=b"]


def test_a_second_start_raises_the_window(opened: Opened) -> None:
    from Xlib import X

    screen = opened.screen
    cover = screen.root.create_window(0, 0, *SCREEN, 0, screen.display.screen().root_depth, override_redirect=True)
    cover.map()
    cover.configure(stack_mode=X.Above)
    screen.display.sync()
    try:
        ids = lambda: [window.id for window in screen.root.query_tree().children]  # noqa: E731
        shown = opened.window.id
        assert ids().index(shown) < ids().index(cover.id)
        second = subprocess.run(
            opened.command, env=opened.environment, capture_output=True, text=True, timeout=PATIENCE
        )
        assert (second.returncode, second.stdout) == (0, "")
        assert second.stderr.endswith("is open already: it has been raised\n")
        until(lambda: ids().index(shown) > ids().index(cover.id), "the window in front")
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
    said = json.loads((opened.state / "window.json").read_text())
    assert said == {"width": 1100, "height": 700, "maximized": False}
    assert list(opened.state.glob("window-*.json")) == []
    assert "Traceback" not in opened.words.read_text()


def test_a_kill_leaves_nothing_behind_and_locks_nobody_out(opened: Opened, home: Path, landed: Path) -> None:
    if opened.process.poll() is None:
        opened.end()
    one = Opened(opened.screen, home, landed, "--refresh-every", "6h").drawn()
    place = one.window.get_geometry()
    assert (place.width, place.height) == (1100, 700)
    until(lambda: any("refresh" in process.cmdline() for process in one.processes()), "a refresh beside it")
    processes = one.processes()
    assert len(processes) > 3
    one.process.kill()
    assert one.process.wait(PATIENCE) == -signal.SIGKILL
    assert psutil.wait_procs(processes, timeout=PATIENCE)[1] == []
    with desktop.One(landed, one.state):
        assert list(one.state.glob("window-*.json")) == [], "the address of the dead one"


def test_what_cannot_be_shown_is_said_in_the_window_and_by_the_exit_code(
    screen: Screen, home: Path, tmp_path: Path
) -> None:
    broken = tmp_path / "landing" / "hub_listing" / "20240101T000000Z"
    broken.mkdir(parents=True)
    (broken / "manifest.json").write_text("{}")
    one = Opened(screen, home, tmp_path)
    said = until(
        lambda: (text := one.ask("document.body.innerText")) and "cannot be shown" in text and text, "the reason"
    )
    assert "manifest" in said
    assert one.end() == 1
    assert "Error: " in one.words.read_text()
    assert "Traceback" not in one.words.read_text().partition("Error: ")[2]


@pytest.mark.slow
def test_no_thread_sets_the_environment_that_a_toolkit_reads(tmp_path: Path) -> None:
    """Where one does, the C library may end the process: seen with GTK, once in three starts."""
    environment = {**os.environ, "OSS_AI_MONITOR_WAREHOUSE": str(tmp_path), "HF_ENDPOINT": "http://127.0.0.1:9"}
    told = subprocess.run(
        [sys.executable, "-c", UNHEARD, str(tmp_path)], env=environment, capture_output=True, text=True, timeout=600
    )
    assert told.stdout == "200\n", told.stderr


def test_a_second_start_says_so_where_the_first_does_not_answer(tmp_path: Path) -> None:
    with desktop.One(tmp_path, tmp_path / "state") as first:
        for told in (None, "http://127.0.0.1:9/secret/", "http://evil.example/", "file:///etc/passwd"):
            if told:
                first.tell(told)
            with pytest.raises(desktop.AlreadyOpen, match="still preparing its data, or does not answer") as found:
                desktop.One(tmp_path, tmp_path / "state").__enter__()
            assert not found.value.is_raised
        with desktop.One(tmp_path / "another", tmp_path / "state"):
            pass
    with desktop.One(tmp_path, tmp_path / "state"):
        pass


@pytest.mark.parametrize(
    "text",
    ["", "[]", "null", "{", '{"width": 1e9, "height": 700}', '{"width": true, "height": 700}', '{"height": 700}',
     '{"width": "1", "height": 2}', '{"width": 10, "height": 700}', '{"width": NaN, "height": 700}', "\x00"],
)  # fmt: skip
def test_what_is_no_size_is_forgotten(tmp_path: Path, text: str) -> None:
    (tmp_path / "window.json").write_text(text)
    assert remembered(tmp_path / "window.json", (7680, 4320)) == (USUAL, False)


def test_a_window_is_no_larger_than_the_screen(tmp_path: Path) -> None:
    (tmp_path / "window.json").write_text('{"width": 3000, "height": 700, "maximized": true}')
    assert remembered(tmp_path / "window.json", (1280, 720)) == ((1280, 700), True)


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
    monkeypatch.setattr(backends, "_loads", lambda name: name not in ("libxcb-cursor.so.0", "libasound.so.2"))
    trouble = "libxcb-cursor.so.0: cannot open shared object file: No such file or directory"
    assert expected in backends._library_hint(trouble)


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
    monkeypatch.setattr(backends, "_is_there", lambda module: module not in missing)
    monkeypatch.setattr(backends, "_release", lambda: {"ID": "debian", "VERSION_ID": "12"})
    monkeypatch.setitem(sys.modules, "gi", None)
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.delenv("PYWEBVIEW_GUI", raising=False)
    with pytest.raises(desktop.DesktopError) as told:
        desktop.backend()
    assert expected in str(told.value)
    if "GTK" in expected:
        assert "apt-get install python3-gi gir1.2-webkit2-4.1" in str(told.value)


def test_the_command_without_its_extra_is_one_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(backends, "_is_there", lambda _: False)
    monkeypatch.setitem(sys.modules, "platformdirs", None)
    told = CliRunner().invoke(main, ["--warehouse", str(tmp_path), "desktop"], catch_exceptions=False)
    assert told.exit_code == 1
    assert told.stderr.startswith("Error: a window needs pywebview, which is not installed: ")
    assert told.stderr.count("\n") == 1


def test_without_a_display_the_browser_is_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(backends, "_is_there", lambda _: True)
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(desktop.DesktopError, match=r"no display here .* 'oss-ai-monitor serve'"):
        desktop.backend()
