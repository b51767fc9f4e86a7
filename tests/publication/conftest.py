"""A small community that is published, and a web server on loopback that shows the folder."""

from __future__ import annotations

import gzip
import hashlib
import os
import shutil
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner, Result

from oss_ai_monitor.cli import main
from oss_ai_monitor.landing import Landing
from oss_ai_monitor.publication import Manifest, read
from oss_ai_monitor.sources import simulated
from tests.conftest import shared_folder


def run(folder: Path, *arguments: str) -> Result:
    """Run a command on a warehouse's folder; fails with its message."""
    result = CliRunner().invoke(main, ["--warehouse", str(folder), *arguments])
    assert result.exit_code == 0, result.output
    return result


def refusal(folder: Path, *arguments: str) -> str:
    """Run a command that must fail; returns its message in one line."""
    result = CliRunner().invoke(main, ["--warehouse", str(folder), *arguments])
    assert result.exit_code == 1, result.output
    assert "Traceback" not in result.output
    return " ".join(result.output.split())


@pytest.fixture
def nginx() -> str:
    """The path of nginx; without one the tests are skipped and say why, with CI=true that is a failure."""
    path = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    if not path:
        reason = "no nginx: tests/system.sh installs it on CI"
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(reason)
    return path


@pytest.fixture(scope="session")
def publisher(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `warehouse`, where 1,000 simulated models have landed, and `public`, where they are published."""

    def fill(folder: Path) -> None:
        landing = Landing(folder / "warehouse" / "landing")
        for table in simulated.tables(1_000, 5):
            landing.land(table)
        run(folder / "warehouse", "publish", str(folder / "public"))

    return shared_folder(tmp_path_factory, "published", fill)


@pytest.fixture
def public(publisher: Path, tmp_path: Path) -> Path:
    """A copy of the published folder, to be changed."""
    return shutil.copytree(publisher / "public", tmp_path / "public", symlinks=True)


def manifest_of(public: Path) -> Manifest:
    """Return the manifest in a published folder."""
    return read((public / "manifest.json").read_bytes())


def forge(public: Path, **changes: object) -> Manifest:
    """Write a manifest with other fields and a right checksum, as who can write the folder could."""
    manifest = msgspec.structs.replace(manifest_of(public), **changes)
    (public / "manifest.json").write_bytes(manifest.to_json())
    return manifest


@dataclass
class Web:
    """A web server of a folder: ETags, ranges, and what an operator's server may do wrong."""

    folder: Path
    received: list[tuple[str, str]] = field(default_factory=list)
    """Path and range of each request."""
    cut_after: int = 0
    """Bytes after which a connection breaks off; 0 for never."""
    seconds_for_a_byte: float = 0
    """How long each byte of a DuckDB file takes."""
    seconds_for_a_header: float = 0
    status: int = 0
    """The status of every answer; 0 for the right one."""
    page: bytes = b""
    """What a proxy answers instead of a DuckDB file, with 200."""
    compresses: bool = False
    """Whether everything is compressed, also parts, as some proxies do though nobody asked for it."""
    parts: str = ""
    """What is wrong with parts: "other" bytes than asked for, or "refused"."""
    url: str = ""


@pytest.fixture
def web(public: Path) -> Iterator[Web]:
    web = Web(public)
    handler = type("Handler", (_Handler,), {"web": web})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    server.handle_error = lambda *_: None  # type: ignore[method-assign] - a reader that goes away is no error
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    web.url = f"http://127.0.0.1:{server.server_port}"
    yield web
    server.shutdown()
    server.server_close()


class _Handler(BaseHTTPRequestHandler):
    web: Web
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        requested = self.headers.get("Range", "")
        self.web.received.append((self.path, requested))
        path = self.web.folder / self.path.strip("/")
        if not path.is_file():
            self._send(404, b"", {})
            return
        content = path.read_bytes()
        if self.web.page and path.suffix == ".duckdb":
            content, requested = self.web.page, ""
        if self.web.compresses:
            content = gzip.compress(content, mtime=0)
        headers = {"ETag": f'"{hashlib.sha256(content).hexdigest()}"', "Accept-Ranges": "bytes"}
        headers |= {"Content-Encoding": "gzip"} if self.web.compresses else {}
        if self.web.status:
            self._send(self.web.status, b"" if self.web.status in (204, 304) else content, headers)
        elif self.headers.get("If-None-Match") == headers["ETag"]:
            self._send(304, b"", headers)
        elif requested and self.web.parts == "refused":
            self._send(416, b"", headers | {"Content-Range": f"bytes */{len(content)}"})
        elif requested and self.web.parts == "other":
            self._send(206, content[:100], headers | {"Content-Range": f"bytes 0-99/{len(content)}"})
        elif requested:
            first, _, last = requested.removeprefix("bytes=").partition("-")
            if not first:
                first, last = str(len(content) - int(last)), ""
            end = min(int(last or len(content) - 1), len(content) - 1)
            part = content[int(first) : end + 1]
            self._send(206, part, headers | {"Content-Range": f"bytes {first}-{end}/{len(content)}"})
        else:
            self._send(200, content, headers)

    def do_HEAD(self) -> None:
        self.do_GET()

    def _send(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        while self.web.seconds_for_a_header:
            self.send_header("X-More", "more")
            self.flush_headers()
            time.sleep(self.web.seconds_for_a_header)
        for name, value in (headers | {"Content-Length": str(len(body))}).items():
            self.send_header(name, value)
        self.end_headers()
        if self.command == "HEAD":
            return
        if self.web.seconds_for_a_byte and self.path.endswith(".duckdb"):
            for byte in body:
                self.wfile.write(bytes([byte]))
                time.sleep(self.web.seconds_for_a_byte)
        cut = self.web.cut_after
        self.wfile.write(body[:cut] if cut else body)
        if cut and cut < len(body):
            self.close_connection = True

    def log_message(self, *arguments: object) -> None:
        """Say nothing."""
