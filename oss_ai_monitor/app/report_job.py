"""Write a report for one visitor in its own process, so that the server answers others meanwhile."""

from __future__ import annotations

import asyncio
import json
import logging
import sys
from collections.abc import Mapping

from ..warehouse import Warehouse

TIMEOUT = 300.0  # seconds
BUSY = "This server is writing another report: try again in a moment."
COMMAND = (sys.executable, "-m", "oss_ai_monitor.report")
_writing = False


class NoReport(Exception):
    """No report was written; the message says why, for the visitor."""


async def write_report(warehouse: Warehouse, filters: Mapping[str, str]) -> str:
    """Return the report of a generation as HTML. Raises NoReport.

    One is written at a time. If the task is cancelled, its process is killed.
    """
    global _writing
    if _writing:
        raise NoReport(BUSY)
    _writing = True
    try:
        return await _run(json.dumps({"generation": str(warehouse.path), "filters": dict(filters)}))
    finally:
        _writing = False


async def _run(request: str) -> str:
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(*COMMAND, stdin=pipe, stdout=pipe, stderr=pipe)
    try:
        page, errors = await asyncio.wait_for(process.communicate(request.encode()), TIMEOUT)
    except TimeoutError as error:
        raise NoReport(f"No report was written within {TIMEOUT / 60:.0f} minutes: choose fewer dates.") from error
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode:
        from ..report import REFUSED  # imported late: the server itself does not need it

        if process.returncode == REFUSED:
            raise NoReport(errors.decode(errors="replace").strip())
        logging.getLogger(__name__).error("no report: %s", errors.decode(errors="replace"))
        raise NoReport("The report could not be written; the server's log says why.")
    return page.decode()
