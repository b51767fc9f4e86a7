"""Rate limits for one address and for all together: what exceeds them is refused, and everyone else is served."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields

from ..addresses import network

MOST_ADDRESSES = 10_000
"""Addresses remembered at once; the least recently seen is forgotten first."""


@dataclass(frozen=True)
class Limits:
    """Each is an option of the server; 0 means no limit. They hold for each server process on its own."""

    sessions: int = 200
    """Sessions open at once."""
    sessions_per_address: int = 40
    """Sessions open at once from one address, which may be a whole office."""
    openings_per_minute: int = 60
    """Pages, embeds, tables, connections and logins of one address."""
    openings_per_minute_of_all: int = 600
    """The same for all addresses together."""
    logins_per_minute: int = 10
    """Logins tried from one address."""
    messages_per_second: int = 40
    """Messages of one connection on average; ten times as many may come in a burst."""
    events_per_second: int = 80
    """Changes and events in the messages of one connection on average; ten times as many may come in a burst."""
    kilobytes_per_second: int = 64
    """Size of the messages of one connection on average; ten times as much may come in a burst."""
    message_kilobytes: int = 256
    """Size of one message from a visitor."""
    connections_per_address: int = 100
    """HTTP connections open at once from one address, which may be a whole office; websockets are counted apart."""
    idle_minutes: int = 240
    """Minutes without a message after which a connection is closed."""

    @classmethod
    def options(cls) -> Iterable[tuple[str, int, str]]:
        """Yield name, default and description of each limit."""
        descriptions = {
            "sessions": "Sessions open at once",
            "sessions_per_address": "Sessions open at once from one address",
            "openings_per_minute": "Pages, embeds, tables, connections and logins of one address",
            "openings_per_minute_of_all": "Pages, embeds, tables, connections and logins of all addresses",
            "logins_per_minute": "Login attempts of one address",
            "messages_per_second": "Messages of one connection",
            "events_per_second": "Changes and events of one connection",
            "kilobytes_per_second": "Size of the messages of one connection",
            "message_kilobytes": "Size of one message",
            "connections_per_address": "HTTP connections open at once from one address, unless behind a proxy",
            "idle_minutes": "Minutes after which an idle connection is closed",
        }
        return [(field.name, int(str(field.default)), descriptions[field.name]) for field in fields(cls)]


class Bucket:
    """A token bucket: `burst` tokens at first, then `rate` new ones a second."""

    def __init__(self, burst: float, rate: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.burst, self.rate, self.clock = burst, rate, clock
        self._tokens, self._updated_at = burst, clock()

    def take(self, number: float = 1) -> bool:
        """Take tokens; False if there are not that many."""
        now = self.clock()
        self._tokens = min(self.burst, self._tokens + (now - self._updated_at) * self.rate)
        self._updated_at = now
        if self._tokens < number:
            return False
        self._tokens -= number
        return True


class Buckets:
    """A token bucket for each address seen lately."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.per_minute, self.clock = per_minute, clock
        self._buckets: OrderedDict[str, Bucket] = OrderedDict()

    def take(self, address: str) -> bool:
        """Take a token of an address; False if it has none."""
        if not self.per_minute:
            return True
        bucket = self._buckets.pop(address, None) or Bucket(self.per_minute, self.per_minute / 60, self.clock)
        self._buckets[address] = bucket
        if len(self._buckets) > MOST_ADDRESSES:
            self._buckets.popitem(last=False)
        return bucket.take()


class Admission:
    """Decides which requests are refused; `open_sessions` returns the address of each open session."""

    def __init__(
        self, limits: Limits, open_sessions: Callable[[], list[str]], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.limits, self._open_sessions = limits, open_sessions
        self._openings = Buckets(limits.openings_per_minute, clock)
        self._of_all = Buckets(limits.openings_per_minute_of_all, clock)
        self._logins = Buckets(limits.logins_per_minute, clock)

    def refusal(self, address: str, *, is_new: bool, is_login: bool = False) -> str:
        """Return why a request from `address` is refused, or an empty string; `is_new`: it would open a session.

        Requests from this machine itself are not counted by address, since all of a proxy's visitors would share it.
        """
        visitor = network(address)
        if visitor and is_login and not self._logins.take(visitor):
            return "logins of one address"
        if visitor and not self._openings.take(visitor):
            return "openings of one address"
        if not self._of_all.take(""):
            return "openings of all"
        if not is_new:
            return ""
        addresses = self._open_sessions()
        if self.limits.sessions and len(addresses) >= self.limits.sessions:
            return "sessions"
        limit = self.limits.sessions_per_address
        if visitor and limit and [network(opener) for opener in addresses].count(visitor) >= limit:
            return "sessions of one address"
        return ""
