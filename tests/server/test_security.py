"""Security: headers, paths, errors, origins, passwords."""

from __future__ import annotations

import http.client
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urljoin, urlsplit

import pytest
from click.testing import CliRunner

from oss_ai_monitor.cli import main
from oss_ai_monitor.server.logouts import Logouts
from oss_ai_monitor.server.passwords import Passwords
from tests.conftest import PATIENCE, finished

from .conftest import Host, serving
from .visitor import HungUp, Visitor

ANSWERS = (
    "/", "/serve", "/healthz", "/readyz", "/metrics", "/favicon.ico", "/static/js/bokeh.min.js",
    "/static/extensions/panel/panel.min.js", "/nothing", "/static/nothing.js", "/serve/ws",
    "/serve?bokeh-token=nonsense", "/data/model-types.csv?dataset=v1", "/data/model-types.json?unit=x",
    "/badge/tin/x.svg", "/api/views", "/api/views/model-types?unit=x", "/api/x", "/api/openapi.json", "/llms.txt",
    "/api/then-and-now", "/api/then-and-now/choices", "/data/then-and-now.csv", "/data/then-and-now.json?step=x",
    "/digest", "/digest/2024-W20", "/digest/2024-W54", "/feed/digest.atom", "/feed/changes.atom?dataset=v1", "/feed/x",
    "/digest/", "/digest/2024-W20/x.svg", "/feed", "/feed/", "/data", "/api", "/api/views/", "/api/changes?kinds=x",
)  # fmt: skip
PATHS = [
    prefix + traversal + "etc/passwd"
    for prefix in (
        "/static/", "/static/extensions/panel/", "/static/extensions/oss-ai-monitor/", "/serve/static/",
        "/components/panel.pane/", "/data/", "/embed/", "/badge/", "/api/", "/api/then-and-now/",
        "/digest/", "/digest/2024-W20/", "/feed/",
    )
    for traversal in (
        "../../../../../../../../", "%2e%2e/" * 12, "..%2f" * 12, "%2e%2e%2f" * 12, "%252e%252e%252f" * 12, "..\\" * 12,
        "..%5c" * 12, "....//" * 12, "%c0%ae%c0%ae/" * 12, "/", "%2f", "%00/../" * 3, "js/..;/" * 12, "..%00/" * 12,
    )
]  # fmt: skip
PATHS += [
    "//etc/passwd", "/../../../etc/passwd", "file:///etc/passwd", "http://127.0.0.1/etc/passwd",
    "/serve/../../etc/passwd", "/components/this/s/_css/x", "/components/oss_ai_monitor.cli/main/__file__/x",
    "/serve/autoload.js", "/serve/metadata",
]  # fmt: skip


NO_MODEL = "There is no model of this name in this data."


def raw(host: Host, path: str, method: str = "GET") -> tuple[int, str]:
    """Request a path exactly as it is written."""
    address = urlsplit(host.root)
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=PATIENCE)
    try:
        connection.request(method, path)
        answer = connection.getresponse()
        return answer.status, answer.read().decode(errors="replace")
    finally:
        connection.close()


@pytest.mark.parametrize("path", ANSWERS)
def test_every_answer_carries_the_headers(host: Host, path: str) -> None:
    headers = host.get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert "camera=()" in headers["permissions-policy"]
    assert "server" not in headers
    assert "access-control-allow-origin" not in headers
    rules = dict(rule.split(" ", 1) for rule in headers["content-security-policy"].split("; "))
    assert (rules["default-src"], rules["frame-ancestors"]) == ("'none'", "'none'")
    assert ("script-src" in rules) == (path == "/serve")
    if path == "/serve":
        assert "'unsafe-inline'" not in rules["script-src"]
        assert re.search(r"'nonce-[\w-]{22}'", rules["script-src"])


def test_each_page_has_a_nonce_of_its_own(host: Host) -> None:
    policies = {host.get("/serve?view=releases").headers["content-security-policy"] for _ in range(2)}
    assert len(policies) == 2


@pytest.fixture(scope="module")
def host_with_badges(folder: Path) -> Iterator[Host]:
    with serving(folder, "--badges") as host:
        yield host


def assert_no_answer(host: Host, paths: list[str]) -> None:
    for path in paths:
        status, body = raw(host, path)
        assert status in (400, 403, 404, 405), path
        if body.startswith("{"):
            assert json.loads(body)["detail"] in (f"{http.client.responses[status]}.", "There is no such address."), (
                path
            )
        else:
            assert body in (f"{status} {http.client.responses[status]}\n", ""), path


def test_no_path_leads_to_a_file_or_a_module_of_the_machine(host: Host) -> None:
    assert len(PATHS) == 191
    assert_no_answer(host, PATHS)


def test_no_path_of_a_badge_leads_to_a_file(host_with_badges: Host) -> None:
    assert raw(host_with_badges, f"/badge/{quote('tin/<b>kettle-1</b>')}.svg")[0] == 200
    paths = [path for path in PATHS if path.startswith("/badge/")]
    assert len(paths) == 14
    assert_no_answer(host_with_badges, paths)
    for path in paths:
        status, body = raw(host_with_badges, f"{path}.svg")
        assert status in (400, 403, 404, 405), path
        assert body in (f"{status} {http.client.responses[status]}\n", "", f"{NO_MODEL}\n"), path


@pytest.mark.parametrize(
    "path", ["/serve?bokeh-token=nonsense", "/serve?bokeh-session-id=mine", "/serve?bokeh-token=e30.e30", "/nothing"]
)
def test_errors_are_plain_and_sessions_are_signed(host: Host, path: str) -> None:
    answer = host.get(path)
    assert answer.status in (403, 404, 500)
    assert answer.body == f"{answer.status} {http.client.responses[answer.status]}\n"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "TRACE", "PROPFIND"])
def test_nothing_but_reading_is_offered(host: Host, method: str) -> None:
    for path in (
        "/serve",
        "/metrics",
        "/static/js/bokeh.min.js",
        "/data/releases.csv",
        "/badge/tin/x.svg",
        "/api/views",
        "/api/then-and-now",
        "/data/then-and-now.csv",
        "/digest/2024-W20",
        "/digest/2024-W20/x.svg",
        "/feed",
        "/feed/digest.atom",
        "/feed/changes.atom",
    ):
        assert raw(host, path, method)[0] in (400, 403, 405)


def shaken_hands(host: Host, **headers: str) -> int:
    """Return the status of a websocket's handshake: 101 if it opens."""
    address = urlsplit(host.root)
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=PATIENCE)
    upgrade = {
        "Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Protocol": "bokeh, nonsense",
    }  # fmt: skip
    try:
        connection.request("GET", "/serve/ws", headers=upgrade | headers)
        with connection.getresponse() as answer:
            return answer.status
    finally:
        connection.close()


def test_a_page_of_another_name_gets_no_websocket(host: Host) -> None:
    assert shaken_hands(host, Origin=host.root) == 101
    for origin in ("http://evil.example", "null", host.root.replace("localhost", "localhost.evil.example"), "file://"):
        assert shaken_hands(host, Origin=origin) == 403


def test_figures_are_for_this_machine_and_not_through_a_proxy(host: Host) -> None:
    assert host.get("/metrics").status == 200
    assert host.get("/metrics", X_Forwarded_For="203.0.113.7").status == 403


@pytest.fixture(scope="module")
def locked(folder: Path) -> Iterator[Host]:
    """A server behind a proxy that asks for passwords, and knows a token for its figures."""
    passwords = folder / "Passwords.json"
    passwords.write_text(json.dumps({"ann": "sword fish", "bob": "Café"}))
    passwords.chmod(0o600)
    environment = {"OSS_AI_MONITOR_METRICS_TOKEN": "scrape-me"}
    with serving(folder, "--basic-auth", str(passwords), "--behind-proxy", **environment) as host:
        yield host


def login(host: Host, name: str, password: str, **headers: str) -> tuple[int, str, list[str]]:
    """Log in; return the status, the location and the cookies of the answer."""
    address = urlsplit(host.root)
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=PATIENCE)
    form = f"username={name}&password={password.replace(' ', '+')}".encode()
    form_headers = {"Content-Type": "application/x-www-form-urlencoded", "Host": address.netloc}
    connection.request(
        "POST", "/login", form, form_headers | {key.replace("_", "-"): value for key, value in headers.items()}
    )
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status, answer.headers.get("Location", ""), answer.headers.get_all("Set-Cookie") or []


@pytest.mark.parametrize(
    ("path", "location"),
    [("/", "./serve"), ("/?view=releases&unit=week", "./serve?view=releases&unit=week")],
)
def test_the_address_of_the_server_leads_to_the_page_with_its_choices(host: Host, path: str, location: str) -> None:
    answer = host.get(path)
    assert (answer.status, answer.headers["location"]) == (302, location)


def test_without_the_password_nothing_answers_but_the_probes(locked: Host) -> None:
    assert [locked.get(path).status for path in ("/healthz", "/readyz", "/login")] == [200, 200, 200]
    for path in ("/serve", "/serve?view=releases", "/"):
        answer = locked.get(path)
        assert (answer.status, answer.headers["location"].startswith("./login")) == (302, True), path
    for path in (
        "/metrics", "/static/js/bokeh.min.js", "/static/extensions/panel/panel.min.js", "/favicon.ico",
        "/embed/releases", "/data/releases.csv", "/badge/tin/x.svg", "/api/views", "/api/openapi.json", "/llms.txt",
        "/api/then-and-now", "/api/then-and-now/choices", "/data/then-and-now.csv",
        "/digest", "/digest/2024-W20", "/digest/2024-W20/x.svg", "/feed/digest.atom", "/feed/changes.atom",
        "/digest/", "/feed", "/data", "/api", "/api/changes",
        "/nothing", "/serve/static/x", "/components/panel.pane/HTML/_css/x", "/serve/autoload.js",
    ):  # fmt: skip
        assert locked.get(path).status == 403, path
    assert shaken_hands(locked, Origin=locked.root) == 403
    assert "kettle" not in locked.get("/login").body


def test_the_password_opens_and_its_cookies_are_kept_close(locked: Host) -> None:
    assert login(locked, "ann", "wrong")[1].startswith("/login?error=")
    assert login(locked, "nobody", "sword fish")[1].startswith("/login?error=")
    assert login(locked, "ann", str(locked.log.parent / "Passwords.json"))[1].startswith("/login?error=")
    status, _, cookies = login(locked, "ann", "sword fish", X_Forwarded_Proto="https")
    assert status == 302
    set_cookies = [cookie for cookie in cookies if not cookie.startswith(("next_url=;", 'is_guest="";'))]
    assert {"user", "id_token"} <= {cookie.partition("=")[0] for cookie in set_cookies}
    for cookie in set_cookies:
        assert {"HttpOnly", "Secure", "SameSite=Lax"} <= {part.strip() for part in cookie.split(";")}, cookie
    sent = "; ".join(cookie.partition(";")[0] for cookie in set_cookies)
    assert locked.get("/serve?view=releases", Cookie=sent).status == 200
    script = locked.get("/static/js/bokeh.min.js?v=1", Cookie=sent)
    assert script.status == 200
    assert script.headers["cache-control"] == "private, max-age=315360000"
    assert locked.get("/metrics", Cookie=sent).status == 200
    assert locked.get("/serve", Cookie=sent.replace("user=", "user=x")).status == 302
    assert "Strict-Transport-Security".lower() in locked.get("/healthz", X_Forwarded_Proto="https").headers


def cookies_of(host: Host, name: str = "ann", password: str = "sword fish") -> str:
    """Log in, and return what a browser sends from then on."""
    cookies = login(host, name, password)[2]
    return "; ".join(
        cookie.partition(";")[0] for cookie in cookies if not cookie.startswith(("next_url=;", "is_guest="))
    )


def test_a_copied_cookie_opens_nothing_after_the_logout(locked: Host, folder: Path) -> None:
    copied, other = cookies_of(locked), cookies_of(locked, "bob", "Caf%C3%A9")
    paths = ("/serve", "/static/js/bokeh.min.js", "/metrics")
    assert [locked.get(path, Cookie=copied).status for path in paths] == [200, 200, 200]
    assert locked.get("/logout", Cookie=copied).status == 200
    assert [locked.get(path, Cookie=copied).status for path in paths] == [302, 403, 403]
    assert shaken_hands(locked, Origin=locked.root, Cookie=copied) == 403
    assert locked.get("/serve", Cookie=other).status == 200, "others stay logged in"
    again = cookies_of(locked)
    while again == copied:  # of the same second
        again = cookies_of(locked)
    assert locked.get("/serve", Cookie=again).status == 200, "and who has logged out can come back"
    made_up = 'user="2|1:0|10:1700000000|4:user|4:YW5u|' + 64 * "a" + '"'
    before = len(list((folder / "logouts").iterdir()))
    assert locked.get("/logout", Cookie=made_up).status == 200
    assert len(list((folder / "logouts").iterdir())) == before, "only who was logged in leaves a trace"


def test_a_logout_closes_the_page_that_is_open(locked: Host) -> None:
    async def visit() -> None:
        async with Visitor(locked.root, "?view=model-types", Cookie=cookies_of(locked, "bob", "Caf%C3%A9")) as visitor:
            assert locked.get("/logout", Cookie=visitor.headers["Cookie"]).status == 200
            await visitor.hear("NOTHING")

    with pytest.raises(HungUp, match="4001 logged out"):
        finished(visit())


@pytest.mark.slow
def test_a_logout_holds_in_every_process_and_after_a_restart(folder: Path, tmp_path: Path) -> None:
    passwords = tmp_path / "passwords.json"
    passwords.write_text(json.dumps({"ann": "sword fish"}))
    passwords.chmod(0o600)
    shared = {
        "PANEL_COOKIE_SECRET": "a-cookie-secret", "BOKEH_SECRET_KEY": "a-key",
        "OSS_AI_MONITOR_LOGOUTS": str(tmp_path / "logouts"),
    }  # fmt: skip
    with serving(folder, "--basic-auth", str(passwords), **shared) as one:
        copied = cookies_of(one)
        with serving(folder, "--basic-auth", str(passwords), **shared) as other:
            assert other.get("/static/js/bokeh.min.js", Cookie=copied).status == 200
            assert one.get("/logout", Cookie=copied).status == 200
            assert other.get("/static/js/bokeh.min.js", Cookie=copied).status == 403
    with serving(folder, "--basic-auth", str(passwords), **shared) as later:
        assert later.get("/static/js/bokeh.min.js", Cookie=copied).status == 403


def test_logouts_are_kept_as_long_as_cookies_are_valid(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    logouts = Logouts(tmp_path / "logouts", days=1)
    logouts.add("first")
    (file,) = logouts.folder.iterdir()
    assert "first" not in file.name
    assert ("first" in logouts, "second" in logouts, "first" in Logouts(logouts.folder, days=1)) == (True, False, True)
    os.utime(file, (0, 0))
    logouts.add("second")
    assert [("first" in logouts), ("second" in logouts)] == [False, True]
    (tmp_path / "file").write_text("no folder")
    alone = Logouts(tmp_path / "file" / "logouts", days=1)
    alone.add("third")
    assert "third" in alone, "in this process it holds nevertheless"
    assert "names no folder that can be written" in caplog.text


@pytest.mark.parametrize("path", ["/serve/", "/serve/?view=releases&dataset=v1"])
def test_a_slash_at_the_end_leads_to_the_page(host: Host, locked: Host, path: str) -> None:
    query = path.partition("?")[2]
    for server in (host, locked):
        answer = server.get(path)
        assert (answer.status, answer.headers["location"]) == (301, f"/serve{'?' if query else ''}{query}")


@pytest.mark.slow
@pytest.mark.parametrize("prefix", ["monitor", "/monitor", "/ai/monitor/"])
def test_the_path_of_a_prefix_leads_to_the_page(folder: Path, prefix: str) -> None:
    path = "/" + prefix.strip("/")
    with serving(folder, "--prefix", prefix) as host:
        for query in ("", "?view=releases"):
            answer = host.get(path + query)
            assert (answer.status, answer.headers["location"]) == (301, f"{path}/{query}")
            slash = host.get(f"{path}/serve/{query}")
            assert (slash.status, slash.headers["location"]) == (301, f"{path}/serve{query}")
        root = host.get(f"{path}/")
        assert root.status == 302
        assert urljoin(f"{path}/", root.headers["location"]) == f"{path}/serve"
        assert host.get(f"{path}/serve").status == 200
        assert host.get("/").status == host.get("/serve").status == 404


def test_figures_are_for_who_has_the_token(locked: Host) -> None:
    assert locked.get("/metrics", Authorization="Bearer scrape-me").status == 200
    assert locked.get("/metrics", Authorization="Bearer scrape-mf").status == 403


def test_a_login_stays_on_this_server_and_is_not_sent_by_another(locked: Host) -> None:
    for target in ("//evil.example", "///evil.example", "https://evil.example", "/\\evil.example", "\\\\evil.example"):
        cookie = f'next_url="{target}"'
        status, location, _ = login(locked, "ann", "sword fish", Cookie=cookie)
        assert status == 400 or not re.match(r"[/\\]{2}|https?:", location), target
    assert login(locked, "ann", "sword fish", Origin="http://evil.example")[0] == 403
    assert login(locked, "ann", "sword fish", Sec_Fetch_Site="cross-site")[0] == 403
    assert login(locked, "ann", "sword fish", Origin=locked.root)[0] == 302


def test_a_login_shows_nothing_that_its_address_says(locked: Host) -> None:
    body = locked.get("/login?error=%3Cscript%3Ealert(1)%3C/script%3E&next=%22%3E%3Cb%3E").body
    assert "alert(1)" not in body
    assert "<b>" not in body
    assert "http" not in body  # nothing of another host


def test_what_is_too_large_to_be_a_login_is_refused(locked: Host) -> None:
    address = urlsplit(locked.root)
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=PATIENCE)
    connection.putrequest("POST", "/login")
    connection.putheader("Content-Length", "20000")
    connection.endheaders()
    assert connection.getresponse().status in (400, 413)
    connection.close()


def test_no_password_is_logged(locked: Host) -> None:
    assert "sword fish" not in locked.lines()
    assert "scrape-me" not in locked.lines()


def test_passwords_are_read_and_compared(tmp_path: Path) -> None:
    file = tmp_path / "Known.json"
    file.write_text('{"ann": "Sword"}')
    passwords = Passwords.read(str(file))
    assert passwords.verify("ann", "Sword")
    assert not any(
        passwords.verify(*attempt)
        for attempt in (("ann", "sword"), ("bob", "Sword"), ("", ""), ("bob", ""), ("", "Sword"))
    )
    assert Passwords.read("One For All").verify("anybody", "One For All")
    assert not Passwords.read("One For All").verify("anybody", "one for all")
    for content in ("{}", '{"ann": ""}', '{"ann": 1}', "no json", "[]", "null"):
        file.write_text(content)
        with pytest.raises(ValueError, match=r"Known\.json"):
            Passwords.read(str(file))
    with pytest.raises(ValueError, match="is no file"):
        Passwords.read(str(tmp_path / "gone.json"))
    with pytest.raises(ValueError, match="command line"):
        Passwords.from_option("hunter2")


@pytest.mark.parametrize("address", ["0.0.0.0", "192.0.2.1", "::", "monitor.example.org"])
def test_beyond_loopback_the_names_must_be_said(folder: Path, address: str) -> None:
    result = CliRunner().invoke(main, ["--warehouse", str(folder), "serve", "--address", address])
    assert result.exit_code == 2
    assert "--allow-websocket-origin monitor.example.org" in result.stderr


def refusal(folder: Path, *options: str) -> str:
    command = [
        sys.executable,
        "-W",
        "ignore",
        "-m",
        "oss_ai_monitor.cli",
        "--warehouse",
        str(folder),
        "serve",
        *options,
    ]
    process = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert process.returncode != 0
    assert "Traceback" not in process.stderr
    return process.stderr


@pytest.mark.parametrize("path", ["/", "/readyz"])
def test_head_is_get_without_a_body(host: Host, path: str) -> None:
    address = urlsplit(host.root)
    answers = []
    for method in ("GET", "HEAD"):
        connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=PATIENCE)
        connection.request(method, path)
        answer = connection.getresponse()
        answers.append((answer.status, answer.getheader("Content-Type"), sorted(answer.headers), len(answer.read())))
        connection.close()
    assert answers[1] == (*answers[0][:3], 0)


def test_head_of_the_page_opens_no_session(host: Host, locked: Host) -> None:
    def open_sessions() -> list[str]:
        return [line for line in host.get("/metrics").body.splitlines() if line.startswith("oss_ai_monitor_sessions ")]

    before, answers = open_sessions(), []
    for one in (host, host, locked):
        address = urlsplit(one.root)
        connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=PATIENCE)
        connection.request("HEAD", "/serve?view=releases")
        answer = connection.getresponse()
        answers.append((answer.status, answer.read()))
        assert "Content-Security-Policy" in answer.headers
        connection.close()
    assert answers == [(200, b""), (200, b""), (302, b"")]
    assert open_sessions() == before
    assert len(before) == 1


@pytest.mark.slow
def test_a_password_in_the_command_line_is_refused(folder: Path) -> None:
    assert "can be read by everybody" in refusal(folder, "--", "--basic-auth", "hunter2")


@pytest.mark.slow
def test_panels_own_options_pass_through(folder: Path) -> None:
    assert "PANEL_OAUTH_KEY" in refusal(folder, "--", "--oauth-provider", "github")


@pytest.mark.slow
def test_oauth_by_panels_own_variables_asks_the_provider(folder: Path) -> None:
    environment = {
        "PANEL_OAUTH_PROVIDER": "github", "PANEL_OAUTH_KEY": "a-key", "PANEL_OAUTH_SECRET": "an-oauth-secret",
        "PANEL_COOKIE_SECRET": "a-cookie-secret",
    }  # fmt: skip
    with serving(folder, **environment) as host:
        assert host.get("/serve").headers["location"].startswith("./login")
        login = host.get("/login")
        assert (login.status, login.headers["location"].startswith("https://github.com/login/oauth/authorize")) == (
            302,
            True,
        )
        assert "httponly" in login.headers["set-cookie"].lower()
        assert host.get("/static/js/bokeh.min.js").status == 403
        assert "an-oauth-secret" not in host.lines()
