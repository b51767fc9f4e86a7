"""`/badge/<id>.svg`: off by default, cached, limited, behind the password, and a picture for any site."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from oss_ai_monitor.server.badge import CACHED_BADGES, Badges
from oss_ai_monitor.server.health import Health

from .conftest import Host, serving

KETTLE = quote("tin/<b>kettle-1</b>", safe="/")


@pytest.fixture(scope="module")
def open_host(folder: Path) -> Iterator[Host]:
    with serving(folder, "--badges", "--prefix", "monitor", "--max-openings-per-minute-of-all", "40") as host:
        yield host


def test_badges_are_off_at_first(host: Host) -> None:
    answer = host.get(f"/badge/{KETTLE}.svg")
    assert (answer.status, answer.body) == (404, "404 Not Found\n")


def test_a_badge_is_a_picture_for_any_site(open_host: Host) -> None:
    answer = open_host.get(f"/monitor/badge/{KETTLE}.svg")
    assert answer.status == 200
    assert answer.headers["content-type"] == "image/svg+xml; charset=utf-8"
    assert answer.headers["cache-control"] == "max-age=300"
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "script-src" not in answer.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    assert "access-control-allow-origin" not in answer.headers
    assert "&lt;b&gt;kettle-1&lt;/b&gt;" in answer.body
    assert "<b>" not in answer.body
    etag = answer.headers["etag"]
    again = open_host.get(f"/monitor/badge/{KETTLE}.svg?v=2", If_None_Match=etag)
    assert (again.status, again.body) == (304, "")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("nobody/nothing.svg", 404),
        (f"{KETTLE}.svg?show=nothing", 404),
        (f"{KETTLE}.svg?of=%3Cscript%3E", 404),
        (f"{KETTLE}.svg?x={'y' * 3000}", 414),
        (f"{KETTLE}.svg?show=downloads&show=likes", 400),
        (f"{KETTLE}.png", 404),
        (f"{'x' * 300}.svg", 404),
        (f"{quote('<script>alert(1)</script>')}.svg", 404),
        ("%00.svg", 400),
        ("%ff%fe.svg", 400),
        (".svg", 404),
    ],
)
def test_what_is_not_there_is_refused_in_plain_text(open_host: Host, path: str, status: int) -> None:
    answer = open_host.get(f"/monitor/badge/{path}")
    assert answer.status == status
    assert answer.headers["content-type"].startswith("text/plain")
    assert "<script>alert" not in answer.body
    assert len(answer.body) < 250


def test_badges_count_as_visits_and_say_so_in_the_figures(open_host: Host) -> None:
    answers = [open_host.get("/monitor/badge/nobody/nothing.svg") for _ in range(70)]
    assert {answer.status for answer in answers} == {404, 503}
    assert 'route="badge"' in open_host.get("/monitor/metrics").body


def test_the_last_ones_are_kept_and_no_more(folder: Path) -> None:
    badges = Badges(Health(folder))
    first = badges.answer("tin/<b>kettle-1</b>", {})
    assert badges.answer("tin/<b>kettle-1</b>", {}) is first
    badges._cache.update({("", "", str(n)): "" for n in range(CACHED_BADGES)})
    badges.answer("tin/<b>kettle-1</b>", {"show": "family"})
    assert len(badges._cache) == CACHED_BADGES
