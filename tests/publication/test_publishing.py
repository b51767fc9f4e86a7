"""What publish writes: the files of the manifest, nothing that may not be passed on, the old or the new."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml
from filelock import FileLock

from oss_ai_monitor import publication, warehouse
from oss_ai_monitor.publication import check
from oss_ai_monitor.publication.tables import export

from .conftest import manifest_of, refusal, run

BOARDS = ("leaderboard_v1", "leaderboard_v2", "hub_benchmarks")


def opened(public: Path) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(str(public / manifest_of(public).warehouse.path), read_only=True)


def test_every_file_is_in_the_manifest_with_its_size_and_checksum(publisher: Path) -> None:
    public = publisher / "public"
    manifest = manifest_of(public)
    latest = public / "latest"
    assert latest.readlink() == Path("generations") / manifest.id
    present = {path.relative_to(public).as_posix() for path in latest.resolve().rglob("*") if path.is_file()}
    of_its_own = {f"generations/{manifest.id}/{name}" for name in ("manifest.json", ".publication")}
    assert present == {file.path for file in manifest.files} | of_its_own
    for file in manifest.files:
        content = (public / file.path).read_bytes()
        assert (len(content), hashlib.sha256(content).hexdigest()) == (file.bytes, file.sha256)
    documents = {file.path.rpartition("/")[2] for file in manifest.files if file.kind == "document"}
    assert documents == {"README.md", "croissant.json", "CITATION.cff", "RULES.md", "rules.json"}


def test_each_table_is_there_as_parquet_row_by_row(publisher: Path) -> None:
    public = publisher / "public"
    manifest = manifest_of(public)
    with opened(public) as db, duckdb.connect() as reader:
        names = db.execute(
            "select distinct schema_name || '.' || table_name from duckdb_columns() where not internal order by 1"
        ).fetchall()
        relations = [name for (name,) in names]
        assert sorted({file.relation for file in manifest.files if file.kind == "table"}) == relations
        for relation in relations:
            files = [str(public / file.path) for file in manifest.files if file.relation == relation]
            of_file = db.execute(f"select count(*), bit_xor(hash(t::varchar)) from {relation} as t").fetchall()
            of_parquet = reader.execute(
                "select count(*), bit_xor(hash(t::varchar)) from read_parquet($files) as t", {"files": files}
            ).fetchall()
            assert of_file == of_parquet, relation


def test_a_large_table_is_divided_into_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("oss_ai_monitor.publication.tables.PART_ROWS", 4_096)
    monkeypatch.setattr("oss_ai_monitor.publication.tables.ROW_GROUP", 2_048)
    path = tmp_path / "made.duckdb"
    with duckdb.connect(str(path)) as db:
        db.execute("create schema core")
        db.execute("create table core.models as select i::integer as model_key from range(10_000) as numbers(i)")
        db.execute("comment on table core.models is 'It''s one row per model.'")
    (table,) = export(path, tmp_path, {"license": "Apache-2.0"})
    assert [file.path for file in table.files] == [f"tables/core/models/part-{n:05}.parquet" for n in range(3)]
    assert (table.rows, [file.rows for file in table.files]) == (10_000, [4_096, 4_096, 1_808])
    with duckdb.connect() as db:
        pattern = str(tmp_path / table.pattern)
        assert db.execute("select count(distinct model_key) from read_parquet($p)", {"p": pattern}).fetchall() == [
            (10_000,)
        ]
        texts = dict(
            db.execute(
                "select key::varchar, value::varchar from parquet_kv_metadata($p)",
                {"p": str(tmp_path / table.files[0].path)},
            ).fetchall()
        )
    assert (texts["license"], texts["relation"]) == ("Apache-2.0", "core.models")


def test_no_row_of_a_leaderboard_is_passed_on_and_the_datasheet_says_how_to_get_them(publisher: Path) -> None:
    public = publisher / "public"
    with opened(public) as db:
        sources = {row[0] for row in db.execute("select distinct source from core.snapshots").fetchall()}
        assert sources == {"hub_listing", "hub_details", "hub_commits"}
        counts = [db.execute(f"select count(*) from {name}").fetchall()[0][0] for name in check.OF_BOARDS]
        assert set(counts) == {0}
    landed = {path.name for path in (publisher / "warehouse" / "landing").iterdir()}
    assert landed >= set(BOARDS), "they had landed"
    text = (public / "latest" / "README.md").read_text(encoding="utf-8")
    for sentence in manifest_of(public).not_passed_on:
        assert sentence in text
    assert "oss-ai-monitor ingest benchmarks\noss-ai-monitor ingest archive\n" in text


@pytest.mark.slow
def test_what_is_counted_from_the_listing_is_what_a_page_counts(publisher: Path, tmp_path: Path) -> None:
    """A stranger's query equals the publisher's page where no leaderboard is involved."""
    counted = """
        select date_trunc('month', created_at) as month, pipeline_tag, count(*), sum(downloads_30d) from core.models
        where is_listed group by all order by all
    """
    with opened(publisher / "public") as db:
        published = db.execute(counted).fetchall()
    folder = tmp_path / "warehouse"
    shutil.copytree(publisher / "warehouse" / "landing", folder / "landing")
    run(folder, "build")
    with duckdb.connect(str(folder / warehouse.NAME), read_only=True) as db:
        assert db.execute(counted).fetchall() == published
    assert sum(models for _, _, models, _ in published) == 1_000


def test_the_croissant_description_has_what_the_format_requires(publisher: Path) -> None:
    document = json.loads((publisher / "public" / "latest" / "croissant.json").read_text(encoding="utf-8"))
    assert document["@type"] == "sc:Dataset"
    assert document["conformsTo"] == "http://mlcommons.org/croissant/1.0"
    for name in ("@context", "name", "description", "license", "url", "creator", "datePublished", "citeAs", "version"):
        assert document[name], name
    resources: dict[str, dict[str, Any]] = {item["@id"]: item for item in document["distribution"]}
    assert len(resources) == len(document["distribution"])
    for item in resources.values():
        required = {"cr:FileObject": ("contentUrl", "sha256"), "cr:FileSet": ("includes", "containedIn")}[item["@type"]]
        assert all(item[name] for name in ("name", "encodingFormat", *required))
    identities = [record["@id"] for record in document["recordSet"]]
    for record in document["recordSet"]:
        assert record["@type"] == "cr:RecordSet"
        for field in record["field"]:
            assert field["dataType"].startswith("sc:")
            assert field["description"]
            source = field["source"]
            resource = (source.get("fileObject") or source.get("fileSet"))["@id"]
            assert resource in resources
            assert source["extract"] == {"column": field["name"]}
            identities.append(field["@id"])
    assert len(identities) == len(set(identities))


def test_the_croissant_description_names_the_type_that_each_column_has_in_parquet(publisher: Path) -> None:
    """Croissant 1.0: a list is a field that is repeated, of the type of its elements."""
    latest = publisher / "public" / "latest"
    document = json.loads((latest / "croissant.json").read_text(encoding="utf-8"))
    assert document["@context"]["repeated"] == "cr:repeated"
    expected = {
        "BOOLEAN": "sc:Boolean",
        "USMALLINT": "sc:Integer",
        "UINTEGER": "sc:Integer",
        "INTEGER": "sc:Integer",
        "BIGINT": "sc:Integer",
        "DOUBLE": "sc:Float",
        "DATE": "sc:Date",
        "TIMESTAMP": "sc:DateTime",
    }
    kinds = set()
    with duckdb.connect() as db:
        for record in document["recordSet"]:
            table = latest / "tables" / record["name"].replace(".", "/") / "part-00000.parquet"
            columns = dict(row[:2] for row in db.execute(f"describe from read_parquet('{table}')").fetchall())
            for field in record["field"]:
                kind = columns[field["name"]]
                assert field.get("repeated", False) == kind.endswith("[]"), field["@id"]
                assert field["dataType"] == expected.get(kind.removesuffix("[]"), "sc:Text"), field["@id"]
                kinds.add(kind)
    assert {*expected, "VARCHAR", "DOUBLE[]", "VARCHAR[]"} <= kinds


def test_mlcroissant_takes_the_description(publisher: Path) -> None:
    mlcroissant = pytest.importorskip("mlcroissant", reason="mlcroissant is not installed: its fields are tested above")
    dataset = mlcroissant.Dataset(jsonld=str(publisher / "public" / "latest" / "croissant.json"))
    assert dataset.metadata.name == "oss-ai-monitor"


def test_the_citation_and_the_card_are_yaml(publisher: Path) -> None:
    latest = publisher / "public" / "latest"
    manifest = manifest_of(publisher / "public")
    citation = yaml.safe_load((latest / "CITATION.cff").read_text(encoding="utf-8"))
    assert (citation["cff-version"], citation["type"]) == ("1.2.0", "dataset")
    assert citation["version"] == manifest.snapshot_id
    card = yaml.safe_load((latest / "README.md").read_text(encoding="utf-8").split("---\n")[1])
    assert card["license"] == "apache-2.0"
    patterns = {config["data_files"] for config in card["configs"]}
    assert "tables/core/models/*.parquet" in patterns
    assert all(list(latest.glob(pattern)) for pattern in patterns)


def test_the_file_says_that_it_is_a_copy_and_names_no_folder_of_the_machine(publisher: Path) -> None:
    path = publisher / "public" / manifest_of(publisher / "public").warehouse.path
    copy = warehouse.Warehouse(path)
    assert copy.publication["id"] == manifest_of(publisher / "public").id
    assert re.match(r"A copy of what was published elsewhere on \d{1,2} [A-Z][a-z]{2} 20\d\d\. ", copy.copy_notice)
    copy.close()
    for file in manifest_of(publisher / "public").files:
        assert str(publisher).encode() not in (publisher / "public" / file.path).read_bytes()


@pytest.mark.slow
def test_publishing_again_changes_nothing_and_a_new_list_of_names_does(publisher: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(publisher / "warehouse", tmp_path / "warehouse", symlinks=True)
    public = shutil.copytree(publisher / "public", tmp_path / "public", symlinks=True)
    before = (public / "manifest.json").read_bytes()
    assert "is published already" in run(folder, "publish", str(public)).output
    assert (public / "manifest.json").read_bytes() == before
    with opened(public) as db:
        owner = db.execute(
            "select owner from core.models group by owner order by count(*) desc, owner limit 1"
        ).fetchall()[0][0]
    run(folder, "leave-out", owner)
    run(folder, "publish", str(public))
    manifest = manifest_of(public)
    assert manifest.left_out_version
    assert [path.name for path in (public / "generations").iterdir()] == [manifest.id], "the old one named them"
    for file in manifest.files:
        if file.kind != "warehouse":  # compressed; the tables are read below
            assert owner.encode() not in (public / file.path).read_bytes() or file.kind == "table"
    with opened(public) as db:
        with pytest.raises(publication.PublicationError, match="names somebody who is left out"):
            check._hold_names(db, {warehouse.name_hash("left-out"): True})
        check._hold_names(db, {warehouse.name_hash(owner): True})
    rules = json.loads((public / "latest" / "rules.json").read_text())
    assert len(rules["versions"]) == 1, "the rules are what they were"


def test_a_row_that_may_not_be_passed_on_stops_it(publisher: Path, tmp_path: Path) -> None:
    """The check reads the files: it holds whatever made them."""
    root = shutil.copytree((publisher / "public" / "latest").resolve(), tmp_path / "next")
    (root / ".publication").unlink()
    manifest = publication.read((root / "manifest.json").read_bytes())
    folder = publisher / "warehouse"
    check.hold(root, manifest, folder)
    (root / "notes.txt").write_text("mine")
    with pytest.raises(publication.PublicationError, match=r"holds notes\.txt, which no manifest names"):
        check.hold(root, manifest, folder)
    (root / "notes.txt").unlink()
    with duckdb.connect() as db:
        for statement, message in (
            ("insert into core.snapshots (source) values ('leaderboard_v1')", "it stands on leaderboard_v1"),
            ("update core.snapshots set notes = ['licence ODbL-1.0'] where source = 'hub_listing'", "share-alike"),
            ("update core.snapshots set address = '/home/ann/listing.jsonl'", "names folders of this machine"),
            ("insert into core.scores by name (select 'v1' as leaderboard)", "core.scores holds rows of leaderboards"),
        ):
            db.execute(f"attach '{root / warehouse.NAME}' as original (read_only)")
            db.execute("attach ':memory:' as changed")
            db.execute("use changed")
            for schema in ("core", "marts"):
                db.execute(f"create schema {schema}")
            for relation in ("core.snapshots", *check.OF_BOARDS):
                db.execute(f"create table {relation} as from original.{relation}")
            check._hold_database(db, folder)
            db.execute(statement)
            with pytest.raises(publication.PublicationError, match=message):
                check._hold_database(db, folder)
            db.execute("use memory")
            db.execute("detach changed")
            db.execute("detach original")


@pytest.mark.slow
def test_an_interrupted_publication_shows_the_old_one_and_goes_on(
    publisher: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = shutil.copytree(publisher / "warehouse", tmp_path / "warehouse", symlinks=True)
    public = shutil.copytree(publisher / "public", tmp_path / "public", symlinks=True)
    before = (public / "manifest.json").read_bytes()
    run(folder, "leave-out", "nobody-of-this-name")
    from oss_ai_monitor.publication import folder_target

    copy_one, copied = folder_target._copy, []

    def fail_at_the_tenth(source: Path, target: Path, file: publication.File) -> None:
        copied.append(file.path)
        if len(copied) == 10:
            raise OSError(28, "No space left on device")
        copy_one(source, target, file)

    monkeypatch.setattr(folder_target, "_copy", fail_at_the_tenth)
    assert "there is no room on the disk" in refusal(folder, "publish", str(public))
    assert (public / "manifest.json").read_bytes() == before
    assert manifest_of(public).warehouse.path.startswith(str(Path("generations") / manifest_of(public).id))
    monkeypatch.setattr(folder_target, "_copy", copy_one)
    built = list((folder / "publishing" / "generations").glob("*.duckdb"))
    run(folder, "publish", str(public))
    assert manifest_of(public).left_out_version
    assert list((folder / "publishing" / "generations").glob("*.duckdb")) == built, "nothing was built again"


def test_nothing_landed_and_no_dataset_are_said_in_a_line(tmp_path: Path) -> None:
    assert "nothing has landed" in refusal(tmp_path / "empty", "publish", str(tmp_path / "public"))
    assert "names no dataset on the Hub" in refusal(tmp_path, "publish", "hf://models/a/b")


def test_one_process_publishes_from_a_warehouse_at_a_time(publisher: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(publisher / "warehouse", tmp_path / "warehouse", symlinks=True)
    with FileLock(folder / "publishing" / ".lock"):
        message = refusal(folder, "publish", str(tmp_path / "public"))
    assert f"another process publishes from {folder}; run the same again when it is done" in message
    assert not (tmp_path / "public").exists()
    run(folder, "publish", str(tmp_path / "public"))


@pytest.mark.parametrize("target", ["https://data.example.org/warehouse", "s3://bucket/warehouse", "file:///srv", ""])
def test_an_address_is_no_folder_to_publish_into(
    publisher: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, target: str
) -> None:
    monkeypatch.chdir(tmp_path)
    message = refusal(publisher / "warehouse", "publish", target)
    assert " a folder that a web server shows, or hf://datasets/ORG/NAME" in message
    assert not list(tmp_path.iterdir())
