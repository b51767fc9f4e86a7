"""The first start, in an empty folder and without a network: the server loads while another process prepares."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from tests.conftest import PATIENCE, Until

from .conftest import ROOT, free_port, serving

NO_NETWORK = "http://localhost:9"
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere one process does both, one after the other")


@contextmanager
def starting(folder: Path, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """A command in a session of its own, as in a terminal, until the block ends."""
    command = [sys.executable, "-W", "ignore", "-m", "oss_ai_monitor.cli", *arguments]
    variables = {
        **os.environ,
        "OSS_AI_MONITOR_WAREHOUSE": str(folder),
        "PYTHONPATH": str(ROOT),
        "HF_ENDPOINT": NO_NETWORK,
    }
    with subprocess.Popen(
        command, env=variables, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    ) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)


def test_an_empty_folder_gets_the_simulated_community_and_one_process_serves_it(tmp_path: Path) -> None:
    with serving(tmp_path, HF_ENDPOINT=NO_NETWORK) as host:
        ready = host.get("/readyz")
        text = host.lines()
        children = psutil.Process(host.process.pid).children(recursive=True)
        assert not [child for child in children if "serve" in child.cmdline()], "the process that prepared is gone"
    assert ready.status == 200
    assert "no network: a simulated community is shown" in text
    places = [
        text.index(part) for part in ("the warehouse is being built", "\nbuilt ", f"\n{host.root}\n", "Starting Bokeh")
    ]
    assert places == sorted(places)
    assert "Traceback" not in text


def test_ctrl_c_while_it_prepares_ends_both_and_the_next_start_goes_on(tmp_path: Path, until: Until) -> None:
    with starting(tmp_path, "serve", "--port", str(free_port())) as process:
        until(lambda: any(tmp_path.glob("generations/.building-*")))
        os.killpg(process.pid, signal.SIGINT)
        output, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode != 0
    assert "Traceback" not in output
    assert not (tmp_path / "oss_ai_monitor.duckdb").exists()
    with serving(tmp_path, HF_ENDPOINT=NO_NETWORK) as host:
        assert host.get("/readyz").status == 200


def test_a_server_that_is_ended_while_another_process_prepares_leaves_none_behind(tmp_path: Path, until: Until) -> None:
    with starting(tmp_path, "serve", "--port", str(free_port())) as process:
        until(lambda: any(tmp_path.glob("landing/*")))
        (preparing,) = psutil.Process(process.pid).children()
        process.terminate()
        process.wait(PATIENCE)
        preparing.wait(PATIENCE)


def test_what_cannot_be_prepared_is_said_in_a_line_and_nothing_is_served(tmp_path: Path) -> None:
    (tmp_path / "landing").write_text("no folder")
    with starting(tmp_path, "serve", "--port", str(free_port())) as process:
        output, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 1
    assert output.splitlines()[-1].startswith("Error: ")
    assert "Traceback" not in output
    assert "Starting Bokeh" not in output


def test_ctrl_c_in_a_build_is_no_traceback(community: Path, tmp_path: Path, until: Until) -> None:
    (tmp_path / "landing").symlink_to(community / "landing")
    with starting(tmp_path, "build") as process:
        until(lambda: any(tmp_path.glob("generations/.building-*")))
        time.sleep(0.3)  # amid a query
        os.killpg(process.pid, signal.SIGINT)
        output, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 1
    assert output.splitlines()[-1] == "Aborted!"
    assert "Traceback" not in output
