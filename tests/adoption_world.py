"""A small Hub over fifteen months, day by day, and its listings: with two families, a burst, an absence, a gap."""

from __future__ import annotations

import json
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd

from oss_ai_monitor.history import DailyFigures, record_days, write_weeks
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
BURST, ABSENT, LAUNCHED, RISING, FALLING = (
    "gold/Burst-7B",
    "gold/Back-7B",
    "gold/New-7B",
    "lead/Tune-7B",
    "iron/Root-7B",
)


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
        return [name for name, on in self.created.items() if on <= day and not (name == ABSENT and is_away)]

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
        """Land the last listing, and record the history of all of them."""
        rows, last = self.rows(), self.listings[-1]
        moment = datetime(last.year, last.month, last.day, 6, tzinfo=UTC)
        items = [self._item(row, has_all_time) for row in rows[rows["day"] == last].to_dict("records")]
        land_rows(folder, "hub_listing", items, as_of=moment)
        landing, figures = Landing(folder / "landing"), folder / "figures.parquet"
        listed = rows.assign(hub_id=rows["model_id"].map(self._hub_id), n=range(len(rows)))
        with duckdb.connect() as db:
            db.register("listed", listed if has_all_time else listed.assign(downloads_all_time=None))
            db.execute(f"copy (from listed) to '{figures}' (format parquet)")
        select = """
            select
                day::date as day, n, model_id, hub_id, downloads_30d, downloads_all_time::bigint as downloads_all_time,
                likes, null::timestamp as last_modified
            from read_parquet($paths)
        """
        record_days(landing, DailyFigures(select, (figures,), landing.manifests("hub_listing")[0]))
        write_weeks(landing)

    def _hub_id(self, name: str) -> str:
        return f"{list(self.created).index(name):024x}"

    def _item(self, row: Mapping[Hashable, Any], has_all_time: bool) -> dict[str, Any]:
        name = str(row["model_id"])
        bases = [(kind, base) for kind, names in RELATIONS.get(name, {}).items() for base in names]
        return {
            "id": name,
            "created_at": f"{self.created[name]} 00:00:00",
            "downloads": int(row["downloads_30d"]),
            "downloads_all_time": int(row["downloads_all_time"]) if has_all_time else None,
            "likes": int(row["likes"]),
            "pipeline_tag": "text-generation",
            "tags": [
                tag for relation, base in bases for tag in (f"base_model:{relation}:{base}", f"base_model:{base}")
            ],
            "extra": json.dumps({"_id": self._hub_id(name)}),
        }


def adoption_world(seed: int = 3) -> AdoptionWorld:
    """Listings on Sundays, and on each of the last fifty days but three."""
    rng = np.random.default_rng(seed)
    days = [LAST - timedelta(days=n) for n in reversed(range(DAYS))]
    created = dict.fromkeys(["tin/Base-7B", "lead/Tune-7B", "iron/Root-7B", ABSENT, BURST], date(2025, 1, 6))
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
    listings = [
        day for n, day in enumerate(reversed(days)) if (n < 50 or day.isoweekday() == 7) and not GAP <= n < GAP + 3
    ]
    return AdoptionWorld(days, created, new, likes, sorted(listings))
