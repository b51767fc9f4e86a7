"""The Hub's listing, details and summaries, from files."""

import gzip
import json
import resource
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from oss_ai_monitor import warehouse
from oss_ai_monitor.landing import Landing
from oss_ai_monitor.sources import SourceError, Table, hub

REPOSITORY = Path(__file__).parents[2]
DATA = REPOSITORY.parent / "shared" / "data"
real = pytest.mark.skipif(not DATA.is_dir(), reason=f"{DATA} is not there")

ITEM = {
    "_id": "1f", "id": "a/one", "modelId": "a/one", "likes": 3, "private": False, "downloads": 40,
    "tags": ["llama", "en"], "pipeline_tag": "text-generation", "library_name": "transformers",
    "createdAt": "2024-05-05T12:00:00.500Z",
}  # fmt: skip
DETAIL = ITEM | {
    "author": "a", "lastModified": "2024-06-01T00:00:00.000Z", "sha": "c0ffee", "gated": "auto", "disabled": False,
    "cardData": {"license": "mit", "base_model": ["b/two"]}, "config": {"model_type": "llama"}, "siblings": [],
    "safetensors": {"total": 7}, "baseModels": {"relation": "merge", "models": []}, "downloadsAllTime": 99,
}  # fmt: skip
DETAILS_HEADER = ",name,author,created_at,last_modified,downloads,library_name,tags,language,datasets,base_model\n"
DETAILS_ROW = (
    "0,a/one,a,2024-03-22 14:08:40+00:00,2024-04-08 05:23:20+02:00,2986,transformers,\"['x', 'y']\",['en'],,b/two\n"
)
COMMITS_HEADER = ",name,num_of_authors,num_of_commits,first_commit,last_commit,authors\n"
COMMITS_ROW = """0,a/one,2,5,2023-12-22 07:08:58+00:00,2024-01-04 07:33:22+00:00,"['ann', ""o'neil""]"\n"""


def lines(path: Path, *items: object) -> Path:
    path.write_text("".join(json.dumps(item) + "\n" for item in items), encoding="utf-8")
    return path


def only(*paths: Path, as_of: datetime | None = None) -> Table:
    (table,) = hub.read(paths, as_of=as_of)
    return table


def rows(table: Table) -> list[dict[str, object]]:
    return [
        dict(zip(relation.columns, row, strict=True)) for relation in table.relations for row in relation.fetchall()
    ]


def filled(row: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in row.items() if value is not None}


def test_a_listing_item_becomes_a_row(tmp_path: Path) -> None:
    table = only(lines(tmp_path / "listing", ITEM, {"id": "a/bare"}))
    first, bare = rows(table)
    assert table.source == "hub_listing"
    assert (table.as_of, table.as_of_rule) == (
        datetime(2024, 5, 5, 12, 0, 0, 500_000, tzinfo=UTC), "latest date in the data"
    )  # fmt: skip
    assert filled(first) == {
        "row_number": 1, "id": "a/one", "created_at": datetime(2024, 5, 5, 12, 0, 0, 500_000), "likes": 3,
        "downloads": 40, "tags": ["llama", "en"], "pipeline_tag": "text-generation", "library_name": "transformers",
        "private": False, "extra": '{"_id":"1f"}',
    }  # fmt: skip
    assert filled(bare) == {"row_number": 2, "id": "a/bare"}


@pytest.mark.parametrize("layout", ["lines", "array", "pretty array"])
@pytest.mark.parametrize("gzipped", [False, True])
def test_a_listing_is_told_by_its_content(tmp_path: Path, layout: str, gzipped: bool) -> None:
    items = [ITEM, ITEM | {"id": "a/two", "modelId": "a/two"}]
    text = "".join(json.dumps(item) + "\n" for item in items) if layout == "lines" else json.dumps(
        items, indent=2 if "pretty" in layout else None
    )  # fmt: skip
    path = tmp_path / "data.bin"
    path.write_bytes(gzip.compress(text.encode()) if gzipped else text.encode())
    table = only(path)
    assert table.source == "hub_listing"
    assert [(row["row_number"], row["id"]) for row in rows(table)] == [(1, "a/one"), (2, "a/two")]


@pytest.mark.parametrize("wrapping", ["file", "pretty file", "zip"])
def test_details_are_told_by_their_content(tmp_path: Path, wrapping: str) -> None:
    path = tmp_path / "data.bin"
    if wrapping == "zip":
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("folder/", "")
            archive.writestr("a_!##++##!_one.json", json.dumps(DETAIL))
            archive.writestr("README.md", "no model")
    else:
        path.write_text(json.dumps(DETAIL, indent=2 if "pretty" in wrapping else None))
    table = only(path)
    (row,) = rows(table)
    assert table.source == "hub_details"
    assert row == {
        "row_number": 1, "id": "a/one", "author": "a", "created_at": datetime(2024, 5, 5, 12, 0, 0, 500_000),
        "last_modified": datetime(2024, 6, 1), "likes": 3, "downloads": 40, "downloads_all_time": 99,
        "tags": ["llama", "en"], "pipeline_tag": "text-generation", "library_name": "transformers", "private": False,
        "gated": "auto", "disabled": False, "sha": "c0ffee", "base_models": '{"relation":"merge","models":[]}',
        "safetensors": '{"total":7}', "gguf": None, "config": '{"model_type":"llama"}',
        "card_data": '{"license":"mit","base_model":["b/two"]}', "extra": '{"_id":"1f","siblings":[]}',
    }  # fmt: skip
    assert list(table.left_out.values()) == ([1] if wrapping == "zip" else [])


def test_a_field_of_another_type_is_null_and_kept_as_sent(tmp_path: Path) -> None:
    odd = {
        "id": "a/odd", "likes": "many", "downloads": 1.5, "tags": "llama", "private": "no", "gated": True,
        "createdAt": "yesterday", "config": [None], "author": {"name": None}, "library_name": None, "sha": 12,
        "modelId": "a/other",
    }  # fmt: skip
    right = {"id": "a/right", "gated": False, "lastModified": "2024-05-05T12:00:00+02:00", "downloads": None}
    table = only(lines(tmp_path / "listing", odd, right))
    first, second = rows(table)
    extra = json.loads(str(first.pop("extra")))
    assert filled(first) == {"row_number": 1, "id": "a/odd"}
    assert extra == {name: value for name, value in odd.items() if name not in ("id", "library_name")}
    assert filled(second) == {
        "row_number": 2, "id": "a/right", "gated": "false", "last_modified": datetime(2024, 5, 5, 10)
    }  # fmt: skip
    assert len(table.notes) == 10
    assert table.notes[9] == "attention: no record holds a createdAt that can be read, so no model is dated by it"
    assert table.notes[0] == (
        "1 record holds author in another type than documented: NULL in its column, kept in extra"
    )


def test_an_id_that_is_too_long_is_left_out_and_counted(tmp_path: Path) -> None:
    table = only(lines(tmp_path / "listing", {"id": "a/" + "x" * 199}, {"id": "a/" + "x" * 198}, {"id": "b"}))
    assert [row["row_number"] for row in rows(table)] == [2, 3]
    assert table.left_out == {"id longer than 200 characters": 1}


def test_several_files_of_a_kind_are_one_table(tmp_path: Path) -> None:
    lines(tmp_path / "1.jsonl", ITEM, {"id": "a/two"})
    lines(tmp_path / "2.jsonl", {"id": "a/two"}, {"id": "a/three"})
    (tmp_path / "3.json").write_text(json.dumps(DETAIL))
    (tmp_path / "commits.csv").write_text(COMMITS_HEADER + COMMITS_ROW)
    (tmp_path / "notes.md").write_text("# nothing")
    (tmp_path / ".hidden").write_text("{")
    (tmp_path / "picture.png").write_bytes(b"\x89PNG\r\n")
    (tmp_path / "blank.txt").write_text("\n")
    (tmp_path / "empty.txt").touch()
    tables = {table.source: table for table in hub.read([tmp_path])}
    assert list(tables) == ["hub_listing", "hub_details", "hub_commits"]
    assert [(row["row_number"], row["id"]) for row in rows(tables["hub_listing"])] == [
        (1, "a/one"), (2, "a/two"), (3, "a/two"), (4, "a/three"),
    ]  # fmt: skip
    assert tables["hub_listing"].notes == [
        "3 files hold nothing of the Hub's and were passed over: blank.txt, notes.md, picture.png"
    ]


def test_parts_are_given_as_they_fill(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub, "ROWS_A_PART", 2)
    monkeypatch.setattr(hub, "CHUNK_CHARACTERS", 10)
    done: list[int] = []
    texts = ((f"page {n}", json.dumps({"id": f"a/{n}"})) for n in range(5))
    table = hub.records(
        "hub_listing", texts, addresses=("https://hub",), fingerprint="f", as_of=datetime(2026, 11, 24, tzinfo=UTC),
        progress=lambda rows, _: done.append(rows),
    )  # fmt: skip
    run = Landing(tmp_path).land(table)
    assert (run.as_of, run.as_of_rule) == (datetime(2026, 11, 24, tzinfo=UTC), "fetched")
    assert [part.rows for part in run.parts] == [2, 2, 1]
    assert done == [1, 2, 3, 4, 5]


def test_a_record_that_arrives_broken_is_named() -> None:
    table = hub.records("hub_details", [("page 7", "{")], addresses=("https://hub",), fingerprint="f")
    with pytest.raises(SourceError, match="page 7: is no JSON"):
        list(table.relations)


def test_repository_details_are_read_with_their_python_lists(tmp_path: Path) -> None:
    path = tmp_path / "repo.csv"
    bare = "1,b/two,,,,,,,,,\n"
    path.write_text(DETAILS_HEADER + DETAILS_ROW + bare)
    table = only(path)
    first, second = rows(table)
    assert table.source == "hub_repositories"
    assert (table.as_of, table.as_of_rule) == (datetime(2024, 4, 8, 3, 23, 20, tzinfo=UTC), "latest date in the data")
    assert filled(first) == {
        "row_number": 1, "id": "a/one", "author": "a", "created_at": datetime(2024, 3, 22, 14, 8, 40),
        "last_modified": datetime(2024, 4, 8, 3, 23, 20), "downloads": 2986, "library_name": "transformers",
        "tags": ["x", "y"], "card_data": '{"language":["en"],"base_model":"b/two"}',
    }  # fmt: skip
    assert filled(second) == {"row_number": 2, "id": "b/two"}


def test_a_commit_summary_is_read_with_its_authors(tmp_path: Path) -> None:
    path = tmp_path / "commits.csv"
    path.write_text(COMMITS_HEADER + COMMITS_ROW)
    (row,) = rows(only(path))
    assert row == {
        "row_number": 1, "model_id": "a/one", "commits": 5, "first_commit_at": datetime(2023, 12, 22, 7, 8, 58),
        "last_commit_at": datetime(2024, 1, 4, 7, 33, 22), "authors": ["ann", "o'neil"],
        "extra": '{"num_of_authors":"2"}',
    }  # fmt: skip


def broken(tmp_path: Path, case: str) -> Path:
    path = tmp_path / "file"
    listing = "".join(json.dumps(ITEM) + "\n" for _ in range(500)).encode()
    match case:
        case "an empty file":
            path.touch()
        case "blanks":
            path.write_text("\n \n")
        case "a truncated gzip":
            path.write_bytes(gzip.compress(listing)[:-9])
        case "a gzip with a wrong checksum":
            compressed = gzip.compress(listing)
            path.write_bytes(compressed[:-8] + bytes(4) + compressed[-4:])
        case "a long truncated gzip":
            text = "".join(json.dumps(ITEM | {"n": n}) + "\n" for n in range(50_000))
            path.write_bytes(gzip.compress(text.encode())[:-1000])
        case "malformed JSON in line 400,000":
            item = b'{"id": "a/one"}\n'
            path.write_bytes(gzip.compress(item * 399_999 + b'{"id": "a/one"\n' + item * 1000, 1))
        case "malformed JSON after a blank line":
            path.write_bytes(b'{"id": "a"}\n\n{"id": }\n{"id": "b"}\n')
        case "a malformed array":
            path.write_text('[{"id": "a"}, {"id": ]')
        case "an empty array":
            path.write_text("[]")
        case "invalid UTF-8":
            path.write_bytes(listing + b'{"id": "\xff"}\n' + listing)
        case "no id":
            path.write_bytes(b'{"id": "a"}\n\n{"id": 5}\n')
        case "no object":
            path.write_bytes(b'{"id": "a"}\n[1]\n')
        case "no id in an array":
            path.write_text('[{"id": "a"}, {"name": "b"}]')
        case "a Parquet":
            duckdb.connect().sql("select 1 as city").write_parquet(str(path))
        case "a corrupt zip":
            path.write_bytes(b"PK\x03\x04 and nothing that follows")
        case "a damaged member":
            with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
                archive.writestr("one.json", json.dumps(DETAIL))
            content = bytearray(path.read_bytes())
            content[60:80] = bytes(20)
            path.write_bytes(content)
        case "a malformed member" | "a zip of something else" | "a member in Latin-1":
            with zipfile.ZipFile(path, "w") as archive:
                archive.writestr("good.json", json.dumps(DETAIL) if "else" not in case else "text")
                if "else" not in case:
                    archive.writestr("bad.json", b'{"id": "\xff"}' if "Latin" in case else '{"id": "a"')
        case "a directory without usable files":
            path.mkdir()
            (path / "notes.txt").write_text("nothing here")
        case "a wrong delimiter":
            path.write_text((COMMITS_HEADER + COMMITS_ROW).replace(",", "|"))
        case "missing columns":
            path.write_text(COMMITS_HEADER.replace(",authors", "") + "0,a,1,1,,\n")
        case "another CSV":
            path.write_text("city,inhabitants\nUtrecht,1\n")
        case "code for a list":
            path.write_text(COMMITS_HEADER + COMMITS_ROW + COMMITS_ROW.replace('[\'ann\', ""o\'neil""]', "[exit()]"))
        case "no list":
            path.write_text(COMMITS_HEADER + COMMITS_ROW.replace('[\'ann\', ""o\'neil""]', "ann"))
        case "a date that is none":
            path.write_text(DETAILS_HEADER + DETAILS_ROW + DETAILS_ROW.replace("2024-03-22 14:08:40+00:00", "spring"))
        case "no name":
            path.write_text(COMMITS_HEADER + COMMITS_ROW.replace("a/one", ""))
        case "a column too few":
            path.write_text(COMMITS_HEADER + COMMITS_ROW + "1,b/two\n")
    return path


@pytest.mark.parametrize(
    ("case", "words"),
    [
        ("a path that is not there", r"file: cannot be read \(No such file"),
        ("an empty file", "file: is empty"),
        ("blanks", "file: holds nothing but blanks"),
        ("a truncated gzip", "file: the gzip file ends too early or is damaged"),
        ("a gzip with a wrong checksum", "file: the gzip file ends too early or is damaged"),
        ("a long truncated gzip", "file: the gzip file ends too early or is damaged"),
        ("malformed JSON in line 400,000", r"file, line 400000: is no JSON \(.*\); expected one model per line"),
        ("malformed JSON after a blank line", "file, line 3: is no JSON"),
        ("a malformed array", "file near item .*: is no JSON"),
        ("an empty array", "file: holds no models"),
        ("invalid UTF-8", "file, line 501: is no JSON .*UTF-8"),
        ("no id", "file, line 3: has no id"),
        ("no object", "file, line 2: has no id"),
        ("no id in an array", "file, item 2: has no id"),
        ("a Parquet", "file: holds parquet; expected listing items"),
        ("a corrupt zip", "file: is a broken or locked zip"),
        ("a damaged member", "file: is a broken or locked zip"),
        ("a malformed member", "file, member bad.json: is no JSON"),
        ("a member in Latin-1", "file, member bad.json: is no UTF-8 text at byte 8"),
        ("a zip of something else", "file: holds no model details"),
        ("a directory without usable files", "file: holds nothing of the Hub's; expected listing items"),
        ("a wrong delimiter", "file, line 1: is separated by none of .,., .;. and tab; expected name, num_of_commits"),
        ("missing columns", "file, line 1: column authors is missing; expected name, num_of_commits"),
        ("another CSV", "file, line 1: holds 'city, inhabitants'; expected JSON"),
        ("code for a list", r"file, line 3, column authors: holds '\[exit\(\)\]'; expected a list like"),
        ("no list", "file, line 2, column authors: holds 'ann'; expected a list like"),
        ("a date that is none", "file, line 3, column created_at: holds 'spring'; expected a date such as 2024-06-15"),
        ("no name", "file, line 2, column name: holds ''; expected the id of a model"),
        ("a column too few", "file, line 3: 2 columns where the header has 7"),
    ],
)
def test_bad_input_gets_one_clear_error_and_lands_nothing(tmp_path: Path, case: str, words: str) -> None:
    landing = Landing(tmp_path / "landing")
    before = landing.land(only(lines(tmp_path / "good", ITEM, ITEM)))
    bad = broken(tmp_path, case)
    with pytest.raises(SourceError, match=words):
        list(map(landing.land, hub.read([bad])))
    assert landing.manifests() == [before]


@pytest.mark.slow
@real
def test_the_real_listing_lands_whole_and_in_bounded_memory(tmp_path: Path) -> None:
    (table,) = hub.read([DATA / "hub" / "api" / "models_listing_2024-07-11.jsonl.gz"])
    run = Landing(tmp_path).land(table)
    assert (run.source, run.rows, run.as_of.date().isoformat()) == ("hub_listing", 760_000, "2024-07-11")
    assert (run.notes, run.left_out) == ((), {})
    with duckdb.connect() as db:
        floor = db.read_parquet([str(path) for path in run.paths]).aggregate(
            "count(*) filter (created_at between '2022-03-02 23:29:00' and '2022-03-02 23:29:09.999'),"
            "count(*) filter (downloads = 0), count(distinct id), sum(downloads)::bigint"
        )
        assert floor.fetchall() == [(29_990, 376_281, 760_000, 1_838_905_161)]
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < 2 << 20  # KB


@pytest.mark.slow
@real
def test_the_other_real_files_land_in_the_declared_shape(tmp_path: Path) -> None:
    landing = Landing(tmp_path)
    api = DATA / "hub" / "api"
    tables = hub.read([api / "models_pages", api / "model_details", DATA / "paper"])
    runs = [landing.land(table) for table in tables]
    assert [(run.source, run.rows, run.as_of.date().isoformat()) for run in runs] == [
        ("hub_listing", 6_000, "2024-07-11"),
        ("hub_details", 8_650, "2024-07-11"),
        ("hub_repositories", 5_907, "2024-04-17"),
        ("hub_commits", 5_635, "2024-05-19"),
    ]
    with duckdb.connect() as db:
        for run in runs:
            declared = db.sql(warehouse.shape(run.source))
            relation = db.read_parquet([str(path) for path in run.paths])
            assert (relation.columns, relation.types) == (declared.columns, declared.types)
        commits = db.read_parquet([str(path) for path in runs[3].paths])
        assert commits.aggregate("sum(commits)::bigint").fetchall() == [(56_100,)]
