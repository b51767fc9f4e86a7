"""What tests share: small warehouses of made-up rows, and the real data where it is present."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import shutil
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import pytest
from filelock import FileLock
from hypothesis import settings

from oss_ai_monitor import history, warehouse
from oss_ai_monitor.landing import Landing
from oss_ai_monitor.sources import archive, hub, simulated
from oss_ai_monitor.sources.simulated.adoption import DAYS

Rows = list[dict[str, Any]]
REAL_DATA = Path(__file__).parent.parent.parent / "shared" / "data"
AS_OF = datetime(2024, 6, 15, 12, tzinfo=UTC)
COMMUNITY_MODELS, TWO_YEARS_MODELS, COMMUNITY_SEED = 4_000, 1_500, 5
PATIENCE = 180  # seconds: what only ends a wait for what never comes costs nothing where it comes
SLOW = {"host", "lived", "locked", "open_host", "real_community", "screen", "two_years"}
"""Fixtures that start a server or a window, or build what is large: every test that uses one is marked slow."""
PROCESSES = {"balanced", "host", "open_host", "screen"}
"""Fixtures that start a server or a window of their own."""
Until = Callable[[Callable[[], bool]], None]

settings.register_profile("same examples", deadline=None, derandomize=True)  # machines are slow and fast
settings.register_profile("new examples", deadline=None)  # make soak
settings.load_profile("same examples")


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """One worker for each core that this process may use, and no more than eight: each starts servers of its own."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(cores, 8)


@pytest.hookimpl(tryfirst=True)  # before tests are left out by their marks
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the modules that take longest first, so that no worker is left with one of them at the end.

    A test that drives a browser, a window or a server and fails gets a second attempt, which the summary names: on a
    busy machine, what another process does is sometimes asked for a moment too soon. One that fails twice has failed.
    """
    weights = Counter[Path]()
    for item in items:
        if item.get_closest_marker("browser") or PROCESSES & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.flaky(reruns=1))
        if SLOW & set(getattr(item, "fixturenames", ())):
            item.add_marker("slow")
        weights[item.path] += 20 if item.get_closest_marker("browser") else 10 if item.get_closest_marker("slow") else 1
    items.sort(key=lambda item: (-weights[item.path], item.path))  # within a module the order stays


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


def shared_folder(factory: pytest.TempPathFactory, name: str, fill: Callable[[Path], None]) -> Path:
    """Return a folder that is filled once for all workers of a run; tests only read what it holds."""
    base_folder = factory.getbasetemp()
    shared = (base_folder.parent if "PYTEST_XDIST_WORKER" in os.environ else base_folder) / "shared"
    shared.mkdir(exist_ok=True)
    folder, filled = shared / name, shared / f"{name}.filled"
    with FileLock(shared / f"{name}.lock"):
        if not filled.exists():
            shutil.rmtree(folder, ignore_errors=True)  # of a worker that was stopped in between
            folder.mkdir()
            fill(folder)
            filled.touch()
    return folder


def record_sleeps(patched: pytest.MonkeyPatch) -> list[float]:
    """From now on nobody waits in `time.sleep`; returns what is asked for. Threads of other tests sleep as before."""
    waits: list[float] = []
    sleep, others = time.sleep, {thread.ident for thread in threading.enumerate()} - {threading.get_ident()}

    def record(seconds: float) -> None:
        if threading.get_ident() in others:
            sleep(seconds)
        else:
            waits.append(seconds)

    patched.setattr(time, "sleep", record)
    return waits


def free_port() -> int:
    """A port of loopback that nobody holds, below those that the system gives to connections of its own choice.

    One of the latter may be given away before a server that was told its number has begun to listen.
    """
    while True:
        port = random.SystemRandom().randrange(20_000, 32_000)
        with contextlib.suppress(OSError), socket.socket() as probe:
            probe.bind(("127.0.0.1", port))
            return port


@pytest.fixture
def until() -> Until:
    """Wait until something is so; fail if it never is."""

    def wait(is_so: Callable[[], bool], patience: float = PATIENCE) -> None:
        end = time.monotonic() + patience
        while not is_so():
            assert time.monotonic() < end, "it never came to be"
            time.sleep(0.05)

    return wait


def build_simulated(folder: Path, models: int, **history_options: Any) -> None:
    """Land a simulated community with its history, and build its warehouse."""
    landing = Landing(folder / "landing")
    for table in simulated.tables(models, COMMUNITY_SEED):
        landing.land(table)
    with simulated.history(models, COMMUNITY_SEED, **history_options) as listings:
        figures = history.DailyFigures(listings.select, listings.paths, listings, has_access=True)
        history.record_days(landing, figures)
    history.write_weeks(landing)
    warehouse.build(folder, landing.selected())


@pytest.fixture(scope="session")
def community(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The warehouse of the simulated community with its history: all datasets, every trap. Only to be read."""
    return shared_folder(tmp_path_factory, "community", partial(build_simulated, models=COMMUNITY_MODELS))


@pytest.fixture(scope="session")
def two_years(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The warehouse of a simulated community with its history, every day of it recorded. Only to be read."""
    fill = partial(build_simulated, models=TWO_YEARS_MODELS, daily=DAYS)
    return shared_folder(tmp_path_factory, "two-years", fill)


@pytest.fixture(scope="session")
def adoption_history(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The warehouse of the small Hub of tests/adoption_world.py. Only to be read."""
    from tests.adoption_world import adoption_world

    def fill(folder: Path) -> None:
        adoption_world().land(folder)
        warehouse.build(folder, Landing(folder / "landing").selected())

    return shared_folder(tmp_path_factory, "adoption-history", fill)


@pytest.fixture(scope="session")
def real_community(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The warehouse of the real listing of July 2024, the details and both archives. Only to be read."""
    board = "hub/datasets/open-llm-leaderboard{}/contents/data/train-00000-of-00001.parquet"

    def fill(folder: Path) -> None:
        landing = Landing(folder / "landing")
        listing = [real_data / "hub/api/models_listing_2024-07-11.jsonl.gz", real_data / "hub/api/model_details"]
        boards = [real_data / board.format(version) for version in ("-old", "")]
        for table in [*hub.read(listing), *archive.read(boards)]:
            landing.land(table)
        warehouse.build(folder, landing.selected())

    return shared_folder(tmp_path_factory, "real-community", fill)


def land_rows(
    folder: Path,
    source: str,
    rows: Rows,
    *,
    as_of: datetime = AS_OF,
    simulated: bool = False,
    adds_to: str | None = None,
) -> None:
    """Land made-up rows: columns that a row leaves out are NULL, row_number counts up."""
    shape = warehouse.shape(source)
    with duckdb.connect() as db:
        db.execute("set timezone = 'UTC'")
        db.execute(f"create table landed as {shape}")
        is_numbered = "row_number" in db.table("landed").columns
        for number, row in enumerate(rows, 1):
            row = ({"row_number": number} if is_numbered else {}) | _defaults(source) | row
            names, marks = ", ".join(row), ", ".join(f"${name}" for name in row)
            db.execute(f"insert into landed ({names}) values ({marks})", row)
        fingerprint = f"{source} {rows}"
        order = "row_number" if is_numbered else "all"
        with Landing(folder / "landing").run(
            source, addresses=["made-up rows"], fingerprint=fingerprint, is_simulated=simulated
        ) as run:
            run.as_of, run.as_of_rule, run.adds_to = as_of, "given", adds_to
            run.write(db.sql(f"from landed order by {order}"))


def _defaults(source: str) -> dict[str, Any]:
    if source in ("leaderboard_v1", "leaderboard_v2"):
        return {"merged_inverted": False, "moe_inverted": False, "flagged_inverted": False, "flagged": False}
    return {}


@contextlib.contextmanager
def built_of(folder: Path, as_of: datetime = AS_OF, **sources: Rows) -> Iterator[warehouse.Warehouse]:
    """Land and build made-up rows by source in a folder, and open the warehouse until the block ends."""
    for source, rows in sources.items():
        land_rows(folder, source, rows, as_of=as_of)
    warehouse.build(folder, Landing(folder / "landing").selected())
    with contextlib.closing(warehouse.Warehouse.open(folder)) as opened:
        yield opened


@pytest.fixture(scope="session")
def built_rows(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Land and build made-up rows by source in a folder, once for the same rows. Only to be read."""
    folders: dict[str, Path] = {}

    def build(as_of: datetime = AS_OF, **sources: Rows) -> Path:
        rows = repr((as_of, sources))
        if rows not in folders:
            folder = tmp_path_factory.mktemp("rows")
            with built_of(folder, as_of, **sources):
                folders[rows] = folder
        return folders[rows]

    return build


@pytest.fixture(scope="module")
def open_warehouse() -> Iterator[Callable[[Path], warehouse.Warehouse]]:
    """Open the warehouse of a folder until the module ends."""
    with contextlib.ExitStack() as stack:
        yield lambda folder: stack.enter_context(contextlib.closing(warehouse.Warehouse.open(folder)))


@pytest.fixture(scope="module")
def warehouse_of(
    built_rows: Callable[..., Path], open_warehouse: Callable[[Path], warehouse.Warehouse]
) -> Callable[..., warehouse.Warehouse]:
    """Open a warehouse of made-up rows by source until the module ends: `warehouse_of(hub_listing=[{"id": "a/b"}])`."""
    return lambda **sources: open_warehouse(built_rows(**sources))
