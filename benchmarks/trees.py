"""The trees that are compared, and their servers: each with its own code, started, measured and stopped."""

from __future__ import annotations

import os
import re
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
BASELINE = "cede7a6"  # the commit with which the present tree is compared
NAIVE = ROOT / "benchmarks" / "naive.py"
PATIENCE = 60.0  # seconds until a server must have answered
LIMITS = ("sessions", "sessions-per-address", "openings-per-minute", "openings-per-minute-of-all")
SHORT_SESSIONS = ("--unused-session-lifetime", "2000", "--check-unused-sessions", "1000")  # milliseconds
RELEASE_SECONDS = 25  # seconds after which such a server has freed a closed session: pages look for new data every 15


@dataclass(frozen=True)
class Tree:
    """A checkout, and the Python that runs it."""

    name: str
    root: Path
    python: str = sys.executable

    def environment(self, **more: str) -> dict[str, str]:
        """Return the environment in which its own `oss_ai_monitor` is imported."""
        return {**os.environ, "PYTHONPATH": str(self.root), **more}

    def has_view(self, slug: str) -> bool:
        """Return whether this tree has the perspective with that address."""
        declared = re.compile(rf'\bslug\b.*"{re.escape(slug)}"')
        files = (self.root / "oss_ai_monitor" / "perspectives").rglob("*.py")
        return any(declared.search(file.read_text(encoding="utf-8")) for file in files)

    def command(self, folder: Path, *arguments: str) -> list[str]:
        return [self.python, "-W", "ignore", "-m", "oss_ai_monitor.cli", "--warehouse", str(folder), *arguments]


@dataclass(frozen=True)
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


def present() -> Tree:
    return Tree("present", ROOT)


def baseline(commit: str, cache: Path, python: str = sys.executable) -> Tree:
    """Return the tree of a commit, checked out in the cache at the first time. Raises CalledProcessError."""
    git = ["git", "-C", str(ROOT)]
    name = subprocess.check_output([*git, "rev-parse", "--short=7", f"{commit}^{{commit}}"], text=True).strip()
    root = cache / "trees" / name
    if not (root / "serve.py").exists():
        subprocess.run([*git, "worktree", "add", "--quiet", "--force", "--detach", str(root), name], check=True)
    return Tree(name, root, python)


@contextmanager
def serving(tree: Tree, folder: Path) -> Iterator[Server]:
    """Serve the page of a tree as an operator does, without limits for one address, until the block ends."""
    unlimited = [word for limit in LIMITS for word in (f"--max-{limit}", "0")]
    command = tree.command(folder, "serve", "--port", "{port}", *unlimited, "--", *SHORT_SESSIONS)
    with _running(command, tree.environment(), "serve") as server:
        yield server


@contextmanager
def serving_naive(folder: Path) -> Iterator[Server]:
    """Serve the page that is written as one would write it first."""
    command = [sys.executable, "-W", "ignore", "-m", "panel", "serve", str(NAIVE), "--port", "{port}"]
    environment = present().environment(OSS_AI_MONITOR_WAREHOUSE=str(folder.resolve()))
    with _running(command, environment, "naive") as server:
        yield server


@contextmanager
def _running(command: list[str], environment: dict[str, str], route: str) -> Iterator[Server]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    with tempfile.NamedTemporaryFile("w+", suffix=".log") as log:  # a full pipe would stop the server
        started = time.perf_counter()
        words = [word.replace("{port}", port) for word in command]
        process = subprocess.Popen(words, cwd=environment["PYTHONPATH"], env=environment, stdout=log, stderr=log)
        try:
            address = f"http://localhost:{port}/{route}"
            _first_answer(address, process, Path(log.name))
            yield Server(address, process.pid, time.perf_counter() - started, Path(log.name))
        finally:
            stop(process)


def stop(process: subprocess.Popen[bytes]) -> None:
    """End a server, by force if it does not end within ten seconds."""
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
