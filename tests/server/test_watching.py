"""Monitoring: liveness, readiness, metrics for Prometheus, one log line an event, and no secret in any."""

from __future__ import annotations

import io
import json
import logging
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from panel.io.callbacks import _periodic_logger
from prometheus_client.parser import text_string_to_metric_families

from oss_ai_monitor import refresh
from oss_ai_monitor.perspectives import Architectures, Filters, Source
from oss_ai_monitor.server import logs
from oss_ai_monitor.server.health import UNREADABLE, Health
from oss_ai_monitor.server.metrics import Metrics
from oss_ai_monitor.warehouse import Warehouse
from tests.conftest import PATIENCE

from .conftest import Host, Until, small_warehouse


def figures(text: str) -> dict[str, float]:
    """Return metrics by `name{label,…}`, without our prefix."""
    return {
        sample.name.removeprefix("oss_ai_monitor_")
        + "".join(f"{{{value}}}" for value in sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_a_server_says_that_it_is_alive_and_ready_with_the_age_of_its_data(host: Host) -> None:
    assert (host.get("/healthz").status, host.get("/healthz").body) == (200, '{"alive": true}')
    ready = host.get("/readyz")
    summary = json.loads(ready.body)
    assert ready.status == 200
    assert ready.headers["cache-control"] == "no-store"
    assert (summary["ready"], summary["is_simulated"], summary["refreshed_at"]) == (True, False, None)
    assert summary["datasets"]["v1"]["as_of"] == "2024-06-15T12:00:00Z"
    assert summary["datasets"]["v1"]["age_seconds"] > 60_000_000


def test_a_visit_is_counted_and_what_is_left_out_is_told(host: Host) -> None:
    before = figures(host.get("/metrics").body)
    assert host.get("/serve?view=model-types&dataset=v1").status == 200
    after = figures(host.get("/metrics").body)
    assert after["visits_total"] == before.get("visits_total", 0) + 1
    assert after["changes_total{ready}{model-types}"] == before.get("changes_total{ready}{model-types}", 0) + 1
    assert after["request_seconds_count{page}"] == before.get("request_seconds_count{page}", 0) + 1
    assert (after["ready"], after["models{v1}"], after["left_out{v1}{flagged}"]) == (1, 19, 1)
    assert after["sessions"] >= 1
    assert after["process_resident_memory_bytes"] > 1e6


def test_every_event_is_one_line_of_logfmt_with_its_level(host: Host, until: Until) -> None:
    host.get("/no/such%0apage?token=abcdef")
    until(lambda: "/no/such" in host.lines())
    lines = host.lines().splitlines()[1:]  # the first holds the address
    assert all(line.startswith("at=2") and " level=" in line and " message=" in line for line in lines), lines
    assert any("route=other" in line and "status=404" in line and 'path="/no/such%0apage"' in line for line in lines)
    assert "abcdef" not in host.lines()


def test_without_a_readable_generation_it_is_alive_but_not_ready(tmp_path: Path) -> None:
    small_warehouse(tmp_path)
    health = Health(tmp_path)
    first = health.summary()["generation"]
    assert health.summary()["generation"] == first
    stable = tmp_path / "oss_ai_monitor.duckdb"
    broken = tmp_path / "generations" / "broken.duckdb"
    broken.write_bytes(b"no database" * 1000)
    stable.unlink()
    shutil.copy(broken, stable)
    assert health.summary()["generation"] == first, "the one before it serves"
    (tmp_path / "generations" / f"{first}.duckdb").unlink()
    health = Health(tmp_path)
    with pytest.raises(UNREADABLE):
        health.summary()
    stable.unlink()
    with pytest.raises(UNREADABLE):
        health.summary()
    assert figures(Metrics(health).text().decode())["ready"] == 0


def test_refreshes_and_their_failures_are_told_from_their_files(tmp_path: Path) -> None:
    def fail() -> None:
        raise OSError("no such host")

    refresh.run_once(tmp_path, [refresh.Step("listing", fail), refresh.Step("build", lambda: None)], print, (OSError,))
    metrics = figures(Metrics(Health(tmp_path)).text().decode())
    assert (metrics["refresh_failures_in_a_row{listing}"], metrics["refresh_failures_in_a_row{build}"]) == (1, 0)
    assert metrics["refresh_success_timestamp_seconds{listing}"] == 0
    assert metrics["refresh_success_timestamp_seconds{build}"] > 1.7e9
    assert (metrics["refresh_running"], metrics["refresh_finished_timestamp_seconds"] > 1.7e9) == (0, True)


def test_what_could_not_be_computed_is_counted_apart(folder: Path) -> None:
    opened = Warehouse.open(folder)
    metrics = Metrics(Health(folder))
    logger = logging.getLogger("oss_ai_monitor")
    level = logger.level
    logger.addHandler(metrics)
    logger.setLevel(logging.DEBUG)
    try:
        broken = Architectures(opened, Filters(opened))
        broken.sources = {"change": Source("no_such_query", {})}  # type: ignore[misc]
        broken.open()
    finally:
        logger.removeHandler(metrics)
        logger.setLevel(level)
        opened.close()
    values = figures(metrics.text().decode())
    assert (values["changes_total{error}{architectures}"], values["troubles_total"]) == (1, 1)


def lines_of(form: str, secrets: set[str], message: str, **fields: object) -> str:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.LineFormatter(form, logs.Redactor(secrets)))
    logger = logging.Logger("tin")
    logger.addHandler(handler)
    logger.error(message, exc_info=ValueError("two\nlines with swordfish"), extra={"fields": fields})
    return stream.getvalue()


@pytest.mark.parametrize(("level", "lines"), [("INFO", 1), ("DEBUG", 2)])
def test_looks_for_newer_data_are_logged_for_who_debugs_only(level: str, lines: int) -> None:
    script = f"""
import logging
from oss_ai_monitor.server import logs
logs.set_up("text", logging.{level})
logging.getLogger("panel.io.callbacks").info("a word of Panel")
logging.getLogger("{_periodic_logger.name}").info("a look begins")
"""
    process = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=PATIENCE, check=True
    )
    assert len(process.stderr.splitlines()) == lines, process.stderr


@pytest.mark.parametrize(("error", "lines"), [("StreamClosedError()", 0), ("ValueError('ours')", 2)])
def test_who_leaves_while_an_answer_is_sent_is_no_error(error: str, lines: int) -> None:
    script = f"""
import asyncio, contextlib, http.client, logging, urllib.request
from tornado.iostream import StreamClosedError
from tornado.web import Application, RequestHandler
from oss_ai_monitor.server import logs

class Begun(RequestHandler):
    async def get(self):
        self.write("the beginning of an answer")
        await self.flush()
        raise {error}

def ask(port):
    with contextlib.suppress(OSError, http.client.HTTPException):
        urllib.request.urlopen(f"http://127.0.0.1:{{port}}/", timeout={PATIENCE}).read()

async def answer():
    server = Application([("/", Begun)]).listen(0, "127.0.0.1")
    [listening] = server._sockets.values()
    await asyncio.to_thread(ask, listening.getsockname()[1])

logs.set_up("text", logging.INFO)
asyncio.run(answer())
"""
    process = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=PATIENCE, check=True
    )
    assert len([line for line in process.stderr.splitlines() if " error tornado" in line]) == lines, process.stderr


@pytest.mark.parametrize("form", logs.FORMATS)
@pytest.mark.parametrize(
    "text",
    [
        "password is swordfish",
        "Authorization: Bearer abcdefgh12345",
        "{'Cookie': 'user=abcdefgh12345', 'Host': 'x'}",
        "GET /serve?bokeh-token=abcdefgh12345&view=overview",
        "/login?code=abcdefgh12345",
        "asked with hf_abcdefgh12345abcdefgh12345",
        "eyJzZXNzaW9uX2lkIjogabcdefgh12345.abcdefgh12345",
        "\x1b[2Jwiped\r\nat=2026 level=error message=forged",
    ],
)
def test_no_secret_and_no_second_line_is_ever_written(form: str, text: str) -> None:
    line = lines_of(form, {"swordfish"}, "%s", note=text) + lines_of(form, {"swordfish"}, text.replace("%", "%%"))
    assert line.count("\n") == 2
    assert "swordfish" not in line
    assert "abcdefgh12345" not in line
    assert "\x1b" not in line
    assert logs.HIDDEN in line or "forged" in line


def test_a_line_of_json_is_json() -> None:
    fields = json.loads(lines_of("json", set(), "hello", event="change", ms=1.5))
    assert (fields["level"], fields["message"], fields["event"], fields["ms"]) == ("error", "hello", "change", 1.5)
    assert "ValueError: two\nlines" in fields["trace"]


def test_passwords_of_a_file_are_known_to_be_secret(tmp_path: Path) -> None:
    file = tmp_path / "passwords.json"
    file.write_text('{"ann": "swordfish"}')
    assert logs.known_secrets({"PANEL_BASIC_AUTH": str(file), "HF_TOKEN": "hf_x"}) == {"swordfish", "hf_x"}
    assert logs.known_secrets({"PANEL_BASIC_AUTH": "plain"}) == {"plain"}
