"""What the page says of the real data agrees with the raw files; skipped, saying so, where they are absent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest

from oss_ai_monitor.app.bar import status_text
from oss_ai_monitor.landing import Landing
from oss_ai_monitor.perspectives import Filters, Overview, ScoreProgress, provenance_text
from oss_ai_monitor.sources import archive, hub
from oss_ai_monitor.warehouse import Warehouse, build

V2 = "hub/datasets/open-llm-leaderboard/contents/data/train-00000-of-00001.parquet"
PAGES = "hub/api/models_pages"


@pytest.fixture(scope="module")
def real(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    """The v2 archive and six thousand models of a listing."""
    folder = tmp_path_factory.mktemp("labels")
    landing = Landing(folder / "landing")
    for table in [*archive.read([real_data / V2]), *hub.read([real_data / PAGES])]:
        landing.land(table)
    build(folder, landing.selected())
    opened = Warehouse.open(folder)
    yield opened
    opened.close()


def at(warehouse: Warehouse, **query: str) -> Filters:
    filters = Filters(warehouse)
    assert filters.from_query(query) == []
    return filters


def listed(real_data: Path) -> pd.DataFrame:
    pages = pd.concat([pd.read_json(path) for path in sorted((real_data / PAGES).glob("*.json"))])
    return pages.drop_duplicates("id")


@pytest.mark.parametrize("only_text", ["yes", "no"])
def test_tile_note_and_switch_count_the_same_models(real: Warehouse, real_data: Path, only_text: str) -> None:
    raw = listed(real_data)
    writes = raw["pipeline_tag"] == "text-generation"
    kept_rows = raw[writes] if only_text == "yes" else raw
    undated = int(kept_rows["createdAt"].astype(str).str.startswith("2022-03-02T23:29:0").sum())
    filters = at(real, dataset="hub", text_generation=only_text)
    overview = Overview(real, filters)
    overview.open()
    of_task = "Text-generation models only: " if only_text == "yes" else ""
    dated = f"{of_task}{len(kept_rows) - undated:,} dated, {undated:,} undated."
    assert (overview.tiles[0].figure, overview.tiles[0].sentence) == (f"{len(kept_rows):,}", dated)
    note = provenance_text(overview, overview.charts[0])
    assert (f"{undated:,} undated and not drawn" in note) == (undated > 0)
    hidden = filters.selection.hidden()
    assert (hidden["models"], hidden["remaining"], hidden["text_generation"]) == (
        len(raw),
        len(kept_rows),
        int((~writes).sum()),
    )


def test_a_snapshot_of_before_the_closing_day_says_both_days_and_where_its_window_ends(
    real: Warehouse, real_data: Path
) -> None:
    submitted = pd.to_datetime(duckdb.read_parquet(str(real_data / V2)).df()["Submission Date"], errors="coerce")
    last = f"{submitted.max().day} {submitted.max():%b %Y}"
    filters = at(real, dataset="v2")
    assert status_text(filters.selection) == f"snapshot of {last} of a board that closed on 13 Mar 2025"
    overview = Overview(real, filters, today=dt.date(2026, 11, 28))
    overview.open()
    assert f"twelve months to {last}." in overview.tiles[2].sentence
    assert overview.tiles[5].sentence.startswith(f"v2 closed 13 Mar 2025, snapshot of {last}")
    assert "late submissions missing: appeared after" in provenance_text(overview, overview.charts[0])


def test_every_record_holder_is_named_whatever_the_week_misses(real: Warehouse) -> None:
    """Against a running maximum by pandas over the dated scores of single models."""
    progress = ScoreProgress(real, at(real, dataset="v2"))
    progress.open()
    scores = real.sql_frame(
        "select model_id, appeared_on, score from marts.scores where dataset = 'v2' and benchmark = 'average'"
        " and appeared_on is not null order by appeared_on, score desc, model_id"
    )
    best = scores["score"].to_numpy()
    records = scores[best > np.maximum.accumulate(np.append(-np.inf, best))[:-1]]
    start = pd.Timestamp(progress.filters.dates[0])
    records = records[
        (records["appeared_on"] >= start)
        | (records["appeared_on"] == records.loc[records["appeared_on"] < start, "appeared_on"].max())
    ]
    assert progress.records["model_id"].tolist() == records["model_id"].tolist()
    first, last = records.iloc[0], records.iloc[-1]
    assert first["appeared_on"] < start
    assert f"from {first['score']:.1f}, reached before these dates, by {first['model_id']} (" in progress.answer_text
    assert f"to {last['score']:.1f} by {last['model_id']} (" in progress.answer_text
    assert [name.split(", ")[1].split(" (")[0] for name in progress.charts[0].columns["lines"]["name"]] == list(
        records["model_id"]
    )
