"""Starts the confined process, waits for no longer than is allowed, and reads no more than is allowed."""

from __future__ import annotations

import asyncio
import json
import logging
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from .results import Column, Result

WORKER = Path(__file__).with_name("worker.py")
_log = logging.getLogger(__name__)
LONGEST = 20_000  # letters of a question


class Refused(Exception):
    """The question was not answered; the message says why, in words for who asked."""


@dataclass(frozen=True)
class Limits:
    """What one question may take, and how many may be asked at once."""

    seconds: float = 5.0
    """From the start of its process to its whole answer."""
    megabytes: int = 512
    rows: int = 5_000
    letters: int = 2_000
    """Of one text."""
    answer_bytes: int = 8_000_000
    at_once: int = 2
    waiting: int = 16
    """More than so many that wait are turned away."""
    per_visitor: int = 1


class Sandbox:
    """Answers questions about one generation of the warehouse; for one event loop, shared by all visitors."""

    def __init__(
        self, path: Path, limits: Limits = Limits(), macros: Callable[[str], list[str]] = lambda _: []
    ) -> None:
        """`macros` says what to execute before a select, where it calls macros that the generation does not hold.

        Raises Refused on a system that cannot confine a process.
        """
        if sys.platform != "linux":
            raise Refused(
                "Questions in SQL from visitors need Linux, where a process can be confined; "
                "use 'oss-ai-monitor sql' on this system."
            )
        self.path = path.resolve()
        self.limits = limits
        self.macros = macros
        self._asking: Counter[str] = Counter()
        self._places = asyncio.Semaphore(limits.at_once)

    async def run(self, select: str, visitor: str = "") -> Result:
        """The answer to one SELECT or EXPLAIN. Raises Refused, saying why."""
        limits = self.limits
        if not select.strip():
            raise Refused("There is no question yet: write a SELECT.")
        if len(select) > LONGEST:
            raise Refused(f"The question is longer than {LONGEST:,} letters.")
        if "\0" in select:
            raise Refused("The question holds a NUL, which is no SQL.")
        if self._asking[visitor] >= limits.per_visitor:
            raise Refused("Your last question is still being answered: wait for it, or stop it.")
        if self._asking.total() >= limits.at_once + limits.waiting:
            raise Refused("Too many questions are being asked at this moment: try again in a minute.")
        self._asking[visitor] += 1
        outcome, began = "broken off", time.perf_counter()
        try:
            async with self._places:
                result = await self._answered(select)
        except Refused:
            outcome = "refused"
            raise
        else:
            outcome = "answered"
            return result
        finally:
            ms = round(1000 * (time.perf_counter() - began), 1)
            _log.debug("asked", extra={"told": {"event": "query", "outcome": outcome, "ms": ms}})
            self._asking[visitor] -= 1
            if not self._asking[visitor]:
                del self._asking[visitor]

    async def _answered(self, select: str) -> Result:
        limits = self.limits
        request = {
            "path": str(self.path),
            "libraries": [str(Path(duckdb.__file__).parents[1])],
            "select": select,
            "macros": self.macros(select),
            "rows": limits.rows,
            "letters": limits.letters,
            "megabytes": limits.megabytes,
            "seconds": limits.seconds,
        }
        began = time.monotonic()
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-I", "-S", str(WORKER),
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
            cwd="/", env={"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}, start_new_session=True,
        )  # fmt: skip
        try:
            async with asyncio.timeout(limits.seconds):
                sent = await self._said(process, json.dumps(request).encode())
                trouble = await process.stderr.read(4000) if process.stderr and process.returncode == 1 else b""
        except TimeoutError:
            raise Refused(f"The question took longer than {limits.seconds:g} seconds: ask for less at once.") from None
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()
        if trouble:  # a fault of ours, not of who asks
            raise RuntimeError(f"the confined process failed: {trouble.decode(errors='replace')}")
        return self._result(sent, process.returncode, time.monotonic() - began)

    async def _said(self, process: asyncio.subprocess.Process, request: bytes) -> bytes:
        assert process.stdin
        assert process.stdout
        process.stdin.write(request)
        await process.stdin.drain()
        process.stdin.close()
        sent = bytearray()
        while piece := await process.stdout.read(1 << 16):
            sent += piece
            if len(sent) > self.limits.answer_bytes:
                raise Refused(
                    f"The answer is larger than {self.limits.answer_bytes / 1e6:g} MB: "
                    "ask for fewer rows, fewer columns or shorter texts."
                )
        await process.wait()
        return bytes(sent)

    def _result(self, sent: bytes, returncode: int | None, seconds: float) -> Result:
        if returncode or not sent:  # killed by a limit before it could say so
            raise Refused(
                f"The question ended its process: it needs more than {self.limits.megabytes:,} MB of memory "
                f"or {self.limits.seconds:g} seconds. Ask for less at once."
            )
        said: dict[str, Any] = json.loads(sent)
        if "refused" in said:
            raise Refused(str(said["refused"]))
        letters, shortened = self.limits.letters, 0
        rows = []
        for row in said["rows"]:
            cells = list(row)
            for n, cell in enumerate(cells):
                if isinstance(cell, str) and len(cell) > letters:
                    cells[n] = cell[:letters] + "…"
                    shortened += 1
            rows.append(tuple(cells))
        columns = tuple(Column(name, kind) for name, kind in said["columns"])
        return Result(columns, tuple(rows), bool(said["more"]), shortened, seconds)
