"""How often each invented model has been downloaded by any day: launches, decays, plateaus, revivals, bursts by bots.

A model's rate follows one shape since it appeared. The sum of all downloads up to a day is a formula, so that any day
can be computed without those before it. Days are counted since 1970-01-01; the downloads of a day are those between its
listing and the one before it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from oss_ai_monitor.sources.simulated.community import CREATED_AT_FLOOR, Bools, Community, Ints
from oss_ai_monitor.sources.simulated.facts import DAY, Floats
from oss_ai_monitor.sources.simulated.traps import GIANT

WINDOW = 730
"""Days up to the listing's in which something happens to models: renames, removals, bursts."""
SPIKES = (501, 40)
"""So many days before the last one, everybody fetched six times as much as usual."""
_EPOCH = CREATED_AT_FLOOR // DAY
_PROFILES = 61
_NEVER, _PLATEAU, _FOREVER = 0.4, 1e6, 10**6
_SLOWEST = 1e-4
"""Downloads a day below which a launch is over: the sum would no longer grow in steps that a float resolves."""


@dataclass
class Lives:
    """All models as parallel arrays, a model being its position in the community."""

    last: int
    clock: Floats
    """(days since the oldest model, profiles): the time that has passed for the models of a profile; busy days are
    long."""
    profile: Ints
    born: Ints  # the first day with the model in the listing
    away_from: Ints  # the first day without it
    away_until: Ints  # the day on which it is back; after the last day, if it is never back
    rise: Floats  # days
    decay: Floats  # days; the exponent where is_power
    is_power: Bools
    height: Floats  # downloads a day, before the decay
    revives_after: Floats  # days
    height_again: Floats
    phase: Floats  # below 1: when the first download comes
    burst_on: Ints
    burst: Ints
    likes: Ints  # on the last day

    def __len__(self) -> int:
        return len(self.born)

    def downloads(self, models: Ints, days: Ints) -> Ints:
        """Return the downloads of some models up to some days, as (days, models): whole numbers that never fall."""
        age = self._age(models, days)
        rise, decay = self.rise[models], self.decay[models]
        total = self.height[models] * _launched(age, rise, decay, self.is_power[models], self.height[models])
        again = np.flatnonzero(self.height_again[models])
        if len(again):
            height = self.height_again[models][again]
            later = np.maximum(age[:, again] - self.revives_after[models][again], 0)
            no_power = np.zeros(len(again), dtype=bool)
            total[:, again] += height * _launched(later, rise[again], decay[again], no_power, height)
        downloads = np.floor(total + self.phase[models]).astype(np.int64)
        bursting = np.flatnonzero(self.burst[models])
        is_over = days[:, None] >= self.burst_on[models][bursting]
        downloads[:, bursting] += is_over * self.burst[models][bursting]
        return downloads

    def is_listed(self, models: Ints, days: Ints) -> Bools:
        """Return whether each model is in the Hub's listing, as (days, models)."""
        on = days[:, None]
        is_away = (on >= self.away_from[models]) & (on < self.away_until[models])
        listed: Bools = (on >= self.born[models]) & ~is_away
        return listed

    def _age(self, models: Ints, days: Ints) -> Floats:
        """Return the time since each model appeared, without that in which it was away."""
        profile = self.profile[models]
        age = self._time(days)[:, profile] - self._time(self.born[models], profile)
        away = np.flatnonzero(self.away_from[models] <= self.last)
        if len(away):
            before = self.away_from[models][away] - 1
            back = np.minimum(self.away_until[models][away] - 1, self.last)
            on, of = days[:, None], profile[away]
            passed = self._time(np.minimum(on, before), of) + self._time(np.maximum(on, back), of)
            age[:, away] = passed - self._time(back, of) - self._time(self.born[models][away], of)
        return np.maximum(age, 0)

    def _time(self, days: Ints, profiles: Ints | slice = slice(None)) -> Floats:
        rows = np.clip(days - _EPOCH, 0, len(self.clock) - 1)
        time: Floats = self.clock[rows, profiles]
        return time


def lives_of(community: Community) -> Lives:
    """Draw the life of every model; the same community has the same lives."""
    rng = np.random.default_rng([community.seed, 3])
    n, last = len(community), int(community.as_of.timestamp()) // DAY
    born = np.clip(np.maximum(community.available(), CREATED_AT_FLOOR) // DAY, _EPOCH, last)
    named = np.array(sorted(i for i, name in community.ids.items() if not name.startswith("sim-")), dtype=np.int64)
    most = np.where(rng.random(n) < 0.8, rng.normal(1.8, 1.4, n), rng.normal(5.5, 2.3, n))
    most[named] = rng.normal(10.5, 1.6, len(named))
    most = np.exp(most)  # downloads in the thirty best days of the launch
    is_used = rng.random(n) >= _NEVER
    is_used[named] = True
    kind = rng.random(n)
    is_power, is_plateau = kind < 0.1, (kind >= 0.1) & (kind < 0.3)
    is_plateau[named] = kind[named] < 0.6
    is_power[named] = False
    is_revived = ~is_power & ~is_plateau & (kind < 0.45)
    is_sudden = ~is_plateau & (rng.random(n) < 0.08)
    rise = np.exp(np.where(is_sudden, rng.normal(0.5, 0.5, n), rng.normal(2.8, 0.8, n)))
    decay = np.where(is_plateau, _PLATEAU, np.exp(np.where(is_sudden, 3.0, 5.0) + rng.normal(0, 0.9, n)))
    decay[is_power] = rng.uniform(1.1, 1.8, int(is_power.sum()))
    height = np.where(is_used, most / 30 / np.where(is_power, 1, _peak(rise, decay)), 0.0)
    likes = np.where(is_used, np.sqrt(most) * rng.random(n) ** 4 / 4, 0).astype(np.int64)
    likes[named] = np.exp(rng.normal(6, 1, len(named))).astype(np.int64)
    lives = Lives(
        last=last,
        clock=_clock(rng, last),
        profile=rng.integers(_PROFILES, size=n),
        born=born,
        away_from=np.full(n, _FOREVER),
        away_until=np.full(n, _FOREVER),
        rise=rise,
        decay=decay,
        is_power=is_power,
        height=height,
        revives_after=rng.uniform(120, 500, n),
        height_again=np.where(is_revived, height * rng.uniform(0.3, 1.5, n), 0.0),
        phase=rng.random(n),
        burst_on=np.zeros(n, dtype=np.int64),
        burst=np.zeros(n, dtype=np.int64),
        likes=likes,
    )
    _send_away(rng, lives, community.listed)
    _burst(rng, lives, most)
    _raise_giant(lives, community)
    return lives


def _peak(rise: Floats, decay: Floats) -> Floats:
    """Return the highest rate of a launch of height 1."""
    return decay / (rise + decay) * (rise / (rise + decay)) ** (rise / decay)


def _launched(age: Floats, rise: Floats, decay: Floats, is_power: Bools, height: Floats) -> Floats:
    """Return the downloads since a launch of height 1: the integral of a rise and an exponential or power decay."""
    tail = np.where(is_power, 1.0, decay)
    age_at_end = np.where(is_power, np.inf, tail * np.log(np.maximum(height / _SLOWEST, 1)))
    capped = np.minimum(age, age_at_end)
    both = rise * tail / (rise + tail)
    launched: Floats = both * np.expm1(-capped / both) - tail * np.expm1(-capped / tail)
    powers = np.flatnonzero(is_power)
    if len(powers):
        scale, exponent = rise[powers], 1 - decay[powers]
        launched[:, powers] = scale / exponent * ((1 + age[:, powers] / scale) ** exponent - 1)
    return launched


def _clock(rng: np.random.Generator, last: int) -> Floats:
    """Return the time that passes by day and profile: weekends are shorter, each day is a little busier or quieter."""
    days = np.arange(_EPOCH, last + 1)
    length = np.exp(rng.normal(-0.06, 0.35, (len(days), _PROFILES)))
    length *= np.where((days + 3) % 7 < 5, 1.1, 0.75)[:, None]  # 1970-01-01 was a Thursday
    length[np.isin(last - days, SPIKES)] *= 6
    return np.cumsum(length, axis=0)


def _send_away(rng: np.random.Generator, lives: Lives, listed: Bools) -> None:
    """Remove the models that are not listed today, most of them within the window; a few listed ones were away."""
    n, first = len(lives), lives.last - WINDOW + 1
    removed_on = rng.integers(first - 60, lives.last - 2, n)
    lives.away_from[~listed] = np.maximum(removed_on, lives.born + 5)[~listed]
    away_from = rng.integers(first + 1, lives.last - 3, n)
    was_away = listed & (np.arange(n) % 211 == 5) & (away_from > lives.born + 3)
    lives.away_from[was_away] = away_from[was_away]
    back_on = np.minimum(away_from + rng.integers(2, 90, n), lives.last)
    lives.away_until[was_away] = back_on[was_away]


def _burst(rng: np.random.Generator, lives: Lives, most: Floats) -> None:
    """Let a bot fetch some models many times on one day, used ones and others; some of them in the last two weeks."""
    n = len(lives)
    on = lives.last - np.where(rng.random(n) < 0.15, rng.integers(0, 14, n), rng.integers(0, WINDOW, n))
    is_bursting = (rng.random(n) < 0.016) & (on > lives.born) & (lives.away_from > lives.last)
    size = (most * rng.uniform(0.3, 3, n)).astype(np.int64) + rng.integers(30, 600, n)
    lives.burst_on[is_bursting] = on[is_bursting]
    lives.burst[is_bursting] = size[is_bursting]


def _raise_giant(lives: Lives, community: Community) -> None:
    """Give one model a third of all downloads of the last thirty days."""
    giant = next((i for i, name in community.ids.items() if name == GIANT), None)
    if giant is None:
        return
    lives.decay[giant], lives.rise[giant], lives.burst[giant] = _PLATEAU, 20.0, 0
    lives.is_power[giant] = False
    lives.height[giant] = lives.height_again[giant] = 0.0
    days = np.array([lives.last - 30, lives.last])
    listed, total = np.flatnonzero(community.listed), 0
    for start in range(0, len(listed), 100_000):
        downloads = lives.downloads(listed[start : start + 100_000], days)
        total += int((downloads[1] - downloads[0]).sum())
    lives.height[giant] = 1.0
    age = lives._age(np.array([giant]), days)
    rise, decay, power = lives.rise[[giant]], lives.decay[[giant]], lives.is_power[[giant]]
    launched = _launched(age, rise, decay, power, np.array([1e9]))[:, 0]
    lives.height[giant] = total / 2 / (launched[1] - launched[0])
