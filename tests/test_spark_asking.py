"""What a build asks of a cluster that is none, is too old or sees other folders, and of a scratch folder that others
use; no Spark is needed here."""

from __future__ import annotations

import socket
import threading
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from oss_ai_monitor import warehouse
from oss_ai_monitor.warehouse.engines.spark import session as sessions
from oss_ai_monitor.warehouse.engines.spark.scratch import Scratch
from oss_ai_monitor.warehouse.engines.spark.session import Session

FINGERPRINT = "0123456789abcdef01234567"
OURS = (f"core.models-{FINGERPRINT}", f"read.landing.hub_listing-{FINGERPRINT}")
FOREIGN = ("node-v18.1-linux", "python3.12-venv", "thesis.v2-final", f"photos.2024-{FINGERPRINT[:8]}")


@pytest.fixture
def port() -> Iterator[int]:
    """A port where something listens that is no Spark."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(60)
        threading.Thread(target=_answer_as_web_server, args=(server,), daemon=True).start()
        yield server.getsockname()[1]


def _answer_as_web_server(server: socket.socket) -> None:
    while True:
        try:
            connection, _ = server.accept()
        except OSError:
            return
        with connection:
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")


def test_only_tables_of_a_build_are_removed_from_scratch(tmp_path: Path) -> None:
    for name in (*OURS, *FOREIGN):
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").touch()
    elsewhere = tmp_path / FOREIGN[0]
    (tmp_path / f"core.owners-{FINGERPRINT}").symlink_to(elsewhere)
    scratch = Scratch(tmp_path)
    assert scratch.left == set(OURS)
    scratch.remove()
    assert {path.name for path in tmp_path.iterdir() if path.is_dir() and not path.is_symlink()} == set(FOREIGN)
    assert all((tmp_path / name / "file").exists() for name in FOREIGN)


def test_two_builds_never_share_a_scratch_folder_at_the_same_time(tmp_path: Path) -> None:
    first = Scratch(tmp_path)
    with pytest.raises(warehouse.BuildFailed, match=r"another build on Spark uses .* --scratch"):
        Scratch(tmp_path)
    first.remove()
    Scratch(tmp_path).release()


def test_a_build_that_finds_no_cluster_lets_go_of_the_scratch_folder(tmp_path: Path) -> None:
    with pytest.raises(warehouse.BuildFailed, match="no address of Spark Connect"):
        warehouse.build(tmp_path / "warehouse", [], spark=warehouse.Cluster("sc://", tmp_path / "scratch"))
    Scratch(tmp_path / "scratch").release()


@pytest.mark.parametrize(
    "address",
    [
        "sc://",
        "sc://:15002",
        "sc://127.0.0.1:0",
        "sc://127.0.0.1:99999",
        "sc://127.0.0.1:port",
        "sc://[::1",
        "spark://127.0.0.1:7077",
        "127.0.0.1:15002",
        "",
    ],
)
def test_what_is_no_address_is_said_with_what_is_one(address: str) -> None:
    with pytest.raises(warehouse.BuildFailed, match=r"no address of Spark Connect: expected sc://HOST:15002"):
        Session(address)


def test_a_name_that_no_host_can_have_is_said_in_a_line() -> None:
    with pytest.raises(warehouse.BuildFailed, match=r"no Spark answers at sc://aaa"):
        Session(f"sc://{'a' * 70}.example")


@pytest.mark.parametrize(
    "address", ["sc://127.0.0.1:1/;use_ssl=true;token=hidden", "sc://user:hidden@127.0.0.1:1", "sc://u:hidden@[::1"]
)
def test_no_message_shows_a_token_of_the_cluster(address: str) -> None:
    with pytest.raises(warehouse.BuildFailed) as caught:
        Session(address)
    assert "hidden" not in str(caught.value)


def test_what_listens_and_is_no_spark_is_said_without_a_warning(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of pandas 3
        retries = pytest.importorskip("pyspark.sql.connect.client.retries")
    monkeypatch.setattr(retries.DefaultPolicy, "__init__", _ask_once)
    with pytest.raises(warehouse.BuildFailed) as caught:
        Session(f"sc://127.0.0.1:{port}")
    message = str(caught.value)
    assert message.startswith(f"no Spark answers at sc://127.0.0.1:{port}: ")
    assert "RpcError" not in message, "the details are said, not the class"
    assert message.endswith("does Spark Connect listen there?")


def _ask_once(self: object, **_: object) -> None:
    from pyspark.sql.connect.client.retries import RetryPolicy

    RetryPolicy.__init__(self, max_retries=1, initial_backoff=1, max_backoff=1)


class OldSpark:
    """A session of a Spark of another time."""

    version = "3.5.7"
    is_stopped = False

    class client:  # noqa: N801 - as pyspark names it
        @staticmethod
        def set_retry_policies(_: object) -> None: ...
        @staticmethod
        def close() -> None: ...

    def stop(self) -> None:
        OldSpark.is_stopped = True


def test_a_spark_that_is_too_old_is_said_with_the_version_that_is_needed(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("pyspark")

    class Builder:
        def remote(self, _: str) -> Builder:
            return self

        def create(self) -> OldSpark:
            return OldSpark()

    monkeypatch.setattr("pyspark.sql.SparkSession", type("SparkSession", (), {"builder": Builder()}))
    with pytest.raises(warehouse.BuildFailed, match=r"is 3\.5\.7: a build needs 4\.1 or later"):
        Session(f"sc://127.0.0.1:{port}")
    assert OldSpark.is_stopped


@pytest.mark.parametrize("version", ["4.1.0", "4.1.0-SNAPSHOT", "4.2.0", "10.0.1"])
def test_a_spark_that_is_new_enough_is_taken(version: str) -> None:
    sessions._require_version(version, "sc://127.0.0.1:15002")
