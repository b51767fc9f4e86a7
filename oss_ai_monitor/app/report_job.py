"""A report for one visitor, written beside the server by a process of its own: others are served meanwhile."""

from __future__ import annotations

import asyncio
import json
import logging
import sys
from collections.abc import Mapping

from ..warehouse import Warehouse

PATIENCE = 300.0  # seconds
BUSY = "This server is writing another report: try again in a moment."
COMMAND = (sys.executable, "-m", "oss_ai_monitor.report")
_writing = False


class NoReport(Exception):
    """None was written; the message says why, in a reader's words."""


async def write_report(warehouse: Warehouse, filters: Mapping[str, str]) -> str:
    """The report of the generation that a visitor looks at, as HTML. Raises NoReport.

    One is written at a time. Where whoever waits for it goes away, its process ends.
    """
    global _writing
    if _writing:
        raise NoReport(BUSY)
    _writing = True
    try:
        return await _written(json.dumps({"generation": str(warehouse.path), "filters": dict(filters)}))
    finally:
        _writing = False


async def _written(request: str) -> str:
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(*COMMAND, stdin=pipe, stdout=pipe, stderr=pipe)
    try:
        page, errors = await asyncio.wait_for(process.communicate(request.encode()), PATIENCE)
    except TimeoutError as error:
        raise NoReport(f"No report was written within {PATIENCE / 60:.0f} minutes: choose fewer dates.") from error
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode:
        from ..report import REFUSED  # not before: a server would load what only that process needs

        if process.returncode == REFUSED:
            raise NoReport(errors.decode(errors="replace").strip())
        logging.getLogger(__name__).error("no report: %s", errors.decode(errors="replace"))
        raise NoReport("The report could not be written; the server's log says why.")
    return page.decode()
