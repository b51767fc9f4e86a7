"""Concentration of downloads: the SQL against NumPy over small tables, and against published figures."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oss_ai_monitor import warehouse
from tests.test_seeds_and_real_data import LISTING

RELATIONS = (
    *("2_core/largest_models", "2_core/downloads_by_member", "2_core/reduced_members", "2_core/downloads_histogram"),
    *("3_marts/concentration", "3_marts/concentration_curve", "3_marts/concentration_members"),
)
KEYS = {"model": "model_id", "owner": "owner", "family": "family_key", "region": "region"}
REGIONS = ("us", "eu", "individuals", "not reviewed")
MODELS = st.lists(
    st.tuples(
        st.integers(0, 4), st.integers(0, 6), st.sampled_from(REGIONS),
        st.one_of(st.integers(0, 3), st.integers(0, 10**6), st.just(680_847_003)),
    ),
    max_size=40,
)  # fmt: skip
"""Owner, family, region of the owner and downloads of each model; ties and zeros are frequent."""


@pytest.fixture(scope="module")
def figures() -> Iterator[Callable[[pd.DataFrame], duckdb.DuckDBPyConnection]]:
    """Compute the marts over models of one listing: model_id, owner, region, family_key, downloads."""
    db = duckdb.connect()
    for schema in ("core", "marts", "seeds"):
        db.execute(f"create schema {schema}")
    selects = {name: (warehouse.sql_folder() / f"{name}.sql").read_text(encoding="utf-8") for name in RELATIONS}

    def compute(models: pd.DataFrame) -> duckdb.DuckDBPyConnection:
        assert "model_key" in models  # read by name below
        db.execute("create or replace table core.models as select model_key, model_id, owner, region from models")
        db.execute(
            "create or replace table core.used_models as select 'hub' as dataset, date '2024-07-11' as day,"
            " model_key as repository_key, min(model_key) over (partition by owner) as owner_key,"
            " if(count(*) over (partition by family_key) > 1, family_key, null) as family_key,"
            " region, downloads::bigint as downloads from models"
        )
        db.execute("create or replace table core.month_downloads as from core.used_models limit 0")
        db.execute("create or replace table core.adopted(series_id bigint, model_id varchar)")
        db.execute("create or replace table core.unknown_parents(model_key bigint, model_id varchar)")
        db.execute("create or replace table seeds.organisation_regions(owner varchar, region varchar)")
        for name, select in selects.items():
            db.execute(f"create or replace table {name[2:].replace('/', '.')} as {select}")
        return db

    yield compute
    db.close()


def of_rows(rows: list[tuple[int, int, str, int]]) -> pd.DataFrame:
    """Models whose owner has one region, and whose family has the number of its first model."""
    models = pd.DataFrame(rows, columns=["owner_number", "family", "drawn_region", "downloads"])
    models["model_key"] = np.arange(len(models), dtype="int64")
    models["owner"] = [f"owner-{number}" for number in models["owner_number"]]
    names = zip(models["owner"], models["model_key"], strict=True)
    models["model_id"] = [f"{owner}/model-{key:02}" for owner, key in names]
    models["region"] = models.groupby("owner")["drawn_region"].transform("first")
    models["family_key"] = models.groupby("family")["model_key"].transform("min")
    texts = dict.fromkeys(("owner", "model_id", "region"), "str")
    return models.astype({"downloads": "int64", "family_key": "int64", **texts})


def without_the_largest(models: pd.DataFrame) -> pd.DataFrame:
    order = models.sort_values(["downloads", "model_id"], ascending=[False, True], kind="stable")
    return models.drop(order.index[:1]) if len(order) and order["downloads"].iloc[0] else models


def compared(models: pd.DataFrame, level: str) -> np.ndarray:
    """The downloads of each member, least first; owners whom nobody reviewed are no region."""
    if level == "region":
        models = models[models["region"] != "not reviewed"]
    return np.sort(models.groupby(KEYS[level])["downloads"].sum().to_numpy("int64"))


def reference(downloads: np.ndarray) -> dict[str, Any]:
    """Gini coefficient, HHI and shares of the first ones, by NumPy."""
    n, total = len(downloads), int(downloads.sum())
    if not total:
        return dict.fromkeys(("gini", "hhi", "top_1", "top_4", "top_10", "top_100"))
    places = np.arange(1, n + 1)
    return {
        "gini": 2 * float((places * downloads.astype(object)).sum()) / (n * total) - (n + 1) / n,
        "hhi": float(((100 * downloads / total) ** 2).sum()),
        **{f"top_{k}": float(downloads[::-1][:k].sum()) / total for k in (1, 4, 10, 100)},
    }


@given(MODELS)
@settings(max_examples=25)
def test_gini_hhi_and_shares_are_those_of_numpy(
    figures: Callable[[pd.DataFrame], duckdb.DuckDBPyConnection], rows: list[tuple[int, int, str, int]]
) -> None:
    models = of_rows(rows)
    db = figures(models)
    actual = db.execute("select * exclude (dataset, basis, day) from marts.concentration").df()
    actual = actual.set_index(["level", "is_without_largest"]).astype(object)
    expected = {
        (level, is_without): compared(part, level)
        for is_without, part in ((False, models), (True, without_the_largest(models)))
        for level in KEYS
    }
    assert set(actual.index) == {key for key, downloads in expected.items() if len(downloads)}
    curve = db.execute("from marts.concentration_curve").df()
    for key, row in actual.iterrows():
        downloads = expected[key]
        assert (row["members"], row["used_members"], row["downloads"]) == (
            len(downloads), (downloads > 0).sum(), downloads.sum(),
        )  # fmt: skip
        for name, value in reference(downloads).items():
            # The HHI is kept to a millionth of a point; all else is kept as it is.
            error = 5.1e-7 if name == "hhi" else 1e-12
            assert pd.isna(row[name]) if value is None else row[name] == pytest.approx(value, rel=1e-12, abs=error)
        corners = curve[(curve["level"] == key[0]) & (curve["is_without_largest"] == key[1])]
        assert {1, len(downloads)} <= set(corners["rank"]) <= set(range(1, len(downloads) + 1))
        for corner in corners.itertuples():
            assert corner.member_share == pytest.approx(corner.rank / len(downloads))
            if downloads.sum():
                assert corner.download_share == pytest.approx(downloads[::-1][: corner.rank].sum() / downloads.sum())


@given(MODELS)
@settings(max_examples=25)
def test_the_first_ten_are_those_of_pandas(
    figures: Callable[[pd.DataFrame], duckdb.DuckDBPyConnection], rows: list[tuple[int, int, str, int]]
) -> None:
    models = of_rows(rows)
    names = models["model_id"].to_dict()
    db = figures(models)
    for is_without, part in ((False, models), (True, without_the_largest(models))):
        for level, key in KEYS.items():
            sums = part.groupby(key)["downloads"].sum().reset_index()
            sums["name"] = sums[key].map(names) if level == "family" else sums[key].astype("str")
            if level != "region":
                sums = sums[sums["downloads"] > 0]
            first = sums.sort_values(["downloads", "name"], ascending=[False, True])[:10]
            expected = list(zip(first["name"], first["downloads"].astype(int), strict=True))
            answer = db.execute(
                "select member, downloads, share from marts.concentration_members"
                " where level = ? and is_without_largest = ? and place <= 10 and (downloads > 0 or level = 'region')"
                " order by place",
                [level, is_without],
            ).fetchall()
            assert [row[:2] for row in answer] == expected
            total = part["downloads"].sum()
            assert [row[2] for row in answer] == [pytest.approx(n / total) if total else None for _, n in expected]


def test_the_published_figures_of_july_2024(
    figures: Callable[[pd.DataFrame], duckdb.DuckDBPyConnection], real_data: Path
) -> None:
    models = duckdb.execute(
        "select (row_number() over (order by id) - 1)::bigint as model_key, id as model_id,"
        " split_part(id, '/', 1) as owner, 'not reviewed' as region, model_key as family_key, downloads"
        " from read_json(?, columns = {id: 'varchar', downloads: 'bigint'})",
        [str(real_data / LISTING)],
    ).df()
    db = figures(models)
    rows = db.execute(
        "select level, is_without_largest, members, round(gini, 4), round(hhi)::int from marts.concentration"
        " where level in ('model', 'owner') order by all"
    ).fetchall()
    assert rows == [
        ("model", False, 760_000, 0.9988, 1432),
        ("model", True, 759_999, 0.9981, 155),
        ("owner", False, 190_087, 0.9994, 1561),
        ("owner", True, 190_087, 0.9991, 479),
    ]
    tops = dict(
        db.execute(
            "select rank, round(100 * download_share, 1) from marts.concentration_curve"
            " where level = 'owner' and not is_without_largest and rank in (4, 10, 50)"
        ).fetchall()
    )
    assert tops == {4: 57.3, 10: 70.8, 50: 87.2}
    single = "select count(*) from core.downloads_by_member where level = 'owner' and models = 1"
    assert round(100 * db.execute(single).fetchall()[0][0] / 190_087, 1) == 61.5
