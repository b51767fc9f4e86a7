"""How much one address, and all together, may take; what is more is turned away while the others are served."""

from __future__ import annotations

import ipaddress
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields

MOST_ADDRESSES = 10_000
"""Addresses remembered at once; the one that has asked for longest ago is forgotten first."""
SHARED_BITS = 64
"""Of an IPv6 address: what one visitor has is a network, not an address."""


@dataclass(frozen=True)
class Limits:
    """Each is an option of the server; 0 means no limit. Of one process: several have as much each."""

    sessions: int = 200
    """Visits that are held open at once."""
    sessions_per_address: int = 40
    """Of one address, which may be a whole office."""
    openings_per_minute: int = 60
    """Pages, embeds, connections and logins of one address."""
    openings_per_minute_of_all: int = 600
    """The same of everybody."""
    logins_per_minute: int = 10
    """Of one address."""
    messages_per_second: int = 40
    """Of one connection, for long; ten times as many at once."""
    message_kilobytes: int = 256
    """Of one message from a visitor."""
    idle_minutes: int = 240
    """Until a connection on which a visitor did nothing is given back."""

    @classmethod
    def options(cls) -> Iterable[tuple[str, int, str]]:
        """Each limit as an option: its name, its default, what it limits."""
        told = {
            "sessions": "Visits held open at once",
            "sessions_per_address": "Visits held open at once by one address",
            "openings_per_minute": "Pages, embeds, connections and logins of one address",
            "openings_per_minute_of_all": "Pages, embeds, connections and logins of everybody",
            "logins_per_minute": "Logins tried by one address",
            "messages_per_second": "Messages of one connection",
            "message_kilobytes": "Size of one message",
            "idle_minutes": "Until a connection on which nothing is done is given back",
        }
        return [(one.name, int(str(one.default)), told[one.name]) for one in fields(cls)]


class Bucket:
    """So many at once, and so many a second after that."""

    def __init__(self, at_once: float, a_second: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.at_once, self.a_second, self.clock = at_once, a_second, clock
        self._left, self._seen = at_once, clock()

    def take(self) -> bool:
        """Whether there is one left; it is gone then."""
        now = self.clock()
        self._left = min(self.at_once, self._left + (now - self._seen) * self.a_second)
        self._seen = now
        if self._left < 1:
            return False
        self._left -= 1
        return True


class Buckets:
    """One for each address that has asked lately."""

    def __init__(self, a_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.a_minute, self.clock = a_minute, clock
        self._known: OrderedDict[str, Bucket] = OrderedDict()

    def take(self, address: str) -> bool:
        """Whether that address may once more."""
        if not self.a_minute:
            return True
        bucket = self._known.pop(address, None) or Bucket(self.a_minute, self.a_minute / 60, self.clock)
        self._known[address] = bucket
        if len(self._known) > MOST_ADDRESSES:
            self._known.popitem(last=False)
        return bucket.take()


class Admission:
    """Says who is let in. `held`: the address of each visit that is held open, as it is at that moment."""

    def __init__(
        self, limits: Limits, held: Callable[[], list[str]], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.limits, self._held = limits, held
        self._openings = Buckets(limits.openings_per_minute, clock)
        self._of_all = Buckets(limits.openings_per_minute_of_all, clock)
        self._logins = Buckets(limits.logins_per_minute, clock)

    def refusal(self, address: str, *, is_new: bool, is_login: bool = False) -> str:
        """Why who asks from `address` is not let in; empty where he is. `is_new`: one more visit would be held open.

        What is asked on the machine itself is not counted by address: all of a proxy's visitors would be one.
        """
        who = network(address)
        if who and is_login and not self._logins.take(who):
            return "logins of one address"
        if who and not self._openings.take(who):
            return "openings of one address"
        if not self._of_all.take(""):
            return "openings of all"
        if not is_new:
            return ""
        held = self._held()
        if self.limits.sessions and len(held) >= self.limits.sessions:
            return "sessions"
        most = self.limits.sessions_per_address
        if who and most and sum(network(one) == who for one in held) >= most:
            return "sessions of one address"
        return ""


def network(address: str) -> str:
    """What one visitor asks from: an address, or the network of IPv6 that he has; empty on this machine itself."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped:
            return network(str(found.ipv4_mapped))
        if not found.is_loopback:
            return str(ipaddress.ip_network((found, SHARED_BITS), strict=False))
    return "" if found.is_loopback else str(found)
