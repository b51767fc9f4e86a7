"""The Hub's JSON records → the landed shape of hub_listing and hub_details.

A documented field of the documented type becomes a column; everything else stays in `extra`, as sent.
"""

from dataclasses import dataclass, field

import duckdb

LONGEST_ID = 200
"""Characters; the Hub allows 96 for a name and its owner each."""
TOO_LONG = f"id longer than {LONGEST_ID} characters"

_TEXT = "case when json_type({0}) = 'VARCHAR' then json_extract_string({0}, '$') end"
_COUNT = "case when json_type({0}) in ('UBIGINT', 'BIGINT') then try_cast({0}::varchar as bigint) end"
_FLAG = "case when json_type({0}) = 'BOOLEAN' then {0}::varchar = 'true' end"
_OBJECT = "case when json_type({0}) = 'OBJECT' then {0} end"
_OBJECTS = "case when json_type({0}) in ('OBJECT', 'ARRAY') then {0} end"
_TEXTS = "case when json_type({0}) = 'ARRAY' then try_cast({0} as varchar[]) end"
_MOMENT = """
    case when json_type({0}) = 'VARCHAR' and isfinite(try_cast(json_extract_string({0}, '$') as timestamptz))
        then json_extract_string({0}, '$')::timestamptz::timestamp
    end"""
_GATED = """
    case
        when json_type({0}) = 'BOOLEAN' and {0}::varchar = 'false' then 'false'
        when json_type({0}) = 'VARCHAR' and json_extract_string({0}, '$') in ('auto', 'manual')
            then json_extract_string({0}, '$')
    end"""

FIELDS = (
    ("id", "id", "varchar", _TEXT),
    ("author", "author", "varchar", _TEXT),
    ("created_at", "createdAt", "timestamp", _MOMENT),
    ("last_modified", "lastModified", "timestamp", _MOMENT),
    ("likes", "likes", "bigint", _COUNT),
    ("downloads", "downloads", "bigint", _COUNT),
    ("downloads_all_time", "downloadsAllTime", "bigint", _COUNT),
    ("tags", "tags", "varchar[]", _TEXTS),
    ("pipeline_tag", "pipeline_tag", "varchar", _TEXT),
    ("library_name", "library_name", "varchar", _TEXT),
    ("private", "private", "boolean", _FLAG),
    ("gated", "gated", "varchar", _GATED),
    ("disabled", "disabled", "boolean", _FLAG),
    ("sha", "sha", "varchar", _TEXT),
    ("base_models", "baseModels", "json", _OBJECTS),
    ("safetensors", "safetensors", "json", _OBJECT),
    ("gguf", "gguf", "json", _OBJECT),
    ("config", "config", "json", _OBJECT),
    ("card_data", "cardData", "json", _OBJECT),
)
"""Landed column, field as sent, type, and the expression that takes the field only in its documented type."""
COLUMNS = ("row_number", *(name for name, *_ in FIELDS), "extra")


@dataclass
class Batch:
    """Records on their way to one part; the temp table `batch` holds them, `wrong` naming what had another type."""

    db: duckdb.DuckDBPyConnection
    rows: int = 0
    """Rows in the batch now."""
    seen: int = 0
    """Records taken so far, over all batches."""
    left_out: dict[str, int] = field(default_factory=dict)
    mistyped: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        columns = ", ".join(f"{name} {kind}" for name, _, kind, _ in FIELDS)
        self.db.execute(f"create temp table batch (row_number bigint, {columns}, extra json, wrong varchar)")

    def take(self, records: str, **values: object) -> int | None:
        """Add what a select of one column `json` gives; returns the number, from 1, of a record without an id."""
        numbered = f"select $seen + row_number() over () as row_number, json from ({records})"
        self.db.execute(f"create or replace temp table raw as {numbered}", {**values, "seen": self.seen})
        # apart from the reading, which is bound to one thread
        self.db.execute(f"insert into batch {_typed()}")
        self.db.execute("drop table raw")
        first = self.seen
        ((last, nameless, too_long),) = self.db.execute(
            """
            select
                coalesce(max(row_number), $first), min(row_number) filter (coalesce(id, '') = ''),
                count(*) filter (length(id) > $longest),
            from batch where row_number > $first
            """,
            {"first": first, "longest": LONGEST_ID},
        ).fetchall()
        if nameless is not None:
            return int(nameless - first)
        if too_long:
            self.left_out[TOO_LONG] = self.left_out.get(TOO_LONG, 0) + too_long
            self.db.execute("delete from batch where length(id) > ?", [LONGEST_ID])
        self._count_mistyped(first)
        self.rows += last - first - too_long
        self.seen = last
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
        """Make room for the next one."""
        self.db.execute("truncate batch")
        self.rows = 0

    def notes(self) -> list[str]:
        """What had another type than the Hub documents."""
        return [
            f"{count:,} records hold {name} in another type than documented: NULL in its column, kept in extra"
            for name, count in sorted(self.mistyped.items())
        ]

    def _count_mistyped(self, first: int) -> None:
        counted = self.db.execute(
            """
            select name, count(*)
            from (select unnest(json_keys('{' || wrong || '}')) as name from batch where row_number > ? and wrong <> '')
            group by name
            """,
            [first],
        ).fetchall()
        for name, count in counted:
            self.mistyped[name] = self.mistyped.get(name, 0) + count


def _typed() -> str:
    """A select of the landed columns and `wrong` over the table `raw` (row_number, json)."""
    shape = "{" + ", ".join(f'"{sent}": "JSON"' for _, sent, *_ in FIELDS) + "}"
    nothing = "{" + ", ".join(f'"{sent}": null' for _, sent, *_ in FIELDS) + "}"
    without_copy = nothing[:-1] + ', "modelId": null}'  # modelId repeats the id
    columns = ", ".join(take.format(f'sent."{sent}"') + f" as {name}" for name, sent, _, take in FIELDS)
    wrong = ", ".join(
        f"""case when {name} is null and json_type(sent."{sent}") <> 'NULL' then '"{sent}":' || sent."{sent}" end"""
        for name, sent, *_ in FIELDS
    )
    names = ", ".join(name for name, *_ in FIELDS)
    return f"""
        with taken as (
            select row_number, json, json_transform(json, '{shape}') as sent from raw
        ),
        typed as (
            select
                row_number, sent, {columns},
                case
                    when json_extract_string(json, '$.modelId') = json_extract_string(json, '$.id')
                        then json_merge_patch(json, '{without_copy}')
                    else json_merge_patch(json, '{nothing}')
                end as rest,
            from taken
        ),
        judged as (
            select *, concat_ws(',', {wrong}) as wrong from typed
        )
        select
            row_number, {names},
            case
                when wrong = '' then nullif(rest::varchar, '{{}}')
                when rest::varchar = '{{}}' then '{{' || wrong || '}}'
                else left(rest::varchar, -1) || ',' || wrong || '}}'
            end::json as extra,
            wrong,
        from judged
    """
