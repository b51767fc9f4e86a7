"""The Hub's quota: requests in a fixed window, as its answers tell; obeyed before the wall, not after."""

import random
import time
from collections.abc import Callable, Mapping

from huggingface_hub.utils import parse_ratelimit_headers

RESERVE = 20
"""One request in so many is left to whoever else shares the address or the token."""


class Quota:
    """What was last heard of the window. `left` is None until something has been heard."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.left: int | None = None
        self.limit: int | None = None
        self._resets = 0.0
        self._clock = clock

    def note(self, headers: Mapping[str, str]) -> None:
        """Hear what an answer says of the window; one that says nothing counts as a request made."""
        try:
            info = parse_ratelimit_headers(headers)
        except (ValueError, TypeError):
            info = None
        if info is None:
            self.left = None if self.left is None else max(self.left - 1, 0)
            return
        self.left, self.limit = info.remaining, info.limit
        self._resets = self._clock() + min(info.reset_in_seconds, 3600)

    def wait(self) -> float:
        """Seconds to wait before the next request; none while the window has room."""
        if self.left is None or self.left > (self.limit or 0) // RESERVE:
            return 0.0
        seconds = self._resets - self._clock()
        return seconds + random.uniform(0.1, 1.0) if seconds > 0 else 0.0  # noqa: S311 - so that not all come at once

    def forget(self) -> None:
        """A new window has begun."""
        self.left = None

    def __str__(self) -> str:
        """For whoever watches."""
        return (
            "" if self.left is None else f"{self.left:,} requests left for {max(self._resets - self._clock(), 0):.0f} s"
        )
