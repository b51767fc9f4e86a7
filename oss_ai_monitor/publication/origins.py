"""Where a follower reads a publication: a folder, an address, or a dataset on the Hub. Each says whether it changed."""

from __future__ import annotations

import json
import os
import queue
import re
import shlex
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import IO, Protocol
from urllib.parse import quote, urlsplit, urlunsplit

import requests

from ..sources.endpoint import address as hub_address
from ..sources.endpoint import reachable, without_credentials
from ..warehouse import NAME as WAREHOUSE
from .hub import PREFIX, repository
from .manifest import MAX_BYTES, NAME, PublicationError, Refused

CHUNK = 1 << 20
PIECE = 1 << 16
"""Bytes that must come within READ_SECONDS, however few of them a server sends at a time."""
CONNECT_SECONDS, READ_SECONDS, ANSWER_SECONDS = 10, 60, 120
_COMMIT = re.compile(r"[0-9a-f]{7,64}")


class Origin(Protocol):
    """A place that publishes. `name` is shown and recorded, without a password."""

    name: str

    def manifest(self, etag: str) -> tuple[bytes, str] | None:
        """Return the manifest and its ETag; None if it still has the given one. Raises PublicationError."""
        ...

    def content(self, path: str, start: int) -> AbstractContextManager[tuple[int, Iterator[bytes]]]:
        """Open a file from a byte on; gives the byte that it does begin at, and its pieces."""
        ...


def origin(text: str) -> Origin:
    """Return the place that a text names. Raises PublicationError for an address that names none."""
    if text.startswith(PREFIX):
        return HubOrigin(text)
    if "://" in text:
        return WebOrigin(text)
    return FolderOrigin(Path(text))


class FolderOrigin:
    """A folder on this machine, or one that is mounted. What a link leads out of it to is refused."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.absolute()
        self.name = str(self.folder)

    def manifest(self, etag: str) -> tuple[bytes, str] | None:
        with self._open(NAME) as file:
            status = os.fstat(file.fileno())
            current = f"{status.st_mtime_ns}-{status.st_size}-{status.st_ino}"
            return None if current == etag else (file.read(MAX_BYTES + 1), current)

    @contextmanager
    def content(self, path: str, start: int) -> Iterator[tuple[int, Iterator[bytes]]]:
        with self._open(path) as file:
            file.seek(start)
            yield start, iter(lambda: file.read(CHUNK), b"")

    @contextmanager
    def _open(self, path: str) -> Iterator[IO[bytes]]:
        full = self.folder / path
        try:
            resolved, root = full.resolve(strict=True), self.folder.resolve(strict=True)
            if not resolved.is_relative_to(root) or full.is_symlink() or not resolved.is_file():
                raise Refused(f"{full} is a link or no file; it is refused")
            file = resolved.open("rb")
        except (OSError, RuntimeError) as error:
            advice = f": {self._advice()}" if isinstance(error, FileNotFoundError) else ""
            reason = getattr(error, "strerror", None) or error
            raise PublicationError(f"{full} cannot be read ({reason}){advice}") from error
        with file:
            yield file

    def _advice(self) -> str:
        """Return what to do where nothing is published in the folder."""
        if (self.folder / "landing").is_dir() or os.path.lexists(self.folder / WAREHOUSE):
            folder = shlex.quote(str(self.folder))
            return (
                "this is the folder of a warehouse, which is published first: "
                f"'oss-ai-monitor --warehouse {folder} publish ANOTHER_FOLDER', then follow that folder"
            )
        return "name the folder into which 'publish' wrote, or the address under which it is shown"


class WebOrigin:
    """An address under which a folder is shown. Redirects never lead from https to http."""

    def __init__(self, text: str, token: str = "") -> None:
        try:
            parts = urlsplit(text)
            is_address = parts.scheme in ("http", "https") and bool(parts.hostname) and not parts.query
            parts.port  # noqa: B018 - raises ValueError if it is no port
        except ValueError:
            is_address = False
        if not is_address:
            raise PublicationError(f"{text[:200]} is no address: expected https://HOST/FOLDER, hf://… or a folder")
        path = parts.path.removesuffix(NAME).rstrip("/")
        self.base = urlunsplit((parts.scheme, parts.netloc, path, "", ""))
        self.name = without_credentials(self.base)
        self.headers = {"Accept-Encoding": "identity"} | ({"Authorization": f"Bearer {token}"} if token else {})

    def manifest(self, etag: str) -> tuple[bytes, str] | None:
        headers = {"If-None-Match": etag} if etag else {}
        with self._answer(NAME, headers, {200, 304} if etag else {200}) as answer:
            if answer.status_code == requests.codes.not_modified:
                return None
            return self._content_of(answer, NAME), answer.headers.get("ETag", "")

    def _content_of(self, answer: requests.Response, path: str) -> bytes:
        content = b""
        for piece in _pieces(answer, self.name):
            content += piece
            if len(content) > MAX_BYTES:
                raise Refused(f"{self.name}/{path} is larger than {MAX_BYTES:,} bytes")
        return content

    @contextmanager
    def content(self, path: str, start: int) -> Iterator[tuple[int, Iterator[bytes]]]:
        """Open a file from a byte on; where the answer is no use for that, from its first byte on."""
        if start:
            accepted = {200, 206, requests.codes.requested_range_not_satisfiable}
            with self._answer(path, {"Range": f"bytes={start}-"}, accepted) as answer:
                if answer.status_code == requests.codes.ok:
                    yield 0, _pieces(answer, self.name)
                    return
                if _goes_on(answer, start):
                    yield start, _pieces(answer, self.name)
                    return
        with self._answer(path, {}, {200}) as answer:
            yield 0, _pieces(answer, self.name)

    @contextmanager
    def _answer(self, path: str, headers: dict[str, str], accepted: set[int]) -> Iterator[requests.Response]:
        answer = _ask(f"{self.base}/{quote(path)}", self.headers | headers, self.name)
        with answer:
            passed = [step.url for step in (*answer.history, answer)]
            if self.base.startswith("https:") and not all(url.startswith("https:") for url in passed):
                raise Refused(f"{self.name} leads to an address without TLS; it is refused")
            if answer.status_code not in accepted:
                reason = f"{self.name}/{path} is answered with {answer.status_code}"
                is_missing = path == NAME and answer.status_code == requests.codes.not_found
                raise PublicationError(f"{reason}: nothing is published at this address" if is_missing else reason)
            yield answer


class HubOrigin(WebOrigin):
    """A dataset on the Hub: each round reads one commit, so that no file is of another one."""

    def __init__(self, text: str) -> None:
        self.dataset = repository(text)
        self.endpoint = reachable()
        super().__init__(hub_address(self.endpoint, f"datasets/{self.dataset}"), os.environ.get("HF_TOKEN", ""))
        self.home, self.name = self.base, f"{PREFIX}datasets/{self.dataset}"

    def manifest(self, etag: str) -> tuple[bytes, str] | None:
        self.base = hub_address(self.endpoint, "api/datasets")
        with self._answer(f"{self.dataset}/revision/main", {}, {200}) as answer:
            commit = ""
            with suppress(ValueError, AttributeError, RecursionError):
                commit = str(json.loads(self._content_of(answer, "revision")).get("sha"))
        if not _COMMIT.fullmatch(commit):
            raise PublicationError(f"{self.name}: the Hub did not say which commit is the newest")
        if commit == etag:
            return None
        self.base = f"{self.home}/resolve/{commit}"
        answer_of_commit = super().manifest("")
        return (answer_of_commit[0], commit) if answer_of_commit else None


def _goes_on(answer: requests.Response, start: int) -> bool:
    """Whether an answer is the part from a byte on: of the file itself, and not of what a proxy made of it."""
    is_part = answer.status_code == requests.codes.partial_content
    encoding = answer.headers.get("Content-Encoding", "identity").strip().lower()
    return is_part and encoding == "identity" and answer.headers.get("Content-Range", "").startswith(f"bytes {start}-")


def _ask(address: str, headers: dict[str, str], name: str) -> requests.Response:
    """Return the beginning of an answer, in a thread, for a server may send its headers letter by letter."""
    answers: queue.SimpleQueue[requests.Response | Exception] = queue.SimpleQueue()

    def ask() -> None:
        try:
            timeout = (CONNECT_SECONDS, READ_SECONDS)
            answers.put(requests.get(address, headers=headers, stream=True, timeout=timeout))
        except Exception as error:  # noqa: BLE001 - it is raised below
            answers.put(error)

    threading.Thread(target=ask, daemon=True).start()
    try:
        answer = answers.get(timeout=ANSWER_SECONDS)
    except queue.Empty as error:
        raise PublicationError(f"{name} did not answer within {ANSWER_SECONDS} s") from error
    if isinstance(answer, requests.Response):
        return answer
    if isinstance(answer, (requests.RequestException, ValueError)):
        raise PublicationError(
            f"{name} does not answer ({type(answer).__name__}); check the address and the network"
        ) from answer
    raise answer


def _pieces(answer: requests.Response, name: str) -> Iterator[bytes]:
    """Yield the content. Raises PublicationError where it breaks off, or comes too slowly."""
    pieces = answer.iter_content(PIECE)
    while True:
        is_late = threading.Event()
        timer = threading.Timer(READ_SECONDS, _end, (answer, is_late))
        timer.daemon = True
        timer.start()
        failure: Exception | None = None
        piece = b""
        try:
            piece = next(pieces, b"")
        except (requests.RequestException, OSError) as error:
            failure = error
        finally:
            timer.cancel()
        if is_late.is_set():
            raise PublicationError(f"{name} sends less than {PIECE // READ_SECONDS:,} bytes in a second: it was ended")
        if failure:
            reason = type(failure).__name__
            raise PublicationError(f"{name} broke off ({reason}); the next round goes on from there") from failure
        if not piece:
            return
        yield piece


def _end(answer: requests.Response, is_late: threading.Event) -> None:
    """End a connection from another thread than the one that waits for it."""
    is_late.set()
    with suppress(OSError, RuntimeError, ValueError):
        answer.raw.shutdown()
