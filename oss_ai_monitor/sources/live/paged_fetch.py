"""Reading a listing page by page along its cursor, with retries for cursors that are refused or lead in a circle."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

import duckdb

from oss_ai_monitor.plurals import counted
from oss_ai_monitor.sources.live.answer import Answer, Refused
from oss_ai_monitor.sources.live.pages import Pages, Read
from oss_ai_monitor.sources.live.session import Session
from oss_ai_monitor.sources.table import Progress, SourceError, Table

PAGE_LIMIT = 1000
"""Models per page; the most that the Hub returns."""
ROWS = 25_000
"""Rows per part: half a minute of crawling at half the anonymous quota."""
PART_CHARACTERS = 32 << 20
"""Characters per part, whatever the number of rows: a model's fields may be very long."""
PAGE_RETRIES = 3
"""Retries of a page whose cursor ends early or leads back, and then of the page before it."""
EXPECTED_SHARE = 0.9
"""A listing with a smaller share of the previous number of models is read a second time."""
PATH = "/api/models"


class CursorLost(Exception):
    """The cursor leads no further."""


class PagedFetch:
    """One reading of a listing; `table.resume_state` holds its progress after each part."""

    def __init__(
        self,
        session: Session,
        table: Table,
        query: dict[str, str],
        fields: Callable[[], tuple[list[str], list[str]]],
        *,
        rows: int = ROWS,
        expected: int | None = None,
        is_short_taken: bool = True,
        is_enough: Callable[[Read], bool] = lambda _: False,
        progress: Progress | None = None,
    ) -> None:
        """`fields` returns the fields that can be requested, and notes about them; `is_enough` tells at which page to
        stop, by default none. `expected`: the approximate number of models; if the listing ends far before it twice,
        `is_short_taken` tells whether that is accepted or an error."""
        self.session, self.table, self.query, self.fields = session, table, query, fields
        self.rows, self.expected, self.is_enough, self.progress = rows, expected, is_enough, progress
        self.is_short_taken = is_short_taken
        self.state: dict[str, Any] = {
            "next": None,
            "before": None,
            "times": 0,
            "read": 0,
            "is_done": False,
            "fields": [],
            "notes": [],
        }
        self._visited: set[str] = set()
        self._marks: dict[str, str] = {}
        self._steps_back = 0
        self._is_reread = False
        self._longest = PAGE_LIMIT
        """Models on the longest page: a page as long as that is not the last one, so it is asked for again."""

    def relations(self) -> Iterator[duckdb.DuckDBPyRelation]:
        """Yield the parts; those that have landed already are not read again."""
        if saved := self.table.resume_state:
            self.state = {"read": saved["seen"]} | dict(saved) | {"times": 0}
            self.table.as_of = datetime.fromisoformat(saved["as_of"])
        pages = Pages(self.state.get("seen", 0), self.table.landed)
        pages.batch.left_out.update(self.state.get("left_out", {}))
        pages.batch.mistyped.update(self.state.get("mistyped", {}))
        while not self.state["is_done"]:
            self._read_step(pages)
            if pages.waiting >= self.rows or pages.size >= PART_CHARACTERS or self.state["is_done"]:
                yield from self._part(pages)
        self._report(pages)

    def _read_step(self, pages: Pages) -> None:
        """Read one page, and decide which one is next."""
        if self.state["next"] is None:
            self._begin()
        path = self.state["next"]
        try:
            answer, read, following = self._page(pages, path)
        except CursorLost as error:
            self._step_back(str(error))
            return
        pages.keep(is_again=self._is_reread or bool(self.state["times"]))
        self.state["read"] += 0 if self._is_reread else len(read.ids)
        self._steps_back = self._steps_back if self._is_reread else 0
        self._is_reread = False
        if self.is_enough(read):
            self.state["is_done"] = True
        elif following is None:
            self._finish(pages)
        else:
            self.state |= {"before": path, "next": following}
        self.table.as_of = answer.moment
        if self.progress:
            expected = None if self.table.adds_to else self.expected  # the number of changes is not known
            self.progress(pages.batch.total + pages.waiting, expected, str(self.session.quota))

    def _page(self, pages: Pages, path: str) -> tuple[Answer, Read, str | None]:
        """Return a page and the path of the next one. Raises CursorLost if the cursor is refused or leads back."""
        self._visited.add(path)
        page_reads: list[tuple[Read, str | None]] = []

        def read_page(answer: Answer) -> None:
            page_reads.append((pages.read(answer), self.session.next_path(path, answer)))

        for attempt in range(PAGE_RETRIES + 1):
            try:
                answer = self.session.get(path, check=read_page)
            except Refused as error:
                if error.status not in (400, 404, 410) or "cursor=" not in path:
                    raise
                raise CursorLost(f"the cursor was refused (HTTP {error.status})") from error
            read, following = page_reads[-1]
            is_loop = following in self._visited or self._marks.get(read.mark, path) != path
            is_cut = following is None and len(read.ids) >= self._longest
            if not is_loop and not is_cut:
                break
            if attempt < PAGE_RETRIES:
                self.session.sleep(self.session.retry_policy.backoff * 2**attempt)
        if is_loop:
            raise CursorLost("the cursor leads in a circle")
        self._marks[read.mark] = path
        self._longest = len(read.ids) if self._longest == PAGE_LIMIT else max(self._longest, len(read.ids))
        return answer, read, following

    def _begin(self) -> None:
        if not self.state["fields"]:
            self.state["fields"], notes = self.fields()
            self.state["notes"] = [*self.state["notes"], *notes]
        query = [
            *self.query.items(),
            ("limit", str(PAGE_LIMIT)),
            *(("expand[]", name) for name in self.state["fields"]),
        ]
        self.state |= {"next": f"{PATH}?{urlencode(query)}", "read": 0}
        self._visited.clear()
        self._marks.clear()

    def _step_back(self, reason: str) -> None:
        """Go back to the previous page, which may name another cursor now; after PAGE_RETRIES, to the first page."""
        self._visited.discard(self.state["next"])
        if self.state["before"] is None or self._steps_back == PAGE_RETRIES:
            self._restart(reason)
            return
        self._steps_back += 1
        self._is_reread = True
        self.state["next"] = self.state["before"]

    def _restart(self, reason: str) -> None:
        """Start again from the first page; models that have landed are not landed twice."""
        if self.state["times"]:
            address = self.session.public_address(self.state["next"])
            raise SourceError(
                f"{address[:300]}: {reason}, twice; nothing became visible. The Hub may have changed: try again later"
            )
        self.state |= {"times": 1, "next": None, "before": None}
        self._steps_back, self._is_reread = 0, False
        self.state["notes"] = [*self.state["notes"], f"read again from the first page: {reason}"]

    def _finish(self, pages: Pages) -> None:
        """Accept the end, unless far more models are expected: then read the listing a second time."""
        models = min(pages.batch.total + pages.waiting, self.state["read"])  # an earlier reading may have brought more
        if not self.expected or models >= EXPECTED_SHARE * self.expected:
            self.state["is_done"] = True
        elif not self.state["times"]:
            self._restart(f"it ended after {counted(models, 'model')}, where {self.expected:,} had been listed before")
        elif self.is_short_taken:
            self.state["is_done"] = True
        else:
            raise SourceError(
                f"{self.table.addresses[0]}: ended after {counted(models, 'model')}, twice, where {self.expected:,} "
                "had been listed before; nothing became visible, and what was known stays. Run the same again later; "
                "if the Hub really has so few by now, 'oss-ai-monitor ingest hub --full' lands them"
            )

    def _part(self, pages: Pages) -> Iterator[duckdb.DuckDBPyRelation]:
        relation = pages.part()
        batch = pages.batch
        self.state |= {"seen": batch.total, "left_out": batch.left_out, "mistyped": batch.mistyped}
        assert self.table.as_of is not None
        self.state["as_of"] = self.table.as_of.isoformat()
        self.table.resume_state = self.state
        if relation is not None:
            yield relation

    def _report(self, pages: Pages) -> None:
        self.table.notes += [*self.state["notes"], *pages.batch.notes()]
        self.table.left_out.update(pages.batch.left_out)
