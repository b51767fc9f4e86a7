"""The Hub's answers: a valid one, a refusal, or an invalid response."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from requests.utils import parse_header_links

from oss_ai_monitor.sources.table import SourceError

REASONS = {400: "bad request", 401: "unauthorized", 403: "forbidden", 404: "not found", 410: "gone", 451: "unavailable"}


class Refused(SourceError):
    """The Hub refuses the request, and a retry would not help; `status` and `reason` tell why."""

    def __init__(self, address: str, status: int, reason: str, message: str = "") -> None:
        detail = f" ({message[:200]})" if message else ""
        hint = "set HF_TOKEN if you may see it" if status in (401, 403) else "it may be gone, or the Hub has changed"
        super().__init__(f"{address}: HTTP {status}, {reason}{detail}; {hint}")
        self.status, self.reason, self.message = status, reason, message


class InvalidResponse(Exception):
    """An answer that cannot be right; the request is repeated."""


@dataclass
class Answer:
    """An answer of the Hub: its decoded body, and its headers in lower case."""

    address: str
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def next_link(self) -> str | None:
        """The address of the next page as the Link header names it: `Session.next_path` asks the Hub for it."""
        links = parse_header_links(self.headers.get("link", ""))
        return next((link["url"] for link in links if link.get("rel") == "next"), None)

    @property
    def moment(self) -> datetime:
        """When it was sent, by the Hub's clock; by ours if the header is missing or differs by a day."""
        now = datetime.now(UTC)
        try:
            sent_at = parsedate_to_datetime(self.headers["date"]).astimezone(UTC)
        except (KeyError, ValueError, TypeError):
            return now
        return sent_at if abs(sent_at - now) < timedelta(days=1) else now

    @property
    def text(self) -> str:
        """The body as text, without a byte order mark."""
        return self.body.decode("utf-8-sig", "replace")

    def json(self) -> Any:
        """The value of the JSON body. Raises InvalidResponse if it is no JSON."""
        try:
            return json.loads(self.text, parse_constant=lambda _: None)
        except (ValueError, RecursionError) as error:
            raise InvalidResponse(f"is no JSON ({str(error)[:80]})") from error


def refused(address: str, answer: Answer) -> Refused:
    """Return the error for an answer with status 400 and more; the reasons are those of the official client."""
    error_code, message = answer.headers.get("x-error-code", ""), answer.headers.get("x-error-message", "")
    reason = REASONS.get(answer.status, "refused")
    if error_code == "GatedRepo":
        reason = "gated"
    elif message == "Access to this resource is disabled.":
        reason = "disabled"
    return Refused(address, answer.status, reason, message)
