"""Which landed runs are worth ingesting again, because a later version of the reader reads more from their input."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Protocol, TypeVar

import duckdb

from oss_ai_monitor.patterns import pattern
from oss_ai_monitor.plurals import counted, verb_after
from oss_ai_monitor.sources import files, moments
from oss_ai_monitor.sources.record_fields import ALIASES, AS_TEXT
from oss_ai_monitor.sources.table import READERS, connection

DATES = {"leaderboard_v1": ("date",), "leaderboard_v2": ("submission_date", "upload_to_hub_date")}
DEFAULTED = ": the rows cannot decide"
"""Start of a note, after the flag's name, about a flag without evidence for its polarity."""


class Run(Protocol):
    """The attributes of a landed run that are needed here."""

    @property
    def source(self) -> str: ...
    @property
    def addresses(self) -> tuple[str, ...]: ...
    @property
    def fingerprint(self) -> str: ...
    @property
    def reader_version(self) -> int: ...
    @property
    def as_of_rule(self) -> str: ...
    @property
    def notes(self) -> tuple[str, ...]: ...
    @property
    def is_simulated(self) -> bool: ...
    @property
    def paths(self) -> list[Path]: ...


R = TypeVar("R", bound=Run)


def reasons(runs: Sequence[R]) -> list[tuple[R, str]]:
    """Return the runs that an older version of the reader landed, unless they have been ingested again already.

    Each comes with what today's reader would read in what has landed; what an older one left out altogether, nothing
    that has landed can tell.
    """
    outdated = []
    for run in runs:
        if run.is_simulated or run.reader_version >= READERS.get(run.source, 0) or _is_read_again(run, runs):
            continue
        if run.as_of_rule == "fetched":  # the Hub itself answers in its own names and types
            continue
        version = (
            f"version {run.reader_version} of its reader landed it, and version {READERS[run.source]} may read more"
        )
        outdated.append((run, "; ".join(_reasons(run)) or version))
    return outdated


def _is_read_again(run: Run, runs: Iterable[Run]) -> bool:
    return any(
        other.source == run.source
        and other.reader_version > run.reader_version
        and (other.fingerprint == run.fingerprint or other.addresses == run.addresses)
        for other in runs
    )


def _reasons(run: Run) -> list[str]:
    with connection() as db:
        try:
            return _board(db, run) if run.source in DATES else _hub(db, run)
        except duckdb.Error:
            return ["its files cannot be read: 'oss-ai-monitor check' says what is wrong with them"]


def _board(db: duckdb.DuckDBPyConnection, run: Run) -> list[str]:
    findings = []
    if flags := [note.partition(":")[0] for note in run.notes if DEFAULTED in note]:
        findings.append(f"{', '.join(flags)}: taken by default, where today the reading stands that flags the fewest")
    for column in DATES[run.source]:
        text = files.text(column)
        ((unread,),) = db.execute(
            f"select count(*) from read_parquet($paths) where {text} is not null and try_cast({text} as date) is null",
            {"paths": _paths(run)},
        ).fetchall()
        if unread:
            were = f"{counted(unread, 'date')} {verb_after(unread, 'was', 'were')}"
            findings.append(f"{column}: {were} not understood, of which today's reader knows more forms")
    return findings


def _hub(db: duckdb.DuckDBPyConnection, run: Run) -> list[str]:
    findings = []
    is_alias = " or ".join(f"contains(extra::varchar, '\"{alias}\":')" for alias in ALIASES.values())
    query = f"select extra from read_parquet($paths) where {is_alias} limit 1"
    if db.execute(query, {"paths": _paths(run)}).fetchall():
        findings.append("holds fields under the names of huggingface_hub's ModelInfo, such as created_at: read today")
    mistyped = [
        name for name in (*AS_TEXT, "createdAt", "lastModified") if any(_mentions(note, name) for note in run.notes)
    ]
    if mistyped:
        findings.append(f"{', '.join(mistyped)}: in another type than documented, of which today's reader knows more")
    if run.as_of_rule == moments.FILE_TIME:
        findings.append("only the time of its file says its day: give the right one with --as-of")
    return findings


def _mentions(note: str, name: str) -> bool:
    return f" hold {name} in another type" in note


def _paths(run: Run) -> list[str]:
    return [pattern(path) for path in run.paths]
