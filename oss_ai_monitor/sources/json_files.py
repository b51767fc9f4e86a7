"""JSON in files: the members of a zip, whether a file holds one model, and the location of a syntax error."""

import json
import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from oss_ai_monitor.sources import files
from oss_ai_monitor.sources.mistaken import error_message
from oss_ai_monitor.sources.table import SourceError

LONGEST_RECORD = 16 << 20
"""Bytes; DuckDB's own limit for one JSON object."""


def members(path: Path, left_out: dict[str, int]) -> Iterator[tuple[str, str]]:
    """Yield the JSON objects in a zip, one member at a time; other members are counted in `left_out`."""
    objects = 0
    try:
        with zipfile.ZipFile(path) as archive:
            for member in archive.infolist():
                if member.is_dir() or "__MACOSX" in member.filename:
                    continue
                content = archive.read(member) if member.file_size <= LONGEST_RECORD else b""
                if content.removeprefix(files.MARK).lstrip()[:1] != b"{":
                    reason = "zip members that hold no JSON object of at most 16 MB"
                    left_out[reason] = left_out.get(reason, 0) + 1
                    continue
                objects += 1
                yield (location := f"{path}, member {member.filename}"), decoded(location, content)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError) as error:
        raise SourceError(
            f"{path}: is a broken or locked zip ({error}); expected a complete one. Download it again"
        ) from error
    if not objects:
        raise SourceError(f"{path}: holds no model details; expected one JSON object per member")


def decoded(location: str, content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SourceError(
            f"{location}: is no UTF-8 text at byte {error.start}; expected JSON. Fetch it again"
        ) from error


def is_one_model(file: files.File) -> bool:
    """Whether a file is one JSON object with fields that only details have, and not one line of a listing."""
    try:
        with file.open() as content:
            first = content.readline(LONGEST_RECORD).removeprefix(files.MARK)
            second = content.readline(1 << 10)
            while second and not second.strip():
                second = content.readline(1 << 10)
    except files.BROKEN as error:
        raise files.broken_gzip(file.path) from error
    if second:
        return not second.lstrip().startswith(b"{") and first.strip() == b"{"
    return (
        re.search(rb'"(siblings|author|lastModified|last_modified|cardData|card_data|config|sha)"\s*:', first)
        is not None
    )


def nameless(location: str, text: str = "") -> SourceError:
    """Return the error for a record without an id, which may be an error answer that was saved in its place."""
    if message := error_message(text):
        return SourceError(
            f"{location}: holds an error answer ({message}) and no model; fetch it again or leave it out"
        )
    return SourceError(f"{location}: has no id; expected a model with an id that is text")


def fault(file: files.File, error: Exception) -> str:
    """Return a message for a JSON error, with the right line: DuckDB's own count is off by one or two."""
    message = str(error).partition("\n")[0]
    position = re.search(r"in (?:line|record/value) (\d+)", message)
    reason = message.rpartition(": ")[2].rstrip(" .") if position else message
    location = f" near item {position[1]}" if position else ""
    if position and file.format != "array":
        location = f", line {_broken_line(file, int(position[1]))}"
    return (
        f"{file.path}{location}: is no JSON ({reason}); "
        "expected one model per line or one array of them. Fetch it again"
    )


def _broken_line(file: files.File, position: int) -> int:
    try:
        with file.open() as content:
            for number, line in enumerate(content, 1):
                if number > position:
                    break
                if number >= position - 3 and line.strip():
                    json.loads(line)
    except (ValueError, RecursionError):
        return number
    except files.BROKEN:
        return position
    return position


def line_of(file: files.File, record: int) -> tuple[int, str]:
    """Return the line number of the n-th record, and its text; blank lines are not counted as records."""
    with file.open() as content:
        for number, line in enumerate(content, 1):
            record -= bool(line.strip())
            if not record:
                return number, line[:LONGEST_RECORD].decode("utf-8-sig", "replace")
    return record, ""
