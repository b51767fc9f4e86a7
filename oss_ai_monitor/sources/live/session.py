"""HTTP requests to the Hub: with retries, within its quota, with a deadline, and without leaking the token.

Knows HTTP and the Hub's quota; knows nothing of models. The official client has no deadline for a call, cannot resume
at a page, and parses what should be landed as sent: hence a session of our own.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import requests
import urllib3

from oss_ai_monitor.plurals import counted
from oss_ai_monitor.sources import endpoint as hub_address
from oss_ai_monitor.sources.live.answer import Answer, InvalidResponse, refused
from oss_ai_monitor.sources.live.headers import authorization, user_agent
from oss_ai_monitor.sources.live.quota import Quota
from oss_ai_monitor.sources.table import SourceError, Unreachable

CONNECTION_FAULTS = (requests.RequestException, urllib3.exceptions.HTTPError, OSError)
RETRY_STATUSES = (408, 429, 500, 502, 503, 504)
REDIRECTS = (301, 302, 303, 307, 308)


class OutOfBudget(SourceError):
    """The session has made as many requests as the user allows."""


@dataclass(frozen=True)
class RetryPolicy:
    """The timeouts, retries and limits of a session; times are in seconds."""

    connect: float = 10.0
    read: float = 30.0
    deadline: float = 120.0
    """For one whole answer, however slowly its bytes arrive."""
    attempts: int = 8
    backoff: float = 1.0
    longest_wait: float = 120.0
    """The longest wait between two attempts, unless the Hub asks for another."""
    default_wait: float = 60.0
    """The wait after a 429 that names none; the Hub's windows last five minutes."""
    max_bytes: int = 64 << 20
    """The largest answer that is read."""


class Session:
    """A session with the Hub. `HF_ENDPOINT` and `HF_TOKEN` are honoured; the token is sent to that host only."""

    def __init__(
        self,
        endpoint: str | None = None,
        *,
        retry_policy: RetryPolicy = RetryPolicy(),
        budget: int | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """`budget`: the most requests to make. Raises Unreachable if nothing answers at the Hub's address."""
        self.endpoint = hub_address.normalized(endpoint) if endpoint else hub_address.reachable()
        self.retry_policy = retry_policy
        self.budget = budget
        self.requests = 0
        self.started = datetime.now(UTC)
        """Identifies the answers of one refresh."""
        self.quota = Quota()
        self.sleep = sleep
        self._authorization = authorization(self.endpoint)
        self._http = _client()

    @property
    def remaining_requests(self) -> int | None:
        """Requests that the budget still allows."""
        return None if self.budget is None else max(self.budget - self.requests, 0)

    def public_address(self, path: str) -> str:
        """Return the address of a path, without credentials."""
        return hub_address.public_address(self.endpoint, path)

    def get(self, path: str, check: Callable[[Answer], object] | None = None) -> Answer:
        """Request a path below the endpoint until an answer passes the check.

        Raises Refused, OutOfBudget, Unreachable if nothing answers after all attempts, and SourceError if all answers
        are unusable.
        """
        address = hub_address.address(self.endpoint, path)
        retry = urllib3.Retry(
            total=self.retry_policy.attempts - 1,
            backoff_factor=self.retry_policy.backoff,
            backoff_max=self.retry_policy.longest_wait,
            backoff_jitter=self.retry_policy.backoff,
        )
        while True:
            fault, wait = "", 0.0
            try:
                answer = self._follow_redirects(address)
                if answer.status in RETRY_STATUSES:
                    fault, wait = f"HTTP {answer.status}", self._requested_wait(answer, retry)
                elif answer.status >= 400:
                    raise refused(self.public_address(path), answer)
                else:
                    if check:
                        check(answer)
                    return answer
            except InvalidResponse as error:
                fault = str(error)
            except CONNECTION_FAULTS as error:
                fault = type(error).__name__
            try:
                retry = retry.increment("GET", address, error=requests.ConnectionError(fault))
            except (urllib3.exceptions.MaxRetryError, requests.ConnectionError) as error:
                raise self._give_up(self.public_address(path), fault) from error
            self.sleep(max(wait, retry.get_backoff_time()))

    def json(self, path: str) -> Any:
        """The JSON value at a path; raises as `get` does."""
        return self.get(path, check=lambda answer: answer.json()).json()

    def page(self, path: str, check: Callable[[Answer], object]) -> tuple[Answer, str | None]:
        """One page of several, and the path of the next one; raises as `get` does."""
        answer = self.get(path, check=lambda answer: (check(answer), self.next_path(path, answer)))
        return answer, self.next_path(path, answer)

    def next_path(self, path: str, answer: Answer) -> str | None:
        """Return the path of the page after the one at `path`. Raises InvalidResponse if it is none of the same."""
        if answer.next_link is None:
            return None
        try:
            return hub_address.next_path(self.endpoint, path, answer.address, answer.next_link)
        except ValueError as error:
            raise InvalidResponse(str(error)) from error

    def _follow_redirects(self, address: str) -> Answer:
        """Return one answer after at most five redirects: a renamed repository redirects to its new address."""
        for _ in range(5):
            if self.budget is not None and self.requests >= self.budget:
                shown = hub_address.without_credentials(address)
                raise OutOfBudget(f"{shown}: the budget of {counted(self.budget, 'request')} is spent; run again")
            if wait := self.quota.wait():
                self.sleep(wait)
                self.quota.forget()
            self.requests += 1
            answer = self._within_deadline(address)
            self.quota.note(answer.headers)
            if answer.status not in REDIRECTS or "location" not in answer.headers:
                return answer
            try:
                address = hub_address.redirected(self.endpoint, address, answer.headers["location"])
            except ValueError as error:
                raise InvalidResponse("redirects to what is no address") from error
        raise InvalidResponse("redirects more than five times")

    def _within_deadline(self, address: str) -> Answer:
        """Request in a thread, because a socket's timeout does not end an answer that arrives in small pieces."""
        outcomes: list[Answer | Exception] = []
        client = self._http

        def request() -> None:
            try:
                outcomes.append(self._request(client, address))
            except Exception as error:  # noqa: BLE001 - raised below, in the thread that waits for it
                outcomes.append(error)

        thread = threading.Thread(target=request, daemon=True)
        thread.start()
        thread.join(self.retry_policy.deadline)
        if not outcomes:
            self._http = _client()  # the old one is still busy
            raise InvalidResponse(f"took longer than {self.retry_policy.deadline:g} s")
        if isinstance(outcomes[0], Exception):
            raise outcomes[0]
        return outcomes[0]

    def _request(self, client: requests.Session, address: str) -> Answer:
        deadline = time.monotonic() + self.retry_policy.deadline
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
                if size > self.retry_policy.max_bytes:
                    raise InvalidResponse(f"is longer than {self.retry_policy.max_bytes >> 20} MB")
                if time.monotonic() > deadline:
                    raise InvalidResponse(f"took longer than {self.retry_policy.deadline:g} s")
            headers = {name.lower(): value for name, value in answer.headers.items()}
            length = headers.get("content-length", "")
            if "content-encoding" not in headers and length.isdigit() and size < int(length):
                raise InvalidResponse(f"broke off after {size} of {counted(int(length), 'byte')}")
            return Answer(address, answer.status_code, headers, b"".join(chunks))

    def _authorised(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Add the token to requests to the Hub; passed as requests' auth, so that .netrc does not replace it."""
        if hub_address.origin(request.url or "") == hub_address.origin(self.endpoint):
            return self._authorization(request)
        return request

    def _requested_wait(self, answer: Answer, retry: urllib3.Retry) -> float:
        """Return the seconds that the Hub asks to wait, or a default for a 429 that names none."""
        try:
            if retry_after := answer.headers.get("retry-after"):
                return min(retry.parse_retry_after(retry_after), 3600.0)
        except urllib3.exceptions.InvalidHeader:
            pass  # an invalid header counts as none
        if answer.status != 429:
            return 0.0
        return self.quota.wait() or self.retry_policy.default_wait

    def _give_up(self, address: str, fault: str) -> SourceError:
        kind = Unreachable if fault.endswith(("ConnectionError", "Timeout", "ConnectTimeout")) else SourceError
        return kind(
            f"{address}: {fault}, asked {counted(self.retry_policy.attempts, 'time')}; what has come so "
            "far is kept: check the network and status.huggingface.co, and run the same again"
        )


def _client() -> requests.Session:
    client = requests.Session()
    client.headers["User-Agent"] = user_agent()
    client.headers["Accept"] = "application/json"
    return client
