"""Adoption of the real Hub: the listing of July 2024 against its own raw rows, and a real series of days."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from oss_ai_monitor.history import DailyFigures, record_days, write_weeks
from oss_ai_monitor.landing import Landing
from oss_ai_monitor.perspectives import Filters
from oss_ai_monitor.perspectives.adoption.view import Adoption
from oss_ai_monitor.warehouse import Warehouse, build
from tests.conftest import land_rows

LISTING = "hub/api/models_listing_2024-07-11.jsonl.gz"
SERIES = "adoption/transformersjs_feature_extraction_2024-05-08_2025-08-31.parquet"


def test_attention_against_use_in_the_real_listing_equals_pandas_over_its_raw_rows(
    real_community: Path, real_data: Path
) -> None:
    raw = duckdb.execute(
        "select id, any_value(likes) as likes, any_value(downloads) as downloads"
        " from read_json(?, columns = {id: 'varchar', likes: 'bigint', downloads: 'bigint'}) group by lower(id), id",
        [str(real_data / LISTING)],
    ).df()
    with_a_like = raw[raw["likes"] > 0]
    expected = [frame["likes"].rank().corr(frame["downloads"].rank()) for frame in (raw, with_a_like)]
    liked = raw.sort_values(["likes", "downloads", "id"], ascending=[False, False, True])["id"]
    downloaded = raw.sort_values(["downloads", "likes", "id"], ascending=[False, False, True])["id"]
    opened = Warehouse.open(real_community)
    agreement = opened.query("adoption_agreement").set_index("most")
    opened.close()
    shared = {most: len(set(liked[:most]) & set(downloaded[:most])) for most in (10, 100, 1000)}
    assert agreement["shared"].to_dict() == shared
    first = agreement.iloc[0]
    assert [first["correlation"], first["correlation_liked"]] == pytest.approx(expected, abs=0.002)
    assert [first["models"], first["models_liked"]] == pytest.approx([len(raw), len(with_a_like)], rel=0.001)


@pytest.fixture(scope="module")
def real_days(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    """The real series: downloads of 30 days and likes of one corner of the Hub, and its last day as a listing."""
    folder = tmp_path_factory.mktemp("series")
    path = real_data / SERIES
    last = duckdb.execute("select id, downloads, likes from read_parquet(?) where day = date '2025-08-31'", [str(path)])
    items = [
        {"id": name, "downloads": downloads, "likes": likes, "created_at": "2024-05-08"}
        for name, downloads, likes in last.fetchall()
    ]
    land_rows(folder, "hub_listing", items, as_of=pd.Timestamp("2025-08-31 12:00", tz="UTC").to_pydatetime())
    landing = Landing(folder / "landing")
    select = """
        select day, row_number() over (partition by day order by id) as n, id as model_id, null::varchar as hub_id,
            downloads as downloads_30d, null::bigint as downloads_all_time, likes, null::timestamp as last_modified
        from read_parquet($paths)
    """
    record_days(landing, DailyFigures(select, (path,), landing.manifests("hub_listing")[0]))
    write_weeks(landing)
    build(folder, landing.selected())
    opened = Warehouse.open(folder)
    yield opened
    opened.close()


def test_the_real_series_draws_levels_and_says_that_new_downloads_are_unknown(
    real_days: Warehouse, real_data: Path
) -> None:
    raw = duckdb.execute("select * from read_parquet(?)", [str(real_data / SERIES)]).df()
    filters = Filters(real_days)
    filters.param.update(dataset="hub", unit="week")
    perspective = Adoption(real_days, filters)
    perspective.open()
    assert perspective.state == "ready", perspective.reason
    last = raw[raw["day"] == raw["day"].max()].sort_values(["downloads", "id"], ascending=[False, True])
    assert perspective.shown_members() == list(last["id"][:10])
    weekly = raw.assign(week=raw["day"].dt.to_period("W-SUN").dt.start_time)
    at_end = weekly[weekly["day"] == weekly.groupby("week")["day"].transform("max")]
    for name in perspective.shown_members()[:3]:
        expected = at_end[at_end["id"] == name].set_index("week")["downloads"]
        rows = perspective.answer[perspective.answer["member"] == name].set_index("period")["downloads_30d"].dropna()
        assert len(rows) >= 60
        assert (rows.astype("int64") == expected.reindex(rows.index)).all()
    perspective.measure = "gained"
    assert perspective.answer["gained"].isna().all()
    assert "new downloads are unknown" in perspective.left_out_text
    perspective.param.update(by="owner", measure="downloads_30d")
    owners = last.groupby(last["id"].str.partition("/")[0])["downloads"].sum().sort_values(ascending=False)
    assert perspective.shown_members()[:5] == list(owners.index[:5])
    # the series names no base, so that there are no families
    assert {chart.key for chart in perspective.charts if chart.is_offered} == {"lines", "attention"}
