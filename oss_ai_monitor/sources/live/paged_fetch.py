"""Following a cursor through a listing: to its end and no further, over whatever befalls it on the way."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

import duckdb

from oss_ai_monitor.sources.live.answer import Answer, InvalidResponse, Refused
from oss_ai_monitor.sources.live.pages import Pages, Read
from oss_ai_monitor.sources.live.session import Session
from oss_ai_monitor.sources.table import Progress, SourceError, Table

LIMIT = 1000
"""Models a page; the most that the Hub gives."""
ROWS = 25_000
"""A part: half a minute of crawling at half the anonymous quota."""
SIZE = 32 << 20
"""Characters in a part, before all else: models may say much of themselves."""
DOUBTS = 3
"""How often a page is asked again whose cursor leads nowhere or back, and how often the one before it."""
WHOLE = 0.9
"""Share of the models listed before below which a listing is read a second time before it is believed."""
PATH = "/api/models"


class Lost(Exception):
    """The cursor leads no further."""


class PagedFetch:
    """One reading of a listing; `table.stands` says at each part how far it has come."""

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
        """`fields` finds out what can be asked for, and what is to be noted of that; `is_enough` says at which page to
        stop, else all is read. `expected`: models that there must be about; where the end comes far before them twice,
        `is_short_taken` says whether that is an answer or an error."""
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
        self._is_again = False
        self._longest = LIMIT
        """Models on the longest page: one as long that leads nowhere is asked again."""

    def relations(self) -> Iterator[duckdb.DuckDBPyRelation]:
        """The parts; those that have landed already are not read again."""
        if stood := self.table.stands:
            self.state = {"read": stood["seen"]} | dict(stood) | {"times": 0}
            self.table.as_of = datetime.fromisoformat(stood["as_of"])
        pages = Pages(self.state.get("seen", 0), self.table.landed)
        pages.batch.left_out.update(self.state.get("left_out", {}))
        pages.batch.mistyped.update(self.state.get("mistyped", {}))
        while not self.state["is_done"]:
            self._step(pages)
            if pages.waiting >= self.rows or pages.size >= SIZE or self.state["is_done"]:
                yield from self._part(pages)
        self._tell(pages)

    def _step(self, pages: Pages) -> None:
        """Read one page, and find out where it leads."""
        if self.state["next"] is None:
            self._begin()
        path = self.state["next"]
        try:
            answer, read, following = self._page(pages, path)
        except Lost as error:
            self._step_back(str(error))
            return
        pages.keep(is_again=self._is_again or bool(self.state["times"]))
        self.state["read"] += 0 if self._is_again else len(read.ids)
        self._steps_back = self._steps_back if self._is_again else 0
        self._is_again = False
        if self.is_enough(read):
            self.state["is_done"] = True
        elif following is None:
            self._end(pages)
        else:
            self.state |= {"before": path, "next": following}
        self.table.as_of = answer.moment
        if self.progress:
            expected = None if self.table.adds_to else self.expected  # of changes nobody knows how many there are
            self.progress(pages.batch.seen + pages.waiting, expected, str(self.session.quota))

    def _page(self, pages: Pages, path: str) -> tuple[Answer, Read, str | None]:
        """A page, and the path of the one after it. Raises Lost when its cursor is refused or leads back."""
        self._visited.add(path)
        found: list[tuple[Read, str | None]] = []

        def taken(answer: Answer) -> None:
            found.append((pages.read(answer), answer.next and self._below(answer.next)))

        for doubt in range(DOUBTS + 1):
            try:
                answer = self.session.get(path, check=taken)
            except Refused as error:
                if error.status not in (400, 404, 410) or "cursor=" not in path:
                    raise
                raise Lost(f"the cursor was refused (HTTP {error.status})") from error
            read, following = found[-1]
            is_loop = following in self._visited or self._marks.get(read.mark, path) != path
            is_cut = following is None and len(read.ids) >= self._longest
            if not is_loop and not is_cut:
                break
            if doubt < DOUBTS:
                self.session.sleep(self.session.retry_policy.backoff * 2**doubt)
        if is_loop:
            raise Lost("the cursor leads in a circle")
        self._marks[read.mark] = path
        self._longest = len(read.ids) if self._longest == LIMIT else max(self._longest, len(read.ids))
        return answer, read, following

    def _begin(self) -> None:
        if not self.state["fields"]:
            self.state["fields"], noted = self.fields()
            self.state["notes"] = [*self.state["notes"], *noted]
        asked = [*self.query.items(), ("limit", str(LIMIT)), *(("expand[]", name) for name in self.state["fields"])]
        self.state |= {"next": f"{PATH}?{urlencode(asked)}", "read": 0}
        self._visited.clear()
        self._marks.clear()

    def _step_back(self, reason: str) -> None:
        """To the page before, which may name another cursor this time; if it does not, to the first one."""
        self._visited.discard(self.state["next"])
        if self.state["before"] is None or self._steps_back == DOUBTS:
            self._begin_anew(reason)
            return
        self._steps_back += 1
        self._is_again = True
        self.state["next"] = self.state["before"]

    def _begin_anew(self, reason: str) -> None:
        """From the first page: what was landed stays, and is not taken twice."""
        if self.state["times"]:
            address = self.session.shown(self.state["next"])
            raise SourceError(
                f"{address[:300]}: {reason}, twice; nothing became visible. The Hub may have changed: try again later"
            )
        self.state |= {"times": 1, "next": None, "before": None}
        self._steps_back, self._is_again = 0, False
        self.state["notes"] = [*self.state["notes"], f"read again from the first page: {reason}"]

    def _end(self, pages: Pages) -> None:
        """Believe the end, unless there must be far more models: then read it a second time."""
        found = min(pages.batch.seen + pages.waiting, self.state["read"])  # an earlier reading may have brought more
        if not self.expected or found >= WHOLE * self.expected:
            self.state["is_done"] = True
        elif not self.state["times"]:
            self._begin_anew(f"it ended after {found:,} models, where {self.expected:,} had been listed before")
        elif self.is_short_taken:
            self.state["is_done"] = True
        else:
            raise SourceError(
                f"{self.table.addresses[0]}: ended after {found:,} models, twice, where {self.expected:,} had been "
                "listed before; nothing became visible, and what was known stays. Run the same again later; "
                "if the Hub really has so few by now, 'oss-ai-monitor ingest hub --full' lands them"
            )

    def _part(self, pages: Pages) -> Iterator[duckdb.DuckDBPyRelation]:
        relation = pages.part()
        batch = pages.batch
        self.state |= {"seen": batch.seen, "left_out": batch.left_out, "mistyped": batch.mistyped}
        assert self.table.as_of is not None
        self.state["as_of"] = self.table.as_of.isoformat()
        self.table.stands = self.state
        if relation is not None:
            yield relation

    def _tell(self, pages: Pages) -> None:
        self.table.notes += [*self.state["notes"], *pages.batch.notes()]
        self.table.left_out.update(pages.batch.left_out)

    def _below(self, address: str) -> str:
        """The path of a next page: below our endpoint, whatever host the link names, for a mirror may name the Hub."""
        parts = urlsplit(address)
        if parts.path.rstrip("/").endswith(PATH):
            return f"{PATH}?{parts.query}"
        raise InvalidResponse(f"its next page is {parts.path[:100]!r}")
