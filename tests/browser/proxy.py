"""A TCP proxy on loopback whose connections a test can cut, refuse, swallow and slow down."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Coroutine
from typing import Any

CHUNK = 65_536


class Proxy:
    """Forwards every connection to another port of this machine, in a thread of its own, until it is closed."""

    def __init__(self, target: int) -> None:
        self.target = target
        self.is_refusing = False
        """Whether new connections are refused: nobody listens."""
        self.delay = 0.0
        """Seconds that every piece of an answer waits."""
        self._writers: set[asyncio.StreamWriter] = set()
        self._websockets: set[asyncio.StreamWriter] = set()
        self._swallowed: set[asyncio.StreamWriter] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self.port = 0
        self._run(self._listen())

    def cut(self, *, refuse: bool = False) -> None:
        """Reset all connections; with `refuse` nobody listens until `restore`."""
        self._run(self._cut(refuse=refuse))

    def swallow(self) -> None:
        """Let all bytes of the present connections disappear, though they stay open."""
        self._swallowed |= self._writers

    def hang_up(self, code: int) -> None:
        """Close all websockets with a code, as a server does, and forget what they say afterwards."""
        self._run(self._hang_up(code))

    def restore(self) -> None:
        """Listen again on the same port, and forward again."""
        self.delay = 0.0
        if self.is_refusing:
            self._run(self._listen())

    def close(self) -> None:
        self.cut(refuse=True)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result()

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(self._forward, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]
        self.is_refusing = False

    async def _cut(self, *, refuse: bool) -> None:
        if refuse and not self.is_refusing:
            self.is_refusing = True
            self._server.close()
        for writer in list(self._writers):
            writer.transport.abort()

    async def _hang_up(self, code: int) -> None:
        for writer in list(self._websockets):
            writer.write(b"\x88\x02" + code.to_bytes(2, "big"))  # RFC 6455, 5.5.1: a final frame that closes
            await writer.drain()
            writer.close()

    async def _forward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            target_reader, target_writer = await asyncio.open_connection("127.0.0.1", self.target)
        except OSError:
            writer.transport.abort()
            return
        writers = {writer, target_writer}
        self._writers |= writers
        pipes = [self._pipe(reader, target_writer, is_answer=False), self._pipe(target_reader, writer, is_answer=True)]
        await asyncio.gather(*pipes)
        self._writers -= writers
        self._websockets -= writers

    async def _pipe(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, is_answer: bool) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(CHUNK):
                if is_answer and data.startswith(b"HTTP/1.1 101"):
                    self._websockets.add(writer)
                if is_answer and self.delay:
                    await asyncio.sleep(self.delay)
                if writer not in self._swallowed:
                    writer.write(data)
                    await writer.drain()
        writer.close()
