"""The table behind a chart for programs: `/data/<perspective>.csv?…` and `.json`, with the page's parameters.

`/data/model.csv?model=…`, `owner` and `family` are the tables of the charts on these pages, `/data/then-and-now.csv`
the steps of a comparison and the models behind one of them. `/feed/changes.atom?…` is the view of changes as a feed,
`/feed/digest.atom` the digests of the latest weeks. `/data` and `/feed` say what there is.

What an answer holds is decided in `programs`; here are its limits, its caching and who may read it. Scripts of other
sites may read it where `--embed-origin` names them, and without the reader's login.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..pages import ThenAndNowPage
from ..perspectives import address
from ..programs import (
    FORMATS,
    KINDS,
    InvalidRequest,
    NoTable,
    NotComputed,
    feed,
    open_comparison,
    open_series,
    open_table,
    unknown_choices,
)
from ..programs.atom import MEDIA_TYPE, SERVER
from ..programs.digest import digest_feed
from ..warehouse import Warehouse
from .health import UNREADABLE, Health
from .public_address import public_root
from .rendering import BY_COMMAS, MAX_QUERY, NoSnapshot, RenderedHandler, Rendering, TooMany

ROUTE = r"/data/([a-z-]{1,40}\.(?:csv|json))"
FEED_ROUTE = r"/feed/((?:changes|digest)\.atom)"
COMPARISONS = ThenAndNowPage.slug
LIST_ROUTE = r"/(data|feed)/?"
LISTS = {
    "data": "Tables behind charts: {root}data/<view>.csv and {root}data/<view>.json, with the choices of the page's "
    "address. {root}api/views lists the views, their tables and their choices.\n",
    "feed": "Feeds: {root}feed/changes.atom, with the choices of the page “Changes” such as ?kinds=licence,gone, and "
    "{root}feed/digest.atom, what is news of each of the latest weeks.\n",
}
"""What there is below an address."""
CACHED_TABLES = 32
MOST_CACHED = 4_000_000
"""Bytes of an answer that is kept; what is larger is made again."""
MAX_AGE = 300
"""Seconds for which a browser or a proxy need not ask again; of a pinned snapshot too, for a name may be left out."""


@dataclass(frozen=True)
class File:
    """A table as a file."""

    name: str
    media_type: str
    content: bytes


class DataTables(Rendering[File]):
    """Makes the files; `name` is that of the perspective with the ending of the format."""

    failures = (*UNREADABLE, NotComputed)

    def __init__(self, health: Health) -> None:
        super().__init__(health, cache_size=CACHED_TABLES, threads="data")

    def _render(self, warehouse: Warehouse, name: str, query: dict[str, str]) -> File:
        slug, _, ending = name.rpartition(".")
        if ending == "atom":
            written = feed(warehouse, query) if slug == "changes" else _digests(warehouse, query)
            return File(name, f"{MEDIA_TYPE}; charset=utf-8", written.encode())
        media_type, _ = FORMATS[ending]
        if slug in KINDS:
            series = open_series(warehouse, slug, query)
            content = series.csv() if ending == "csv" else series.json()
            return File(f"{series.file_name}.{ending}", media_type, content.encode())
        table = open_comparison(warehouse, query) if slug == COMPARISONS else open_table(warehouse, slug, query)
        content = table.csv() if ending == "csv" else table.json()
        return File(f"{table.file_name}.{ending}", media_type, content.encode())

    def _is_kept(self, answer: File) -> bool:
        return len(answer.content) <= MOST_CACHED


def _digests(warehouse: Warehouse, query: dict[str, str]) -> str:
    if unknown := [name for name in query if name != address.SNAPSHOT]:
        raise InvalidRequest(unknown_choices(unknown, [address.SNAPSHOT]))
    return digest_feed(warehouse)


class Data(RenderedHandler):
    """Answers with one table, or with a sentence that says why there is none."""

    def initialize(self, tables: DataTables) -> None:
        self.tables = tables

    async def get(self, name: str) -> None:
        self.allow_origin()
        if len(self.request.query) > MAX_QUERY:
            self.refuse(414, f"The query is longer than {MAX_QUERY:,} characters.")
            return
        if reason := self.repeated_choices():
            self.refuse(400, f"{reason} {BY_COMMAS}")
            return
        query = self.query()
        try:
            file = await self.tables.answer_in_thread(name, query)
        except (NoTable, NoSnapshot) as error:
            self.refuse(404, str(error))
        except InvalidRequest as error:
            self.refuse(400, str(error))
        except TooMany:
            self.refuse(503, "Too many tables are being made at this moment. Please try again soon.", retry_after=5)
        except (*UNREADABLE, NotComputed) as error:
            self.refuse_unreadable(error)
        else:
            self.set_header("Content-Type", file.media_type)
            self.set_header("Content-Disposition", f'inline; filename="{file.name}"')
            self.set_header("Cache-Control", f"max-age={MAX_AGE}")
            content = file.content
            if file.media_type.startswith(MEDIA_TYPE):
                content = content.replace(SERVER.encode(), public_root(self).encode())
            self.write(content)  # Tornado adds an ETag of it, and answers 304 to who has it


class DataList(RenderedHandler):
    """Says what there is below an address."""

    async def get(self, name: str) -> None:
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        self.set_header("Cache-Control", f"max-age={MAX_AGE}")
        self.write(LISTS[name].format(root=public_root(self)))
