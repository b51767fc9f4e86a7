"""The Hub's address: a mirror below a path, links and redirects that name another host, and what is no address."""

from __future__ import annotations

import base64
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner
from huggingface_hub import constants

from oss_ai_monitor import warehouse
from oss_ai_monitor.cli import main
from oss_ai_monitor.landing import Landing
from oss_ai_monitor.sources import Unreachable, archive, weekly
from oss_ai_monitor.sources.boards import BOARDS
from oss_ai_monitor.sources.endpoint import next_path, normalized, redirected
from oss_ai_monitor.sources.live import paged_fetch
from tests.hub_server import Hub
from tests.hub_world import World, board
from tests.sources.test_archive_live import V1

MIRROR = "/artifactory/api/huggingfaceml/hf-remote"
IDS = [f"tin/model-{n:02}" for n in range(30)]
BUSY, RENAMED = IDS[28], IDS[27]
COMMITS = [
    {"id": f"{n:040x}", "title": "t", "message": "", "date": f"2026-0{1 + n % 9}-01T00:00:00.000Z",
     "authors": [{"user": f"user-{n}"}]}
    for n in range(120)
]  # fmt: skip


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """Thirty models, one with three pages of commits and one renamed, two benchmarks, and a board that has moved."""
    duckdb.connect().sql(V1).write_parquet(str(tmp_path / "v1.parquet"))
    file = BOARDS[0].file
    monkeypatch.setattr(archive, "BOARDS", BOARDS[:1])
    monkeypatch.setattr(archive, "RETRY_DELAYS", ())
    monkeypatch.setattr(paged_fetch, "PAGE_LIMIT", 20)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "cache"))
    for variable in ("HF_TOKEN", "HF_HUB_OFFLINE"):
        monkeypatch.delenv(variable, raising=False)
    world = World(files={f"datasets/moved/contents/{file}": (tmp_path / "v1.parquet").read_bytes()})
    world.renamed = {BOARDS[0].repository: "moved/contents", RENAMED: "tin/new-name"}
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    for n, model_id in enumerate([*IDS, "tin/new-name", "a/one"]):
        world.put(
            model_id, createdAt=f"2026-01-{1 + n % 28:02}T00:00:00.000Z", lastModified=now, likes=n, downloads=n,
            tags=["llama"], gated=False, private=False,
        )  # fmt: skip
    world.commits = {BUSY: COMMITS, "tin/new-name": COMMITS[:60]}
    board(world, "tin/exam", {IDS[1]: 60.0})
    board(world, "tin/quiz", {IDS[2]: 50.0})
    return world


@pytest.fixture
def mirror(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    """A mirror that answers below a path only, with more than one page of all that has pages."""
    with Hub(world, path=MIRROR) as served:
        served.datasets_a_page = 1
        monkeypatch.setenv("HF_ENDPOINT", f"{served.url}/")
        yield served


def run(folder: Path, *arguments: str) -> str:
    result = CliRunner().invoke(main, ["--warehouse", str(folder), *arguments], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stderr


def built(folder: Path, select: str) -> list[tuple[object, ...]]:
    opened = warehouse.Warehouse.open(folder)
    rows = [tuple(row) for row in opened.sql_frame(select).itertuples(index=False)]
    opened.close()
    return rows


def landed(folder: Path, source: str, select: str, where: str = "true") -> list[tuple[object, ...]]:
    paths = [str(path) for run in Landing(folder / "landing").manifests(source) for path in run.paths]
    query = f"select {select} from read_parquet($1) where {where} order by all"
    return duckdb.connect().execute(query, [paths]).fetchall()


def sent(hub: Hub) -> list[tuple[str, str, dict[str, str]]]:
    return [request for request in hub.received_requests if request[1] != MIRROR]


@pytest.mark.parametrize(
    ("links_to", "moves_to"),
    [("https://huggingface.co", "https://huggingface.co"), ("http://10.0.0.1:8081/internal/hub", "")],
    ids=["the Hub's", "those of a server behind it"],
)
def test_a_refresh_asks_for_everything_below_the_path_of_the_endpoint(
    mirror: Hub, tmp_path: Path, links_to: str, moves_to: str
) -> None:
    mirror.links_to, mirror.moves_to = links_to, moves_to
    run(tmp_path, "refresh", "--budget", "200")
    assert {address for address in mirror.requests() if not address.startswith(f"{MIRROR}/")} == {MIRROR}  # the probe
    assert landed(tmp_path, "leaderboard_v1", "fullname") == [("a/one",)]
    assert landed(tmp_path, "hub_listing", "count(distinct id)") == [(32,)]
    assert landed(tmp_path, "hub_details", "count(*)") == [(32,)]
    assert landed(tmp_path, "hub_commits", "commits", f"model_id in ('{BUSY}', '{RENAMED}')") == [(60,), (120,)]
    assert built(tmp_path, "select count(*) from core.repository_activity") == [(32,)]
    assert landed(tmp_path, "hub_benchmarks", "distinct benchmark_id") == [("tin/exam",), ("tin/quiz",)]
    assert built(tmp_path, "select model_id from core.models where removed_on is not null or not is_listed") == []


def test_weekly_snapshots_come_from_below_the_path(mirror: Hub, tmp_path: Path) -> None:
    duckdb.sql("select 'a/a' as id, 7 as downloads").write_parquet(str(tmp_path / "week.parquet"))
    mirror.world.files["datasets/moved/weeks/models/2024-07-31/models.parquet"] = (
        tmp_path / "week.parquet"
    ).read_bytes()
    mirror.world.renamed[weekly.REPOSITORY] = "moved/weeks"
    mirror.moves_to = "https://huggingface.co"
    (snapshot,) = weekly.fetch(date(2024, 7, 24))
    assert snapshot.addresses[0].startswith(f"{mirror.url}/datasets/{weekly.REPOSITORY}/resolve/")
    assert [address for address in mirror.requests() if not address.startswith(MIRROR)] == []


def test_an_endpoint_without_its_path_removes_no_model(
    mirror: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(tmp_path, "refresh", "--budget", "200")
    monkeypatch.setenv("HF_ENDPOINT", mirror.url.removesuffix(MIRROR))
    refreshed = CliRunner().invoke(main, ["--warehouse", str(tmp_path), "refresh", "--budget", "200"])
    assert "HTTP 404" in refreshed.stderr
    run(tmp_path, "build")
    assert built(tmp_path, "select model_id from core.models where removed_on is not null or not is_listed") == []


def test_a_mirrors_user_name_and_password_sign_each_request_and_are_shown_nowhere(
    mirror: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    monkeypatch.setenv("HF_ENDPOINT", mirror.url.replace("http://", "HTTP://me:s%C3%A9cret@"))
    shown = run(tmp_path, "ingest", "archive") + run(tmp_path, "ingest", "benchmarks")
    signed = f"Basic {base64.b64encode('me:sécret'.encode()).decode()}"
    assert {headers.get("Authorization", headers.get("authorization")) for _, _, headers in sent(mirror)} == {signed}
    shown += caplog.text + "".join(path.read_text() for path in tmp_path.rglob("manifest.json"))
    assert "cret" not in shown
    assert mirror.url in shown


@pytest.mark.parametrize(
    ("endpoint", "expected"),
    [
        ("https://huggingface.co/", "https://huggingface.co"),
        ("HTTPS://HuggingFace.CO", "https://huggingface.co"),
        ("http://Mirror.example:8081/Artifactory/hf//", "http://mirror.example:8081/Artifactory/hf"),
        ("https://Me:PassWord@Mirror.example/hf", "https://Me:PassWord@mirror.example/hf"),
        ("http://[::1]:8000/hf", "http://[::1]:8000/hf"),
        ("https://mirror.example/my%20hub/", "https://mirror.example/my%20hub"),
    ],
)
def test_an_endpoint_is_taken_in_every_form(endpoint: str, expected: str) -> None:
    assert normalized(endpoint) == expected


@pytest.mark.parametrize(
    ("endpoint", "problem"),
    [
        ("huggingface.co", "huggingface.co: it must begin with https://"),
        ("me:secret@mirror.example", "mirror.example: it must begin with https://"),
        ("ftp://mirror.example", "it must begin with https://"),
        ("https:///api", "it names no host"),
        ("https://mirror.example/hf?token=1", "it ends with a query or a fragment"),
        ("https://mirror.example/hf#top", "it ends with a query or a fragment"),
        ("http://[::1", "it is no address"),
        ("http://me:secret@mirror.example:99999", "mirror.example:99999: it is no address"),
        ("http://me:sec/ret@mirror.example", "mirror.example: it is no address"),
    ],
)
def test_what_is_no_endpoint_is_named_without_its_password(endpoint: str, problem: str) -> None:
    with pytest.raises(Unreachable, match=f"HF_ENDPOINT is .*{problem}") as caught:
        normalized(endpoint)
    assert "sec" not in str(caught.value)


def test_an_endpoint_that_is_no_address_is_a_line_where_it_is_needed_and_nothing_elsewhere(tmp_path: Path) -> None:
    code = "import sys; from oss_ai_monitor.cli import main; main(sys.argv[1:])"
    environment = {**os.environ, "HF_ENDPOINT": "http://[::1", "HF_HUB_OFFLINE": ""}
    for words, expected in (
        (["status"], "neither landed data nor a warehouse"),
        (["ingest", "benchmarks"], "it is no address; expe"),
    ):
        done = subprocess.run(
            [sys.executable, "-c", code, "--warehouse", str(tmp_path), *words],
            env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert expected in done.stderr
        assert "Traceback" not in done.stderr


HUB, BELOW = "https://huggingface.co", "https://mirror.example/hf"


@pytest.mark.parametrize(
    ("endpoint", "requested", "location", "expected"),
    [
        # a renamed repository, as the Hub writes it, from a mirror
        (BELOW, "/api/models/a/old", "/api/models/a/new?full=1", f"{BELOW}/api/models/a/new?full=1"),
        (BELOW, "/api/models/a/old", f"{HUB}/api/models/a/new", f"{BELOW}/api/models/a/new"),
        (BELOW, "/api/models/a/old", f"{BELOW}/api/models/a/new", f"{BELOW}/api/models/a/new"),
        (BELOW, "/api/models/a/old", "http://mirror.example/hf/api/models/a/new", f"{BELOW}/api/models/a/new"),
        (BELOW, "/datasets/a/old/resolve/main/x", "/datasets/a/new/resolve/main/x",
         f"{BELOW}/datasets/a/new/resolve/main/x"),
        (BELOW, "/a/b/resolve/main/x", "/api/resolve-cache/a/b/0/x", f"{BELOW}/api/resolve-cache/a/b/0/x"),
        # files elsewhere, and what the mirror has of its own
        (BELOW, "/a/b/resolve/main/x", "https://cdn-lfs.hf.co/0/1?sig=a%2Fb", "https://cdn-lfs.hf.co/0/1?sig=a%2Fb"),
        (BELOW, "/a/b/resolve/main/x", "/blobs/01", "https://mirror.example/blobs/01"),
        # the same on another host, or by https
        ("http://mirror.example/hf", "/api/models", "https://mirror.example/hf/api/models",
         "https://mirror.example/hf/api/models"),
        (BELOW, "/api/models", "https://eu.mirror.example/hf/api/models", "https://eu.mirror.example/hf/api/models"),
        (HUB, "/api/models/a/old", "/api/models/a/new", f"{HUB}/api/models/a/new"),
        ("http://huggingface.co", "/api/models", f"{HUB}/api/models", f"{HUB}/api/models"),
    ],
)  # fmt: skip
def test_a_redirect_stays_below_the_endpoint_unless_it_leads_to_a_file_elsewhere(
    endpoint: str, requested: str, location: str, expected: str
) -> None:
    assert redirected(endpoint, endpoint + requested, location) == expected


@pytest.mark.parametrize(
    ("answered", "link", "expected"),
    [
        (f"{BELOW}/api/models/a/b/commits/main", f"{HUB}/api/models/a/b/commits/main?p=1", "a/b/commits/main?p=1"),
        (f"{BELOW}/api/models/a/b/commits/main", "/api/models/a/b/commits/main?p=1", "a/b/commits/main?p=1"),
        (f"{BELOW}/api/models/a/b/commits/main", f"{HUB}/api/models/a%2Fb/commits/main?p=1", "a/b/commits/main?p=1"),
        (
            f"{BELOW}/api/models/a/new/commits/main",
            f"{HUB}/api/models/a/new/commits/main?p=1",
            "a/new/commits/main?p=1",
        ),
        (f"{BELOW}/api/models/a/b/commits/main", f"{HUB}/api/models/c/d/commits/main?p=1", None),
        (f"{BELOW}/api/models/a/b/commits/main", "https://[::1/api/models/a/b/commits/main?p=1", None),
    ],
)
def test_the_next_page_is_of_the_same_resource(answered: str, link: str, expected: str | None) -> None:
    requested = "/api/models/a/b/commits/main?p=0"
    if expected is None:
        with pytest.raises(ValueError, match=r"."):
            next_path(BELOW, requested, answered, link)
    else:
        assert next_path(BELOW, requested, answered, link) == f"/api/models/{expected}"
