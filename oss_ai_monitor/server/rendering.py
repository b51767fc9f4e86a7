"""What answers without a session share: each is made in a thread, once for each generation and address, and cached.

Threads make them, so that the server answers others meanwhile.
"""

from __future__ import annotations

import asyncio
import contextvars
import logging
import threading
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import ClassVar, Generic, TypeVar

from bokeh.document import Document
from panel.io import state
from tornado.web import RequestHandler

from ..perspectives import address
from ..warehouse import Outdated, Warehouse, WarehouseError, by_snapshot_id, landed_by, shorten_paths
from .health import UNREADABLE, Health

log = logging.getLogger(__name__)
AT_ONCE = 2
"""Answers of a kind that are made at a time; they share one core with all visitors."""
MAX_WAITING = 20
"""Answers of a kind that are made or wait for it; what is more is refused."""
MAX_QUERY = 2_000
"""Characters of a query."""
BY_COMMAS = "Separate several values by commas."
Answer = TypeVar("Answer")


class TooMany(Exception):
    """As many answers wait to be made as may."""


class NoSnapshot(Exception):
    """The snapshot that an address pins cannot be read here; the message says why."""


class Rendering(Generic[Answer]):
    """Makes answers in threads, and keeps the most recently used ones. Subclasses define `_render`."""

    failures: ClassVar[tuple[type[Exception], ...]] = UNREADABLE
    """What `_render` raises where its generation was closed meanwhile."""

    def __init__(self, health: Health, *, cache_size: int, threads: str) -> None:
        """Keep so many answers; `threads` is the name of the threads."""
        self.health, self._cache_size = health, cache_size
        self._cache: OrderedDict[tuple[str, str, str], Answer] = OrderedDict()
        self._lock = threading.Lock()
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix=threads)
        self._rendering: dict[tuple[str, str], asyncio.Future[Answer]] = {}

    async def answer_in_thread(self, name: str, query: dict[str, str]) -> Answer:
        """As `answer`, without holding up the event loop; who asks for the same waits for the same.

        Raises TooMany where too many wait already.
        """
        key = name, address.write(dict(sorted(query.items())))
        if key not in self._rendering:
            if len(self._rendering) >= MAX_WAITING:
                raise TooMany
            # a context of its own: no change of Panel's state reaches a later answer
            render = contextvars.Context().run
            future = asyncio.get_running_loop().run_in_executor(self._threads, render, self._outside, name, query)
            future.add_done_callback(lambda _: self._rendering.pop(key))
            self._rendering[key] = future
        return await asyncio.shield(self._rendering[key])

    def answer(self, name: str, query: dict[str, str]) -> Answer:
        """Return the answer, made or cached. Raises UNREADABLE, NoSnapshot, and what `_render` raises."""
        newest, _ = self.health.datasets()
        if path := self._pinned(query.get(address.SNAPSHOT), newest):
            return self._cached(path.stem, name, query, lambda: self._render_pinned(path, name, query))
        try:
            answer = self._cached(newest.generation, name, query, lambda: self._render(newest, name, query))
        except self.failures:
            if self.health.datasets()[0] is newest:
                raise
        else:
            if self.health.datasets()[0] is newest:
                return answer
        # the generation was closed meanwhile, because there is a newer one
        newest, _ = self.health.datasets()
        return self._cached(newest.generation, name, query, lambda: self._render(newest, name, query))

    def _render(self, warehouse: Warehouse, name: str, query: dict[str, str]) -> Answer:
        raise NotImplementedError

    def _is_kept(self, answer: Answer) -> bool:  # noqa: ARG002
        """Return whether an answer is small enough to be kept."""
        return True

    def _outside(self, name: str, query: dict[str, str]) -> Answer:
        """Answer outside of every visitor's page: without a document of its own it would be part of the current one."""
        state.curdoc = Document()
        return self.answer(name, query)

    def _pinned(self, snapshot: str | None, newest: Warehouse) -> Path | None:
        """Return the file of the snapshot that an address pins; None for the newest. Raises NoSnapshot."""
        if snapshot is None or (newest.identity and newest.identity.snapshot_id == snapshot):
            return None
        if landed_by(snapshot) is None:
            raise NoSnapshot("The snapshot in the address is no id of one.")
        path = by_snapshot_id(self.health.folder).get(snapshot)
        if path is None:
            raise NoSnapshot(f"Snapshot {snapshot} is not on this server.")
        return path

    def _render_pinned(self, path: Path, name: str, query: dict[str, str]) -> Answer:
        """Open an older generation for as long as it is read."""
        try:
            opened = Warehouse(path)
        except Outdated:
            raise NoSnapshot("Another version of this tool built the snapshot in the address.") from None
        except UNREADABLE:  # deleted meanwhile, or damaged
            raise NoSnapshot("The snapshot in the address cannot be read on this server.") from None
        with closing(opened):
            return self._render(opened, name, query)

    def _cached(self, generation: str, name: str, query: dict[str, str], make: Callable[[], Answer]) -> Answer:
        key = generation, name, address.write(dict(sorted(query.items())))
        with self._lock:
            if key in self._cache:
                self._cache.move_to_end(key)
                return self._cache[key]
        answer = make()
        if not self._is_kept(answer):
            return answer
        with self._lock:
            self._cache[key] = answer
            while len(self._cache) > self._cache_size:
                self._cache.popitem(last=False)
        return answer


class RenderedHandler(RequestHandler):
    """A handler whose answers are made in threads."""

    SUPPORTED_METHODS = ("GET", "HEAD")

    def query(self) -> dict[str, str]:
        """Return the query of the address."""
        return {name: self.get_query_argument(name) for name in self.request.query_arguments}

    def repeated_choices(self) -> str:
        """Return which choices the address makes more than once, as a sentence; empty if it makes none twice."""
        names = [name[:60] for name, values in self.request.query_arguments.items() if len(values) > 1]
        return f"A choice is made once: {', '.join(names[:5])}." if names else ""

    def allow_origin(self) -> None:
        """Let scripts of the sites read it that may show embeds, and of no others: they come without the login."""
        self.set_header("Vary", "Origin")
        origin = self.request.headers.get("Origin", "")
        if origin in self.settings.get("embed_origins", ()):
            self.set_header("Access-Control-Allow-Origin", origin)

    def refuse(self, status: int, reason: str, *, retry_after: int = 0) -> None:
        """Answer with a status and a sentence for people."""
        self.set_status(status)
        if retry_after:
            self.set_header("Retry-After", str(retry_after))
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        self.write(f"{reason}\n")

    def refuse_unreadable(self, error: Exception) -> None:
        """Answer where no generation can be read, with the command that builds one."""
        log.error("no generation can be read: %s", error)
        reason = str(error) if isinstance(error, WarehouseError) else ""
        self.refuse(503, shorten_paths(reason) or "The data cannot be read at this moment.")


def without_slash(uri: str) -> str:
    """Return an address without the slashes that end its path, and with its query."""
    path, mark, query = uri.partition("?")
    return path.rstrip("/") + mark + query
