"""Open LLM Leaderboard v1 and v2: the Hub's archived tables, or files of the same content.

Reads both boards from the archives, from the published tool's `;` scrape and from two further shapes of v2's exports,
and decides for each file whether its flags are inverted. All other values are landed as they were sent.
"""

import time
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from oss_ai_monitor.patterns import pattern
from oss_ai_monitor.sources import board_values, csv_files, files, moments
from oss_ai_monitor.sources.boards import BOARDS, NEGATED, Board, matched, recognised
from oss_ai_monitor.sources.endpoint import client_below, public_address, reachable
from oss_ai_monitor.sources.polarity import Decision, decide
from oss_ai_monitor.sources.table import FAULTS, Progress, SourceError, Table, connection
from oss_ai_monitor.version import __version__

NAME = "oss-ai-monitor"
"""The library name that the Hub's client sends with each request."""
RETRY_STATUSES = (429, 500, 502, 503, 504)
RETRY_DELAYS = (1.0, 5.0, 25.0)
"""Seconds between two attempts; the Hub's own client does not retry its requests for metadata."""


def read(paths: Iterable[Path], *, as_of: datetime | None = None, progress: Progress | None = None) -> Iterator[Table]:
    """One table per file: Parquet, CSV, gzipped or not, or the published tool's `;` scrape; directories are expanded.

    Raises SourceError for a file that holds neither board; in a directory such files are passed over.
    """
    paths = list(paths)
    tables, others = 0, []
    for file, is_named in files.files(paths):
        if not is_named and not _is_board(file):
            others.append(file)
            continue
        tables += 1
        yield table(file.path, as_of=as_of, progress=progress)
    if not tables:
        expected = "; ".join(["expected Parquet or CSV of one", *files.mistakes(others)])
        raise SourceError(f"{', '.join(map(str, paths))}: holds no leaderboard table; {expected}")


def fetch(*, as_of: datetime | None = None, progress: Progress | None = None) -> Iterator[Table]:
    """Both boards from the Hub (`HF_ENDPOINT`, `HF_TOKEN` and the client's own cache are honoured).

    Raises Unreachable within about three seconds when nothing answers there, SourceError when the Hub refuses a file.
    """
    endpoint = reachable()
    for board in BOARDS:
        with client_below(endpoint):
            path, revision, notes = _downloaded(board, endpoint)
        address = public_address(endpoint, f"/datasets/{board.repository}/resolve/{revision}/{board.file}")
        yield table(path, address=address, revision=revision, as_of=as_of, notes=notes, progress=progress)


def _downloaded(board: Board, endpoint: str) -> tuple[Path, str, list[str]]:
    """The board's file, its commit, and a note where that is not the pinned one."""
    from huggingface_hub import get_hf_file_metadata, hf_hub_download, hf_hub_url
    from huggingface_hub.errors import HfHubHTTPError

    # Its bases are the errors of the HTTP library that the client uses: a lost connection is one of those, too.
    http_errors: tuple[type[BaseException], ...] = HfHubHTTPError.__bases__

    def status_of(error: BaseException) -> int | None:
        """The status of the Hub's answer; None where there was none."""
        return getattr(getattr(error, "response", None), "status_code", None)

    def fetch_revision(revision: str) -> tuple[Path, str]:
        """The file at a revision; the client asks for its ETag, and fetches only what its cache does not hold."""
        url = hf_hub_url(board.repository, board.file, repo_type="dataset", revision=revision, endpoint=endpoint)
        commit = (
            get_hf_file_metadata(url, endpoint=endpoint, library_name=NAME, library_version=__version__).commit_hash
            or revision
        )
        path = hf_hub_download(
            board.repository,
            board.file,
            repo_type="dataset",
            revision=commit,
            endpoint=endpoint,
            library_name=NAME,
            library_version=__version__,
        )
        return Path(path), commit

    def download(revision: str) -> tuple[Path, str]:
        for seconds in RETRY_DELAYS:
            try:
                return fetch_revision(revision)
            except http_errors as error:
                if status_of(error) not in (*RETRY_STATUSES, None):
                    raise
                time.sleep(seconds)
        return fetch_revision(revision)

    try:
        try:
            return *download(board.revision), []
        except HfHubHTTPError:
            if board.revision == "main":
                raise
            path, commit = download("main")
            return path, commit, [f"warning: revision {board.revision} was refused; main, {commit}, was taken"]
    except http_errors as error:
        status = status_of(error)
        reason = f"HTTP {status}" if status else type(error).__name__
        raise SourceError(
            f"{public_address(endpoint, f'/datasets/{board.repository}')}: {board.file} could not be fetched "
            f"({reason}); try again later, set HF_TOKEN if it asks for one, or give the files with --from"
        ) from error


def table(
    path: Path,
    *,
    address: str | None = None,
    revision: str | None = None,
    as_of: datetime | None = None,
    notes: Iterable[str] = (),
    progress: Progress | None = None,
) -> Table:
    """Return the table in one file; the file is read when the relations are iterated."""
    leaderboard = Table(
        source="",
        addresses=(address or str(path),),
        fingerprint=files.fingerprint([path], as_of),
        relations=iter(()),
        revision=revision,
        notes=list(notes),
    )
    db = connection()
    file = files.probe(path)
    twins = _load(db, file)
    sent = files.columns(db, "sent")
    board = recognised(path, list(sent))
    leaderboard.source = board.source
    names = matched(path, board, list(sent))
    csv_files.reject_twins(db, "sent", file, twins, set(names.values()))
    leaderboard.notes += csv_files.notes(file)
    board_values.check(db, board, file, names)
    leaderboard.relations = _relations(db, board, file, names, leaderboard, as_of, progress)
    return leaderboard


def _relations(
    db: duckdb.DuckDBPyConnection,
    board: Board,
    file: files.File,
    names: dict[str, str],
    leaderboard: Table,
    as_of: datetime | None,
    progress: Progress | None,
) -> Iterator[duckdb.DuckDBPyRelation]:
    read_as = board_values.load(db, board, file, names)
    decisions = decide(db, board.usually_inverted, merged_is_negated=names["merged"] in NEGATED)
    leaderboard.polarity = {flag: decision.polarity for flag, decision in decisions.items()}
    leaderboard.notes += [*(decision.note for decision in decisions.values()), *read_as]
    if missing := [column.name for column in board.columns if column.sent_as and column.name not in names]:
        leaderboard.notes.append(f"not sent, so NULL: {', '.join(missing)}")
    leaderboard.as_of, leaderboard.as_of_rule = moments.decide(as_of, _latest(db, board), [file.path])
    leaderboard.notes += moments.notes(leaderboard.as_of, leaderboard.as_of_rule, [file.path])
    relation = db.sql(_landed_select(board, decisions))
    if progress:
        rows = db.execute("select count(*) from evaluations").fetchall()[0][0]
        progress(rows, rows)
    yield relation


def _is_board(file: files.File) -> bool:
    """Whether a file from an expanded directory holds a board; a broken Parquet file is still an error."""
    if file.mistake or (file.format != "parquet" and not (file.format == "text" and file.is_text)):
        return False
    if file.format == "text":
        names = csv_files.header(file, csv_files.delimiter(file))
    else:
        db = connection()
        _load(db, file)
        names = list(files.columns(db, "sent"))
    try:
        recognised(file.path, names)
    except SourceError:
        return False
    return True


def _load(db: duckdb.DuckDBPyConnection, file: files.File) -> dict[str, str]:
    """The file as the temp table `sent`, with row_number, CSV as text; returns the columns of a CSV that come again."""
    if file.format == "text":
        return csv_files.read_csv(db, "sent", file)
    if file.format != "parquet":
        advice = ": unpack it" if file.format == "zip" else ""
        raise SourceError(f"{file.path}: holds {file.format}{advice}; expected a leaderboard table as Parquet or CSV")
    try:
        db.execute(
            "create temp table sent as select row_number() over () as row_number, * from read_parquet($path)",
            {"path": pattern(file.path)},
        )
    except FAULTS as error:
        reason = str(error).partition("\n")[0]
        raise SourceError(
            f"{file.path}: is broken Parquet ({reason}); expected a whole file. Download it again"
        ) from error
    if not db.execute("select count(*) from sent").fetchall()[0][0]:
        raise SourceError(f"{file.path}: holds no rows; expected a leaderboard table")
    return {}


def _landed_select(board: Board, decisions: dict[str, Decision]) -> str:
    inverted = {f"{flag}_inverted": str(decision.is_inverted).lower() for flag, decision in decisions.items()}
    names = ["row_number", *(column.name for column in board.columns), "extra"]
    chosen = [f"{inverted[name]}::boolean as {name}" if name in inverted else name for name in names]
    return f"select {', '.join(chosen)} from evaluations order by row_number"


def _latest(db: duckdb.DuckDBPyConnection, board: Board) -> datetime | None:
    """The latest date in the data that is not in the future (UTC)."""
    moments = [f"try_cast(try_cast({name} as timestamptz) as timestamp)" for name in board.dates]
    query = (
        f"select max(moment) from (select unnest([{', '.join(moments)}]) as moment from evaluations) where moment <= ?"
    )
    latest: datetime | None = db.execute(query, [datetime.now(UTC).replace(tzinfo=None)]).fetchall()[0][0]
    return latest
