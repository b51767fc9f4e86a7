"""The moment that files speak of: as given, the latest date in them, the date in a name, or a file's own time."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from oss_ai_monitor.sources.files import utc
from oss_ai_monitor.sources.table import SourceError

FILE_TIME = "file time"
"""The rule for a moment of which nothing but the file's own time is known."""
YEAR_FIRST = re.compile(r"(?<!\d)(20\d\d)-(\d\d)-(\d\d)(?!\d)")
YEAR_LAST = re.compile(r"(?<!\d)(\d\d)-(\d\d)-(20\d\d)(?!\d)")


def decide(given: datetime | None, latest: datetime | None, paths: Iterable[Path]) -> tuple[datetime, str]:
    """The moment that data speaks of (UTC), and the rule that decided. Raises SourceError for a given one that
    lies in the future, or before the latest date in the data."""
    if given is not None:
        if utc(given).date() > datetime.now(UTC).date():
            raise SourceError(f"{utc(given):%Y-%m-%d} lies in the future; give the moment that the data speaks of")
        if latest is not None and utc(given).date() < utc(latest).date():
            raise SourceError(
                f"{', '.join(map(str, paths))}: holds dates up to {utc(latest):%Y-%m-%d}, so it cannot speak of "
                f"{utc(given):%Y-%m-%d}; give --as-of that day or a later one, or leave it out"
            )
        return utc(given), "given"
    if latest is not None:
        return utc(latest), "latest date in the data"
    paths = list(paths)
    if dates := [date for path in paths if (date := date_in_name(path.name))]:
        return max(dates), "date in the file name"
    return datetime.fromtimestamp(max(path.stat().st_mtime for path in paths), UTC), FILE_TIME


def notes(moment: datetime, rule: str, paths: Iterable[Path]) -> list[str]:
    """What is to be said of the moment that was decided: a date in a file's name is proposed, and never goes before
    what the rows or the reader say; a file's own time says nothing of what it holds."""
    named = max((date for path in paths if (date := date_in_name(path.name))), default=None)
    if rule == FILE_TIME:
        return [
            f"attention: nothing in it says of which day it speaks, so the file's own time, {moment:%Y-%m-%d}, was "
            "taken; ingest it again with --as-of and the right day"
        ]
    if named is None or named.date() == moment.date():
        return []
    if rule == "given":
        return [f"the file's name says {named:%Y-%m-%d}; {moment:%Y-%m-%d} is taken, as given"]
    if moment < named <= datetime.now(UTC):
        return [
            f"as of the latest date in its rows, {moment:%Y-%m-%d}, while the file's name says {named:%Y-%m-%d}: if it "
            f"speaks of that day, ingest it again with --as-of {named:%Y-%m-%d}"
        ]
    return []


def date_in_name(name: str) -> datetime | None:
    """The last date in a file's name, YYYY-MM-DD or MM-DD-YYYY."""
    found = [(m.end(), (m[1], m[2], m[3])) for m in YEAR_FIRST.finditer(name)]
    found += [(m.end(), (m[3], m[1], m[2])) for m in YEAR_LAST.finditer(name)]
    for _, (year, month, day) in sorted(found, reverse=True):
        try:
            return datetime(int(year), int(month), int(day), tzinfo=UTC)
        except ValueError:
            continue
    return None
