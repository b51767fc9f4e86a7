"""Pages of a listing, parsed and collected into parts: each repository once, in the order of the pages.

Assumes nothing about the content of a page, and knows nothing of requests.
"""

import json
from pathlib import Path
from typing import Any

import duckdb

from oss_ai_monitor.patterns import pattern
from oss_ai_monitor.sources import ids
from oss_ai_monitor.sources.live.answer import Answer, InvalidResponse
from oss_ai_monitor.sources.records import Batch
from oss_ai_monitor.sources.table import FAULTS, connection

REPEATED = "repeated: a model moved from page to page while the listing was read"
NAMELESS = "items without an id"
PRIVATE = "private models of the token's owner"


class Pages:
    """The items that are read but not landed yet, and the repositories so far, by `id` and by the Hub's `_id`."""

    def __init__(self, rows: int = 0, landed: list[Path] | None = None) -> None:
        """`rows` and `landed`: the rows and parts that an interrupted run has landed."""
        self.db = connection()
        self.batch = Batch(self.db, total=rows)
        self.waiting = 0
        """Items read since the last part."""
        self.size = 0
        """Characters read since the last part."""
        self.db.execute("create temp table sent (json json, id varchar, known_as varchar, is_again boolean)")
        self.db.execute("create temp table seen (key uhugeint)")
        if landed:
            self._remember("read_parquet($paths)", "extra ->> '$._id'", paths=[pattern(path) for path in landed])

    def read(self, answer: Answer) -> "Read":
        """Parse a page, replacing an earlier one that was not kept. Raises InvalidResponse if it is no list."""
        text = answer.text
        try:
            return self._read(text)
        except FAULTS:
            # Python parses some texts that DuckDB rejects: half an emoji (a lone surrogate) is not valid UTF-8
            return self._read(json.dumps(answer.json(), ensure_ascii=False).encode("utf-8", "replace").decode())

    def keep(self, *, is_again: bool = False) -> None:
        """Add the parsed page to the next part; the repeated items of a page that is read again are not counted."""
        self.db.execute("insert into sent select *, $again from page", {"again": is_again})
        ((items, size),) = self.db.execute("select count(*), coalesce(sum(length(json)), 0) from page").fetchall()
        self.waiting += items
        self.size += size

    def part(self) -> duckdb.DuckDBPyRelation | None:
        """Return the collected items in the landed shape, each repository once; None if there is nothing new."""
        self.waiting = self.size = 0
        self.db.execute("create or replace temp table numbered as select row_number() over () as n, * from sent")
        self.db.execute("truncate sent")
        self.db.execute(
            """
            create or replace temp table repeated as
            with keys as (
                select n, unnest([md5_number('id ' || id), md5_number('_id ' || known_as)]) as key from numbered
            )
            select n from keys where key in (select key from seen semi join keys using (key))
            union
            select n from keys where key is not null qualify row_number() over (partition by key order by n) > 1
            """
        )
        self.db.execute("delete from numbered where is_again and n in (select n from repeated)")
        self._leave_out(REPEATED, "n in (select n from repeated)")
        self._remember("numbered", "known_as")
        self._leave_out(NAMELESS, "coalesce(id, '') = ''")
        self._leave_out(PRIVATE, "json_extract(json, '$.private') = 'true'::json")
        for reason, condition in ids.conditions("id", is_of_hub=True).items():
            self._leave_out(reason, condition)
        self.batch.clear()
        self.db.execute("create or replace temp table fresh as select json from numbered order by n")
        self.db.execute("drop table numbered")
        self.batch.take("select json from fresh")
        self.db.execute("drop table fresh")
        return self.batch.relation() if self.batch.rows else None

    def _read(self, text: str) -> "Read":
        kind = self.db.execute("select json_type($text::json)", {"text": text}).fetchall()[0][0]
        if kind != "ARRAY":
            raise InvalidResponse(f"holds {(kind or 'nothing').lower()}, expected a list of models")
        self.db.execute(
            """
            create or replace temp table page as
            select
                json,
                case when json_type(json, '$.id') = 'VARCHAR' then json ->> '$.id' end as id,
                json ->> '$._id' as known_as,
            from (select unnest(from_json($text, '["JSON"]')) as json)
            """,
            {"text": text},
        )
        rows = self.db.execute("select id, json ->> '$.lastModified' from page").fetchall()
        return Read([row[0] for row in rows], [row[1] for row in rows])

    def _leave_out(self, reason: str, condition: str, **values: Any) -> None:
        ((count,),) = self.db.execute(f"select count(*) from numbered where {condition}", values).fetchall()
        if count:
            self.batch.left_out[reason] = self.batch.left_out.get(reason, 0) + count
            self.db.execute(f"delete from numbered where {condition}", values)

    def _remember(self, relation: str, hub_id: str, **values: Any) -> None:
        self.db.execute(
            f"""
            insert into seen
            select key
            from (select unnest([md5_number('id ' || id), md5_number('_id ' || ({hub_id}))]) as key from {relation})
            where key is not null
            """,
            values,
        )


class Read:
    """The ids on a page, and the time of the last change of each, as sent."""

    def __init__(self, ids: list[str | None], changed: list[str | None]) -> None:
        self.ids, self.changed = ids, changed

    @property
    def mark(self) -> str:
        """Identifies a page that comes again under another cursor."""
        return f"{self.ids[0]} … {self.ids[-1]} {len(self.ids)}" if self.ids else ""
