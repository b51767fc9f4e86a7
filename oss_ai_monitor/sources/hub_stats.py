"""Dated revisions of somebody else's daily listing of the Hub, to fill the history of adoption from before our own.

`cfahlgren1/hub-stats` (Apache-2.0) overwrites `models.parquet` every day, and its past is in its commits. Of each
chosen revision only the columns of figures are read, by requests for ranges of bytes. A figure that a revision lacks is
unknown, never zero.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from oss_ai_monitor.sources import files
from oss_ai_monitor.sources.endpoint import client_below, public_address, reachable
from oss_ai_monitor.sources.files import literal, quoted, text
from oss_ai_monitor.sources.ids import left_out_note, usable
from oss_ai_monitor.sources.long_tables import LARGEST
from oss_ai_monitor.sources.table import FAULTS, SourceError, connection

if TYPE_CHECKING:
    from huggingface_hub import HfApi, HfFileSystem

SOURCE, REPOSITORY, FILE = "hub_stats", "cfahlgren1/hub-stats", "models.parquet"
LICENCE = f"from {REPOSITORY}, licence Apache-2.0: name it where figures of these days are published"
FIGURES = {"downloads": "downloads_30d", "downloadsAllTime": "downloads_all_time", "likes": "likes"}
"""Column as sent, and what it holds; downloadsAllTime is there since 2025-02-26."""
BLOCK = 1 << 16
"""Size of a block in bytes, which HfFileSystem wants for a file of which parts are read."""
COLUMNS = ("id", "_id", *FIGURES, "lastModified")


class RevisionUnusable(SourceError):
    """One revision has no file with the figures, or a damaged one; others may have."""


@dataclass(frozen=True)
class Revision:
    """A commit of the dataset."""

    commit: str
    committed: datetime

    @property
    def day(self) -> date:
        """The UTC day that the revision stands for."""
        return self.committed.date()


@dataclass(frozen=True)
class Snapshot:
    """The figures of one revision: a select over `$paths` of n, model_id, hub_id, three figures and last_modified."""

    path: Path
    as_of: datetime
    revision: str
    addresses: tuple[str, ...]
    fingerprint: str
    notes: tuple[str, ...]
    fetched: int
    """Bytes that were fetched of the file, and how many it has."""
    size: int
    select: str = "select * from read_parquet($paths)"
    source: str = SOURCE
    as_of_rule: str = "date of the commit"
    is_simulated: bool = False
    seed: int | None = None


@dataclass
class _Traffic:
    """Bytes that answers to requests for ranges have sent."""

    received: int = 0


@dataclass
class Dataset:
    """The dataset at one address of the Hub; `opened` makes it."""

    endpoint: str
    api: "HfApi"
    files: "HfFileSystem"
    traffic: _Traffic = field(default_factory=_Traffic)

    def revisions(self, since: date, until: date, every: timedelta) -> list[Revision]:
        """Return the last commit of the first day with any in each period of `every`, oldest first."""
        with _translated(self.endpoint):
            commits = self.api.list_repo_commits(REPOSITORY, repo_type="dataset")
        last: dict[date, Revision] = {}
        for commit in sorted(commits, key=lambda commit: commit.created_at):
            revision = Revision(commit.commit_id, commit.created_at.astimezone(UTC))
            last[revision.day] = revision
        chosen: dict[int, Revision] = {}
        for day, revision in last.items():
            if since <= day <= until:
                chosen.setdefault((day - since) // every, revision)
        return list(chosen.values())

    def dated(self, revision: Revision) -> Revision:
        """Return a revision with the day on which its file was committed, which may be an earlier one.

        Raises RevisionUnusable if it lacks the file.
        """
        with _translated(self.endpoint), client_below(self.endpoint):
            try:
                last = self.files.info(self._path(revision)).get("last_commit")
            except FileNotFoundError as error:
                raise RevisionUnusable(
                    f"{self.address(revision)}: is not there, so this revision is left out"
                ) from error
        return replace(revision, committed=last.date.astimezone(UTC)) if last else revision

    def size(self, revision: Revision) -> int:
        """Return the bytes of the needed columns in one revision, from the end of its file. Raises SourceError."""
        with self._readable(revision), self._connected(revision) as db:
            return _column_bytes(db, self._path(revision))

    def fetch(self, revision: Revision, folder: Path) -> Snapshot:
        """Fetch the needed columns of one revision into a Parquet file in a folder. Raises SourceError."""
        before = self.traffic.received
        source, target = self._path(revision), folder / f"{revision.commit}.parquet"
        with self._readable(revision), self._connected(revision) as db:
            db.execute(f"create view sent as select * from read_parquet({literal(source)})")
            kinds = files.columns(db, "sent")
            missing = [name for name in FIGURES if name not in kinds]
            if "id" not in kinds or len(missing) == len(FIGURES):
                raise RevisionUnusable(
                    f"{self.address(revision)}: its columns ({', '.join(list(kinds)[:8])}, …) hold no id with "
                    "downloads or likes, so this revision is left out"
                )
            copy = f"copy ({_select(kinds)}) to {literal(str(target))} (format parquet, compression zstd)"
            ((written,),) = db.execute(copy).fetchall()
            ((rows,),) = db.execute("select count(*) from sent").fetchall()
            size = self.files.info(source)["size"]
        address = self.address(revision)
        return Snapshot(
            target,
            revision.committed,
            revision.commit,
            (address,),
            hashlib.sha256(address.encode()).hexdigest(),
            (
                LICENCE,
                *left_out_note(rows - written),
                *(f"{name} is not in the revision: unknown on that day" for name in missing),
            ),
            self.traffic.received - before,
            size,
        )

    def address(self, revision: Revision) -> str:
        """Return the address of the file in one revision."""
        return public_address(self.endpoint, f"/datasets/{REPOSITORY}/resolve/{revision.commit}/{FILE}")

    def _path(self, revision: Revision) -> str:
        return f"hf://datasets/{REPOSITORY}@{revision.commit}/{FILE}"

    @contextmanager
    def _readable(self, revision: Revision) -> Iterator[None]:
        with _translated(self.endpoint):
            try:
                yield
            except (FileNotFoundError, duckdb.InvalidInputException) as error:
                fault = "is not there" if isinstance(error, FileNotFoundError) else "is no whole Parquet file"
                raise RevisionUnusable(f"{self.address(revision)}: {fault}, so this revision is left out") from error

    @contextmanager
    def _connected(self, revision: Revision) -> Iterator[duckdb.DuckDBPyConnection]:
        with connection() as db, client_below(self.endpoint), _ranges_only(self.traffic):
            self.files.info(self._path(revision))  # raises FileNotFoundError, which DuckDB would hide
            db.execute("set threads = 1")  # one request at a time
            db.register_filesystem(self.files)
            yield db


def opened() -> Dataset:
    """Open the dataset at the Hub's address. Raises Unreachable when nothing answers."""
    from huggingface_hub import HfApi, HfFileSystem

    class ColumnFiles(HfFileSystem):
        """Opens files so that nothing is read ahead, and asks for what is known of each once."""

        def __init__(self, *arguments: Any, **settings: Any) -> None:
            super().__init__(*arguments, **settings)
            self.infos: dict[str, dict[str, Any]] = {}

        def info(self, path: str, *_: Any, **__: Any) -> dict[str, Any]:
            if path not in self.infos:
                self.infos[path] = super().info(path, expand_info=True)
            return self.infos[path]

        def _open(
            self, path: str, mode: str = "rb", block_size: int | None = None, revision: str | None = None, **_: Any
        ) -> Any:
            return super()._open(path, mode, block_size or BLOCK, revision, cache_type="none")

    endpoint = reachable()
    return Dataset(endpoint, HfApi(endpoint=endpoint), ColumnFiles(endpoint=endpoint, skip_instance_cache=True))


def _select(kinds: dict[str, str]) -> str:
    figures = []
    for sent, figure in FIGURES.items():
        number = f"try_cast({quoted(sent)} as bigint)"
        is_count = f"{number} between 0 and {LARGEST}"
        value = f"case when {is_count} then {number} end" if sent in kinds else "null"
        figures.append(f"({value})::bigint as {figure}")
    hub_id = 'trim("_id"::varchar)' if "_id" in kinds else "null::varchar"
    changed = "null::timestamp"
    if "lastModified" in kinds:
        changed = f"timezone('UTC', try_cast({text('lastModified')} as timestamptz))"
    return f"""
        select
            row_number() over () as n, trim("id"::varchar) as model_id, {hub_id} as hub_id, {", ".join(figures)},
            {changed} as last_modified,
        from sent
        where {usable('"id"::varchar')}
    """


def _column_bytes(db: duckdb.DuckDBPyConnection, path: str) -> int:
    ((size,),) = db.execute(
        f"""
        select coalesce(sum(total_compressed_size), 0)::bigint from parquet_metadata({literal(path)})
        where list_contains($columns, path_in_schema)
        """,
        {"columns": list(COLUMNS)},
    ).fetchall()
    return int(size)


@contextmanager
def _ranges_only(traffic: _Traffic) -> Iterator[None]:
    """Count what answers to requests for ranges send, and refuse a whole file where a range was asked for."""
    from huggingface_hub import get_session

    def counted(response: Any) -> None:
        if "range" not in response.request.headers or response.status_code not in (200, 206):
            return
        if response.status_code == 200:
            raise OSError("the whole file was sent where a part was asked for")
        traffic.received += int(response.headers.get("content-length", 0))

    client = get_session()
    hooks = client.event_hooks
    client.event_hooks = {**hooks, "response": [*hooks.get("response", []), counted]}
    try:
        yield
    finally:
        client.event_hooks = hooks


@contextmanager
def _translated(endpoint: str) -> Iterator[None]:
    """Raise SourceError for whatever the Hub, the network or a damaged file raises."""
    from huggingface_hub import get_session

    network_error = import_module(type(get_session()).__module__.partition(".")[0]).HTTPError
    try:
        yield
    except (*FAULTS, OSError, network_error) as error:
        status = getattr(getattr(error, "response", None), "status_code", None)
        lines = str(error).partition("\n\nLINE")[0].strip()
        last_line = lines.rpartition("\n")[2]  # of a traceback, where DuckDB called the client
        reason = f"HTTP {status}" if status else f"{type(error).__name__}: {last_line[:300]}"
        raise SourceError(
            f"{public_address(endpoint, f'/datasets/{REPOSITORY}')}: could not be read ({reason}). The days that were "
            "recorded stand; run the same command again later, and it goes on with the next one"
        ) from error
