"""Which invented models are gated, and how that changed in the two years: some were open before, some are open again.

Positions of models in the arrays are those in the community; days are counted since 1970-01-01.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from oss_ai_monitor.sources.simulated.community import Community, Ints
from oss_ai_monitor.sources.simulated.lives import WINDOW, Lives

GATED = np.array(["false", "auto", "manual"], dtype=object)
"""What the Hub's listing says, by number."""
_OPEN, _AUTO, _MANUAL = range(len(GATED))


@dataclass(frozen=True)
class Access:
    """The access of every model, by number, now and before its only change."""

    now: Ints
    before: Ints
    changed_on: Ints
    """The first day with the present access; 0 where it never was another one."""

    def on(self, models: Ints, days: Ints) -> Ints:
        """Return the access of some models on some days, as (days, models)."""
        is_before = days[:, None] < self.changed_on[models]
        return np.where(is_before, self.before[models], self.now[models])


def access_of(community: Community, lives: Lives) -> Access:
    """Draw the access of every model; the same community has the same."""
    rng = np.random.default_rng([community.seed, 11])
    n = len(lives)
    position = np.arange(n)
    now = np.select([position % 23 == 5, position % 23 == 7], [_AUTO, _MANUAL], _OPEN)
    is_gated = now != _OPEN
    kind = np.where(position % 2 == 0, _AUTO, _MANUAL)
    before = np.where(is_gated & (position % 4 != 1), _OPEN, kind)
    on = rng.integers(lives.last - WINDOW + 2, lives.last + 1, n)
    is_changed = np.where(is_gated, position % 5 < 2, position % 97 == 9) & (on > lives.born) & (before != now)
    return Access(now, before, np.where(is_changed, on, 0))
