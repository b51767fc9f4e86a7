"""A published folder as nginx shows it by deploy/nginx-publication.conf: followed, and nothing hidden is shown."""

from __future__ import annotations

import getpass
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import PATIENCE, free_port
from tests.server.conftest import fetch

from .conftest import manifest_of, run

CONFIGURATION = Path(__file__).parent.parent.parent / "deploy" / "nginx-publication.conf"
MAIN = """daemon off; user {account}; pid {place}/nginx.pid; error_log {place}/error.log; worker_processes 1;
events {{ worker_connections 64; }}
http {{
  log_format short '$status $uri'; access_log {place}/access.log short;
  client_body_temp_path {place}/body; proxy_temp_path {place}/proxy; fastcgi_temp_path {place}/fastcgi;
  uwsgi_temp_path {place}/uwsgi; scgi_temp_path {place}/scgi;
  include {place}/site.conf;
}}
"""


@pytest.fixture
def address(nginx: str, public: Path, tmp_path: Path) -> Iterator[str]:
    """The address of a published folder behind nginx, without TLS."""
    port = free_port()
    text = CONFIGURATION.read_text(encoding="utf-8")
    changes = {
        r"listen 443 ssl http2;": f"listen 127.0.0.1:{port};",
        r" *listen \[::\].*\n": "",
        r" *ssl_.*\n": "",
        r"data\.example\.org": "127.0.0.1",
        r"/srv/oss-ai-monitor-public": str(tmp_path / "shown"),
    }
    for pattern, replacement in changes.items():
        text, replacements = re.subn(pattern, replacement, text)
        assert replacements, pattern
    (tmp_path / "shown").mkdir()
    shutil.move(public, tmp_path / "shown" / "warehouse")
    (tmp_path / "site.conf").write_text(text)
    (tmp_path / "nginx.conf").write_text(MAIN.format(place=tmp_path, account=getpass.getuser()))
    process = subprocess.Popen([nginx, "-c", str(tmp_path / "nginx.conf")], stderr=subprocess.PIPE)
    try:
        until = time.monotonic() + PATIENCE
        while not (tmp_path / "nginx.pid").exists():
            assert process.poll() is None, process.communicate()[1].decode()
            assert time.monotonic() < until
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}/warehouse"
    finally:
        process.terminate()
        process.communicate(timeout=60)


def test_it_is_followed_and_nothing_hidden_is_shown(address: str, tmp_path: Path) -> None:
    manifest = manifest_of(tmp_path / "shown" / "warehouse")
    assert "the copy is now" in run(tmp_path / "copy", "follow", address).output
    assert "nothing new" in run(tmp_path / "copy", "follow", address).output
    requests = (tmp_path / "access.log").read_text().splitlines()
    assert requests == [
        "200 /warehouse/manifest.json", f"200 /warehouse/{manifest.warehouse.path}", "304 /warehouse/manifest.json"
    ]  # fmt: skip
    paths = ("manifest.json", "latest/README.md", manifest.files[1].path)
    answers = {path: fetch(f"{address}/{path}") for path in paths}
    assert {path: (answer.status, answer.headers["cache-control"]) for path, answer in answers.items()} == {
        "manifest.json": (200, "no-cache"),
        "latest/README.md": (200, "no-cache"),
        manifest.files[1].path: (200, "public, max-age=31536000, immutable"),
    }
    part = fetch(f"{address}/{manifest.warehouse.path}", headers={"Range": "bytes=10-19"})
    assert (part.status, part.headers["content-length"]) == (206, "10")
    for path in (".publication", ".lock", f"generations/{manifest.id}/.publication", "../copy/following.json"):
        assert fetch(f"{address}/{path}").status in (400, 404), path
