"""The time that the sandbox adds to a SQL query: from the request to the whole answer, for a trivial query.

A process is ready for each, as the page has it where a visitor asks one question after the other.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from oss_ai_monitor.sandbox import Sandbox
from oss_ai_monitor.warehouse import current


def overhead(folder: Path, count: int) -> list[float]:
    """Return the milliseconds of `count` times "select 1", one after the other."""

    async def ask() -> list[float]:
        sandbox = Sandbox(current(folder))
        milliseconds = []
        for _ in range(count):
            await sandbox.prepare()
            await asyncio.sleep(1)  # the visitor reads the last answer meanwhile
            milliseconds.append(1000 * (await sandbox.run("select 1")).seconds)
        return milliseconds

    with ThreadPoolExecutor(1) as thread:  # the browser's driver has a loop in this one
        return thread.submit(asyncio.run, ask()).result()
