"""The published tables answer without a server of ours: plain HTTP is enough for any reader of Parquet."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from .conftest import Web, manifest_of


def models_in(public: Path) -> int:
    return next(file.rows for file in manifest_of(public).files if file.relation == "core.models")


def test_pandas_reads_a_table_by_its_address(web: Web) -> None:
    pytest.importorskip("pyarrow", reason="pandas reads Parquet with pyarrow, which is not installed")
    models = pd.read_parquet(f"{web.url}/latest/tables/core/models/part-00000.parquet", columns=["model_id", "owner"])
    assert len(models) == models_in(web.folder)
    assert list(models.columns) == ["model_id", "owner"]


def test_duckdb_reads_a_table_by_its_address_through_fsspec(web: Web) -> None:
    pytest.importorskip("aiohttp", reason="fsspec asks addresses with aiohttp, which is not installed")
    from fsspec.implementations.http import HTTPFileSystem

    class Files(HTTPFileSystem):
        """DuckDB asks when a file was changed, which fsspec does not say; a published file never changes."""

        def modified(self, _path: str) -> datetime:
            return datetime(2026, 1, 1)

    with duckdb.connect() as db:
        db.register_filesystem(Files())
        table = f"{web.url}/latest/tables/core/models/part-00000.parquet"
        count = db.execute(f"select count(*) from read_parquet('{table}')").fetchall()
    assert count == [(models_in(web.folder),)]
    assert any(requested for _, requested in web.received), "it asks for parts of the file"
