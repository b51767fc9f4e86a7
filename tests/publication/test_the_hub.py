"""Publishing to the Hub and following it, with the Hub's own client against a Hub on loopback."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from oss_ai_monitor import publication, warehouse
from tests.hub_server import Hub

from .conftest import refusal, run

pytestmark = pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning")  # the client's own way to upload
TARGET = "hf://datasets/example/open-models"


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_DISABLE_XET", True)  # a protocol of its own, by other hosts
    with Hub(token="hf_writer") as hub:
        monkeypatch.setenv("HF_ENDPOINT", hub.url)
        monkeypatch.setenv("HF_TOKEN", "hf_writer")
        yield hub


@pytest.fixture
def folder(publisher: Path, tmp_path: Path) -> Path:
    """The publisher's folder, to be changed."""
    return shutil.copytree(publisher / "warehouse", tmp_path / "warehouse", symlinks=True)


def test_one_commit_shows_all_of_it_and_a_follower_has_it(hub: Hub, folder: Path, tmp_path: Path) -> None:
    run(folder, "publish", TARGET, "--simulated")
    dataset = hub.dated["example/open-models"]
    assert [commit.title.split()[0] for commit in dataset.commits] == ["initial", "Publish"]
    files = dataset.commits[-1].files
    manifest = publication.read(files["manifest.json"])
    assert files.keys() == {"manifest.json"} | {file.path for file in manifest.files}
    assert manifest.warehouse.path == warehouse.NAME
    assert f'"url": "{hub.url}/datasets/example/open-models"' in files["croissant.json"].decode()

    copy = tmp_path / "copy"
    run(copy, "follow", TARGET)
    assert warehouse.Warehouse.open(copy).publication["id"] == manifest.id
    hub.received_requests.clear()
    assert "nothing new" in run(copy, "follow", TARGET).output
    assert [address for method, address, _ in hub.received_requests if method == "GET"] == [
        "/api/datasets/example/open-models/revision/main"
    ]


@pytest.mark.slow
def test_what_is_there_is_not_uploaded_again_and_what_went_is_removed(hub: Hub, folder: Path) -> None:
    hub.fault("503", on="/commit/main")
    assert "was not changed" in refusal(folder, "publish", TARGET, "--simulated")
    uploaded = list(hub.uploads.uploaded)
    assert uploaded
    run(folder, "publish", TARGET, "--simulated")
    assert hub.uploads.uploaded == uploaded, "the commit alone had failed"
    dataset = hub.dated["example/open-models"]
    assert "is published already" in run(folder, "publish", TARGET, "--simulated").output
    assert len(dataset.commits) == 2
    dataset.commits[-1].files["README.md"] += b" "
    run(folder, "leave-out", "nobody-of-this-name")
    run(folder, "publish", TARGET, "--simulated")
    assert len(dataset.commits) == 3
    manifest = publication.read(dataset.commits[-1].files["manifest.json"])
    assert manifest.left_out_version
    assert dataset.commits[-1].files.keys() == {"manifest.json"} | {file.path for file in manifest.files}


@pytest.mark.slow
def test_a_hub_that_fails_is_not_taken_for_an_empty_one(hub: Hub, folder: Path) -> None:
    """Else files that are published no longer, with owners who are left out, would stay in the new commit."""
    run(folder, "publish", TARGET, "--simulated")
    dataset = hub.dated["example/open-models"]
    run(folder, "leave-out", "nobody-of-this-name")
    hub.fault("503", on="/resolve/main/manifest.json")
    assert "manifest.json is answered with 503" in refusal(folder, "publish", TARGET, "--simulated")
    assert len(dataset.commits) == 2
    published = dataset.commits[-1].files["manifest.json"]
    dataset.commits[-1].files["manifest.json"] = b"{}"
    assert "remove manifest.json and tables/ there" in refusal(folder, "publish", TARGET, "--simulated")
    assert len(dataset.commits) == 2
    dataset.commits[-1].files["manifest.json"] = published
    run(folder, "publish", TARGET, "--simulated")
    assert len(dataset.commits) == 3


def test_a_simulated_community_is_not_published_on_the_hub_by_mistake(hub: Hub, folder: Path) -> None:
    from click.testing import CliRunner

    from oss_ai_monitor.cli import main

    result = CliRunner().invoke(main, ["--warehouse", str(folder), "publish", TARGET])
    assert result.exit_code == 2
    assert "no statement about the world" in result.output
    assert not hub.dated


def test_who_may_not_write_is_told(hub: Hub, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_reader")
    message = refusal(folder, "publish", TARGET, "--simulated")
    assert "HF_TOKEN must be a token that may write to it" in message
    assert not hub.dated


def test_duckdb_asks_the_published_tables_through_fsspec(hub: Hub, folder: Path) -> None:
    """As docs/scaling.md shows it."""
    from huggingface_hub import HfFileSystem

    run(folder, "publish", TARGET, "--simulated")
    with duckdb.connect() as db:
        db.register_filesystem(HfFileSystem(endpoint=hub.url, token="hf_writer"))
        models = f"{TARGET}/tables/core/models/part-00000.parquet"
        count = db.execute(f"select count(*) from read_parquet('{models}')").fetchall()
    assert count[0][0] >= 1_000
