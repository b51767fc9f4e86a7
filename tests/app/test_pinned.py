"""Links that pin a snapshot: what they get to see, and what they are told."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from oss_ai_monitor import warehouse
from oss_ai_monitor.app import generations, open_pinned, page
from oss_ai_monitor.app.pinned import Pin
from oss_ai_monitor.app.session import Session
from oss_ai_monitor.landing import Landing
from oss_ai_monitor.warehouse import Warehouse
from tests.conftest import land_rows

MISSING = "20200102T030405Z-0123abcd"


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    """Leave nothing open: tests have no sessions that end."""
    yield
    for opened in generations._open.values():
        opened.close()
    generations._open.clear()
    generations._visitors.clear()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five snapshots, one a day, of which the last serves and the others are kept beside it."""
    folder = tmp_path_factory.mktemp("pins")
    for day in range(1, 6):
        rows = [{"fullname": f"tin/{n}", "date": "2024-01-05", "average": 50.0} for n in range(day)]
        land_rows(folder, "leaderboard_v1", rows, as_of=datetime(2024, 3, day, tzinfo=UTC))
        built = warehouse.build(folder, Landing(folder / "landing").selected(), is_pinned=day < 5)
        while datetime.now(UTC).strftime("%Y%m%dT%H%M%S") <= built.name[:15]:  # an id speaks of seconds
            time.sleep(0.01)
    return folder


def ids(folder: Path) -> list[str]:
    """The ids of the kept snapshots, oldest first; the last one serves."""
    return list(dict(sorted(warehouse.by_snapshot_id(folder).items(), key=lambda item: item[1].name)))


def models(shown: Warehouse) -> int:
    return int(shown.sql_frame("select count(*) as models from core.models")["models"].iloc[0])


def test_what_is_kept_beside_serves_nobody_who_does_not_ask_for_it(folder: Path) -> None:
    assert len(ids(folder)) == 5
    shown, pin = open_pinned(folder, "?view=model-types")
    assert (models(shown), pin) == (5, Pin())


def test_a_link_to_the_newest_is_shown_it_and_stays_pinned(folder: Path) -> None:
    newest = ids(folder)[-1]
    shown, pin = open_pinned(folder, f"?snapshot={newest}")
    assert (models(shown), pin) == (5, Pin(shown_id=newest))
    assert Session(shown, "?view=model-types", pin=pin).to_query().endswith(f"&snapshot={newest}")


def test_a_link_to_an_older_one_is_shown_it_and_told_of_the_newest(folder: Path) -> None:
    first, *_, newest = ids(folder)
    shown, pin = open_pinned(folder, f"?snapshot={first}")
    assert models(shown) == 1
    assert pin == Pin(
        shown_id=first,
        message=f"This link pins snapshot {first} (data of 1 Mar 2024), and shows it. Loaded since: snapshot {newest} "
        "(data of 5 Mar 2024).",
    )


def test_a_link_to_one_that_is_gone_says_how_it_comes_back(folder: Path) -> None:
    shown, pin = open_pinned(folder, f"?snapshot={MISSING}")
    assert (models(shown), pin.shown_id, pin.requested_id) == (5, "", MISSING)
    assert "by 2020-01-02 03:04:05 UTC" in pin.message
    assert f"shown is the newest, snapshot {ids(folder)[-1]} (data of 5 Mar 2024)" in pin.message
    assert "“oss-ai-monitor build --landed-by 2020-01-02T03:04:05 --beside”" in pin.message
    assert "snapshot" not in Session(shown, "?view=model-types", pin=pin).to_query()


def test_so_many_old_ones_are_open_at_a_time_and_no_more(folder: Path) -> None:
    *old, _ = ids(folder)
    pins = [open_pinned(folder, f"?snapshot={one}")[1] for one in [*old, old[0]]]
    assert [pin.shown_id for pin in pins] == [*old[:3], "", old[0]]
    assert (pins[3].requested_id, "3 older ones are being read" in pins[3].message) == (old[3], True)
    generations._release(warehouse.by_snapshot_id(folder)[old[1]])
    assert open_pinned(folder, f"?snapshot={old[3]}")[1].shown_id == old[3]


@pytest.mark.parametrize(
    "requested", ["../../../etc/passwd", "%2e%2e/x.duckdb", "<script>alert(1)</script>", "x" * 5_000, ""]
)
def test_what_is_no_id_opens_nothing_and_is_said_back_as_text(folder: Path, requested: str) -> None:
    shown, pin = open_pinned(folder, f"?view=model-types&snapshot={requested}&unit=week")
    assert models(shown) == 5
    assert (pin.shown_id, pin.requested_id) == ("", "")
    if requested:
        assert "is no id of a snapshot: shown is the newest" in pin.message
        assert len(pin.message) < 300
    page(shown, "", pin=pin)


@pytest.mark.parametrize("content", [None, b"", b"no database"])
def test_a_generation_that_went_or_broke_meanwhile_is_told_as_gone(
    folder: Path, monkeypatch: pytest.MonkeyPatch, content: bytes | None
) -> None:
    snapshot_id = ids(folder)[0]
    (folder / "gone.duckdb").unlink(missing_ok=True)
    if content is not None:
        (folder / "gone.duckdb").write_bytes(content)
    monkeypatch.setattr("oss_ai_monitor.app.pinned.by_snapshot_id", lambda _: {snapshot_id: folder / "gone.duckdb"})
    _, pin = open_pinned(folder, f"?snapshot={snapshot_id}")
    assert (pin.shown_id, pin.requested_id) == ("", snapshot_id)
