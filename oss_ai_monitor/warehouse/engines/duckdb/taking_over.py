"""What a build takes over from the generation that is served: tables whose SQL and whose inputs are what they were.

Each relation has a fingerprint, a hash over its SQL and over the fingerprints of what it reads; those of landed data
are the runs that are read, those of seeds their text. Where a relation that was made again has the same rows as before,
its content stands for it, so that what reads it can be taken over all the same. The fingerprints stand in the file
beside a generation, with its checksum.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterable, Mapping

import duckdb

from ...errors import BuildFailed
from ...plan.fingerprints import Fingerprint, of_inputs
from ...plan.relations import FACTS, Changes, Relation
from .beginning import Beginning
from .creating import create, create_from
from .decided import Decided
from .hashing import row_hash

log = logging.getLogger("oss_ai_monitor")
COMPARED_ROWS = 1_000_000
"""Rows of a relation up to which its content is compared with what it was: of larger ones the comparison costs more
than it saves."""


class TakingOver:
    """Creates the relations of one build, in order, or takes them over."""

    def __init__(
        self,
        db: duckdb.DuckDBPyConnection,
        relations: Iterable[Relation],
        inputs: Mapping[str, str],
        beginning: Beginning,
        decided: Decided | None = None,
        is_recorded: bool = True,
    ) -> None:
        """`inputs`: fingerprints of what is landed and of the seeds, by relation. `beginning`: what there is of the
        generation before. `decided`: what was decided of each model before. `is_recorded`: whether a later build
        reads the fingerprints."""
        self.db, self.decided, self.is_recorded = db, decided, is_recorded
        self.relations = {relation.qualified: relation for relation in relations}
        self.inputs = inputs
        self.now: dict[str, Fingerprint] = {}
        self.taken_over: list[str] = []
        self.pending: set[str] = set()
        """Relations that only the build needs and that are what they were: made where something that is made anew
        reads them."""
        self.created: set[str] = set()
        """Scratch relations of core that are there."""
        self.before, self.standing = beginning.fingerprints, beginning.standing
        self.is_attached, self.notice = beginning.is_attached, beginning.notice
        self.engine = ""

    def detach(self) -> None:
        """Let go of the generation before, so that the swap can remove it."""
        if self.is_attached:
            self.db.execute("detach previous")

    def make(self, relation: Relation) -> None:
        """Create a relation, or take it over."""
        fingerprint = of_inputs(relation, self.now, self.inputs)
        before = self.before.get(relation.qualified)
        is_same = before is not None and before.of_inputs == fingerprint
        if self.decided and relation.qualified == FACTS:
            self.decided.compare(fingerprint, lambda: self._create_with_inputs(relation))
            self.now[FACTS] = Fingerprint(fingerprint)
            return
        if self.decided and (relation.by_model or relation.grows_by):
            self._decide(self.decided, relation)
            self.now[relation.qualified] = Fingerprint(fingerprint, self._content(relation))
            return
        if is_same and before and relation.is_scratch and relation.layer in ("core", "marts"):
            self.pending.add(relation.qualified)
            self.now[relation.qualified] = before
            return
        if is_same and before and relation.is_shipped and relation.kind == "table" and self._take(relation):
            self.now[relation.qualified] = before
            self.taken_over.append(relation.qualified)
            return
        if is_same and not relation.is_scratch and relation.kind == "view":
            self._make_pending(relation.reads)
            if relation.qualified not in self.standing:
                self._create_unverified(relation)
        else:
            self._create_with_inputs(relation)
        self.now[relation.qualified] = Fingerprint(fingerprint, self._content(relation))

    def drop_unread(self, remaining: Iterable[Relation]) -> None:
        """Drop the scratch relations of core and marts that no remaining one reads, nor a pending one that one of them
        reads; views of staging read those of staging."""
        to_read: set[str] = set().union(*(relation.reads for relation in remaining))
        while more := set().union(*(self.relations[name].reads for name in to_read & self.pending)) - to_read:
            to_read |= more
        for name in sorted(self.created - to_read):
            self.created.discard(name)
            self.db.execute(f"drop view if exists {name}")
            self.db.execute(f"drop table if exists work.{name}")

    def _take(self, relation: Relation) -> bool:
        """Leave a table where it stands, or copy it from the generation before; False if it cannot be read."""
        if relation.qualified in self.standing:
            return True
        if not self.is_attached:
            return False
        try:
            create_from(self.db, relation, f"from previous.{relation.qualified}")
        except duckdb.Error as error:
            log.warning("%s cannot be taken over (%s): it is made anew", relation.qualified, error)
            self.notice = "the generation before it cannot be read"
            self.db.execute(f"drop table if exists {relation.qualified}")
            return False
        return True

    def _create_unverified(self, relation: Relation) -> None:
        """Create a view whose rows are what they were, when its grain was verified."""
        try:
            create_from(self.db, relation, relation.select)
        except duckdb.Error as error:
            raise BuildFailed(f"{relation.path}: {error}") from error

    def _make_pending(self, names: Iterable[str]) -> None:
        """Create those of the pending relations that are read now, and before them what they read themselves."""
        for name in sorted(names):
            if name in self.pending:
                self.pending.discard(name)
                self._create_with_inputs(self.relations[name])

    def _create_with_inputs(self, relation: Relation) -> None:
        """Create a relation, and before it those of the pending ones that it reads."""
        self._make_pending(relation.reads)
        if relation.changes_by and self.decided:
            self._create_or_change(relation, relation.changes_by, self.decided)
        else:
            create(self.db, relation, may_stand=relation.qualified in self.standing)
        if relation.is_scratch and relation.layer in ("core", "marts"):
            self.created.add(relation.qualified)

    def _create_or_change(self, relation: Relation, changes: Changes, decided: Decided) -> None:
        """Write the changed rows of a table that stands, if they are few, else all of it."""
        try:
            if relation.qualified in self.standing and decided.changing.update(relation, changes):
                return
            create(self.db, relation, may_stand=relation.qualified in self.standing)
            decided.changing.remember(relation, changes)
        except duckdb.Error as error:
            raise BuildFailed(f"{relation.path}: {error}") from error

    def _decide(self, decided: Decided, relation: Relation) -> None:
        if relation.by_model and (decided.is_whole or decided.changed):
            self._make_pending({*relation.reads, "core.listed"})
        if relation.counted_as:
            self._make_pending(relation.reads)
        decided.create(relation)
        if relation.is_scratch:
            self.created.add(relation.qualified)

    def _content(self, relation: Relation) -> str:
        """Return a hash over the columns and the rows of a table, in any order; "" for a view and for a large table."""
        if not self.is_recorded or (relation.kind == "view" and not relation.is_scratch):
            return ""
        name = relation.qualified
        if self.decided and relation.by_model and name not in self.decided.stored:
            return ""
        (rows,) = self.db.execute(f"select count(*) from {name}").fetchall()[0]
        if rows > COMPARED_ROWS:
            return ""
        columns = [column[:2] for column in self.db.execute(f"describe {name}").fetchall()]
        (total,) = self.db.execute(f"select sum({row_hash(dict(columns))}) from {name}").fetchall()[0]
        return f"{rows} {total} {hashlib.sha256(repr(columns).encode()).hexdigest()[:24]}"
