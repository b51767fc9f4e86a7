"""What is made of an answer is made in a thread, so that the server answers everybody else meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol

THREAD = ThreadPoolExecutor(1, "answers")
"""One for all visitors: several would take more of the server's time, and HoloViews draws in one at a time."""


class Work(Protocol):
    """Does something in the thread, and hands its result to `then`, in the server's own again."""

    def __call__(self, make: Callable[[], Any], then: Callable[[Any], None]) -> None: ...


async def in_thread(make: Callable[[], Any]) -> Any:
    """Return what `make` returns, called in the thread."""
    return await asyncio.get_running_loop().run_in_executor(THREAD, make)
