"""The two ends of a comparison: the generations that are at hand, and which of them a date names."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from ..warehouse import Damaged, Outdated, Warehouse, generation_files


class NoEnd(ValueError):
    """No generation at hand shows a date; the message is for readers."""


@dataclass(frozen=True)
class End:
    """A generation that can be compared: its file, what it was built from and by which rules, and its datasets.

    `as_of` is the day that the newest of its data speaks of, `days` those of its datasets.
    """

    path: Path
    snapshot_id: str
    as_of: dt.date
    rules: str
    has_present_rules: bool
    snapshots: frozenset[tuple[str, str, dt.datetime]]
    """Source, id and moment of each landed snapshot that it stands on."""
    days: dict[str, dt.date]


_ends: dict[Path, End | None] = {}
"""What is known of a file: a generation never changes, and its name is never given again."""


def ends(folder: Path) -> list[End]:
    """Return the generations of a warehouse's folder that this version can read, those of older rules too.

    The oldest data comes first; generations with another list of names to leave out than the served one are not among
    them.
    """
    paths = generation_files(folder)
    for path in paths:
        if path not in _ends:
            _ends[path] = _end(path)
    there = [end for path in paths if (end := _ends[path]) is not None and path.exists()]
    return sorted(there, key=lambda end: (end.as_of, end.path.name))


def ends_beside(warehouse: Warehouse) -> list[End]:
    """Return the generations in the folder that an open generation belongs to."""
    return ends(folder_of(warehouse))


def folder_of(warehouse: Warehouse) -> Path:
    """Return the warehouse's folder that an open generation belongs to."""
    path = warehouse.path.resolve()
    return next((parent.parent for parent in path.parents if parent.name == "generations"), path.parent)


def end_of(warehouse: Warehouse) -> End:
    """Return an open generation as an end of a comparison. Raises NoEnd for one of before there were identities."""
    if (end := _read(warehouse)) is None:
        raise NoEnd("this generation was built before generations had an identity: build it anew")
    return end


def refuse_order(then: dt.date, now: dt.date) -> None:
    """Raise NoEnd if the earlier day lies in the future or is later than the later one."""
    today = dt.datetime.now(dt.UTC).date()
    if then > today:
        raise NoEnd(f"“then” ({then}) lies in the future: choose {min(now, today)} or an earlier day.")
    if then > now:
        raise NoEnd(
            f"The earlier date comes first: “then” ({then}) is later than “now” ({now}). Choose {now} or an earlier "
            "day for “then”, or a later one for “now”."
        )


def end_on(candidates: list[End], day: dt.date, dataset: str = "") -> End:
    """Return the end that a date names: by present rules, its newest data or that of the dataset of that very day.

    Without a dataset it is that of any dataset. An end without the dataset is returned only where no other is there.
    Raises NoEnd, which says which days there are and how another one is made.
    """
    present = [end for end in candidates if end.has_present_rules]
    exact = [end for end in present if day == end.as_of or day in _days_of(end, dataset)]
    if exact:
        return min(exact, key=lambda end: (not _days_of(end, dataset), end.as_of != day, end.as_of, end.path.name))
    days = sorted({end.as_of for end in present if _days_of(end, dataset)})
    there = f"Those that are here: {', '.join(map(str, days))}. " if days else ""
    raise NoEnd(
        f"No generation of {day}{f' with {dataset}' if dataset else ''} is here, built by the present rules. {there}"
        f"Who runs the server makes one with “oss-ai-monitor build --as-of {day} --beside”."
    )


def ends_on(served: End, candidates: list[End], then: dt.date, now: dt.date | None, dataset: str) -> tuple[End, End]:
    """Return the ends that two days name; the later one is the `served` generation where no day or its own is named.

    Raises NoEnd as `refuse_order` and `end_on` do.
    """
    refuse_order(then, now or served.as_of)
    return end_on([*candidates, served], then, dataset), later_end_on(served, candidates, now, dataset)


def later_end_on(served: End, candidates: list[End], now: dt.date | None, dataset: str = "") -> End:
    """Return the later end that a day names. Raises NoEnd as `end_on` does."""
    if now is None or now == served.as_of:
        return served
    end = end_on([*candidates, served], now, dataset)
    return served if end.as_of != now and now in _days_of(served, dataset) else end


def _days_of(end: End, dataset: str) -> list[dt.date]:
    """Return the day of a dataset of an end, if it has it; of all without one."""
    return [day for name, day in end.days.items() if dataset in ("", name)]


@contextmanager
def opened(end: End) -> Iterator[Warehouse]:
    """Open the generation of an end for as long as the block takes. Raises NoEnd if it has gone or cannot be read."""
    try:
        warehouse = Warehouse(end.path)
    except (duckdb.Error, Damaged, Outdated, OSError) as error:
        raise NoEnd(f"The generation of {end.as_of} cannot be read any more.") from error
    try:
        yield warehouse
    finally:
        warehouse.close()


def _end(path: Path) -> End | None:
    try:
        warehouse = Warehouse(path)
    except (duckdb.Error, Damaged, Outdated, OSError):
        return None
    try:
        return _read(warehouse)
    finally:
        warehouse.close()


def _read(warehouse: Warehouse) -> End | None:
    identity = warehouse.identity
    if identity is None:
        return None
    snapshots: Any = warehouse.query("all_snapshots")
    rows = warehouse.query("datasets")
    return End(
        warehouse.path,
        identity.snapshot_id,
        identity.as_of.date(),
        identity.rules,
        identity.has_present_rules,
        frozenset((row.source, row.snapshot_id, row.as_of.to_pydatetime()) for row in snapshots.itertuples()),
        {str(name): pd.Timestamp(moment).date() for name, moment in zip(rows["dataset"], rows["as_of"], strict=True)},
    )
