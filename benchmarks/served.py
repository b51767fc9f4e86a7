"""Starts our server as a process, measures its CPU and memory, and stops it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGE, NAIVE = ROOT / "serve.py", ROOT / "benchmarks" / "naive.py"
PATIENCE = 60.0  # seconds until a server must have answered


@dataclass
class Server:
    """A running server, with the CPU seconds and the memory in MB of its process."""

    address: str
    pid: int
    start_s: float
    """From the start of the process to the end of its first answer."""
    log: Path
    """The file with its output."""

    def cpu(self) -> float:
        """Return the seconds of CPU, user and system, of all its threads, in steps of 10 ms."""
        fields = Path(f"/proc/{self.pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory(self) -> float:
        """Return the resident memory in MB."""
        status = Path(f"/proc/{self.pid}/status").read_text(encoding="utf-8")
        line = next(line for line in status.splitlines() if line.startswith("VmRSS:"))
        return int(line.split()[1]) / 1024

    def errors(self) -> int:
        """Return the number of tracebacks in its log."""
        return self.log.read_text(encoding="utf-8").count("Traceback (most recent call last)")


@contextmanager
def serving(warehouse: Path, app: Path = PAGE, *options: str) -> Iterator[Server]:
    """Run `panel serve` with one app on a free port, as an operator would, until the block ends."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-W", "ignore", "-m", "panel", "serve", str(app), "--port", str(port), *options]
    environment = {**os.environ, "OSS_AI_MONITOR_WAREHOUSE": str(warehouse.resolve())}
    with tempfile.NamedTemporaryFile("w+", suffix=".log") as log:  # a full pipe would stop the server
        started = time.perf_counter()
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
        try:
            address = f"http://localhost:{port}/{app.stem}"
            _first_answer(address, process, Path(log.name))
            yield Server(address, process.pid, time.perf_counter() - started, Path(log.name))
        finally:
            process.terminate()
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _first_answer(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended: {log.read_text(encoding='utf-8')}")
        try:
            with urllib.request.urlopen(address, timeout=PATIENCE) as answer:
                answer.read()
                return
        except OSError:
            time.sleep(0.02)
    raise RuntimeError(f"{address} did not answer within {PATIENCE:.0f} s")
