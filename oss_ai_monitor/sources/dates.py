"""Dates as spreadsheets and exports write them: which forms are read, and which are ambiguous.

An unambiguous form is read in every column. Day and month between slashes or dashes are ambiguous: a day above 12 in
the column decides, else one in another column of the same file, because the same program wrote both. A year of two
digits is never read.
"""

from dataclasses import dataclass, field

import duckdb

from oss_ai_monitor.plurals import counted, verb_after
from oss_ai_monitor.sources import files
from oss_ai_monitor.sources.table import SourceError

CLOCKS = ("", " %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p")
"""What may follow a date."""
UNAMBIGUOUS_FORMATS = ("%d.%m.%Y", "%b %d, %Y", "%B %d, %Y", "%d %b %Y", "%d %B %Y", "%d-%b-%Y", "%d-%B-%Y")
DAY_MONTH_ORDERS = {"month/day/year": ("%m/%d/%Y", "%m-%d-%Y"), "day/month/year": ("%d/%m/%Y", "%d-%m-%Y")}
ISO = r"^\d{4}[-/ ]\d{1,2}[-/ ]\d{1,2}([T ].*)?$"
"""Only these texts are left to DuckDB's own cast: it would read `5-1-24` as the year 5."""
COMPACT = r"^(19|20)\d{6}$"
FULL_YEAR = r"(^|\D)\d{4}(\D|$)"
EPOCH = r"^\d{10,19}(\.0+)?$"
UNITS = (1, 1_000, 1_000_000, 1_000_000_000)
"""Parts per second of the units in which time since 1970 is counted: s, ms, µs, ns."""
EPOCH_MIN, EPOCH_MAX = 1_000_000_000, 4_200_000_000
"""Seconds since 1970, September 2001 to 2103: in this range a number fits one unit only."""
ADVICE = "Write it as YYYY-MM-DD, or export the table again"


@dataclass
class Dates:
    """How the dates in some columns of the table `sent` are read: the temp table `dates` has, by row_number, the moment
    of each (UTC), whether it was in another form than ISO 8601's, and its text in that form."""

    columns: list[str]
    rewritten: list[str] = field(default_factory=list)
    """Columns with values in other forms than ISO 8601's."""
    notes: list[str] = field(default_factory=list)
    """Which columns these are, and how they were read."""

    def moment(self, column: str) -> str:
        """The column of `dates` with the moments of a column as sent."""
        return f"moment_{self.columns.index(column)}"

    def landed(self, column: str) -> str:
        """The column of `dates` with its texts in ISO 8601's form, to be landed where it has another one."""
        return f"landed_{self.columns.index(column)}"

    def is_other(self, column: str) -> str:
        """The column of `dates` that says whether a value was in another form than ISO 8601's."""
        return f"is_other_{self.columns.index(column)}"


def read(db: duckdb.DuckDBPyConnection, file: files.File, columns: list[str]) -> Dates:
    """Decide how to read each of these columns of the table `sent`, and create the temp table `dates`.

    Raises SourceError at the first value that is no date, or that can be read in two ways.
    """
    dates = Dates(columns)
    texts = ", ".join(f"{files.text(column)} as text_{number}" for number, column in enumerate(columns))
    db.execute(f"create or replace temp table dates as select row_number, {texts or 'null as nothing'} from sent")
    order_counts = [_count_orders(db, f"text_{number}") for number in range(len(columns))]
    total = (sum(by_month for by_month, _ in order_counts), sum(by_day for _, by_day in order_counts))
    for number, (column, counts) in enumerate(zip(columns, order_counts, strict=True)):
        order = _order(counts) or _order(total)
        _add_moments(db, number, order)
        _reject_unreadable(db, file, column, number)
        decided = "decided by a day above 12" if _order(counts) else "decided by another column of the file"
        if note := _note(db, column, number, f"{order}, {decided}" if order else ""):
            dates.rewritten.append(column)
            dates.notes.append(note)
    return dates


def _add_moments(db: duckdb.DuckDBPyConnection, number: int, order: str | None) -> None:
    """Add the moments of a column, step by step: an expression over expressions would be planned for seconds."""
    text = f"text_{number}"
    moment = unambiguous(text)
    if order:
        moment = f"coalesce({moment}, {_parsed_in_order(text, order)})"
    db.execute(
        f"""
        create or replace temp table dates as
        select
            *,
            case
                when moment_{number} = date_trunc('day', moment_{number}) then strftime(moment_{number}, '%Y-%m-%d')
                else strftime(moment_{number}, '%Y-%m-%dT%H:%M:%SZ')
            end as landed_{number},
        from (
            select *, {moment} as moment_{number}, not regexp_matches({text}, '{ISO}') as is_other_{number} from dates
        )
        """
    )


def unambiguous(text: str) -> str:
    """SQL for the moment (UTC) of an SQL text that can be read in one way only; NULL for anything else."""
    iso = f"try_cast(try_cast({text} as timestamptz) as timestamp)"
    return f"""
        case
            when regexp_matches({text}, '{ISO}') then case when isfinite({iso}) and year({iso}) > 0 then {iso} end
            when regexp_matches({text}, '{COMPACT}') then try_strptime({text}, '%Y%m%d')
            when regexp_matches({text}, '{EPOCH}') then {epoch(f"try_cast({text} as double)")}
            when regexp_matches({text}, '{FULL_YEAR}') then {_parsed(text, UNAMBIGUOUS_FORMATS)}
        end"""


def epoch(number: str) -> str:
    """SQL for the moment of an SQL number of seconds, or of parts of them, since 1970; NULL for any other number."""
    cases = " ".join(
        f"when {number} between {EPOCH_MIN * unit} and {EPOCH_MAX * unit}"
        f" then make_timestamp((round({number} * {1e6 / unit}))::bigint)"
        for unit in UNITS
    )
    return f"case {cases} end"


def _count_orders(db: duckdb.DuckDBPyConnection, text: str) -> tuple[int, int]:
    """How many values of a column can be read with the month first only, and with the day first only."""
    month, day = (_parsed_in_order(text, order) for order in DAY_MONTH_ORDERS)
    ((by_month, by_day),) = db.execute(
        f"""
        select
            count(*) filter (month is not null and day is null), count(*) filter (day is not null and month is null),
        from (select {month} as month, {day} as day from dates)
        """
    ).fetchall()
    return by_month, by_day


def _order(counts: tuple[int, ...]) -> str | None:
    """Return the order of day and month that the values prove; None without proof, or if they contradict each other."""
    by_month, by_day = counts
    if bool(by_month) == bool(by_day):
        return None
    return "month/day/year" if by_month else "day/month/year"


def _reject_unreadable(db: duckdb.DuckDBPyConnection, file: files.File, column: str, number: int) -> None:
    text = f"text_{number}"
    in_either_order = " or ".join(f"{_parsed_in_order(text, order)} is not null" for order in DAY_MONTH_ORDERS)
    for row, value, is_ambiguous in db.execute(
        f"""
        select row_number, {text}, coalesce({in_either_order}, false) from dates
        where {text} is not null and moment_{number} is null order by row_number limit 1
        """
    ).fetchall():
        location = f"{file.path}, {files.location(file, row)}, column {column}: holds {value[:60]!r}"
        if is_ambiguous:
            raise SourceError(
                f"{location}, which is one day with the month first and another with the day first, and the values "
                f"of the file do not decide which; expected dates that can be read in one way. {ADVICE}"
            )
        raise SourceError(f"{location}; expected a date such as 2024-06-15, or nothing. {ADVICE}")


def _note(db: duckdb.DuckDBPyConnection, column: str, number: int, order: str) -> str:
    """Return a note about a column with dates in other forms, "" for a column without any."""
    text = f"text_{number}"
    in_order = " or ".join(f"{_parsed_in_order(text, order)} is not null" for order in DAY_MONTH_ORDERS)
    ((others, example, slashed),) = db.execute(
        f"select count(*), min_by({text}, row_number), count(*) filter ({in_order}) from dates where is_other_{number}"
    ).fetchall()
    if not others:
        return ""
    reading = f"read as {order}" if slashed else "read by their form"
    are = f"{counted(others, 'date')} {verb_after(others, 'is', 'are')}"
    return f"{column}: {are} not written as YYYY-MM-DD, such as {example[:40]!r}; {reading}"


def _parsed_in_order(text: str, order: str) -> str:
    return f"case when regexp_matches({text}, '{FULL_YEAR}') then {_parsed(text, DAY_MONTH_ORDERS[order])} end"


def _parsed(text: str, formats: tuple[str, ...]) -> str:
    quoted = ", ".join(files.literal(form + clock) for form in formats for clock in CLOCKS)
    return f"try_strptime({text}, [{quoted}])"
