"""The leaderboard archives from a Hub on loopback, as the real one serves them: elsewhere, behind an ETag."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from huggingface_hub import constants

from oss_ai_monitor.landing import AlreadyLanded, Landing
from oss_ai_monitor.sources import SourceError, archive
from oss_ai_monitor.sources.boards import BOARDS
from tests.hub_server import Hub
from tests.hub_world import World

V1 = (
    "select 'float16' as \"Precision\", '🟢 pretrained' as \"Type\", 'OPTForCausalLM' as \"Architecture\","
    ' \'a/one\' as fullname, 50.0 as "Average ⬆️", 7 as "#Params (B)", true as "Merged", true as "MoE",'
    ' true as "Flagged", \'2024-05-05T12:00:00Z\' as date, 1.0 as "ARC", 2.0 as "HellaSwag", 3.0 as "MMLU",'
    ' 4.0 as "TruthfulQA", 5.0 as "Winogrande", 6.0 as "GSM8K"'
)


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    duckdb.connect().sql(V1).write_parquet(str(tmp_path / "v1.parquet"))
    name = f"datasets/{BOARDS[0].repository}/{BOARDS[0].file}"
    monkeypatch.setattr(archive, "BOARDS", BOARDS[:1])
    monkeypatch.setattr(archive, "RETRY_DELAYS", (0.01, 0.01))
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    with Hub(World(files={name: (tmp_path / "v1.parquet").read_bytes()})) as served:
        served.cdn = served.url.replace("127.0.0.1", "localhost")
        monkeypatch.setenv("HF_ENDPOINT", served.url)
        yield served


def test_an_unchanged_etag_fetches_and_lands_nothing(hub: Hub, tmp_path: Path) -> None:
    landing = Landing(tmp_path / "landing")
    (table,) = archive.fetch()
    assert landing.land(table).rows == 1
    assert [method for method, address, _ in hub.received_requests if address.startswith("/cdn/")].count("GET") == 1
    agents = {
        headers["user-agent"].split(";")[0] for _, address, headers in hub.received_requests if "/resolve/" in address
    }
    assert agents == {"oss-ai-monitor/0.1.0"}
    hub.received_requests.clear()
    (table,) = archive.fetch()
    with pytest.raises(AlreadyLanded):
        landing.land(table)
    assert not [address for method, address, _ in hub.received_requests if method == "GET"]


def test_a_hub_that_is_busy_is_asked_again(hub: Hub, tmp_path: Path) -> None:
    hub.fault("503", on="/resolve/", times=2)
    (table,) = archive.fetch()
    assert Landing(tmp_path / "landing").land(table).rows == 1
    fault = hub.fault("503", on="/resolve/", times=None)
    with pytest.raises(SourceError, match=rf"{hub.url}/datasets/.*could not be fetched \(HTTP 503\); try again later"):
        list(archive.fetch())
    assert fault.met > 2


def test_a_connection_that_breaks_off_is_tried_again_and_then_named(hub: Hub, tmp_path: Path) -> None:
    fault = hub.fault("hang-up", on="/resolve/", times=None)
    with pytest.raises(SourceError, match=rf"{hub.url}/datasets/.*could not be fetched \(\w+\); try again later"):
        list(archive.fetch())
    assert fault.met > 2
    fault.times = fault.met + 1
    (table,) = archive.fetch()
    assert Landing(tmp_path / "landing").land(table).rows == 1
