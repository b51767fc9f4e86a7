"""The Hub's quota of requests per window, from the headers of its answers; the session waits before it is exhausted."""

import random
import time
from collections.abc import Callable, Mapping

from oss_ai_monitor.plurals import counted

RESERVE = 20
"""One request in so many is left for other users of the same address or token."""


class Quota:
    """The last reported state of the window. `remaining` is None until an answer reports it."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.remaining: int | None = None
        self.limit: int | None = None
        self._resets = 0.0
        self._clock = clock

    def note(self, headers: Mapping[str, str]) -> None:
        """Update the state from an answer's headers; an answer without them counts as one request."""
        from huggingface_hub.utils import parse_ratelimit_headers

        try:
            info = parse_ratelimit_headers(headers)
        except (ValueError, TypeError):
            info = None
        if info is None:
            self.remaining = None if self.remaining is None else max(self.remaining - 1, 0)
            return
        self.remaining, self.limit = info.remaining, info.limit
        self._resets = self._clock() + min(info.reset_in_seconds, 3600)

    def wait(self) -> float:
        """Return the seconds to wait before the next request; 0 while requests remain in the window."""
        if self.remaining is None or self.remaining > (self.limit or 0) // RESERVE:
            return 0.0
        seconds = self._resets - self._clock()
        return seconds + random.uniform(0.1, 1.0) if seconds > 0 else 0.0  # noqa: S311 - so that not all come at once

    def forget(self) -> None:
        """Forget the state, because a new window has begun."""
        self.remaining = None

    def __str__(self) -> str:
        """Return a text for the progress display."""
        return (
            ""
            if self.remaining is None
            else f"{counted(self.remaining, 'request')} left for {max(self._resets - self._clock(), 0):.0f} s"
        )
