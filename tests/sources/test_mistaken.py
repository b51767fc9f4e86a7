"""Files that are not the data itself are named for what they are, and a byte order mark is passed over everywhere."""

from __future__ import annotations

import gzip
import io
import json
import pickle
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pytest

from oss_ai_monitor.sources import SourceError, Table, archive, hub, mistaken, weekly
from oss_ai_monitor.sources.live.answer import Answer
from tests.sources.test_board_shapes import SQUEEZED, landed, written

LFS = b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"a" * 64 + b"\nsize 1234567\n"
LOGIN = b'<!doctype html>\n<html class="">\n<head><title>Hugging Face</title></head></html>\n'
DENIED = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>AccessDenied</Code>'
    b"<Message>Request has expired</Message></Error>"
)
MARK = b"\xef\xbb\xbf"


def zipped(**members: bytes) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive_of_members:
        for name, member in members.items():
            archive_of_members.writestr(name.replace("__", "/"), member)
    return content.getvalue()


@pytest.mark.parametrize("read", [archive.read, hub.read], ids=["archive", "hub"])
@pytest.mark.parametrize(
    ("content", "name"),
    [
        (LFS, "is a Git LFS pointer, not the file itself: run 'git lfs pull'"),
        (b"version https://hawser.github.com/spec/v1\noid sha256:0\n", "is a Git LFS pointer"),
        (b"/annex/objects/SHA256E-s1--0.parquet\n", "is a git-annex pointer"),
        (LOGIN, "is a web page, such as a login"),
        (b"\n<!-- saved -->\n<HTML><body>", "is a web page"),
        (MARK + LOGIN, "is a web page"),
        (gzip.compress(LOGIN, mtime=0), "is a web page"),
        (b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml">', "is a web page"),
        (DENIED, r"is an error answer in XML \(AccessDenied: Request has expired\)"),
        (b"<?xml version='1.0'?><rows/>", "is XML; expected"),
        (b'{"error":"Invalid username or password."}', r"is an error answer \(Invalid username or password.\)"),
        (MARK + b'{"message": "Not Found", "status": "404"}', r"is an error answer \(Not Found\)"),
        (b"Entry not found", r"is an error answer \(Entry not found\)"),
        (b"Invalid username or password.\n", "is an error answer"),
        (pickle.dumps({"id": "a/b"}, protocol=4), "is a pickled Python object, which is not read"),
        (zipped(**{"[Content_Types].xml": b"", "xl__workbook.xml": b""}), "is a workbook"),
        (zipped(**{"model__data.pkl": b""}), "is a file of PyTorch"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "is a workbook or document of old Excel"),
        (b"SQLite format 3\0" + b"\0" * 100, "is an SQLite database"),
        (b"%PDF-1.7\n", "is a PDF"),
        ("Model,Average\n".encode("utf-16"), "is UTF-16 text"),
        ('{"id": "a/b"}'.encode("utf-16-le"), "is UTF-16 text"),
        ('{"id": "a/b"}'.encode("utf-16-be"), "is UTF-16 text"),
        (b"", "is empty"),
        (gzip.compress(b"", mtime=0), "holds nothing but blanks"),
    ],
)
def test_what_is_not_the_data_itself_is_named(
    read: Callable[[list[Path]], Iterator[Table]], content: bytes, name: str, tmp_path: Path
) -> None:
    path = tmp_path / "table.parquet"
    path.write_bytes(content)
    with pytest.raises(SourceError, match=f"^{path}: {name}"):
        list(read([path]))


def test_a_folder_of_pointers_says_so_and_beside_data_they_are_noted(tmp_path: Path) -> None:
    pointer = tmp_path / "2024-07-24" / "models.parquet"
    pointer.parent.mkdir()
    pointer.write_bytes(LFS)
    for read, name in ((archive.read, "leaderboard table"), (hub.read, "of the Hub's"), (weekly.read, "Parquet")):
        with pytest.raises(SourceError, match=f"{name}; .*models.parquet is a Git LFS pointer"):
            list(read([tmp_path]))
    (tmp_path / "one.json").write_text('{"id": "a/one", "sha": "0"}')
    (tmp_path / "two.json").write_text('{"error": "Repository not found"}')
    (table,) = hub.read([tmp_path])
    assert [row["id"] for row in landed(table)] == ["a/one"]
    assert any("attention: two.json is an error answer (Repository not found)" in note for note in table.notes)


@pytest.mark.parametrize(
    ("name", "content", "location"),
    [
        ("x.jsonl", b'{"id": "a/b"}\n{"error": "Internal Error"}\n', "x.jsonl, line 2"),
        ("x.zip", zipped(one=b'{"id": "a/b", "sha": "0"}', two=b'{"error": "Internal Error"}'), "x.zip, member two"),
    ],
)
def test_an_error_answer_among_records_is_named(name: str, content: bytes, location: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)
    (table,) = hub.read([tmp_path / name])
    with pytest.raises(SourceError, match=rf"{location}: holds an error answer \(Internal Error\) and no model"):
        landed(table)


LINES = b'{"id":"s/n1","downloads":1}\n{"id":"s/n2","downloads":5}\n'


@pytest.mark.parametrize(
    "content",
    [
        MARK + LINES,
        gzip.compress(MARK + LINES, mtime=0),
        MARK + b"[" + LINES.strip().replace(b"\n", b",") + b"]",
        MARK + b"name,created_at,last_modified,tags,base_model,downloads\ns/n1,,,,,1\ns/n2,,,,,5\n",
    ],
    ids=["JSON lines", "gzipped", "array", "CSV"],
)
def test_a_byte_order_mark_is_passed_over(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "listing").write_bytes(content)
    (table,) = hub.read([tmp_path / "listing"], as_of=datetime(2026, 1, 1, tzinfo=UTC))
    assert [(row["id"], row["downloads"]) for row in landed(table)] == [("s/n1", 1), ("s/n2", 5)]


def test_a_mark_before_details_and_in_a_zip_is_passed_over_too(tmp_path: Path) -> None:
    detail = MARK + json.dumps({"id": "a/one", "sha": "0", "downloads": 3}, indent=1).encode()
    (tmp_path / "a.json").write_bytes(detail)
    (tmp_path / "b.zip").write_bytes(zipped(member=detail))
    (table,) = hub.read([tmp_path / "a.json", tmp_path / "b.zip"])
    assert [(row["id"], row["downloads"]) for row in landed(table)] == [("a/one", 3)] * 2


def test_the_line_of_a_mistake_is_right_behind_a_mark(tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").write_bytes(MARK + b'{"id": "a/b"}\n{"id": \n')
    (table,) = hub.read([tmp_path / "x.jsonl"])
    with pytest.raises(SourceError, match=r"x.jsonl, line 2: is no JSON"):
        landed(table)


def test_a_mark_before_a_board_and_before_a_live_answer_is_passed_over(tmp_path: Path) -> None:
    path = written(tmp_path / "board.csv", SQUEEZED)
    path.write_bytes(MARK + path.read_bytes())
    (table,) = archive.read([path])
    assert [row["fullname"] for row in landed(table)] == ["lab/one"]
    answer = Answer("https://huggingface.co/api/models", 200, {}, MARK + b'[{"id": "a/b"}]')
    assert answer.json() == [{"id": "a/b"}]


def test_a_weekly_file_that_is_a_pointer_is_named(tmp_path: Path) -> None:
    path = tmp_path / f"{date(2024, 7, 24)}.parquet"
    path.write_bytes(LFS)
    with pytest.raises(SourceError, match="is a Git LFS pointer"):
        list(weekly.read([path]))
    duckdb.sql("select 'a/b' as id, 1 as downloads").write_parquet(str(path))
    assert len(list(weekly.read([path]))) == 1


def test_many_comments_take_no_time_and_those_before_a_page_are_passed_over() -> None:
    assert mistaken.mistaken(Path("comments.csv"), b"<!-- -->" * 5_000 + b"x") == ""
    page = b"<!-- a - b -->\n<!---->" * 50 + b"<html>"
    assert "is a web page" in mistaken.mistaken(Path("page.csv"), page)
