"""The server tries a forbidden message on itself before it serves anybody, and ends where it is not refused."""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from benchmarks.trees import stop
from tests.conftest import PATIENCE, free_port

from .conftest import ROOT, Until, serving

GUARDS_OFF = {
    "renamed": "from oss_ai_monitor.server.sockets import Socket\ndel Socket._handle",
    "accepts all": (
        "from oss_ai_monitor.server import sockets\nsockets.accepted = lambda content, *_, **__: content['events']"
    ),
    "refuses all": "from oss_ai_monitor.server import patches\npatches.DOCUMENT_EVENTS = ()",
    "not asked": (
        "import bokeh.server.urls as urls, panel.io.server as panel_server\n"
        "from oss_ai_monitor.server import command\ncommand.Socket = panel_server.WSHandler"
    ),
    "another application": (
        "from bokeh.server.tornado import BokehTornado\nfrom oss_ai_monitor.server import command\n"
        "command.Application = BokehTornado"
    ),
    "no place for a session": """
from bokeh.server.contexts import ApplicationContext
ours = ApplicationContext.__init__
def renamed(self, *args, **options):
    ours(self, *args, **options)
    self.places = self.__dict__.pop("_sessions")
ApplicationContext.__init__, ApplicationContext.sessions = renamed, property(lambda self: self.places.values())
""",
    "too slow": "from oss_ai_monitor.server import self_test\nself_test.TIMEOUT = 0",
}
"""How a version of Bokeh or Panel could lose the guard, and how the test of it can fail."""
REFUSED, UNANSWERED = 0, 1
MAIN = """
import os
os.environ["BOKEH_SECRET_KEY"] = "of-this-test-alone"
{change}
from oss_ai_monitor.server.__main__ import main
main()
"""


def start(folder: Path, change: str, port: int, *options: str) -> subprocess.Popen[str]:
    command = [
        sys.executable,
        "-W",
        "ignore",
        "-c",
        MAIN.format(change=change),
        str(ROOT / "serve.py"),
        "--port",
        str(port),
    ]
    environment = {**os.environ, "OSS_AI_MONITOR_WAREHOUSE": str(folder), "PYTHONPATH": str(ROOT)}
    return subprocess.Popen([*command, *options], cwd=folder, env=environment, text=True, stderr=subprocess.PIPE)


@pytest.mark.slow
@pytest.mark.parametrize("change", GUARDS_OFF.values(), ids=GUARDS_OFF)
def test_without_its_guard_the_server_ends_and_serves_nobody(folder: Path, change: str) -> None:
    assert ended(start(folder, change, free_port()))


@pytest.mark.slow
def test_several_processes_without_their_guard_end_all(folder: Path) -> None:
    assert ended(start(folder, GUARDS_OFF["renamed"], free_port(), "--num-procs", "2"))


def ended(process: subprocess.Popen[str]) -> bool:
    """Whether a server has ended with an error that says why and what to do."""
    try:
        _, errors = process.communicate(timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        stop(process)
        raise
    assert process.returncode == 1, errors
    lines = [line for line in errors.splitlines() if line.startswith("Error: ")]
    assert "Traceback" not in errors
    return bool(lines) and ("is not served" in lines[0] or "without its guards" in lines[0])


@pytest.mark.slow
def test_nobody_is_served_before_the_test_has_passed(folder: Path) -> None:
    slow = (
        "import asyncio\nfrom oss_ai_monitor.server import self_test\nold = self_test.SelfTest._try\n"
        "async def new(*args):\n    await asyncio.sleep(3)\n    await old(*args)\nself_test.SelfTest._try = new"
    )
    port = free_port()
    process = start(folder, slow, port)
    rounds: list[list[int]] = []
    until = time.monotonic() + PATIENCE
    try:
        while time.monotonic() < until and (code := status(port, "/healthz")) != 200:
            rounds.append([code, *(status(port, path) for path in ("/serve", "/static/js/bokeh.min.js", "/nothing"))])
        assert code == 200
        assert status(port, "/nothing", PATIENCE) == 404
    finally:
        stop(process)
        process.communicate()
    before = [code for codes in rounds[:-1] for code in codes]  # the test may have passed during the last one
    assert UNANSWERED in before, "it listened meanwhile, and connections waited"
    assert set(before) <= {UNANSWERED, REFUSED}


def status(port: int, path: str, seconds: float = 0.5) -> int:
    """Return the status of an answer; REFUSED where nobody listens yet, UNANSWERED where none comes within so long."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=seconds)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except TimeoutError:
        return UNANSWERED
    except OSError:
        return REFUSED
    finally:
        connection.close()


@pytest.mark.slow
def test_it_passes_with_a_password_a_prefix_and_several_processes(folder: Path, tmp_path: Path, until: Until) -> None:
    passwords = tmp_path / "passwords.json"
    passwords.write_text(json.dumps({"ann": "sword fish"}))
    passwords.chmod(0o600)
    options = ("--prefix", "/monitor/", "--basic-auth", str(passwords), "--behind-proxy", "--", "--num-procs", "2")
    with serving(folder, *options) as host:
        until(lambda: host.get("/monitor/serve").status == 302)  # each process tests itself
        until(lambda: host.get("/monitor").status == 301)
        until(lambda: host.lines().count("WebSocket connection closed") == 2)
        port = int(host.root.rpartition(":")[2])
    until(lambda: status(port, "/monitor/healthz") == REFUSED)  # they end with the one that was ended
