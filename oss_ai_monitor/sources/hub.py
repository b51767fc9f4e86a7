"""The Hugging Face Hub: its listing of models, the details of models, and the published tool's summaries of both.

From files for now. Live fetching enters at `records`, which takes any iterator of JSON texts.
"""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Literal

import duckdb

from oss_ai_monitor.patterns import pattern
from oss_ai_monitor.plurals import counted, verb_after
from oss_ai_monitor.sources import files, json_files, moments, summaries
from oss_ai_monitor.sources.records import Batch
from oss_ai_monitor.sources.table import FAULTS, Progress, SourceError, Table, connection

Kind = Literal["hub_listing", "hub_details", "hub_repositories", "hub_commits"]
KINDS: tuple[Kind, ...] = ("hub_listing", "hub_details", "hub_repositories", "hub_commits")
ROWS_A_PART = 250_000
CHUNK_CHARACTERS = 16 << 20
"""Characters of JSON that are held in memory at once."""
EXPECTED = "listing items or model details as JSON, zips of details, or the CSV of repository details or commits"


def read(paths: Iterable[Path], *, as_of: datetime | None = None, progress: Progress | None = None) -> Iterator[Table]:
    """Yield one table per kind of file, detected by content; directories are expanded.

    Files of other kinds are passed over in a directory. Raises SourceError for a named file of another kind, and for
    a broken one.
    """
    paths = list(paths)
    of_kind: dict[Kind, list[files.File]] = {kind: [] for kind in KINDS}
    passed_over: list[files.File] = []
    for file, is_named in files.files(paths):
        if not file.mistake and (kind := _kind(file, is_named)):
            of_kind[kind].append(file)
        elif is_named:
            raise SourceError(_unrecognised(file))
        else:
            passed_over.append(file)
    if not any(of_kind.values()):
        expected = "; ".join([f"expected {EXPECTED}", *files.mistakes(passed_over)])
        raise SourceError(f"{', '.join(map(str, paths))}: holds nothing of the Hub's; {expected}")
    for kind in KINDS:
        if of_kind[kind]:
            table = _table(kind, of_kind[kind], as_of, progress)
            if passed_over:
                names = ", ".join(file.path.name for file in passed_over[:3]) + (", …" if len(passed_over) > 3 else "")
                number = len(passed_over)
                hold, were = verb_after(number, "holds", "hold"), verb_after(number, "was", "were")
                table.notes.append(
                    f"{counted(number, 'file')} {hold} nothing of the Hub's and {were} passed over: {names}"
                )
                table.notes += [f"attention: {mistake}" for mistake in files.mistakes(passed_over)]
            yield table


def records(
    source: Kind,
    texts: Iterable[tuple[str, str]],
    *,
    addresses: tuple[str, ...],
    fingerprint: str,
    as_of: datetime | None = None,
    as_of_rule: str = "fetched",
    progress: Progress | None = None,
) -> Table:
    """Return a table of records that arrive one by one, as pairs of their location and their JSON text.

    `as_of` is the moment of the fetch for records that are fetched live.
    """
    table = Table(source, addresses, fingerprint, iter(()), as_of=as_of, as_of_rule=as_of_rule)
    batch = Batch(connection())
    table.relations = _parts(batch, _take_texts(batch, texts), table, progress)
    return table


def _table(kind: Kind, sources: list[files.File], as_of: datetime | None, progress: Progress | None) -> Table:
    paths = [file.path for file in sources]
    table = Table(kind, tuple(map(str, paths)), files.fingerprint(paths, as_of), iter(()))
    if kind in ("hub_repositories", "hub_commits"):
        table.relations = summaries.relations(kind, sources, table, as_of, progress)
        return table
    batch = Batch(connection())
    steps = _take_files(batch, sources) if kind == "hub_listing" else _take_texts(batch, _details(sources, table))
    table.relations = _dated(_parts(batch, steps, table, progress), table, as_of, paths)
    return table


def _dated(
    parts: Iterator[duckdb.DuckDBPyRelation], table: Table, as_of: datetime | None, paths: list[Path]
) -> Iterator[duckdb.DuckDBPyRelation]:
    """Yield the parts; afterwards set the table's `as_of`, its rule and the notes about it."""
    yield from parts
    table.as_of, table.as_of_rule = moments.decide(as_of, table.as_of, paths)
    table.notes += moments.notes(table.as_of, table.as_of_rule, paths)
    if table.as_of_rule == moments.FILE_TIME and table.source == "hub_listing":
        table.notes.append("it is not used for the history of adoption, for its day is not known")


def _parts(
    batch: Batch, steps: Iterable[None], table: Table, progress: Progress | None
) -> Iterator[duckdb.DuckDBPyRelation]:
    """Yield a relation for every ROWS_A_PART records, and one for the remaining ones."""
    given_as_of = table.as_of
    for _ in steps:
        if progress:
            progress(batch.total, None)
        if batch.rows >= ROWS_A_PART:
            yield from _part(batch, table, given_as_of)
    yield from _part(batch, table, given_as_of)
    if not batch.total:
        raise SourceError(f"{', '.join(table.addresses)}: holds no models; expected {EXPECTED}")
    table.notes += batch.notes()
    table.left_out.update(batch.left_out)


def _part(batch: Batch, table: Table, given_as_of: datetime | None) -> Iterator[duckdb.DuckDBPyRelation]:
    if not batch.rows:
        return
    if given_as_of is None and isinstance(latest := batch.latest(), datetime):
        table.as_of = max(files.utc(latest), table.as_of) if table.as_of else files.utc(latest)
    yield batch.relation()
    batch.clear()


def _take_files(batch: Batch, listing_files: list[files.File]) -> Iterator[None]:
    for file in listing_files:
        _take_file(batch, file)
        yield


def _take_file(batch: Batch, file: files.File) -> None:
    """Take a listing file whole, in DuckDB."""
    file.verify()
    layout = "array" if file.format == "array" else "newline_delimited"
    select = "select json from read_json_objects($path, format = $layout, compression = $compression)"
    try:
        with files.without_mark(file) as plain:
            nameless = batch.take(select, path=pattern(plain.path), layout=layout, compression=plain.compression)
    except duckdb.IOException as error:
        raise (files.broken_gzip(file.path) if file.gzipped else SourceError(f"{file.path}: {error}")) from error
    except FAULTS as error:
        raise SourceError(json_files.fault(file, error)) from error
    if nameless and file.format == "array":
        raise json_files.nameless(f"{file.path}, item {nameless}")
    if nameless:
        line, text = json_files.line_of(file, nameless)
        raise json_files.nameless(f"{file.path}, line {line}", text)


def _take_texts(batch: Batch, texts: Iterable[tuple[str, str]]) -> Iterator[None]:
    """Take records chunk by chunk."""
    chunk: list[tuple[str, str]] = []
    size = 0
    for source, text in texts:
        chunk.append((source, text))
        size += len(text)
        if size >= CHUNK_CHARACTERS:
            _take_chunk(batch, chunk)
            yield
            chunk, size = [], 0
    if chunk:
        _take_chunk(batch, chunk)
        yield


def _take_chunk(batch: Batch, chunk: list[tuple[str, str]]) -> None:
    select = "select unnest($texts::varchar[])::json as json"
    try:
        nameless = batch.take(select, texts=[text for _, text in chunk])
    except FAULTS as error:
        texts = []
        for source, text in chunk:
            try:
                sent = json.loads(text, parse_constant=lambda _: None)
                # Python parses some texts that DuckDB rejects: half an emoji (a lone surrogate) is not valid UTF-8
                texts.append(json.dumps(sent, ensure_ascii=False).encode("utf-8", "replace").decode())
            except (ValueError, RecursionError) as fault:
                raise SourceError(f"{source}: is no JSON ({fault}); expected one model. Fetch it again") from error
        try:
            nameless = batch.take(select, texts=texts)
        except FAULTS:
            location = f"{chunk[0][0]}, or one of the {len(chunk) - 1} after it" if len(chunk) > 1 else chunk[0][0]
            raise SourceError(
                f"{location}: cannot be taken ({' '.join(str(error).split())[:200]}); leave it out"
            ) from error
    if nameless:
        raise json_files.nameless(*chunk[nameless - 1])


def _details(detail_files: list[files.File], table: Table) -> Iterator[tuple[str, str]]:
    """Yield the location of each model's details, and their JSON text."""
    for file in detail_files:
        if file.format == "zip":
            yield from json_files.members(file.path, table.left_out)
        else:
            try:
                with file.open() as content:
                    sent = content.read()
            except files.BROKEN as error:
                raise files.broken_gzip(file.path) from error
            yield str(file.path), json_files.decoded(str(file.path), sent)


def _kind(file: files.File, is_named: bool) -> Kind | None:
    """Return the kind of a file by its content; None if it is not from the Hub."""
    if file.format == "zip":
        return "hub_details"
    if file.format == "array":
        return "hub_listing"
    if file.format == "object":
        return "hub_details" if json_files.is_one_model(file) else "hub_listing"
    if file.format == "text" and (is_named or file.is_text):
        return summaries.kind(file)
    return None


def _unrecognised(file: files.File) -> str:
    if file.format == "text":
        return summaries.unrecognised(file)
    return f"{file.path}: holds {file.format}; expected {EXPECTED}"
