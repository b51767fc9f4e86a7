"""`/data/<perspective>.csv` and `.json`: cached, limited, behind the password, and for scripts of named sites only."""

from __future__ import annotations

import csv
import io
import json
import re
import threading
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest

from oss_ai_monitor import warehouse
from oss_ai_monitor.landing import Landing
from oss_ai_monitor.programs.atom import SERVER
from oss_ai_monitor.server.data import DataTables
from oss_ai_monitor.server.health import Health
from oss_ai_monitor.server.public_address import host_name
from oss_ai_monitor.server.rendering import NoSnapshot
from oss_ai_monitor.warehouse import by_snapshot_id
from tests.conftest import finished, land_rows
from tests.programs.test_feeds import assert_valid

from .conftest import Host, serving, small_warehouse
from .test_security import cookies_of, raw

SITE = "https://example.org"
MONTHS = "/data/model-types.csv?dataset=v1&unit=month"


@pytest.fixture(scope="module")
def open_host(folder: Path) -> Iterator[Host]:
    options = ("--embed-origin", SITE, "--prefix", "monitor", "--no-leaderboard-rows")
    with serving(folder, *options, "--max-openings-per-minute-of-all", "40") as host:
        yield host


@pytest.fixture(scope="module")
def locked(folder: Path) -> Iterator[Host]:
    passwords = folder / "data-passwords.json"
    passwords.write_text(json.dumps({"ann": "sword fish"}))
    passwords.chmod(0o600)
    with serving(folder, "--basic-auth", str(passwords)) as host:
        yield host


def test_it_answers_the_pages_query_as_csv_and_as_json(host: Host) -> None:
    answer = host.get(MONTHS)
    rows = list(csv.DictReader(io.StringIO(answer.body)))
    assert answer.status == 200
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert 'filename="model-types_new-models_v1_2024-06-15.csv"' in answer.headers["content-disposition"]
    assert sum(int(row["models"]) for row in rows) == 19
    answer = host.get(MONTHS.replace(".csv", ".json") + "&table=shares")
    assert answer.headers["content-type"] == "application/json; charset=utf-8"
    assert json.loads(answer.body)["table"] == "shares"


def test_changes_are_a_feed_too(host: Host) -> None:
    answer = host.get("/feed/changes.atom?dataset=v1")
    assert (answer.status, answer.headers["content-type"]) == (200, "application/atom+xml; charset=utf-8")
    assert answer.body.startswith(
        "<?xml version='1.0' encoding='UTF-8'?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\">"
    )
    assert_valid(answer.body)
    again = host.get("/feed/changes.atom?dataset=v1", If_None_Match=answer.headers["etag"])
    assert (again.status, again.body) == (304, "")
    assert host.get("/feed/changes.atom?kinds=none-such").status == 400
    assert host.get("/feed/model-types.atom").status == 404


def test_digests_are_pages_and_a_feed(host: Host) -> None:
    feed = host.get("/feed/digest.atom")
    assert (feed.status, feed.headers["content-type"]) == (200, "application/atom+xml; charset=utf-8")
    assert_valid(feed.body)
    again = host.get("/feed/digest.atom", If_None_Match=feed.headers["etag"])
    assert (again.status, again.body) == (304, "")
    assert host.get("/feed/digest.atom?kinds=gone").status == 400
    assert host.get("/feed/digest.atom?snapshot=x").status == 404
    listed = host.get("/digest")
    assert listed.status == 200
    week = re.findall(r'href="digest/([^"]+)"', listed.body)[0]
    page = host.get(f"/digest/{week}?utm_source=x")
    assert (page.status, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert f"Week {week}: " in page.body
    assert page.headers["cache-control"] == "max-age=300"
    again = host.get(f"/digest/{week}", If_None_Match=page.headers["etag"])
    assert (again.status, again.body) == (304, "")
    empty = host.get("/digest/1999-W01")
    assert (empty.status, "There is nothing to say of this week." in empty.body) == (200, True)
    for path in ("/digest/2024-W54", "/digest/0000-W01", f"/digest/{week}?snapshot=x"):
        answer = host.get(path)
        assert (answer.status, answer.headers["content-type"]) == (404, "text/plain; charset=utf-8"), path
    assert host.get("/digest/<script>").status == 404
    assert host.get(f"/digest/{week}?snapshot={'y' * 3000}").status == 414


def test_a_chart_of_a_digest_is_a_picture(host: Host) -> None:
    week = re.findall(r'href="digest/([^"]+)"', host.get("/digest").body)[0]
    keys = re.findall(r'<li id="([^"]+)">', host.get(f"/digest/{week}").body)
    assert keys
    for key in keys:
        answer = host.get(f"/digest/{week}/{key}.svg")
        assert (answer.status, answer.headers["content-type"]) == (200, "image/svg+xml; charset=utf-8")
        assert ElementTree.fromstring(answer.body).tag.endswith("svg")
        assert answer.headers["content-security-policy"].startswith("default-src 'none'")
        again = host.get(f"/digest/{week}/{key}.svg", If_None_Match=answer.headers["etag"])
        assert (again.status, again.body) == (304, "")
    for path in (f"/digest/{week}/none-such.svg", f"/digest/{week}/{keys[0]}.png", "/digest/1999-W01/appeared.svg"):
        answer = host.get(path)
        assert (answer.status, answer.headers["content-type"]) == (404, "text/plain; charset=utf-8"), path


def test_addresses_in_feeds_are_absolute_and_only_of_allowed_names(host: Host, open_host: Host) -> None:
    other = host.root.replace("localhost", "127.0.0.1")
    for name, allowed in (
        (host.root.removeprefix("http://"), {host.root}),
        (other.removeprefix("http://"), {other}),
        ("evil.example", {host.root, other}),
    ):
        for path in ("/feed/changes.atom?dataset=v1", "/feed/digest.atom", "/digest", "/feed/"):
            body = host.get(path, Host=name).body
            assert "evil" not in body
            assert SERVER not in body
            roots = set(re.findall(r"(https?://[^/\" ]+)/(?:digest|feed)", body))
            assert roots <= allowed, (name, path)
            assert roots, path
    body = open_host.get("/monitor/feed/digest.atom").body
    assert f'href="{open_host.root}/monitor/feed/digest.atom"' in body
    assert f'href="{open_host.root}/monitor/digest/' in body


def test_an_address_with_a_slash_too_many_leads_to_the_one_without(host: Host, open_host: Host) -> None:
    for path in ("/digest", "/digest/2024-W20", "/api/views"):
        answer = host.get(f"{path}/?x=1")
        assert (answer.status, answer.headers["location"]) == (301, f"{path}?x=1")
        assert open_host.get(f"/monitor{path}/").headers["location"] == f"/monitor{path}"
    for path, text in (("/feed", "/feed/digest.atom"), ("/data", "/api/views lists the views")):
        for ending in ("", "/"):
            answer = host.get(path + ending)
            assert (answer.status, answer.headers["content-type"]) == (200, "text/plain; charset=utf-8")
            assert text in answer.body
    for path in ("/digest//", "/digest/2024-W20//", "/digest/x/", "/feed//", "/data/x/"):
        assert host.get(path).status == 404, path


def test_a_name_of_the_server_is_taken_from_what_is_allowed() -> None:
    allowed = ["monitor.example.org:80", "127.0.0.1:5006", "localhost:5006", "10.0.*.*:8080"]
    for host, expected in {
        "monitor.example.org": "monitor.example.org", "MONITOR.example.org": "monitor.example.org",
        "localhost:5006": "localhost:5006", "10.0.3.4:8080": "10.0.3.4:8080", "10.1.3.4:8080": "monitor.example.org",
        "monitor.example.org.evil.com": "monitor.example.org", 'x"><script>': "monitor.example.org",
        "": "monitor.example.org", "localhost": "monitor.example.org",
    }.items():  # fmt: skip
        assert host_name(host, allowed) == expected, host
    assert host_name("any.example:1", ["*"]) == "any.example:1"
    assert host_name('any"example', ["*"]) == "localhost"


def test_who_has_it_is_not_sent_it_again(host: Host) -> None:
    answer = host.get(MONTHS)
    assert answer.headers["cache-control"] == "max-age=300"
    again = host.get(MONTHS, If_None_Match=answer.headers["etag"])
    assert (again.status, again.body) == (304, "")
    assert raw(host, MONTHS, "HEAD") == (200, "")


@pytest.mark.parametrize(
    ("path", "status", "body"),
    [
        ("/data/nothing.csv", 404, "There is no perspective nothing; there are overview, "),
        ("/data/model-types.csv?table=x", 404, "model-types has no table x; there are new-models, shares."),
        ("/data/model-types.csv?unit=%3Cb%3E", 400, "There is no unit “<b>”"),
        ("/data/model-types.csv?snapshot=x", 404, "no id of one"),
        ("/data/model-types.csv?snapshot=20240101T000000Z-00000000", 404, "is not on this server"),
        ("/data/model-types.csv?unit=day&unit=month", 400, "A choice is made once: unit. Separate several values by"),
        ("/feed/changes.atom?kinds=licence&kinds=gone", 400, "A choice is made once: kinds."),
        ("/data/model-types.csv?x=" + "y" * 3000, 414, "longer than 2,000 characters"),
        ("/data/then-and-now.csv", 404, "there is nothing to compare it with"),
        ("/data/then-and-now.json?figure=%3Cb%3E", 400, "There is no figure “<b>” here."),
        ("/data/then-and-now.csv?table=x", 404, "then-and-now has no table x; there are steps, models."),
        ("/data/model-types.xml", 404, "404 Not Found"),
        ("/data/../serve.csv", 404, "404 Not Found"),
        ("/data/model-types.csv/x", 404, "404 Not Found"),
        ("/data/model-types%2ecsv%00", 400, "400 Bad Request"),
    ],
)
def test_what_is_not_there_is_said_in_plain_text(host: Host, path: str, status: int, body: str) -> None:
    answer = host.get(path)
    assert answer.status == status
    assert body in answer.body
    assert answer.headers["content-type"].startswith("text/plain")
    assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_it_is_only_read(host: Host, method: str) -> None:
    assert raw(host, MONTHS, method)[0] in (403, 405)


def test_a_strangers_markup_stays_text_and_is_never_a_page(host: Host) -> None:
    answer = host.get("/data/author-activity.json?dataset=v1")
    assert "<b>kettle-1</b>" in answer.body
    assert answer.headers["content-type"].startswith("application/json")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")


def test_scripts_of_named_sites_may_read_it_without_a_login_and_no_others(host: Host, open_host: Host) -> None:
    for origin, allowed in ((SITE, SITE), ("https://evil.example", None), ("null", None), (SITE + ".evil", None)):
        headers = open_host.get("/monitor" + MONTHS, Origin=origin).headers
        assert headers.get("access-control-allow-origin") == allowed
        assert "access-control-allow-credentials" not in headers
        assert headers["vary"] == "Origin"
    assert "access-control-allow-origin" not in host.get(MONTHS, Origin=SITE).headers


def test_an_operator_can_keep_the_rows_of_leaderboards(host: Host, open_host: Host) -> None:
    answer = open_host.get("/monitor/data/author-activity.csv?dataset=v1")
    assert answer.status == 404
    assert "switched off tables that name single rows of a leaderboard" in answer.body
    assert "kettle" not in answer.body
    assert open_host.get("/monitor" + MONTHS).status == 200
    assert "kettle" in host.get("/data/author-activity.csv?dataset=v1").body


def test_it_needs_the_password_and_stays_in_the_visitors_own_browser(locked: Host) -> None:
    assert locked.get(MONTHS).status == 403
    answer = locked.get(MONTHS, Cookie=cookies_of(locked))
    assert answer.status == 200
    assert answer.headers["cache-control"] == "private, max-age=300"


def test_it_is_limited_like_visits(open_host: Host) -> None:
    """The last of those that use this server: 40 a minute of all are let in."""
    answers = [open_host.get("/monitor/data/nothing.csv") for _ in range(60)]
    assert {answer.status for answer in answers} == {404, 503}


def test_a_pinned_snapshot_answers_as_it_did(tmp_path: Path) -> None:
    folder = small_warehouse(tmp_path)
    tables = DataTables(Health(folder))
    before = tables.answer("model-types.csv", {"dataset": "v1", "unit": "month"})
    pinned = next(iter(by_snapshot_id(folder)))
    land_rows(folder, "leaderboard_v1", [{"fullname": "tin/1", "average": 1.0, "date": "2024-01-05T00:00:00Z"}])
    warehouse.build(folder, Landing(folder / "landing").selected())
    newest = tables.answer("model-types.csv", {"dataset": "v1", "unit": "month"})
    old = tables.answer("model-types.csv", {"dataset": "v1", "unit": "month", "snapshot": pinned})
    assert before.content == old.content != newest.content
    for path in (folder / "generations").glob("*.duckdb"):
        if path.resolve() != (folder / "oss_ai_monitor.duckdb").resolve():
            path.unlink()
    with pytest.raises(NoSnapshot, match="is not on this server"):
        tables.answer("model-types.json", {"dataset": "v1", "snapshot": pinned})


def test_tables_are_made_in_threads(folder: Path) -> None:
    tables = DataTables(Health(folder))
    loop_thread: list[int] = []
    render, threads = tables._render, []

    def watched(*arguments: object) -> object:
        threads.append(threading.get_ident())
        return render(*arguments)  # type: ignore[arg-type]

    tables._render = watched  # type: ignore[method-assign,assignment]

    async def ask() -> None:
        loop_thread.append(threading.get_ident())
        await tables.answer_in_thread("releases.csv", {"dataset": "v1"})

    finished(ask())
    assert threads
    assert threads[0] not in loop_thread
