"""One request for each of many models: models that have landed are not asked about again, refusals are recorded."""

import hashlib
import json
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

import duckdb

from oss_ai_monitor.patterns import pattern
from oss_ai_monitor.plurals import counted
from oss_ai_monitor.sources.live.answer import Refused
from oss_ai_monitor.sources.live.failures import Failures
from oss_ai_monitor.sources.live.refusals import AllRefused, Refusals
from oss_ai_monitor.sources.live.session import OutOfBudget, Session
from oss_ai_monitor.sources.records import Batch
from oss_ai_monitor.sources.table import Progress, SourceError, Table, Unreachable, connection

MAX_UNUSABLE = 3
"""After so many models in a row without a usable answer, the fault is not with the models."""
MAX_FORMER_NAMES = 5
"""The most former names of one model: if more requests get the same answer, it does not belong to them."""
INVALID_LOGIN = "Invalid credentials"
Row = dict[str, Any]


class Details:
    """The details of models, as sent; row numbers continue from part to part."""

    def __init__(self) -> None:
        self.batch = Batch(connection())

    def begin(self, landed_rows: int) -> None:
        """Number on from what has landed already."""
        self.batch.total = landed_rows

    def notes(self) -> list[str]:
        """Return notes about fields of another type than the Hub documents."""
        return self.batch.notes()

    def of(self, answers: list[Row]) -> duckdb.DuckDBPyRelation:
        """These answers in the landed shape."""
        self.batch.clear()
        texts = [json.dumps(row, ensure_ascii=False).encode("utf-8", "replace").decode() for row in answers]
        self.batch.take("select unnest($texts::varchar[])::json as json", texts=texts)
        return self.batch.relation()


class Rows:
    """Rows of one shape; row numbers continue from part to part."""

    def __init__(self, shape: str, names: tuple[str, ...]) -> None:
        self.names, self.row_count, self.db = names, 0, connection()
        self.db.execute(f"create temp table answers (row_number bigint, {shape})")

    def begin(self, landed_rows: int) -> None:
        """Number on from what has landed already."""
        self.row_count = landed_rows

    def notes(self) -> list[str]:
        """Return no notes, because these rows are computed here."""
        return []

    def of(self, answers: list[Row]) -> duckdb.DuckDBPyRelation:
        """These answers in the landed shape."""
        self.db.execute("truncate answers")
        placeholders = ", ".join("?" * (1 + len(self.names)))
        rows = [[self.row_count + n, *(row[name] for name in self.names)] for n, row in enumerate(answers, 1)]
        self.db.executemany(f"insert into answers values ({placeholders})", rows)
        self.row_count += len(answers)
        return self.db.sql("from answers")


class PerModelFetch:
    """One question about each of many models; the parts of an interrupted run are not asked for again."""

    def __init__(
        self,
        session: Session,
        failures: Failures,
        question: str,
        source: str,
        key: str,
        fetch: Callable[[str], Row],
        form: Details | Rows,
        rows: int,
        progress: Progress | None,
    ) -> None:
        self.session, self.failures, self.question, self.source, self.key = session, failures, question, source, key
        self.fetch, self.form, self.rows, self.progress = fetch, form, rows, progress
        self._renamed: Counter[str] = Counter()

    def table(self, ids: Iterable[str]) -> Table:
        """Return the answers as a table, in the order of the ids; ends early, with a note, if the budget is spent."""
        address, moment = self.session.public_address("/api/models/"), datetime.now(UTC)
        table = Table(
            self.source,
            (f"{address}…" + ("" if self.question == "details" else f"/{self.question}"),),
            hashlib.sha256(f"{self.question} {moment.isoformat()}".encode()).hexdigest(),
            iter(()),
            as_of=moment,
            as_of_rule="fetched",
            question=f"{address} {self.question}",
            adds_to=self.source,
            may_be_empty=True,
        )
        table.relations = self._relations(table, list(dict.fromkeys(ids)))
        return table

    def _relations(self, table: Table, ids: list[str]) -> Iterator[duckdb.DuckDBPyRelation]:
        from huggingface_hub.errors import HFValidationError
        from huggingface_hub.utils import validate_repo_id

        done = self._landed(table)
        self.form.begin(len(done))
        due = self.failures.due(self.question, datetime.now(UTC))
        rows: list[Row] = []
        queue = deque(model_id for model_id in ids if model_id in due and model_id not in done)
        requested, remaining = len(queue), 0
        refusals = Refusals(self.session, self.failures, self.question, self.fetch)
        suspects: list[tuple[str, str]] = []
        while queue or refusals:
            try:
                if not queue or refusals.is_to_be_confirmed:
                    queue += refusals.confirm()
                    continue
                model_id = queue[0]
                validate_repo_id(model_id)
                rows.append(self._answered(model_id))
                queue += refusals.answered()
                for suspect, reason in suspects:  # another model is answered, so the fault is with these models
                    self.failures.note(self.question, suspect, 0, reason, datetime.now(UTC))
                suspects.clear()
            except AllRefused:
                if rows:
                    yield self._part(table, rows)
                raise
            except Refused as error:
                if error.message.startswith(INVALID_LOGIN):  # the login is wrong, so no model is at fault
                    raise
                refusals.add(model_id, error)
            except HFValidationError:
                self.failures.note(self.question, model_id, 0, "no id of the Hub's", datetime.now(UTC))
            except OutOfBudget:
                remaining = len(queue) + len(refusals)
                table.notes.append(f"the budget is spent: {remaining:,} of {requested:,} still to ask")
                break
            except Unreachable:
                raise
            except SourceError as error:
                suspects.append((model_id, str(error).partition("; ")[0][-200:]))
                if len(suspects) == MAX_UNUSABLE:
                    raise
            queue.popleft()
            if len(rows) >= self.rows:
                yield self._part(table, rows)
            if self.progress:
                self.progress(max(requested - len(queue), 0), requested, str(self.session.quota))
        if rows:
            yield self._part(table, rows)
        table.notes += self.form.notes()
        if refusals.noted:
            models = counted(requested - remaining, "model")
            table.notes.append(f"refused: {refusals.noted:,} of {models}; asked again with growing patience")

    def _answered(self, model_id: str) -> Row:
        """Return the answer about a model; if the model has a new name, a failure records it under the old one.

        Raises SourceError if the same model is the answer to too many requests: then the answers are wrong.
        """
        row = self.fetch(model_id)
        now = datetime.now(UTC)
        if row["id"] == model_id:
            self.failures.answered(self.question, model_id, now)
            return row
        self._renamed[row["id"]] += 1
        if self._renamed[row["id"]] > MAX_FORMER_NAMES:
            raise SourceError(
                f"{self.session.public_address('/api/models/')}{model_id}: is answered with {row['id']}, "
                f"as {MAX_FORMER_NAMES} others were; check HF_ENDPOINT and any proxy, and run the same again"
            )
        self.failures.note(self.question, model_id, 307, "renamed", now, renamed_to=row["id"])
        return row

    def _part(self, table: Table, rows: list[Row]) -> duckdb.DuckDBPyRelation:
        table.as_of = datetime.now(UTC)
        table.resume_state = {"asked": self.question}
        relation = self.form.of(rows)
        rows.clear()
        return relation

    def _landed(self, table: Table) -> set[str]:
        """Return the models in the parts of an interrupted run."""
        if not table.landed:
            return set()
        paths = [pattern(path) for path in table.landed]
        with duckdb.connect() as db:
            return {row[0] for row in db.execute(f"select {self.key} from read_parquet($1)", [paths]).fetchall()}
