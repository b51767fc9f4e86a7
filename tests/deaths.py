"""`kill -9` at moments by chance: of ingest, build (its swap too) and refresh; a round is known again by its seed.

A process imports everything once and forks a child for each command; the child dies after so long, or at its n-th
operation on a file of the warehouse, by SIGKILL each time. Whatever the moment: what served serves, what had landed is
there to the byte, nothing partial is visible, and the same command, run again, succeeds.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

if not __package__:
    sys.path.insert(0, str(Path(__file__).parents[1]))

from oss_ai_monitor import landing, warehouse
from oss_ai_monitor.landing import Keys, Landing
from oss_ai_monitor.landing.verify import _checksums
from tests.hub_server import Hub
from tests.hub_world import World, board

MODELS = 400
COMMANDS = ("ingest", "build", "refresh", "history")
ZYGOTE = """
import json, os, signal, sys, time
from oss_ai_monitor.cli import main
EVENTS = {"open", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.symlink", "os.link", "os.chmod", "os.utime"}
for line in sys.stdin:
    request = json.loads(line)
    child = os.fork()
    if not child:
        os.dup2(os.open(request["said"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC), 2)
        remaining = request["operations"]
        def count(event, arguments):
            global remaining
            if event in EVENTS and request["folder"] in str(arguments):
                remaining -= 1
                if not remaining:
                    os.kill(os.getpid(), signal.SIGKILL)
        if remaining:
            sys.addaudithook(count)
        try:
            main(["--warehouse", request["folder"], *request["command"]])
        except SystemExit as ended:
            os._exit(ended.code or 0 if isinstance(ended.code, int | None) else 1)
        os._exit(0)
    began = time.monotonic()
    while True:
        pid, status = os.waitpid(child, os.WNOHANG)
        if pid:
            break
        if request["seconds"] and time.monotonic() - began > request["seconds"]:
            os.kill(child, signal.SIGKILL)
            _, status = os.waitpid(child, 0)
            break
        time.sleep(0.001)
    print(json.dumps({"code": os.waitstatus_to_exitcode(status), "seconds": time.monotonic() - began}), flush=True)
"""


class Zygote:
    """Runs commands of ours in children that may be told to die."""

    def __init__(self, endpoint: str) -> None:
        environment = {**os.environ, "HF_ENDPOINT": endpoint, "HF_TOKEN": "", "HF_HUB_DISABLE_TELEMETRY": "1"}
        self.process = subprocess.Popen(
            [sys.executable, "-c", ZYGOTE], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
        )

    def run(self, folder: Path, *command: str, operations: int = 0, seconds: float = 0.0) -> tuple[int, float, str]:
        """The exit code (-9 for one that died), how long it took, and what it said."""
        log = folder.with_suffix(".said")
        request = {"folder": str(folder), "command": command, "operations": operations, "seconds": seconds}
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps(request | {"said": str(log)}) + "\n")
        self.process.stdin.flush()
        reply = json.loads(self.process.stdout.readline())
        return reply["code"], reply["seconds"], log.read_text(encoding="utf-8")


@contextmanager
def zygote(endpoint: str) -> Iterator[Zygote]:
    process_zygote = Zygote(endpoint)
    try:
        yield process_zygote
    finally:
        assert process_zygote.process.stdin
        process_zygote.process.stdin.close()
        assert process_zygote.process.stdout
        process_zygote.process.stdout.close()
        process_zygote.process.wait()


def landed(folder: Path) -> dict[str, bytes]:
    """Every visible file of landing."""
    home = folder / "landing"
    paths = [path for path in home.glob("*/[!.]*/*") if path.parent.parent.name != ".state"]
    return {str(path.relative_to(home)): path.read_bytes() for path in paths if path.name != "checkpoint.json"}


def served(folder: Path) -> str:
    """What is served now, as one checksum. Raises where that is nothing, or not the newest."""
    opened = warehouse.Warehouse.open(folder)
    try:
        assert not opened.instead_of, opened.instead_of
        with warehouse.connect(opened.path, read_only=True) as db:
            return warehouse.digest(db)
    finally:
        opened.close()


def listing(path: Path, number: int) -> Path:
    """A listing of its own day: every model has been downloaded once more."""
    items = [
        {"id": f"tin/kettle-{n}", "createdAt": "2023-01-10T10:00:00.000Z", "downloads": n + number, "likes": n}
        for n in range(MODELS)
    ]
    path.write_text("".join(json.dumps(item) + "\n" for item in items), encoding="utf-8")
    return path


def world() -> World:
    """Few models, one official benchmark, no archives of leaderboards."""
    hub_world = World()
    for n in range(60):
        hub_world.put(f"tin/model-{n}", createdAt="2024-01-10T10:00:00.000Z", lastModified="2024-02-10T10:00:00.000Z")
    board(hub_world, "tin/exam", {"tin/model-1": 60.0, "tin/model-2": 50.0})
    return hub_world


def _is_well(code: int, output: str) -> bool:
    """This Hub has no leaderboard archives: that is told, and nothing else."""
    return code == 0 or (code == 1 and "refreshed, but for archive (see above)" in output)


def _command(kind: str, number: int, files: Path) -> list[str]:
    if kind == "build":
        return ["build"]
    if kind == "refresh":
        return ["refresh", "--budget", "6"]
    day = f"2024-{number % 12 + 1:02}-{number // 12 % 28 + 1:02}"
    if kind == "history":
        home = files / f"{day}-weekly" / day
        home.mkdir(parents=True, exist_ok=True)
        with warehouse.connect(Path(":memory:"), read_only=False) as db:
            db.sql(f"select 'a/m' || i as id, i + {number} as downloads, 1 as likes from range(50) t(i)").write_parquet(
                str(home / "models.parquet")
            )
        return ["ingest", "weekly", "--from", str(home.parent)]
    return ["ingest", "hub", "--as-of", day, "--from", str(listing(files / f"{day}.jsonl", number))]


def deaths(rounds: int, seed: int, *, tell: bool = False) -> Counter[str]:
    """So many deaths; what was met, counted. Raises AssertionError, naming seed and round, where anything was lost."""
    rng, deaths_by_kind = random.Random(seed), Counter[str]()
    folder = Path(tempfile.mkdtemp(prefix="deaths-")) / "warehouse"
    files = folder.parent / "files"
    files.mkdir()
    took: dict[str, float] = {}
    try:
        with Hub(world()) as hub, zygote(hub.url) as process_zygote:
            for kind in ("ingest", "build"):
                code, took[kind], output = process_zygote.run(folder, *_command(kind, 0, files))
                assert code == 0, output
            for number in range(1, rounds + 1):
                kind, label = COMMANDS[number % len(COMMANDS)], f"seed {seed}, round {number}"
                if kind == "refresh" and rng.random() < 0.5:
                    hub.world.put(f"tin/new-{number}", createdAt="2024-03-01T00:00:00.000Z", likes=1)
                before, served_before = landed(folder), served(folder)
                command = _command(kind, number, files)
                if rng.random() < 0.5:
                    code, _, output = process_zygote.run(folder, *command, operations=int(10 ** rng.uniform(0, 2.6)))
                else:
                    code, _, output = process_zygote.run(
                        folder, *command, seconds=rng.uniform(0.001, 1.05 * took.get(kind, 1.0))
                    )
                deaths_by_kind[f"{kind} {'killed' if code == -9 else 'ended before'}"] += 1
                assert code == -9 or _is_well(code, output), f"{label}: {kind} gave {code}: {output}"
                _hold(folder, before, label)
                if code == -9 and kind not in ("build", "refresh"):
                    assert served(folder) == served_before, f"{label}: an ingest changed what is served"
                code, took[kind], output = process_zygote.run(folder, *command)
                assert _is_well(code, output), f"{label}: {kind} again gave {code}: {output}"
                _hold(folder, before, label)
                if tell and number % 20 == 0:
                    print(f"{number} deaths: {dict(sorted(deaths_by_kind.items()))}", flush=True)
            code, _, output = process_zygote.run(folder, "build")
            assert code == 0, output
            code, _, output = process_zygote.run(folder, "check")
            assert code == 0, f"seed {seed}: after it all: {output}"
        leftovers = [path.name for path in folder.rglob("*") if ".building" in path.name or ".restoring" in path.name]
        assert not leftovers, f"seed {seed}: {leftovers}"
        _same_again(folder)
    finally:
        shutil.rmtree(folder.parent, ignore_errors=True)
    return deaths_by_kind


def _hold(folder: Path, before: dict[str, bytes], label: str) -> None:
    """Nothing that had landed is gone or another; what is visible is whole; something whole is served."""
    now = landed(folder)
    assert before.items() <= now.items(), f"{label}: lost {sorted(before.keys() - now.keys())}"
    _checksums.clear()
    landing.verify(Landing(folder / "landing").manifests())
    assert served(folder), label


def _same_again(folder: Path) -> None:
    """A rebuild says the same, to the byte of its content."""
    first = served(folder)
    landing = Landing(folder / "landing")
    warehouse.build(folder, landing.selected(), keys=Keys(landing, is_simulated=False))
    assert served(folder) == first


def _main() -> None:
    import argparse

    asking = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    asking.add_argument("--rounds", type=int, default=100)
    asking.add_argument("--seed", type=int, default=1)
    arguments = asking.parse_args()
    began = time.monotonic()
    deaths_by_kind: dict[str, Any] = deaths(arguments.rounds, arguments.seed, tell=True)
    print(
        f"{arguments.rounds} deaths in {time.monotonic() - began:.0f} s, "
        f"nothing lost: {dict(sorted(deaths_by_kind.items()))}"
    )


if __name__ == "__main__":
    _main()
