"""A child process that ends when the server does, even if the server is killed: they share a pipe."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from typing import BinaryIO

GRACE = 10.0
"""Seconds that a running step has to finish after SIGTERM; nothing is lost if it is killed then."""


def start_child(command: Sequence[str], environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """Start a process whose standard input ends when this process does, also when it becomes another program."""
    read, write = os.pipe()
    try:
        started = subprocess.Popen(command, stdin=read, env=dict(environment))  # noqa: S603 - our own interpreter
    finally:
        os.close(read)
    os.set_inheritable(write, True)  # kept open by whatever this process becomes, and by nothing that that one starts
    return started


def end_with(stream: BinaryIO) -> None:
    """Send SIGTERM to this process once a stream has ended, and exit hard after GRACE seconds."""

    def watch() -> None:
        while stream.read(1):
            pass
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(GRACE)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
