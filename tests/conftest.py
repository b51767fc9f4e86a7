"""What tests share: small warehouses of made-up rows, and the real data where it is present."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import settings

from oss_ai_monitor import warehouse
from oss_ai_monitor.landing import Landing

Rows = list[dict[str, Any]]
REAL_DATA = Path(__file__).parent.parent.parent / "shared" / "data"
AS_OF = datetime(2024, 6, 15, 12, tzinfo=UTC)

settings.register_profile("without a clock", deadline=None)  # machines are slow and fast
settings.load_profile("without a clock")


def finished(asking: Coroutine[Any, Any, Any]) -> Any:
    """Runs in a thread of its own: a browser's tests leave a loop running in this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, asking).result()


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real data; tests that need it are skipped where it is absent."""
    if not REAL_DATA.is_dir():
        pytest.skip("the real data is not there (../shared/data beside the checkout)")
    return REAL_DATA


def land_rows(folder: Path, source: str, rows: Rows, *, as_of: datetime = AS_OF, simulated: bool = False) -> None:
    """Land made-up rows: columns that a row leaves out are NULL, row_number counts up."""
    shape = (warehouse.sql_folder() / "0_landing" / f"{source}.sql").read_text(encoding="utf-8")
    with duckdb.connect() as db:
        db.execute("set timezone = 'UTC'")
        db.execute(f"create table landed as {shape}")
        for number, row in enumerate(rows, 1):
            row = {"row_number": number, **_defaults(source), **row}
            names, marks = ", ".join(row), ", ".join(f"${name}" for name in row)
            db.execute(f"insert into landed ({names}) values ({marks})", row)
        fingerprint = f"{source} {rows}"
        with Landing(folder / "landing").run(
            source, addresses=["made-up rows"], fingerprint=fingerprint, is_simulated=simulated
        ) as run:
            run.as_of, run.as_of_rule = as_of, "given"
            run.write(db.sql("from landed order by row_number"))


def _defaults(source: str) -> dict[str, Any]:
    if source.startswith("leaderboard"):
        return {"merged_inverted": False, "moe_inverted": False, "flagged_inverted": False, "flagged": False}
    return {}


@pytest.fixture
def warehouse_of(tmp_path: Path) -> Iterator[Callable[..., warehouse.Warehouse]]:
    """Land and build made-up rows by source, and open the warehouse: `warehouse_of(hub_listing=[{"id": "a/b"}])`."""
    opened = []

    def make(as_of: datetime = AS_OF, **sources: Rows) -> warehouse.Warehouse:
        folder = tmp_path / f"warehouse-{len(opened)}"
        for source, rows in sources.items():
            land_rows(folder, source, rows, as_of=as_of)
        warehouse.build(folder, Landing(folder / "landing").selected())
        opened.append(warehouse.Warehouse.open(folder))
        return opened[-1]

    yield make
    for warehouse_ in opened:
        warehouse_.close()
