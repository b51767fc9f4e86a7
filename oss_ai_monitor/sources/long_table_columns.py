"""The columns of a long table of adoption: what each holds, under the name that is given or recognised."""

from collections.abc import Mapping

import duckdb

from oss_ai_monitor.patterns import pattern
from oss_ai_monitor.sources import csv_files, files
from oss_ai_monitor.sources.files import File, literal
from oss_ai_monitor.sources.table import FAULTS, SourceError

DEFAULTS = {
    "day": ("day", "date"),
    "id": ("id", "modelId", "model_id"),
    "hub_id": ("_id", "hub_id"),
    "downloads": ("downloads", "downloads_30d"),
    "all_time": ("downloadsAllTime", "downloads_all_time"),
    "likes": ("likes",),
    "last_modified": ("last_modified", "lastModified"),
}
"""What a column holds, and the names under which it is recognised."""
FIGURES = {"downloads": "downloads_30d", "all_time": "downloads_all_time", "likes": "likes"}

FORMATS = {"array": "a list in JSON", "object": "JSON", "zip": "a ZIP archive"}
"""What other formats are called in messages."""


def load(db: duckdb.DuckDBPyConnection, file: File, columns: Mapping[str, str]) -> dict[str, str]:
    """Load a file into `sent` with its row numbers; returns the name of each column that is used."""
    twins: dict[str, str] = {}
    if file.format == "parquet":
        try:
            db.execute(
                "create or replace temp view sent as select row_number() over () as row_number,"
                " columns(lambda name: lower(name) != 'row_number')"
                f" from read_parquet({literal(pattern(file.path))})"
            )
            kinds = files.columns(db, "sent")
        except FAULTS as error:
            reason = str(error).partition("\n")[0]
            raise SourceError(f"{file.path}: is no whole Parquet file ({reason[:300]}); fetch it again") from error
    elif file.format == "text":
        twins = csv_files.read_csv(db, "sent", file)
        kinds = files.columns(db, "sent")
    else:
        reason = file.mistake or f"is {FORMATS.get(file.format, file.format)}"
        raise SourceError(f"{file.path}: {reason}; expected Parquet or CSV")
    used = {role: name for role in DEFAULTS if (name := _column(file, role, kinds, columns.get(role)))}
    for role in ("day", "id"):
        if role not in used:
            raise SourceError(
                f"{file.path}: has no column called {' or '.join(DEFAULTS[role])}; its columns are {_names(kinds)}. "
                f"Name the right one with --{option_name(role)}"
            )
    if not used.keys() & FIGURES.keys():
        expected = ", ".join(name for role in FIGURES for name in DEFAULTS[role])
        raise SourceError(
            f"{file.path}: has no column of figures ({expected}); its columns are {_names(kinds)}. Name one with "
            "--downloads-column, --all-time-column or --likes-column"
        )
    csv_files.reject_twins(db, "sent", file, twins, set(used.values()))
    return used


def _column(file: File, role: str, kinds: Mapping[str, str], chosen: str | None) -> str | None:
    by_lower = {name.lower(): name for name in kinds}
    if chosen is not None:
        if chosen.lower() not in by_lower:
            raise SourceError(
                f"{file.path}: has no column {chosen[:100]!r}; its columns are {_names(kinds)}. "
                f"Correct --{option_name(role)}"
            )
        return by_lower[chosen.lower()]
    return next((by_lower[name.lower()] for name in DEFAULTS[role] if name.lower() in by_lower), None)


def option_name(role: str) -> str:
    return f"{role.replace('_', '-')}-column"


def _names(kinds: Mapping[str, str]) -> str:
    names = [name[:60] for name in kinds]
    return ", ".join(names[:12]) + (f" and {len(names) - 12} more" if len(names) > 12 else "")
