"""What the Hub says: an answer, a refusal, or something that it cannot have meant."""

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
    """The Hub's answer is no, and asking again would not change it; `status` and `reason` say which no it is."""

    def __init__(self, address: str, status: int, reason: str, said: str = "") -> None:
        told = f" ({said[:200]})" if said else ""
        hint = "set HF_TOKEN if you may see it" if status in (401, 403) else "it may be gone, or the Hub has changed"
        super().__init__(f"{address}: HTTP {status}, {reason}{told}; {hint}")
        self.status, self.reason, self.said = status, reason, said


class InvalidResponse(Exception):
    """An answer that cannot be what the Hub meant; it is asked for again."""


@dataclass
class Answer:
    """What the Hub sent: a body, decoded from its encoding, and headers in lower case."""

    address: str
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def next(self) -> str | None:
        """The address of the next page, from the Link header."""
        links = parse_header_links(self.headers.get("link", ""))
        return next((link["url"] for link in links if link.get("rel") == "next"), None)

    @property
    def moment(self) -> datetime:
        """When it was sent, by the Hub's clock; by ours where it does not say, or is a day away."""
        now = datetime.now(UTC)
        try:
            said = parsedate_to_datetime(self.headers["date"]).astimezone(UTC)
        except (KeyError, ValueError, TypeError):
            return now
        return said if abs(said - now) < timedelta(days=1) else now

    def json(self) -> Any:
        """The body's value. Raises Spoilt when it is no JSON."""
        try:
            return json.loads(self.body.decode("utf-8", "replace"), parse_constant=lambda _: None)
        except (ValueError, RecursionError) as error:
            raise InvalidResponse(f"is no JSON ({str(error)[:80]})") from error


def refused(address: str, answer: Answer) -> Refused:
    """The error that an answer of 400 and more is; the reasons are those of the official client."""
    code, said = answer.headers.get("x-error-code", ""), answer.headers.get("x-error-message", "")
    reason = REASONS.get(answer.status, "refused")
    if code == "GatedRepo":
        reason = "gated"
    elif said == "Access to this resource is disabled.":
        reason = "disabled"
    return Refused(address, answer.status, reason, said)
