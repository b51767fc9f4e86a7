"""`/embed/<perspective>`: off by default, for named sites only, one chart with its source line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from oss_ai_monitor.perspectives import Perspective, all_perspectives
from oss_ai_monitor.server.embed import CACHED_PAGES, Embeds
from oss_ai_monitor.server.health import Health
from oss_ai_monitor.server.policy import origins

from .conftest import Host, serving


@pytest.fixture(scope="module")
def embeds(folder: Path) -> Embeds:
    return Embeds(Health(folder))


@pytest.fixture(scope="module")
def open_host(folder: Path) -> Iterator[Host]:
    with serving(folder, "--embed-origin", "https://example.org", "--prefix", "monitor") as host:
        yield host


def test_it_is_off_unless_a_site_is_named(host: Host) -> None:
    assert host.get("/embed/model-types").status == 404


def test_only_an_embed_may_be_framed_and_only_by_that_site(open_host: Host) -> None:
    answer = open_host.get("/monitor/embed/model-types?dataset=v1")
    policy = answer.headers["content-security-policy"]
    assert answer.status == 200
    assert "frame-ancestors https://example.org" in policy
    assert "'unsafe-inline'" not in policy.partition("style-src")[0]
    assert answer.body.count("<script") == answer.body.count("<script nonce=") >= 2
    assert 'src="/monitor/static/js/bokeh.min.js"' in answer.body
    assert 'href="/monitor/serve?view=model-types' in answer.body
    for path in ("/serve", "/embed/nothing", "/healthz"):
        assert "frame-ancestors https" not in open_host.get("/monitor" + path).headers["content-security-policy"]


@pytest.mark.parametrize("path", ["nothing", "model-types?picture=nothing", "../serve", "model-types?x=" + "y" * 3000])
def test_what_is_not_there_is_not_found(open_host: Host, path: str) -> None:
    assert open_host.get("/monitor/embed/" + path).status == 404


@pytest.mark.parametrize("kind", all_perspectives, ids=lambda kind: kind.slug)
def test_every_perspective_has_an_embed_with_its_source_line(embeds: Embeds, kind: type[Perspective]) -> None:
    page = embeds.html(kind.slug, {"dataset": "v1", "unit": "month"})
    assert "Snapshot 2024-06-15" in page or "could not be computed" not in page
    assert "kettle-1</b>" not in page.partition("<script type")[0]  # a stranger's markup is text


def test_what_cannot_be_followed_is_noted_as_text(embeds: Embeds) -> None:
    page = embeds.html("model-types", {"dataset": "v1", "unit": "<b>fortnight"})
    assert "&lt;b&gt;fortnight" in page
    assert "<b>fortnight" not in page


def test_the_last_ones_are_kept_and_no_more(embeds: Embeds) -> None:
    first = embeds.html("releases", {"dataset": "v1"})
    assert embeds.html("releases", {"dataset": "v1"}) is first
    embeds._cache.update({("", "", str(n)): "" for n in range(CACHED_PAGES)})
    embeds.html("releases", {"dataset": "v1", "unit": "day"})
    assert len(embeds._cache) == CACHED_PAGES


@pytest.mark.parametrize(
    "site", ["*", "https://example.org/", "https://*.example.org", "https://a b", "x'; script-src *"]
)
def test_what_is_no_origin_is_refused(site: str) -> None:
    with pytest.raises(ValueError, match="expected scheme and host"):
        origins([site])
