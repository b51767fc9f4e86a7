"""One question put to model after model: what has landed is not asked again, what is refused is remembered."""

import hashlib
import json
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

import duckdb
from huggingface_hub.errors import HFValidationError
from huggingface_hub.utils import validate_repo_id

from oss_ai_monitor.sources.live.answer import Refused
from oss_ai_monitor.sources.live.failures import Failures
from oss_ai_monitor.sources.live.refusals import AllRefused, Refusals
from oss_ai_monitor.sources.live.session import OutOfBudget, Session
from oss_ai_monitor.sources.records import Batch
from oss_ai_monitor.sources.table import Progress, SourceError, Table, Unreachable, connection

UNUSABLE = 3
"""Models in a row without an answer of use, after which it is not the models."""
NAMES = 5
"""Former names of one model, at most: where more questions have the same answer, it is not about them."""
NO_LOGIN = "Invalid credentials"
Row = dict[str, Any]


class Details:
    """Models as sent, numbered on from part to part."""

    def __init__(self) -> None:
        self.batch = Batch(connection())

    def begin(self, seen: int) -> None:
        """Number on from what has landed already."""
        self.batch.seen = seen

    def notes(self) -> list[str]:
        """What had another type than the Hub documents."""
        return self.batch.notes()

    def of(self, found: list[Row]) -> duckdb.DuckDBPyRelation:
        """These answers in the landed shape."""
        self.batch.clear()
        texts = [json.dumps(row, ensure_ascii=False).encode("utf-8", "replace").decode() for row in found]
        self.batch.take("select unnest($texts::varchar[])::json as json", texts=texts)
        return self.batch.relation()


class Rows:
    """Rows of one shape, numbered on from part to part."""

    def __init__(self, shape: str, names: tuple[str, ...]) -> None:
        self.names, self.seen, self.db = names, 0, connection()
        self.db.execute(f"create temp table found (row_number bigint, {shape})")

    def begin(self, seen: int) -> None:
        """Number on from what has landed already."""
        self.seen = seen

    def notes(self) -> list[str]:
        """Nothing: these are our own sums."""
        return []

    def of(self, found: list[Row]) -> duckdb.DuckDBPyRelation:
        """These answers in the landed shape."""
        self.db.execute("truncate found")
        marks = ", ".join("?" * (1 + len(self.names)))
        rows = [[self.seen + n, *(row[name] for name in self.names)] for n, row in enumerate(found, 1)]
        self.db.executemany(f"insert into found values ({marks})", rows)
        self.seen += len(found)
        return self.db.sql("from found")


class PerModelFetch:
    """One question, put to model after model; parts land as they come, and what landed is not asked again."""

    def __init__(
        self,
        session: Session,
        failures: Failures,
        asked: str,
        source: str,
        key: str,
        ask: Callable[[str], Row],
        form: Details | Rows,
        rows: int,
        progress: Progress | None,
    ) -> None:
        self.session, self.failures, self.asked, self.source, self.key = session, failures, asked, source, key
        self.ask, self.form, self.rows, self.progress = ask, form, rows, progress
        self._renamed: Counter[str] = Counter()

    def table(self, ids: Iterable[str]) -> Table:
        """The answers as a table, in the order of the ids; ends early, with a note, when the budget is spent."""
        address, moment = self.session.shown("/api/models/"), datetime.now(UTC)
        made = Table(
            self.source,
            (f"{address}…" + ("" if self.asked == "details" else f"/{self.asked}"),),
            hashlib.sha256(f"{self.asked} {moment.isoformat()}".encode()).hexdigest(),
            iter(()),
            as_of=moment,
            as_of_rule="fetched",
            question=f"{address} {self.asked}",
            adds_to=self.source,
            may_be_empty=True,
        )
        made.relations = self._relations(made, list(dict.fromkeys(ids)))
        return made

    def _relations(self, table: Table, ids: list[str]) -> Iterator[duckdb.DuckDBPyRelation]:
        done = self._landed(table)
        self.form.begin(len(done))
        due = self.failures.due(self.asked, datetime.now(UTC))
        found: list[Row] = []
        queue = deque(model_id for model_id in ids if model_id in due and model_id not in done)
        wanted, left = len(queue), 0
        refusals = Refusals(self.session, self.failures, self.asked, self.ask)
        suspects: list[tuple[str, str]] = []
        while queue or refusals:
            try:
                if not queue or refusals.is_to_be_confirmed:
                    queue += refusals.confirm()
                    continue
                model_id = queue[0]
                validate_repo_id(model_id)
                found.append(self._answered(model_id))
                queue += refusals.answered()
                for suspect, reason in suspects:  # others answer, so it is these models and not the Hub
                    self.failures.note(self.asked, suspect, 0, reason, datetime.now(UTC))
                suspects.clear()
            except AllRefused:
                if found:
                    yield self._part(table, found)
                raise
            except Refused as error:
                if error.said.startswith(NO_LOGIN):  # it is not the models, and none of them is to be blamed
                    raise
                refusals.add(model_id, error)
            except HFValidationError:
                self.failures.note(self.asked, model_id, 0, "no id of the Hub's", datetime.now(UTC))
            except OutOfBudget:
                left = len(queue) + len(refusals)
                table.notes.append(f"the budget is spent: {left:,} of {wanted:,} still to ask")
                break
            except Unreachable:
                raise
            except SourceError as error:
                suspects.append((model_id, str(error).partition("; ")[0][-200:]))
                if len(suspects) == UNUSABLE:
                    raise
            queue.popleft()
            if len(found) >= self.rows:
                yield self._part(table, found)
            if self.progress:
                self.progress(max(wanted - len(queue), 0), wanted, str(self.session.quota))
        if found:
            yield self._part(table, found)
        table.notes += self.form.notes()
        if refusals.noted:
            table.notes.append(
                f"refused: {refusals.noted:,} of {wanted - left:,} models; asked again with growing patience"
            )

    def _answered(self, model_id: str) -> Row:
        """The answer about a model; one that has another name by now is remembered under its old one.

        Raises SourceError where one model is the answer to ever more questions: then it is no answer to any.
        """
        row = self.ask(model_id)
        now = datetime.now(UTC)
        if row["id"] == model_id:
            self.failures.answered(self.asked, model_id, now)
            return row
        self._renamed[row["id"]] += 1
        if self._renamed[row["id"]] > NAMES:
            raise SourceError(
                f"{self.session.shown('/api/models/')}{model_id}: is answered with {row['id']}, as {NAMES} others were"
                "; check HF_ENDPOINT and any proxy, and run the same again"
            )
        self.failures.note(self.asked, model_id, 307, "renamed", now, renamed_to=row["id"])
        return row

    def _part(self, table: Table, found: list[Row]) -> duckdb.DuckDBPyRelation:
        table.as_of = datetime.now(UTC)
        table.stands = {"asked": self.asked}
        relation = self.form.of(found)
        found.clear()
        return relation

    def _landed(self, table: Table) -> set[str]:
        """The models in the parts that a broken run landed."""
        if not table.landed:
            return set()
        paths = [str(path) for path in table.landed]
        with duckdb.connect() as db:
            return {row[0] for row in db.execute(f"select {self.key} from read_parquet($1)", [paths]).fetchall()}
