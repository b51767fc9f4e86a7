"""The files of deploy/ in use: Debian's nginx with TLS and a path prefix, two processes on one warehouse."""

from __future__ import annotations

import http.client
import os
import re
import shutil
import socket
import ssl
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from oss_ai_monitor import warehouse
from oss_ai_monitor.landing import Landing
from tests.conftest import PATIENCE, free_port

from .conftest import PLOT, Visitor, new_context

pytestmark = pytest.mark.browser
ROOT = Path(__file__).parent.parent.parent
DEPLOY = ROOT / "deploy"
MAIN = """daemon off; pid {place}/nginx.pid; error_log {place}/error.log; worker_processes 1;
events {{ worker_connections 256; }}
http {{
  access_log {place}/access.log;
  client_body_temp_path {place}/body; proxy_temp_path {place}/proxy; fastcgi_temp_path {place}/fastcgi;
  uwsgi_temp_path {place}/uwsgi; scgi_temp_path {place}/scgi;
  include /etc/nginx/mime.types; default_type application/octet-stream;
  include {place}/site.conf;
}}
"""
SYSTEMCTL = """#!/bin/sh
# What the units say, without systemd: the process of that port anew, from the current release.
port=${{2#oss-ai-monitor@}}
echo "$*" >> {place}/systemctl
kill "$(cat {place}/$port.pid 2>/dev/null)" 2>/dev/null
while kill -0 "$(cat {place}/$port.pid 2>/dev/null)" 2>/dev/null; do sleep 0.1; done
OSS_AI_MONITOR_WAREHOUSE={place}/root/current/warehouse setsid {place}/root/current/venv/bin/oss-ai-monitor \
  serve --port "$port" --behind-proxy $SERVE_OPTIONS > {place}/$port.log 2>&1 &
echo $! > {place}/$port.pid
"""
OURS = '#!/bin/sh\nPYTHONPATH={root} exec {python} -W ignore -m oss_ai_monitor.cli "$@"\n'
PLAIN = '#!/bin/sh\nexec {python} "$@"\n'


@dataclass
class Site:
    """A small machine of an operator: releases, two ports, a proxy."""

    folder: Path
    ports: list[int]
    http: int
    https: int
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def address(self) -> str:
        return f"https://localhost:{self.https}/monitor/"

    def release(self, name: str, *, works: bool = True) -> None:
        """Make what `release.sh add` makes, with the code of this tree."""
        folder = self.folder / "root" / "releases" / name
        (folder / "venv" / "bin").mkdir(parents=True)
        (folder / "warehouse").mkdir()
        (folder / "warehouse" / "landing").symlink_to(self.folder / "root" / "landing")
        warehouse.build(folder / "warehouse", Landing(self.folder / "root" / "landing").manifests())
        scripts = {"oss-ai-monitor": OURS if works else "#!/bin/sh\necho broken >&2; exit 1\n", "python": PLAIN}
        for script, text in scripts.items():
            file = folder / "venv" / "bin" / script
            file.write_text(text.format(root=ROOT, python=sys.executable))
            file.chmod(0o755)

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run release.sh as an operator does."""
        command = ["sh", str(DEPLOY / "release.sh"), *arguments]
        return subprocess.run(command, env=self.environment, capture_output=True, text=True, timeout=600)

    def status(self, path: str = "", *, port: int | None = None) -> int:
        """Return the status of the proxy's answer."""
        address = f"https://localhost:{port or self.https}{path or '/monitor/'}"
        trusting = ssl._create_unverified_context()
        try:
            with urllib.request.urlopen(address, context=trusting, timeout=PATIENCE) as answer:
                answer.read()
                return int(answer.status)
        except urllib.error.HTTPError as error:
            with error:
                return error.code

    def stop(self, port: int) -> None:
        """Kill one process with SIGKILL."""
        os.kill(int((self.folder / f"{port}.pid").read_text()), 9)


@pytest.fixture(scope="module")
def site(small_warehouse: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Two releases, the first of them current, behind nginx; skipped where nginx or openssl is missing."""
    nginx = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    if not nginx or not shutil.which("openssl"):
        reason = "no nginx or no openssl: tests/system.sh installs them on CI"
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(reason)
    folder = tmp_path_factory.mktemp("deployed")
    folder.chmod(0o755)
    *ports, http, https = (free_port() for _ in range(4))
    site = Site(folder, ports, http, https)
    (folder / "root").mkdir()
    shutil.copytree(small_warehouse / "landing", folder / "root" / "landing")
    (folder / "bin").mkdir()
    (folder / "bin" / "systemctl").write_text(SYSTEMCTL.format(place=folder))
    (folder / "bin" / "systemctl").chmod(0o755)
    site.environment = {
        **os.environ,
        "PATH": f"{folder / 'bin'}:{os.environ['PATH']}",
        "ROOT": str(folder / "root"),
        "PORTS": " ".join(map(str, ports)),
        "PATIENCE": str(PATIENCE),
        "SERVE_OPTIONS": f"--prefix monitor --allow-websocket-origin localhost:{https}",
        "BOKEH_SECRET_KEY": "of-this-test-alone",
    }
    site.release("first")
    site.release("second")
    _certify(folder)
    (folder / "site.conf").write_text(_site_of(site))
    (folder / "nginx.conf").write_text(MAIN.format(place=folder))
    proxy = subprocess.Popen([nginx, "-c", str(folder / "nginx.conf")], stderr=subprocess.PIPE)
    try:
        switch = site.run("switch", "first")
        assert switch.returncode == 0, switch.stderr
        end = time.monotonic() + PATIENCE
        while not (folder / "nginx.pid").exists():
            assert proxy.poll() is None, proxy.communicate()[1].decode()
            assert time.monotonic() < end
            time.sleep(0.05)
        yield site
    finally:
        proxy.terminate()
        proxy.communicate(timeout=60)
        for port in ports:
            if (folder / f"{port}.pid").exists():
                site.stop(port)


def _site_of(site: Site) -> str:
    """Return the nginx.conf for operators, with this machine's ports and certificate."""
    text = (DEPLOY / "nginx.conf").read_text()
    changes = {
        r"listen 80;": f"listen 127.0.0.1:{site.http};",
        r"listen 443 ssl http2;": f"listen 127.0.0.1:{site.https} ssl http2;",
        r" *listen \[::\].*\n": "",
        r"127\.0\.0\.1:5006": f"127.0.0.1:{site.ports[0]}",
        r"127\.0\.0\.1:5007": f"127.0.0.1:{site.ports[1]}",
        r"/etc/letsencrypt/live/monitor\.example\.org": str(site.folder),
        r"monitor\.example\.org": "localhost",
    }
    for pattern, replacement in changes.items():
        text, replacements = re.subn(pattern, replacement, text)
        assert replacements, pattern
    return text


def _certify(folder: Path) -> None:
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    command += ["-keyout", str(folder / "privkey.pem"), "-out", str(folder / "fullchain.pem")]
    subprocess.run(command, check=True, capture_output=True)


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A page that accepts our certificate."""
    context = new_context(chromium, viewport={"width": 1280, "height": 900}, ignore_https_errors=True)
    yield context.new_page()
    context.close()


def test_the_page_works_behind_the_proxy_under_its_path(site: Site, page: Page) -> None:
    visitor = Visitor(page, site.address).open()
    before = max(visitor.drawn())
    visitor.choose("Day")
    visitor.wait_until(f"Math.max(...{PLOT}.map((plot) => plot.renderers[0].data_source.get_length())) > {before}")
    assert visitor.complaints == []
    assert visitor.strangers == []


def test_what_is_not_for_visitors_is_not_there(site: Site) -> None:
    paths = (
        "/monitor/metrics",
        "/monitor/readyz",
        "/monitor/healthz",
        "/",
        "/serve",
        "/metrics",
        "/static/js/bokeh.min.js",
    )
    assert {path: site.status(path) for path in paths} == dict.fromkeys(paths, 404)
    assert site.status("/monitor/static/js/bokeh.min.js") == 200


def answer_for(
    site: Site, host: str, path: str = "/monitor/", *, is_tls: bool = True
) -> tuple[int, dict[str, list[str]]]:
    """Ask the proxy for a page of another name; returns status and headers by lower-case name."""
    connection: http.client.HTTPConnection
    if is_tls:
        trusting = ssl._create_unverified_context()
        connection = http.client.HTTPSConnection("localhost", site.https, context=trusting, timeout=PATIENCE)
    else:
        connection = http.client.HTTPConnection("localhost", site.http, timeout=PATIENCE)
    try:
        connection.request("GET", path, headers={"Host": host})
        answer = connection.getresponse()
        answer.read()
        headers: dict[str, list[str]] = {}
        for name, value in answer.getheaders():
            headers.setdefault(name.lower(), []).append(value)
        return answer.status, headers
    finally:
        connection.close()


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "127.0.0.1", "evil.example:443"])
def test_another_name_is_refused_and_never_led_to(site: Site, host: str) -> None:
    for is_tls in (True, False):
        status, headers = answer_for(site, host, is_tls=is_tls)
        assert (status, headers.get("location")) == (421, None)
        assert "evil" not in str(headers)


def test_a_known_name_is_led_to_tls(site: Site) -> None:
    for path in ("/monitor/serve?view=releases", "//evil.example/x"):
        status, headers = answer_for(site, f"LOCALHOST:{site.http}", path, is_tls=False)
        assert (status, headers["location"]) == (301, [f"https://localhost{path}"])


@pytest.mark.parametrize(
    "path",
    ["/monitor/", "/monitor/serve", "/monitor/serve/?view=releases", "/monitor/static/js/bokeh.min.js", "/nothing"],
)
def test_browsers_are_told_once_to_stay_with_tls(site: Site, path: str) -> None:
    _, headers = answer_for(site, "localhost", path)
    assert headers["strict-transport-security"] == ["max-age=31536000"]


def test_another_process_takes_over_from_one_that_died(site: Site, page: Page) -> None:
    for port in site.ports:
        site.stop(port)
        try:
            Visitor(page, site.address).open()
        finally:
            subprocess.run(["systemctl", "restart", f"oss-ai-monitor@{port}"], env=site.environment, check=True)
            until = time.monotonic() + PATIENCE
            while time.monotonic() < until and not _listens(port):
                time.sleep(0.1)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_an_upgrade_and_its_rollback_are_not_noticed(site: Site) -> None:
    statuses: list[int] = []
    ended = threading.Event()

    def visit() -> None:
        while not ended.wait(0.6):  # the proxy lets one address open two pages a second
            statuses.append(site.status())

    visitor = threading.Thread(target=visit)
    visitor.start()
    try:
        for arguments, current in ((("switch", "second"), "second"), (("back",), "first")):
            process = site.run(*arguments)
            assert process.returncode == 0, process.stderr
            assert process.stderr.endswith(f"{current} serves\n")
            assert (site.folder / "root" / "current").readlink() == Path("releases") / current
    finally:
        ended.set()
        visitor.join()
    assert len(statuses) > 5
    assert set(statuses) == {200}


def test_a_release_that_does_not_get_ready_is_taken_back(site: Site) -> None:
    site.release("broken", works=False)
    site.environment["PATIENCE"] = "4"
    process = site.run("switch", "broken")
    assert process.returncode == 1
    assert "broken was not ready and first is current again" in process.stderr
    assert (site.folder / "root" / "current").readlink() == Path("releases/first")
    assert site.status() == 200
    assert site.run("switch", "nothing").returncode == 1
    assert site.run().returncode == 2
