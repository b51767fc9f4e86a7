"""The Hub's JSON records → the landed shape of hub_listing and hub_details.

A documented field of the documented type becomes a column; everything else stays in `extra`, as sent. A dump of
huggingface_hub's `ModelInfo` objects has the names of its attributes, and a table exported as JSON has objects as JSON
texts and dates as numbers: both are read, and a note mentions them.
"""

from dataclasses import dataclass, field

import duckdb

from oss_ai_monitor.plurals import counted, verb_after
from oss_ai_monitor.sources import ids
from oss_ai_monitor.sources.record_fields import ALIASES, AS_TEXT, COLUMNS, FIELDS

BREAK = "|"
"""Separator between the deviations of one record."""


@dataclass
class Batch:
    """The records of the next part, in the temp table `batch`; its column `wrong` holds the fields of another type, and
    `read_as` describes the fields that were read under another name or as JSON text."""

    db: duckdb.DuckDBPyConnection
    rows: int = 0
    """Rows in the batch now."""
    total: int = 0
    """Records read so far, over all batches."""
    left_out: dict[str, int] = field(default_factory=dict)
    mistyped: dict[str, int] = field(default_factory=dict)
    read_as: dict[str, int] = field(default_factory=dict)
    dated: int = 0
    """Records with a readable createdAt."""

    def __post_init__(self) -> None:
        columns = ", ".join(f"{name} {kind}" for name, _, kind, _ in FIELDS)
        self.db.execute(
            f"create temp table batch (row_number bigint, {columns}, extra json, wrong varchar, read_as varchar)"
        )

    def take(self, records: str, **values: object) -> int | None:
        """Add the rows of a select of one column `json`; returns the number, from 1, of a record without an id."""
        numbered = f"select $total + row_number() over () as row_number, json from ({records})"
        self.db.execute(f"create or replace temp table raw as {numbered}", {**values, "total": self.total})
        # in a statement of its own, because reading the records uses one thread only
        self.db.execute(f"insert into batch {_typed()}")
        self.db.execute("drop table raw")
        first = self.total
        reasons = ids.conditions("id", is_of_hub=True)
        ((last, nameless, *unusable),) = self.db.execute(
            f"""
            select
                coalesce(max(row_number), $first), min(row_number) filter (coalesce(id, '') = ''),
                {", ".join(f"count(*) filter ({condition})" for condition in reasons.values())}
            from batch where row_number > $first
            """,
            {"first": first},
        ).fetchall()
        if nameless is not None:
            return int(nameless - first)
        for (reason, condition), count in zip(reasons.items(), unusable, strict=True):
            if count:
                self.left_out[reason] = self.left_out.get(reason, 0) + count
                self.db.execute(f"delete from batch where {condition}")
        self._count_deviations(first)
        self.rows += last - first - sum(unusable)
        self.total = last
        return None

    def relation(self) -> duckdb.DuckDBPyRelation:
        """The batch in the landed shape."""
        return self.db.sql(f"select {', '.join(COLUMNS)} from batch")

    def latest(self) -> object:
        """The latest date in the batch that is not in the future."""
        return self.db.execute(
            """
            select max(moment) from (select unnest([created_at, last_modified]) as moment from batch)
            where moment <= now()::timestamp
            """
        ).fetchall()[0][0]

    def clear(self) -> None:
        """Empty the batch."""
        self.db.execute("truncate batch")
        self.rows = 0

    def notes(self) -> list[str]:
        """Return notes about fields of another type or name than the Hub documents."""
        notes = [f"{_hold(count)} {name}" for name, count in sorted(self.read_as.items())]
        notes += [
            f"{_hold(count)} {name} in another type than documented: NULL in its column, kept in extra"
            for name, count in sorted(self.mistyped.items())
        ]
        if not self.dated:
            notes.append("attention: no record holds a createdAt that can be read, so no model is dated by it")
        return notes

    def _count_deviations(self, first: int) -> None:
        counts = self.db.execute(
            """
            select name, count(*)
            from (select unnest(json_keys('{' || wrong || '}')) as name from batch where row_number > ? and wrong <> '')
            group by name
            """,
            [first],
        ).fetchall()
        for name, count in counts:
            self.mistyped[name] = self.mistyped.get(name, 0) + count
        counts = self.db.execute(
            """
            select how, count(*)
            from (
                select unnest(string_split(read_as, $break)) as how from batch
                where row_number > $first and read_as <> ''
            )
            group by how
            """,
            {"break": BREAK, "first": first},
        ).fetchall()
        for reading, count in counts:
            self.read_as[reading] = self.read_as.get(reading, 0) + count
        ((dated,),) = self.db.execute("select count(created_at) from batch where row_number > ?", [first]).fetchall()
        self.dated += dated


def _hold(records: int) -> str:
    return f"{counted(records, 'record')} {verb_after(records, 'holds', 'hold')}"


def _typed() -> str:
    """A select of the landed columns, `wrong` and `read_as` over the table `raw` (row_number, json)."""
    sent_as = [sent for _, sent, *_ in FIELDS]
    shape = "{" + ", ".join(f'"{name}": "JSON"' for name in (*sent_as, *ALIASES.values())) + "}"
    named = ", ".join(
        f"""case when json_type(sent."{name}") <> 'NULL' then sent."{name}" else sent."{alias}" end as own_{alias}"""
        for name, alias in ALIASES.items()
    )
    of = {name: f"own_{ALIASES[name]}" if name in ALIASES else f'sent."{name}"' for name in sent_as}
    columns = ", ".join(f"{take(of[sent])} as {name}" for name, sent, _, take in FIELDS)
    mistyped = ", ".join(
        f"""case when {name} is null and json_type({of[sent]}) <> 'NULL' then '"{sent}":' || {of[sent]} end"""
        for name, sent, *_ in FIELDS
    )
    names = ", ".join(name for name, *_ in FIELDS)
    return f"""
        with taken as (
            select row_number, json, json_transform(json, '{shape}') as sent from raw
        ),
        named as (
            select *, {named} from taken
        ),
        typed as (
            select *, {columns}, json_merge_patch(json, {_patch(sent_as)}) as rest from named
        ),
        judged as (
            select *, concat_ws(',', {mistyped}) as wrong, {_read_as(of)} as read_as from typed
        )
        select
            row_number, {names},
            case
                when wrong = '' then nullif(rest::varchar, '{{}}')
                when rest::varchar = '{{}}' then '{{' || wrong || '}}'
                else left(rest::varchar, -1) || ',' || wrong || '}}'
            end::json as extra,
            wrong, read_as,
        from judged
    """


def _patch(sent_as: list[str]) -> str:
    """Return the JSON patch that removes the landed fields from a record, and their aliases with the same value."""
    nulls = ", ".join(f'"{name}": null' for name in sent_as)
    is_absent = " and ".join(f'sent."{alias}" is null' for alias in ALIASES.values() if alias != "modelId")
    alias_nulls = " || ".join(
        f"""if(sent."{alias}" is null or own_{alias} = sent."{alias}", ', "{alias}": null', '')"""
        for alias in ALIASES.values()
    )
    return f"""
        case
            when {is_absent} and own_modelId = sent."modelId" then '{{{nulls}, "modelId": null}}'
            when {is_absent} then '{{{nulls}}}'
            else ('{{{nulls}' || {alias_nulls} || '}}')::json
        end"""


def _read_as(of: dict[str, str]) -> str:
    """Return SQL for the list of fields that were read under another name or in another form; "" for most records."""
    readings = [
        f"""if(coalesce(json_type(sent."{name}"), 'NULL') = 'NULL' and own_{alias} is not null
            and json_type(own_{alias}) <> 'NULL', '{name} under the name {alias}', null)"""
        for name, alias in ALIASES.items()
    ]
    readings += [
        f"if(json_type({of[sent]}) = 'VARCHAR' and {name} is not null, '{sent} as JSON text, which was read', null)"
        for name, sent, *_ in FIELDS
        if sent in AS_TEXT
    ]
    readings += [
        f"""if({name} is not null and (json_type({of[sent]}) <> 'VARCHAR' or {of[sent]}::varchar not like '"____-%'),
            '{sent} in another form than 2024-06-15T12:00:00Z, which was read', null)"""
        for name, sent, kind, _ in FIELDS
        if kind == "timestamp"
    ]
    return f"concat_ws('{BREAK}', {', '.join(readings)})"
