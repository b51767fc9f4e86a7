"""How the Hub is asked: politely, within its quota, with an end to every wait, and without giving the token away.

Knows HTTP and the Hub's manners; knows nothing of models. The official client's calls cannot be given a deadline, pages
cannot be resumed with them, and they parse what is to be landed as sent: hence a session of our own.
"""

import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import metadata
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
import urllib3
from huggingface_hub import get_token

from oss_ai_monitor import __version__
from oss_ai_monitor.sources.endpoint import reachable, shown
from oss_ai_monitor.sources.live.answer import Answer, InvalidResponse, refused
from oss_ai_monitor.sources.live.quota import Quota
from oss_ai_monitor.sources.table import SourceError, Unreachable

BROKEN = (requests.RequestException, urllib3.exceptions.HTTPError, OSError)
AGAIN = (408, 429, 500, 502, 503, 504)
REDIRECTS = (301, 302, 303, 307, 308)


class OutOfBudget(SourceError):
    """As many requests have been made as the user allows."""


@dataclass(frozen=True)
class RetryPolicy:
    """Seconds and counts that a session keeps to."""

    connect: float = 10.0
    read: float = 30.0
    wall: float = 120.0
    """For one answer, from the first byte asked to the last one read, however slowly it drips."""
    attempts: int = 8
    backoff: float = 1.0
    longest: float = 120.0
    """Between two attempts, unless the Hub names another time."""
    unnamed: float = 60.0
    """After a 429 that names none: its windows are of five minutes."""
    most: int = 64 << 20
    """Bytes of one answer."""


class Session:
    """One conversation with the Hub. `HF_ENDPOINT` and `HF_TOKEN` are honoured; the token goes to that host alone."""

    def __init__(
        self,
        endpoint: str | None = None,
        *,
        retry_policy: RetryPolicy = RetryPolicy(),
        budget: int | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """`budget`: requests that may be made. Raises Unreachable when nothing answers at the Hub's address."""
        self.endpoint = (endpoint or reachable()).rstrip("/")
        self.retry_policy = retry_policy
        self.budget = budget
        self.requests = 0
        self.started = datetime.now(UTC)
        """By which what one refresh was told is known to belong together."""
        self.quota = Quota()
        self.sleep = sleep
        self._token = get_token()
        self._http = _client()

    @property
    def left(self) -> int | None:
        """Requests that the budget still allows."""
        return None if self.budget is None else max(self.budget - self.requests, 0)

    def shown(self, path: str) -> str:
        """An address as it may be told to anybody."""
        return shown(urljoin(self.endpoint + "/", path))

    def get(self, path: str, check: Callable[[Answer], object] | None = None) -> Answer:
        """Ask for a path below the endpoint, or a whole address, until there is an answer that passes the check.

        Raises Refused for a no, OutOfBudget, Unreachable when nobody answers however often asked, and SourceError when
        what comes stays unusable.
        """
        address = urljoin(self.endpoint + "/", path)
        retry = urllib3.Retry(
            total=self.retry_policy.attempts - 1,
            backoff_factor=self.retry_policy.backoff,
            backoff_max=self.retry_policy.longest,
            backoff_jitter=self.retry_policy.backoff,
        )
        while True:
            fault, wait = "", 0.0
            try:
                answer = self._once(address)
                if answer.status in AGAIN:
                    fault, wait = f"HTTP {answer.status}", self._named(answer, retry)
                elif answer.status >= 400:
                    raise refused(self.shown(address), answer)
                else:
                    if check:
                        check(answer)
                    return answer
            except InvalidResponse as error:
                fault = str(error)
            except BROKEN as error:
                fault = type(error).__name__
            try:
                retry = retry.increment("GET", address, error=requests.ConnectionError(fault))
            except (urllib3.exceptions.MaxRetryError, requests.ConnectionError) as error:
                raise self._gave_up(address, fault) from error
            self.sleep(max(wait, retry.get_backoff_time()))

    def json(self, path: str) -> Any:
        """The JSON value at a path; raises as `get` does."""
        return self.get(path, check=lambda answer: answer.json()).json()

    def _once(self, address: str) -> Answer:
        """One answer, after as many redirects as the Hub makes: a renamed repository answers with its new address."""
        for _ in range(5):
            if self.budget is not None and self.requests >= self.budget:
                raise OutOfBudget(f"{self.shown(address)}: the budget of {self.budget:,} requests is spent; run again")
            if wait := self.quota.wait():
                self.sleep(wait)
                self.quota.forget()
            self.requests += 1
            answer = self._within_the_wall(address)
            self.quota.note(answer.headers)
            if answer.status not in REDIRECTS or "location" not in answer.headers:
                return answer
            address = urljoin(address, answer.headers["location"])
        raise InvalidResponse("redirects more than five times")

    def _within_the_wall(self, address: str) -> Answer:
        """Ask in a thread: a socket's timeout ends no answer that comes drop by drop, be it body or headers."""
        said: list[Answer | Exception] = []
        client = self._http

        def ask() -> None:
            try:
                said.append(self._ask(client, address))
            except Exception as error:  # noqa: BLE001 - raised below, in the thread that waits for it
                said.append(error)

        asking = threading.Thread(target=ask, daemon=True)
        asking.start()
        asking.join(self.retry_policy.wall)
        if not said:
            self._http = _client()  # the other one is still being dripped upon
            raise InvalidResponse(f"took longer than {self.retry_policy.wall:g} s")
        if isinstance(said[0], Exception):
            raise said[0]
        return said[0]

    def _ask(self, client: requests.Session, address: str) -> Answer:
        deadline = time.monotonic() + self.retry_policy.wall
        with client.get(
            address,
            auth=self._authorised,
            stream=True,
            allow_redirects=False,
            timeout=(self.retry_policy.connect, self.retry_policy.read),
        ) as answer:
            chunks, size = [], 0
            while chunk := answer.raw.read1(1 << 18, decode_content=True):
                size += len(chunk)
                chunks.append(chunk)
                if size > self.retry_policy.most:
                    raise InvalidResponse(f"is longer than {self.retry_policy.most >> 20} MB")
                if time.monotonic() > deadline:
                    raise InvalidResponse(f"took longer than {self.retry_policy.wall:g} s")
            headers = {name.lower(): value for name, value in answer.headers.items()}
            length = headers.get("content-length", "")
            if "content-encoding" not in headers and length.isdigit() and size < int(length):
                raise InvalidResponse(f"broke off after {size} of {length} bytes")
            return Answer(address, answer.status_code, headers, b"".join(chunks))

    def _authorised(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """The token, for the Hub alone; given as requests' auth, so that no other login (.netrc) takes its place."""
        if self._token and _origin(request.url or "") == _origin(self.endpoint):
            request.headers["Authorization"] = f"Bearer {self._token}"
        return request

    def _named(self, answer: Answer, retry: urllib3.Retry) -> float:
        """Seconds that the Hub asks to wait; for a 429 that names none, a good part of its window."""
        try:
            if after := answer.headers.get("retry-after"):
                return min(retry.parse_retry_after(after), 3600.0)
        except urllib3.exceptions.InvalidHeader:
            pass  # then it has named none
        if answer.status != 429:
            return 0.0
        return self.quota.wait() or self.retry_policy.unnamed

    def _gave_up(self, address: str, fault: str) -> SourceError:
        kind = Unreachable if fault.endswith(("ConnectionError", "Timeout", "ConnectTimeout")) else SourceError
        return kind(
            f"{self.shown(address)}: {fault}, asked {self.retry_policy.attempts} times; what has come so far is kept: "
            "check the network and status.huggingface.co, and run the same again"
        )


def _client() -> requests.Session:
    client = requests.Session()
    client.headers["User-Agent"] = user_agent()
    client.headers["Accept"] = "application/json"
    return client


def user_agent() -> str:
    """Who asks: name, version, and where to find the project or, by `OSS_AI_MONITOR_CONTACT`, who runs it."""
    try:
        urls = metadata.metadata("oss-ai-monitor").get_all("Project-URL") or []
    except metadata.PackageNotFoundError:
        urls = []
    told = [url.partition(", ")[2] for url in urls[:1]]
    if contact := "".join(filter(str.isprintable, os.environ.get("OSS_AI_MONITOR_CONTACT", ""))).strip():
        told.append(contact.encode("ascii", "ignore").decode())
    return f"oss-ai-monitor/{__version__}" + (f" (+{'; +'.join(told)})" if told else "")


def _origin(address: str) -> tuple[str, str, int | None]:
    parts = urlsplit(address)
    return parts.scheme, (parts.hostname or "").lower(), parts.port or {"http": 80, "https": 443}.get(parts.scheme)
