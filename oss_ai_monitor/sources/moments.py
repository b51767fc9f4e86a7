"""The `as_of` of files: as given, the latest date in them, the date in a file's name, or the file's own time."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from oss_ai_monitor.sources.files import utc
from oss_ai_monitor.sources.table import SourceError

FILE_TIME = "file time"
"""The rule for a file whose own time of writing is the only known date."""
YEAR_FIRST = re.compile(r"(?<!\d)(20\d\d)-(\d\d)-(\d\d)(?!\d)")
YEAR_LAST = re.compile(r"(?<!\d)(\d\d)-(\d\d)-(20\d\d)(?!\d)")


def decide(given_moment: datetime | None, latest: datetime | None, paths: Iterable[Path]) -> tuple[datetime, str]:
    """Return the `as_of` of some data (UTC), and the rule that decided. Raises SourceError for a given moment that
    lies in the future, or before the latest date in the data."""
    if given_moment is not None:
        if utc(given_moment).date() > datetime.now(UTC).date():
            raise SourceError(f"{utc(given_moment):%Y-%m-%d} lies in the future; give the date of the data")
        if latest is not None and utc(given_moment).date() < utc(latest).date():
            raise SourceError(
                f"{', '.join(map(str, paths))}: holds dates up to {utc(latest):%Y-%m-%d}, so it cannot speak of "
                f"{utc(given_moment):%Y-%m-%d}; give --as-of that day or a later one, or leave it out"
            )
        return utc(given_moment), "given"
    if latest is not None:
        return utc(latest), "latest date in the data"
    paths = list(paths)
    if dates := [date for path in paths if (date := date_in_name(path.name))]:
        return max(dates), "date in the file name"
    return datetime.fromtimestamp(max(path.stat().st_mtime for path in paths), UTC), FILE_TIME


def notes(moment: datetime, rule: str, paths: Iterable[Path]) -> list[str]:
    """Return notes about the decided moment: a date in a file's name is only suggested, because the rows or the given
    moment take precedence; a file's own time says nothing about its content."""
    date_named = max((date for path in paths if (date := date_in_name(path.name))), default=None)
    if rule == FILE_TIME:
        return [
            f"attention: nothing in it says of which day it speaks, so the file's own time, {moment:%Y-%m-%d}, was "
            "taken; ingest it again with --as-of and the right day"
        ]
    if date_named is None or date_named.date() == moment.date():
        return []
    if rule == "given":
        return [f"the file's name says {date_named:%Y-%m-%d}; {moment:%Y-%m-%d} is taken, as given"]
    if moment < date_named <= datetime.now(UTC):
        return [
            f"as of the latest date in its rows, {moment:%Y-%m-%d}, while the file's name says {date_named:%Y-%m-%d}: "
            f"if it speaks of that day, ingest it again with --as-of {date_named:%Y-%m-%d}"
        ]
    return []


def date_in_name(name: str) -> datetime | None:
    """The last date in a file's name, YYYY-MM-DD or MM-DD-YYYY."""
    candidates = [(match.end(), (match[1], match[2], match[3])) for match in YEAR_FIRST.finditer(name)]
    candidates += [(match.end(), (match[3], match[1], match[2])) for match in YEAR_LAST.finditer(name)]
    for _, (year, month, day) in sorted(candidates, reverse=True):
        try:
            return datetime(int(year), int(month), int(day), tzinfo=UTC)
        except ValueError:
            continue
    return None
