"""Starts the confined process and reads its answer, within limits of time and size."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from ..plurals import counted, noun_after, verb_after
from .results import Column, Result

WORKER = Path(__file__).with_name("worker.py")
_log = logging.getLogger(__name__)
MAX_QUERY = 20_000  # characters of a query
READY_SECONDS = 300  # how long a process waits for a query before it is ended


class Refused(Exception):
    """The query was not answered; the message tells the visitor why."""


@dataclass(frozen=True)
class Limits:
    """What one query may take, and how many may run at once."""

    seconds: float = 5.0
    """From the query to the end of its answer."""
    megabytes: int = 512
    rows: int = 5_000
    columns: int = 200
    letters: int = 2_000
    """Characters of one text in the answer."""
    answer_bytes: int = 8_000_000
    at_once: int = 2
    waiting: int = 16
    """Queries that may wait; more are refused."""
    per_visitor: int = 1
    """Queries of one visitor's page that run or wait."""
    per_address: int = 4
    """The same of all pages of one address, beside which many others should be answered."""


class Running:
    """The queries that run or wait, of all generations together; for one event loop."""

    def __init__(self, at_once: int) -> None:
        self.by_visitor: Counter[str] = Counter()
        self.by_address: Counter[str] = Counter()
        self.slots = asyncio.Semaphore(at_once)


class Sandbox:
    """Runs queries on one generation of the warehouse; for one event loop, shared by all visitors."""

    def __init__(
        self,
        path: Path,
        limits: Limits = Limits(),
        macros: Callable[[str], list[str]] = lambda _: [],
        running: Running | None = None,
    ) -> None:
        """Prepare for the warehouse file at `path`; `macros` returns the statements that a select needs before it.

        `running` is shared with the sandboxes of other generations, so that the limits hold for all of them. Raises
        Refused on a system that cannot confine a process.
        """
        if sys.platform != "linux":
            raise Refused(
                "Questions in SQL from visitors need Linux, where a process can be confined; "
                "use 'oss-ai-monitor sql' on this system."
            )
        self.path = path.resolve()
        self.limits = limits
        self.macros = macros
        self._running = running or Running(limits.at_once)
        self._ready: asyncio.subprocess.Process | None = None
        self._preparing = asyncio.Lock()

    async def run(self, select: str, visitor: str = "", address: str = "") -> Result:
        """Return the answer to one SELECT or EXPLAIN. Raises Refused with the reason.

        `visitor` is one page, `address` where it was opened from; what has no address is not counted by address.
        """
        if reason := self._refusal(select, visitor, address):
            raise Refused(reason)
        outcome, started_at = "broken off", time.perf_counter()
        try:
            with _counted(self._running.by_visitor, visitor), _counted(self._running.by_address, address):
                async with self._running.slots:
                    result = await self._run_worker(select)
        except Refused:
            outcome = "refused"
            raise
        else:
            outcome = "answered"
            return result
        finally:
            ms = round(1000 * (time.perf_counter() - started_at), 1)
            _log.debug("asked", extra={"fields": {"event": "query", "outcome": outcome, "ms": ms}})

    def _refusal(self, select: str, visitor: str, address: str) -> str:
        """Return why a query does not run at all, or an empty string."""
        limits, running = self.limits, self._running
        if not select.strip():
            return "There is no question yet: write a SELECT."
        if len(select) > MAX_QUERY:
            return f"The question is longer than {MAX_QUERY:,} letters."
        if "\0" in select:
            return "The question holds a NUL, which is no SQL."
        if running.by_visitor[visitor] >= limits.per_visitor:
            return "Your last question is still being answered: wait for it, or stop it."
        if address and running.by_address[address] >= limits.per_address:
            questions, are = counted(limits.per_address, "question"), verb_after(limits.per_address, "is", "are")
            return f"{questions} from your address {are} being answered: try again when one has ended."
        if running.by_visitor.total() >= limits.at_once + limits.waiting:
            return "Too many questions are being asked at this moment: try again in a minute."
        return ""

    async def prepare(self) -> None:
        """Start a process that is ready for the next query, where none is: a query then has not to wait for its start.

        Where no query comes, it ends after five minutes.
        """
        async with self._preparing:  # the pages of several visitors ask for it at once
            if self._ready is None or self._ready.returncode is not None:
                self._ready = process = await self._start()
                asyncio.get_running_loop().call_later(READY_SECONDS, self._end_unused, process)

    def _end_unused(self, process: asyncio.subprocess.Process) -> None:
        if self._ready is process:
            self._ready = None
            if process.returncode is None:
                process.kill()

    async def _start(self) -> asyncio.subprocess.Process:
        """Start a process that opens the warehouse, confines itself and waits for a query."""
        limits = self.limits
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-I", "-S", str(WORKER),
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
            cwd="/", env={"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}, process_group=0,
        )  # fmt: skip
        settings = {
            "path": str(self.path),
            "libraries": [str(Path(duckdb.__file__).parents[1])],
            "server": os.getpid(),
            "ready_seconds": READY_SECONDS + limits.seconds,
            "rows": limits.rows,
            "columns": limits.columns,
            "letters": limits.letters,
            "megabytes": limits.megabytes,
            "seconds": limits.seconds,
        }
        assert process.stdin
        process.stdin.write(json.dumps(settings).encode() + b"\n")
        return process

    async def _run_worker(self, select: str) -> Result:
        limits = self.limits
        request = json.dumps({"select": select, "macros": self.macros(select)}).encode() + b"\n"
        started_at = time.monotonic()
        process, self._ready = self._ready, None
        if process is None or process.returncode is not None:
            process = await self._start()
        try:
            async with asyncio.timeout(limits.seconds):
                output = await self._exchange(process, request)
                worker_error = await process.stderr.read(4000) if process.stderr and process.returncode == 1 else b""
        except TimeoutError:
            raise Refused(
                f"The question took longer than {_seconds_text(limits.seconds)}: ask for less at once."
            ) from None
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()
        if worker_error:  # a fault of this program, not of the query
            raise RuntimeError(f"the confined process failed: {worker_error.decode(errors='replace')}")
        return self._result(output, process.returncode, time.monotonic() - started_at)

    async def _exchange(self, process: asyncio.subprocess.Process, request: bytes) -> bytes:
        assert process.stdin
        assert process.stdout
        with contextlib.suppress(ConnectionError):  # it ended already; why is on its stderr
            process.stdin.write(request)
            await process.stdin.drain()
        process.stdin.close()
        output = bytearray()
        while chunk := await process.stdout.read(1 << 16):
            output += chunk
            if len(output) > self.limits.answer_bytes:
                raise Refused(
                    f"The answer is larger than {self.limits.answer_bytes / 1e6:g} MB: "
                    "ask for fewer rows, fewer columns or shorter texts."
                )
        await process.wait()
        return bytes(output)

    def _result(self, output: bytes, returncode: int | None, seconds: float) -> Result:
        if returncode or not output:  # a limit killed it before it could answer
            raise Refused(
                f"The question ended its process: it needs more than {self.limits.megabytes:,} MB of memory "
                f"or {_seconds_text(self.limits.seconds)}. Ask for less at once."
            )
        *rows, last = output.splitlines()
        outcome: dict[str, Any] = json.loads(last)
        if "refused" in outcome:
            raise Refused(str(outcome["refused"]))
        return Result(
            tuple(Column(name, type_name) for name, type_name in outcome["columns"]),
            tuple(rows),
            bool(outcome["more"]),
            int(outcome["left_out"]),
            int(outcome["shortened"]),
            seconds,
        )


def _seconds_text(seconds: float) -> str:
    return f"{seconds:g} {noun_after(seconds, 'second')}"


@contextlib.contextmanager
def _counted(counts: Counter[str], key: str) -> Iterator[None]:
    """Count one more of a key until the block ends; keys that count nothing are forgotten."""
    counts[key] += 1
    try:
        yield
    finally:
        counts[key] -= 1
        if not counts[key]:
            del counts[key]
