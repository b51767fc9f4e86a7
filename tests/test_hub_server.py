"""The Hub on loopback is one that the official client takes for the real one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from huggingface_hub import HfApi, hf_hub_download
from huggingface_hub.errors import BadRequestError, GatedRepoError, HfHubHTTPError, RepositoryNotFoundError
from huggingface_hub.utils import parse_ratelimit_headers

from tests.conftest import PATIENCE
from tests.hub_faults import KINDS
from tests.hub_server import COMMIT, Hub
from tests.hub_world import World, simulated

FILE = "datasets/open-llm-leaderboard/contents/data/a.parquet"


@pytest.fixture(scope="module")
def world() -> World:
    hub_world = simulated(1000)
    hub_world.files[FILE] = b"PAR1" + bytes(range(256)) * 40
    return hub_world


@pytest.fixture
def hub(world: World) -> Iterator[Hub]:
    with Hub(world) as served:
        yield served


@pytest.mark.parametrize(("sort", "direction"), [("createdAt", 1), ("lastModified", -1), ("downloads", -1)])
def test_pages_hold_every_model_once_in_order(hub: Hub, sort: str, direction: int) -> None:
    address, items = f"{hub.url}/api/models?limit=300&sort={sort}&direction={direction}&expand[]={sort}", []
    while address:
        answer = requests.get(address, timeout=PATIENCE)
        items += answer.json()
        address = answer.links.get("next", {}).get("url", "")
    assert len(items) == 1000
    assert {item["id"] for item in items} == hub.world.models.keys()
    keys = [item[sort] or (0 if sort == "downloads" else "") for item in items]
    assert keys == sorted(keys, reverse=direction == -1)
    assert set(items[0]) == {"_id", "id", sort}


def test_the_official_client_reads_it(hub: Hub, tmp_path: Path) -> None:
    api = HfApi(endpoint=hub.url)
    listed = list(api.list_models(sort="downloads", limit=1500, expand=["downloads", "tags"]))
    assert len(listed) == 1000
    some = listed[0].id
    assert api.model_info(some, expand=["cardData", "evalResults"]).id == some
    hub.world.commits["a/many"] = [
        {"id": f"{n:040x}", "title": "t", "message": "", "date": "2026-01-01T00:00:00.000Z", "authors": [{"user": "a"}]}
        for n in range(120)
    ]
    hub.world.put("a/many", createdAt="2026-01-01T00:00:00.000Z")
    assert len(api.list_repo_commits("a/many")) == 120
    assert len(list(api.get_repo_discussions(some))) == len(hub.world.discussions_of(some))
    (first, *_) = [dataset.id for dataset in api.list_datasets(benchmark=True)]
    assert first == "TIGER-Lab/MMLU-Pro"
    assert [entry.rank for entry in api.get_dataset_leaderboard(first)] == list(range(1, 13))
    hub.world.remove("a/many")


@pytest.mark.parametrize("is_elsewhere", [False, True])
def test_files_come_as_from_the_real_one(hub: Hub, tmp_path: Path, is_elsewhere: bool) -> None:
    hub.cdn = hub.url.replace("127.0.0.1", "localhost") if is_elsewhere else ""
    repository, _, name = FILE.removeprefix("datasets/").rpartition("/data/")
    path = hf_hub_download(
        repository, f"data/{name}", repo_type="dataset", endpoint=hub.url, cache_dir=tmp_path, token="hf_secret"
    )
    assert Path(path).read_bytes() == hub.world.files[FILE]
    assert COMMIT in path
    elsewhere = [headers for _, address, headers in hub.received_requests if address.startswith("/cdn/")]
    assert bool(elsewhere) == is_elsewhere
    assert not [headers for headers in elsewhere if "authorization" in map(str.lower, headers)]


def test_what_is_not_there_is_refused_as_by_the_real_one(hub: Hub) -> None:
    api = HfApi(endpoint=hub.url)
    some, other, third = list(hub.world.models)[:3]
    hub.hidden, hub.gated = {some}, {other}
    for name, kind in (("no/such", RepositoryNotFoundError), (some, RepositoryNotFoundError), (other, GatedRepoError)):
        with pytest.raises(kind):
            api.model_info(name)
    with pytest.raises(BadRequestError):
        list(api.list_models(expand=["nonsense"]))  # type: ignore[list-item]
    hub.world.rename(third, "new/name")
    assert api.model_info(third).id == "new/name"
    hub.world.rename("new/name", third)
    del hub.world.renamed["new/name"], hub.world.renamed[third]


def test_a_quota_is_told_and_held(world: World) -> None:
    with Hub(world, quota=2, window=60) as hub:
        answers = [requests.get(f"{hub.url}/api/models?limit=1", timeout=PATIENCE) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    info = parse_ratelimit_headers(answers[0].headers)
    assert info is not None
    assert (info.remaining, info.limit, info.window_seconds) == (1, 2, 60)
    assert 30 < info.reset_in_seconds <= 61


@pytest.mark.parametrize("kind", KINDS)
def test_every_fault_can_be_had(hub: Hub, kind: str) -> None:
    address = f"{hub.url}/api/models?limit=100&expand[]=tags&expand[]=likes"
    following = requests.get(address, timeout=PATIENCE).links["next"]["url"]
    right = requests.get(following, timeout=PATIENCE)
    hub.fault(kind, seconds=0.2, bytes=10**6, host="http://nowhere.invalid")
    try:
        response = requests.get(following, timeout=0.1 if kind == "silent" else PATIENCE)
    except requests.RequestException as error:
        broken = str(error)
    else:
        broken = ""
        is_other = (response.status_code, response.content, response.headers.get("Link")) != (
            200, right.content, right.headers["Link"]
        )  # fmt: skip
        assert is_other == (kind != "drip")
    assert bool(broken) == (kind in ("hang-up", "reset", "short", "silent")), broken
    assert [name for name, _ in hub.faults.happened] == [kind]
    assert requests.get(following, timeout=PATIENCE).content == right.content


def test_models_of_a_folder_are_served(tmp_path: Path) -> None:
    from tests.hub_world import from_folder

    (tmp_path / "api").mkdir()
    items = [{"_id": f"{n}", "id": f"a/{n}", "createdAt": f"2024-01-0{n}T00:00:00.000Z"} for n in (2, 1)]
    (tmp_path / "api" / "models.jsonl").write_text("".join(json.dumps(item) + "\n" for item in items))
    with Hub(from_folder(tmp_path)) as hub:
        answer = requests.get(f"{hub.url}/api/models?sort=createdAt&direction=1", timeout=PATIENCE)
    assert [item["id"] for item in answer.json()] == ["a/1", "a/2"]


def test_by_chance_is_the_same_chance_every_time(world: World) -> None:
    happened = []
    for _ in range(2):
        with Hub(world) as hub:
            hub.faults.mix(7, 0.5, ("500", "503"))
            for _ in range(20):
                try:
                    HfApi(endpoint=hub.url).model_info(next(iter(world.models)))
                except HfHubHTTPError:
                    continue
            happened.append([kind for kind, _ in hub.faults.happened])
    assert happened[0] == happened[1]
    assert 3 < len(happened[0]) < 17
