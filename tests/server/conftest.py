"""What tests of the server share: a small warehouse, served as an operator serves it."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from benchmarks.trees import stop
from oss_ai_monitor import warehouse
from oss_ai_monitor.landing import Landing
from tests.conftest import PATIENCE, free_port, land_rows
from tests.conftest import Until as Until

ROOT = Path(__file__).parent.parent.parent


@dataclass
class Answer:
    """What came back: status, headers by lower-case name, body."""

    status: int
    headers: dict[str, str]
    body: str


@dataclass
class Host:
    """A running `oss-ai-monitor serve`."""

    root: str
    """http://host:port, without a slash at the end."""
    log: Path
    process: subprocess.Popen[bytes]

    def get(self, path: str, **headers: str) -> Answer:
        """Ask once, as the path is written; no redirect is followed."""
        return fetch(self.root + path, headers={name.replace("_", "-"): value for name, value in headers.items()})

    def lines(self) -> str:
        """What it has logged so far."""
        return self.log.read_text(encoding="utf-8")


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object, **__: object) -> None:
        return None


def fetch(url: str, *, data: bytes | None = None, headers: dict[str, str] | None = None) -> Answer:
    request = urllib.request.Request(url, data=data, headers=headers or {})
    try:
        answer = urllib.request.build_opener(_Stay).open(request, timeout=PATIENCE)
    except urllib.error.HTTPError as error:
        answer = error
    with answer:
        named = {name.lower(): value for name, value in answer.headers.items()}
        return Answer(answer.status, named, answer.read().decode(errors="replace"))


@contextmanager
def serving(folder: Path, *options: str, **environment: str) -> Iterator[Host]:
    """`oss-ai-monitor serve` on a free port of loopback, until the block ends."""
    port = free_port()
    log = folder / f"serve-{port}.log"
    command = [sys.executable, "-W", "ignore", "-m", "oss_ai_monitor.cli", "serve", "--port", str(port), *options]
    variables = {**os.environ, "OSS_AI_MONITOR_WAREHOUSE": str(folder), "PYTHONPATH": str(ROOT), **environment}
    with log.open("wb") as out:
        process = subprocess.Popen(command, cwd=folder, env=variables, stdout=out, stderr=out)
        host = Host(f"http://localhost:{port}", log, process)
        try:
            prefix = options[options.index("--prefix") + 1].strip("/") if "--prefix" in options else ""
            _wait_for(host, f"/{prefix}" if prefix else "")
            yield host
        finally:
            stop(process)


def _wait_for(host: Host, prefix: str) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if host.process.poll() is not None:
            raise AssertionError(f"the server ended: {host.lines()}")
        with contextlib.suppress(OSError):
            if fetch(f"{host.root}{prefix}/healthz").status == 200:
                return
        time.sleep(0.05)
    raise AssertionError(f"no answer within {PATIENCE} s: {host.lines()}")


def small_warehouse(folder: Path) -> Path:
    """Twenty models of v1, one of them flagged, with a stranger's markup in a name."""
    rows = [
        {
            "fullname": f"tin/<b>kettle-{n}</b>",
            "average": 40.0 + n,
            "type": "🟢 pretrained" if n % 2 else "🔶 fine-tuned",
            "architecture": "LlamaForCausalLM",
            "params_b": 7.0,
            "date": f"2024-0{1 + n % 5}-01T00:00:00Z",
            "flagged": n == 0,
        }
        for n in range(20)
    ]
    land_rows(folder, "leaderboard_v1", rows)
    warehouse.build(folder, Landing(folder / "landing").selected())
    return folder


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_warehouse(tmp_path_factory.mktemp("hosted"))  # a worker's own: its server's log lies beside it


@pytest.fixture(scope="session")
def host(folder: Path) -> Iterator[Host]:
    """One server as it comes, with a secret in its environment."""
    with serving(folder, HF_TOKEN="hf_thisisasecretofours") as one:
        yield one
