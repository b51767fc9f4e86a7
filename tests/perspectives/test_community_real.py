"""Community over the real listing and the real summaries of commits, as pandas counts the raw files."""

from __future__ import annotations

import ast
import csv
import datetime as dt
import gzip
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from oss_ai_monitor import warehouse
from oss_ai_monitor.landing import Landing
from oss_ai_monitor.perspectives import Filters
from oss_ai_monitor.perspectives.community.charts import gini
from oss_ai_monitor.perspectives.community.view import Community
from oss_ai_monitor.sources import archive, hub
from tests.raw_listing import LISTING, successors

COMMITS = "paper/repo_commits_2024-05-20.csv"
FLOOR = pd.Timestamp("2022-03-02 23:29:10")


@pytest.fixture(scope="module")
def opened(real_community: Path) -> Iterator[warehouse.Warehouse]:
    opened_warehouse = warehouse.Warehouse.open(real_community)
    yield opened_warehouse
    opened_warehouse.close()


def raw_models(data: Path, opened: warehouse.Warehouse) -> pd.DataFrame:
    """Every model of the raw file with its owner and createdAt; of the few that another rule dates, that date."""
    with gzip.open(data / LISTING, "rt", encoding="utf-8") as lines:
        rows = [(row["id"], row["createdAt"]) for row in map(json.loads, lines)]
    models = pd.DataFrame(rows, columns=["name", "created"]).drop_duplicates("name", keep="last")
    owners = models["name"].str.partition("/")
    models["owner"] = np.where(owners[1] == "/", owners[0], "Hugging Face")
    models["created"] = pd.to_datetime(models["created"], utc=True).dt.tz_localize(None)
    models["is_floor"] = models["created"] < FLOOR
    others = opened.sql_frame(
        "select model_id, appeared_on, contains(appeared_rule, 'floor') as is_floor from marts.models"
        " where dataset = 'hub' and appeared_rule not in ('Hub createdAt', 'undated: createdAt floor')"
    ).set_index("model_id")
    assert len(others) < 1_000
    is_other = models["name"].isin(others.index)
    models.loc[is_other, "created"] = models.loc[is_other, "name"].map(others["appeared_on"])
    models.loc[is_other, "is_floor"] = models.loc[is_other, "name"].map(others["is_floor"]).astype(bool)
    models["month"] = models["created"].dt.to_period("M").where(~models["is_floor"])
    return models


def test_owners_of_the_real_listing(opened: warehouse.Warehouse, real_data: Path) -> None:
    models = raw_models(real_data, opened)
    before = set(models.loc[models["is_floor"], "owner"])
    dated = models.dropna(subset="month").drop_duplicates(["owner", "month"])
    first = dated[~dated["owner"].isin(before)].groupby("owner")["month"].min()
    filters = Filters(opened)
    filters.param.update(dataset="hub")
    filters.param.update(dates=(dt.date(2022, 3, 1), dt.date(2024, 7, 11)))
    community = Community(opened, filters)
    community.open()
    drawn = community.answer.pivot(index="period", columns="standing", values="owners")
    everybody, new = dated["month"].value_counts(), first.value_counts()
    for period, row in drawn.iterrows():
        month = pd.Timestamp(str(period)).to_period("M")
        assert (row["new"], row["new"] + row["returning"]) == (new[month], everybody[month]), month
    assert drawn["new"].iloc[:4].tolist() == [901, 1394, 1742, 2305], "nobody joins in a burst where dates begin"
    assert not community.answer.loc[community.answer["period"] == "2022-03-01", "is_complete"].any()
    assert not community.answer.loc[community.answer["period"] == "2024-07-01", "is_complete"].any()

    cells = community.answer_of(community.charts[1]).set_index(["joined_in", "months_since"])
    later = dated.merge(first.rename("joined"), left_on="owner", right_index=True)
    later["since"] = (later["month"] - later["joined"]).map(lambda offset: offset.n)
    returned = later.groupby(["joined", "since"]).size()
    for joined_in in ("2022-04", "2023-06"):
        for months in (1, 3, 6, 12):
            cell = cells.loc[(pd.Timestamp(joined_in), months)]
            joined = pd.Period(joined_in)
            assert (cell["owners"], cell["returned"]) == (new[joined], returned[joined, months])

    counts = np.sort(models.groupby("owner").size().to_numpy())
    position, n = np.arange(1, len(counts) + 1), len(counts)
    lorenz = community.answer_of(next(chart for chart in community.charts if chart.key == "lorenz"))
    lorenz = lorenz[lorenz["kind"] == "owners"]
    assert lorenz["authors"].sum() == n
    assert gini(lorenz) == pytest.approx(2 * (position * counts).sum() / (n * counts.sum()) - (n + 1) / n)


def test_contributors_of_the_published_tools_file(real_data: Path, tmp_path: Path) -> None:
    """Check values: 7,930 names in 5,635 rows; where a repository comes twice, its last row has its days."""
    landing = Landing(tmp_path / "landing")
    for table in [*archive.read([real_data / "paper/leaderboard_2024-05-20.csv"]), *hub.read([real_data / COMMITS])]:
        landing.land(table)
    warehouse.build(tmp_path, landing.selected())
    opened = warehouse.Warehouse.open(tmp_path)
    raw = pd.read_csv(real_data / COMMITS)
    raw["people"] = [ast.literal_eval(text) if isinstance(text, str) else [] for text in raw["authors"]]
    assert (len(raw), raw["people"].str.len().sum()) == (5_635, 7_930)
    assert len({name for people in raw["people"] for name in people}) == 1_714
    with (warehouse.sql_folder() / "seeds" / "bots.csv").open(encoding="utf-8") as file:
        bots = {row["user"] for row in csv.DictReader(file)}
    moved = successors()
    shown = opened.sql_frame("select model_id from marts.models where dataset = 'v1'")["model_id"]
    spelt = dict(zip(shown.str.lower(), shown, strict=True))
    raw["model_id"] = [spelt.get(moved.get(name, name)) for name in raw["name"].str.lower()]
    raw["people"] = [sorted(set(people) - bots) for people in raw["people"]]
    raw["several"] = raw["people"].str.len()
    for name in ("first", "last"):
        raw[name] = pd.to_datetime(raw[f"{name}_commit"], utc=True).dt.tz_localize(None).dt.to_period("M")
    last = raw.dropna(subset="model_id").drop_duplicates("model_id", keep="last").set_index("model_id")
    reach = opened.query("community_reach", {"dataset": "v1"}).iloc[0]
    assert (reach["repositories"], reach["shared"]) == ((last["several"] > 0).sum(), (last["several"] > 1).sum())

    people = raw.dropna(subset="model_id").explode("people").dropna(subset="people")[["model_id", "people"]]
    people = people.drop_duplicates().join(last[["first", "last", "several"]], on="model_id")
    people["latest"] = people["first"].where(people["several"] == 1, people["last"])
    bounds = people.groupby("people").agg(earliest=("first", "min"), latest=("latest", "min"))
    assert reach["contributors"] == len(bounds) > 1_600
    drawn = opened.sql_frame(
        "select month, joined_then, joined_by_then from marts.contributors_by_month where dataset = 'v1'"
    ).set_index("month")
    is_exact = bounds["earliest"] == bounds["latest"]
    for name, expected in (("joined_then", bounds[is_exact]), ("joined_by_then", bounds[~is_exact])):
        months = expected["latest"].value_counts().sort_index()
        counts = drawn.loc[drawn[name] > 0, name]
        assert dict(zip(counts.index.to_period("M"), counts, strict=True)) == months.to_dict()
    opened.close()
