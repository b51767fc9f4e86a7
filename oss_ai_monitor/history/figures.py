"""The figures that can be recorded: of one moment, or of many days in one long table."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Protocol


class Moment(Protocol):
    """The origin of figures: a landed run, or a table of a source."""

    @property
    def source(self) -> str: ...
    @property
    def addresses(self) -> tuple[str, ...]: ...
    @property
    def fingerprint(self) -> str: ...
    @property
    def revision(self) -> str | None: ...
    @property
    def as_of_rule(self) -> str: ...
    @property
    def is_simulated(self) -> bool: ...
    @property
    def seed(self) -> int | None: ...


@dataclass(frozen=True)
class DailyFigures:
    """The figures of repositories on many days, in one long table."""

    select: str
    """SQL over $paths that returns day, n, model_id, hub_id, downloads_30d, downloads_all_time, likes and
    last_modified; n, a number, is never the same in two rows of a day."""
    paths: tuple[Path, ...]
    origin: Moment
    notes: tuple[str, ...] = ()
    has_access: bool = False
    """Whether the select returns `gated` besides, because these are full listings of our own."""

    def as_of(self, day: date) -> datetime:
        """Return the moment that the figures of a day speak of: its first, because the table names no other."""
        return datetime.combine(day, time(), UTC)


@dataclass(frozen=True)
class Figures:
    """The figures of every repository at one moment."""

    select: str
    """SQL over $paths that returns n, model_id, hub_id, downloads_30d, downloads_all_time, likes and last_modified."""
    paths: tuple[Path, ...]
    origin: Moment
    as_of: datetime
    notes: tuple[str, ...] = ()
    has_access: bool = False

    @property
    def day(self) -> date:
        """The UTC day of the figures."""
        return self.as_of.date()


@dataclass(frozen=True)
class OneDay(DailyFigures):
    """The figures of one moment, as a long table of one day."""

    moment: datetime = datetime.max

    @classmethod
    def of(cls, figures: Figures) -> "OneDay":
        select = f"select date '{figures.day}' as day, * from ({figures.select})"
        return cls(select, figures.paths, figures.origin, figures.notes, figures.has_access, figures.as_of)

    def as_of(self, day: date) -> datetime:  # noqa: ARG002 - there is only one
        return self.moment


class NotRecorded(Exception):
    """The figures of a day cannot join the history; the message says why. Nothing was written."""
