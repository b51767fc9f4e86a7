"""A small Hub over fifteen months, day by day, and its listings: with two families, a burst, an absence, a gap."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from oss_ai_monitor.history import catch_up, write_weeks
from oss_ai_monitor.landing import Landing
from tests.conftest import land_rows

LAST = date(2026, 10, 25)  # a Sunday
DAYS = 455
GAP = 17
"""Days before the last one at which a gap of three days without a listing begins."""
RELATIONS = {  # model → its declared bases, by relation
    "lead/Tune-7B": {"finetune": ["tin/Base-7B"]},
    "lead/Quant-7B": {"quantized": ["lead/Tune-7B"]},
    "zinc/Merge-7B": {"merge": ["tin/Base-7B", "iron/Root-7B"]},
}
FAMILIES = {  # base → member → relation, by hand
    "tin/Base-7B": {
        "tin/Base-7B": "base", "lead/Tune-7B": "finetune", "lead/Quant-7B": "quantized", "zinc/Merge-7B": "merge",
    },
    "iron/Root-7B": {"iron/Root-7B": "base", "zinc/Merge-7B": "merge"},
}  # fmt: skip
BURST, GONE, LAUNCHED, RISING, FALLING = "gold/Burst-7B", "gold/Back-7B", "gold/New-7B", "lead/Tune-7B", "iron/Root-7B"


@dataclass
class AdoptionWorld:
    """Downloads and likes of every model on every day, and on which days the Hub was listed."""

    days: list[date]
    created: dict[str, date]
    new: pd.DataFrame  # (days, models) new downloads
    likes: pd.DataFrame
    listings: list[date] = field(default_factory=list)

    @property
    def all_time(self) -> pd.DataFrame:
        return self.new.cumsum()

    @property
    def month(self) -> pd.DataFrame:
        return self.new.rolling(30, min_periods=1).sum().astype("int64")

    def listed(self, day: date) -> list[str]:
        """The models in the listing of a day; one of them is away for a week."""
        is_away = LAST - timedelta(days=60) < day < LAST - timedelta(days=52)
        return [name for name, on in self.created.items() if on <= day and not (name == GONE and is_away)]

    def rows(self) -> pd.DataFrame:
        """What was listed: day, model_id, downloads_30d, downloads_all_time, likes."""
        month, all_time = self.month, self.all_time
        return pd.DataFrame(
            [
                (day, name, month.at[day, name], all_time.at[day, name], self.likes.at[day, name])
                for day in self.listings
                for name in self.listed(day)
            ],
            columns=["day", "model_id", "downloads_30d", "downloads_all_time", "likes"],
        )

    def land(self, folder: Path, *, has_all_time: bool = True) -> None:
        """Land every listing, and record the history."""
        rows = self.rows()
        for day, listed in rows.groupby("day"):
            assert isinstance(day, date)
            moment = datetime(day.year, day.month, day.day, 6, tzinfo=UTC)
            items = [self._item(row, has_all_time) for row in listed.itertuples()]
            land_rows(folder, "hub_listing", items, as_of=moment)
        landing = Landing(folder / "landing")
        catch_up(landing)
        write_weeks(landing)

    def _item(self, row: Any, has_all_time: bool) -> dict[str, Any]:
        bases = [(relation, base) for relation, names in RELATIONS.get(row.model_id, {}).items() for base in names]
        tags = [tag for relation, base in bases for tag in (f"base_model:{relation}:{base}", f"base_model:{base}")]
        hub_id = f"{list(self.created).index(row.model_id):024x}"
        return {
            "id": row.model_id,
            "created_at": f"{self.created[row.model_id]} 00:00:00",
            "downloads": int(row.downloads_30d),
            "downloads_all_time": int(row.downloads_all_time) if has_all_time else None,
            "likes": int(row.likes),
            "pipeline_tag": "text-generation",
            "tags": tags,
            "extra": json.dumps({"_id": hub_id}),
        }


def adoption_world(seed: int = 3) -> AdoptionWorld:
    """Listings on Sundays, and on each of the last fifty days but three."""
    rng = np.random.default_rng(seed)
    days = [LAST - timedelta(days=n) for n in reversed(range(DAYS))]
    created = dict.fromkeys(["tin/Base-7B", "lead/Tune-7B", "iron/Root-7B", GONE, BURST], date(2025, 1, 6))
    created |= {"lead/Quant-7B": date(2025, 9, 3), "zinc/Merge-7B": date(2025, 12, 24), LAUNCHED: date(2026, 10, 7)}
    created |= {f"many/m{n}-7B": date(2025, 9, 1) + timedelta(days=11 * n) for n in range(12)}
    created |= {"small/one-0.5B": date(2026, 2, 2), "small/two-0.5B": date(2026, 3, 3)}
    new = pd.DataFrame(0, index=pd.Index(days), columns=list(created), dtype="int64")
    for n, (name, on) in enumerate(created.items()):
        is_there = np.array([day >= on for day in days])
        age = np.maximum(np.array([(day - on).days for day in days]), 0)
        new[name] = np.where(is_there, rng.poisson((150 + 40 * n) * (0.3 + np.exp(-age / (50 + 9 * n)))), 0)
    new.loc[days[-7:], RISING] = new.loc[days[-7:], RISING] * 4 + 200
    new.loc[days[-7:], FALLING] = 160
    new.loc[days[-28:-7], FALLING] = 400
    new.loc[days[-3], BURST] += 50_000
    likes = new.cumsum() // 500 + 1
    kept = [day for n, day in enumerate(reversed(days)) if (n < 50 or day.isoweekday() == 7) and not GAP <= n < GAP + 3]
    return AdoptionWorld(days, created, new, likes, sorted(kept))
