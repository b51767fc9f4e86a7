"""Tests of one subject share a warehouse: its rows do not disturb each other, and a build costs seconds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

import pytest

from oss_ai_monitor import warehouse
from oss_ai_monitor.landing import Landing
from tests.conftest import AS_OF, Rows, land_rows


@pytest.fixture(scope="module")
def warehouse_of(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., warehouse.Warehouse]]:
    """As in tests/conftest.py, for a whole module: `warehouse_of(hub_listing=[{"id": "a/b"}])`."""
    opened: list[warehouse.Warehouse] = []

    def make(as_of: datetime = AS_OF, **sources: Rows) -> warehouse.Warehouse:
        folder = tmp_path_factory.mktemp("warehouse")
        for source, rows in sources.items():
            land_rows(folder, source, rows, as_of=as_of)
        warehouse.build(folder, Landing(folder / "landing").selected())
        opened.append(warehouse.Warehouse.open(folder))
        return opened[-1]

    yield make
    for open_warehouse in opened:
        open_warehouse.close()
