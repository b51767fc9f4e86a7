"""What was decided of each model alone, with a hash over all that is declared of it: where the hash is what it was, the
decision is, too, and a build decides anew only of models that changed. Beside it, what was summed up of each day: a
build adds the new days.

It stands in a file of its own beside the generations, which no reader opens, and which may be removed at any time: then
the next build decides of all models. Relations of which the header says `-- by model: …` take part; of those that they
name there, only the rows of changed models are read. The file is marked as whole at the end of a build only.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path

import duckdb

from ...errors import BuildFailed
from ...plan.relations import FACTS, Relation
from .changing import Changing
from .creating import create, create_from, verify_grain
from .growing import MAX_SHARE, Growing
from .landed import literal

FILE = ".decided"
MAX_BUILDS = 60
"""Builds after which all is written anew, for replaced rows leave room behind."""


class Decided:
    """The decisions of the build before, and those that this build adds to them."""

    def __init__(
        self,
        db: duckdb.DuckDBPyConnection,
        path: Path,
        relations: Iterable[Relation],
        rules: str,
        key_runs: Iterable[str],
        *,
        is_full: bool,
        progress: Callable[[str], None] = lambda _: None,
    ) -> None:
        """`rules` stand for all that decides beside what is declared of a model; `key_runs` say which ids have keys."""
        self.db, self.path, self.rules, self.key_runs = db, path, rules, list(key_runs)
        by_model = [relation for relation in relations if relation.by_model]
        read_by_others = set().union(*(relation.reads for relation in relations if not relation.by_model))
        self.stored = {
            relation.qualified for relation in by_model if relation.is_shipped or relation.qualified in read_by_others
        }
        self.changed = 0
        self.growing, self.changing = Growing(db, progress), Changing(db)
        self.generation = ""
        """The name of the generation whose decisions these are."""
        self.standing: set[str] = set()
        """Tables of decisions that are in the new file, as the generation before had them."""
        self.builds, self.facts = self._open(is_full)

    def begin(self, standing: set[str]) -> None:
        """`standing`: the relations that the new file has from the beginning."""
        self.standing = standing & self.stored
        self.db.execute("create schema work.grown")

    @property
    def is_whole(self) -> bool:
        """Whether all is decided anew."""
        return not self.builds

    def _open(self, is_full: bool) -> tuple[int, str]:
        """Attach the file; returns how many builds have added to it, 0 for an empty one, and what its facts were."""
        if not is_full and self.path.exists():
            try:
                self.db.execute(f"attach {literal(str(self.path))} as decided")
                rows = self.db.execute("select rules, key_run, facts, builds, generation from decided.state").fetchall()
                if len(rows) == 1 and self._is_usable(*rows[0][:4]):
                    self.db.execute("delete from decided.state")
                    self.generation = str(rows[0][4])
                    return int(rows[0][3]), str(rows[0][2])
            except duckdb.Error:  # damaged, or of another version
                pass
            self.db.execute("detach database if exists decided")
        self._empty()
        return 0, ""

    def _is_usable(self, rules: str, key_run: str, facts: str, builds: int) -> bool:
        return rules == self.rules and key_run in ("", *self.key_runs) and bool(facts) and builds < MAX_BUILDS

    def _empty(self) -> None:
        for path in (self.path, self.path.with_name(f"{self.path.name}.wal")):
            path.unlink(missing_ok=True)
        self.db.execute(f"attach {literal(str(self.path))} as decided")
        self.db.execute(
            "create table decided.state (rules varchar, key_run varchar, facts varchar, builds int, generation varchar)"
        )
        self.db.execute("create table decided.grown (relation varchar, snapshot_ids varchar[])")
        self.db.execute("create schema decided.core")

    def compare(self, fingerprint: str, create_facts: Callable[[], None]) -> None:
        """Find the models of which something else is declared than before; `create_facts` creates the hashes."""
        is_same, self.facts = self.facts == fingerprint, fingerprint
        if is_same and not self.is_whole:
            return
        create_facts()
        if self.is_whole:
            self.db.execute(f"create table decided.{FACTS} as from {FACTS}")
            return
        self.db.execute("create schema work.changed")
        self.db.execute(
            f"""
            create table work.changed.models as
            select coalesce(now.model_key, before.model_key) as model_key
            from {FACTS} as now
            full join decided.{FACTS} as before using (model_key)
            where now.fact_hash is distinct from before.fact_hash
            """
        )
        ((self.changed, models),) = self.db.execute(
            f"select (select count(*) from work.changed.models), (select count(*) from {FACTS})"
        ).fetchall()
        if self.changed > MAX_SHARE * models:
            self.builds, self.standing = 0, set()
            self.db.execute("drop schema work.changed cascade")
            for name in sorted(self.stored | {FACTS}):  # what grows by days stays: some of it has been read already
                self.db.execute(f"drop table if exists decided.{name}")
            self.db.execute(f"create table decided.{FACTS} as from {FACTS}")
            return
        self._replace(FACTS, f"from {FACTS} semi join work.changed.models using (model_key)")

    def create(self, relation: Relation) -> None:
        """Create a relation of which each row is decided of one model alone, or of one day, and verify its grain."""
        try:
            if relation.grows_by:
                self.growing.create(relation, *relation.grows_by)
                self._show(relation)
                verify_grain(self.db, relation)
            elif relation.qualified not in self.stored:
                self._create_passing(relation)
            elif self.is_whole:
                self.db.execute(f"create table decided.{relation.qualified} as\n{relation.select}")
                self._show(relation)
                verify_grain(self.db, relation)
            else:
                if self.changed:
                    self._replace(relation.qualified, self._of_changed(relation))
                self._show(relation)
        except duckdb.Error as error:
            raise BuildFailed(f"{relation.path}: {error}") from error

    def finish(self, generation: str) -> None:
        """Mark the file as whole: everything in it belongs together, and to the generation of this name."""
        key_run = self.key_runs[-1] if self.key_runs else ""
        self.db.execute(
            "insert into decided.state values ($rules, $key_run, $facts, $builds, $generation)",
            {
                "rules": self.rules,
                "key_run": key_run,
                "facts": self.facts,
                "builds": self.builds + 1,
                "generation": generation,
            },
        )

    def detach(self) -> None:
        self.db.execute("detach database if exists decided")

    def _create_passing(self, relation: Relation) -> None:
        """Create a relation that only others of this kind read: of changed models alone, unless all is decided anew."""
        if self.is_whole:
            create(self.db, relation)
        elif self.changed:
            self.db.execute(f"create table work.{relation.qualified} as\n{self._of_changed(relation)}")
            self.db.execute(f"create view {relation.qualified} as from work.{relation.qualified}")
            verify_grain(self.db, relation)

    def _show(self, relation: Relation) -> None:
        if relation.qualified in self.standing:
            return
        if relation.is_scratch:
            self.db.execute(f"create view {relation.qualified} as from decided.{relation.qualified}")
        else:
            create_from(self.db, relation, f"from decided.{relation.qualified} order by {relation.grain}")

    def _replace(self, name: str, select: str) -> None:
        """Put the rows of changed models in the place of what they had."""
        self.db.execute(f"create or replace table work.changed.added as\n{select}")
        for file in ("decided", "warehouse") if name in self.standing else ("decided",):
            self.db.execute(
                f"""
                delete from {file}.{name} where model_key in (
                    select model_key from work.changed.models union select model_key from work.changed.added
                )
                """
            )
            self.db.execute(f"insert into {file}.{name} from work.changed.added")
        self.db.execute("drop table work.changed.added")

    def _of_changed(self, relation: Relation) -> str:
        """Return the select of a relation that reads only the rows of changed models."""
        select = relation.select
        for name in relation.by_model:
            layer, _, table = name.partition(".")
            matching = (
                "semi join (from warehouse.core.listed semi join work.changed.models using (model_key))"
                " as listed using (row_number, snapshot_id)"
                if layer == "staging"
                else "semi join work.changed.models as models using (model_key)"
            )
            self.db.execute(f"create or replace view work.changed.{table} as from warehouse.{name} {matching}")
            select = re.sub(rf"\b{re.escape(name)}\b", f"work.changed.{table}", select)
        return select
