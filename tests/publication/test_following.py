"""A follower has the old publication or the new one, whatever is offered to it."""

from __future__ import annotations

import io
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import msgspec
import pytest
import requests

from oss_ai_monitor import publication, warehouse

from .conftest import Web, forge, manifest_of, refusal, run


def served(folder: Path) -> str:
    """Return the id of the publication that a folder serves."""
    opened = warehouse.Warehouse.open(folder)
    try:
        return str(opened.publication["id"])
    finally:
        opened.close()


def later(public: Path, **changes: object) -> publication.Manifest:
    """Publish the same file as a later publication."""
    manifest = manifest_of(public)
    return forge(public, published_at=manifest.published_at + timedelta(seconds=1), **changes)


def replace_file(public: Path, content: bytes) -> None:
    """Put another DuckDB file in the place of the published one, and name its checksum."""
    manifest = manifest_of(public)
    file = manifest.warehouse
    (public / file.path).write_bytes(content)
    other = msgspec.structs.replace(file, bytes=len(content), sha256=publication.sha256_of(content))
    later(public, files=(other, *(one for one in manifest.files if one.kind != "warehouse")))


def test_a_folder_is_followed_and_asked_again(public: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    assert "the copy is now " in run(copy, "follow", str(public)).output
    assert served(copy) == manifest_of(public).id
    assert "nothing new is published" in run(copy, "follow", str(public)).output
    line = next(line for line in run(copy, "status").output.splitlines() if line.startswith("copy of"))
    assert str(public) in line
    assert manifest_of(public).id in line


def test_an_address_is_followed_and_only_its_manifest_is_asked_again(web: Web, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    run(copy, "follow", web.url)
    assert served(copy) == manifest_of(web.folder).id
    assert [path for path, _ in web.received] == ["/manifest.json", f"/{manifest_of(web.folder).warehouse.path}"]
    web.received.clear()
    assert "nothing new" in run(copy, "follow", f"{web.url}/manifest.json").output
    assert [path for path, _ in web.received] == ["/manifest.json"], "the ETag says that it is the same"


def test_a_new_publication_is_swapped_in_and_the_old_one_is_read_until_then(public: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    run(copy, "follow", str(public))
    reader = warehouse.Warehouse.open(copy)
    first = reader.generation
    published_at = later(public).published_at
    run(copy, "follow", str(public))
    assert reader.sql_frame("select count(*) as models from core.models")["models"][0] > 0
    reader.close()
    assert warehouse.Warehouse.open(copy).generation != first
    state = publication.state_of(copy)
    assert state is not None
    assert state.published_at == published_at


def test_a_download_that_broke_off_goes_on_where_it_was(web: Web, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    size = manifest_of(web.folder).warehouse.bytes
    web.cut_after = size // 2  # the manifest is smaller
    assert "broke off" in refusal(copy, "follow", web.url)
    assert not (copy / warehouse.NAME).exists()
    web.cut_after = 0
    run(copy, "follow", web.url)
    (path, requested) = web.received[-1]
    assert path.endswith(".duckdb")
    assert 0 < int(requested.removeprefix("bytes=").rstrip("-")) <= size // 2
    assert not list((copy / "generations").glob(".*.following"))


def test_a_follower_that_ended_right_after_its_swap_fetches_nothing_again(
    web: Web, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = tmp_path / "copy"

    def end(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("oss_ai_monitor.publication.following._write", end)
        with pytest.raises(KeyboardInterrupt):
            publication.follow(copy, publication.origin(web.url), datetime.now(UTC))
    assert served(copy) == manifest_of(web.folder).id
    assert publication.state_of(copy) is None
    web.received.clear()
    output = run(copy, "follow", web.url).output
    assert "the copy is now " in output
    assert "damaged" not in output
    assert [path for path, _ in web.received] == ["/manifest.json"]
    assert "nothing new" in run(copy, "follow", web.url).output


def test_a_damaged_copy_is_fetched_again(public: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    run(copy, "follow", str(public))
    path = (copy / warehouse.NAME).resolve()
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 255
    path.write_bytes(bytes(content))
    message = f"its checksum is another; 'oss-ai-monitor --warehouse {copy} follow {public}' fetches it again"
    assert message in refusal(copy, "check")
    assert "the copy is damaged: it is fetched again" in run(copy, "follow", str(public)).output
    assert warehouse.damage((copy / warehouse.NAME).resolve()) == ""
    (copy / warehouse.NAME).unlink()
    run(copy, "follow", str(public))
    assert served(copy) == manifest_of(public).id


def test_what_is_offered_is_refused_and_the_old_one_serves(public: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    run(copy, "follow", str(public))
    good = shutil.copytree(public, tmp_path / "good", symlinks=True)
    first = served(copy)
    path = manifest_of(public).warehouse.path

    def restore() -> None:
        shutil.rmtree(public)
        shutil.copytree(good, public, symlinks=True)

    def manifest_with(text: str, other: str) -> None:
        content = (public / "manifest.json").read_text(encoding="utf-8")
        assert text in content
        (public / "manifest.json").write_text(content.replace(text, other), encoding="utf-8")

    def changed_file() -> None:
        content = bytearray((public / path).read_bytes())
        content[-1] ^= 1
        (public / path).write_bytes(bytes(content))
        later(public)

    def half_written() -> None:
        content = (public / path).read_bytes()
        (public / path).write_bytes(content[: len(content) // 2])
        later(public)

    def longer() -> None:
        with (public / path).open("ab") as file:
            file.write(b"more")
        later(public)

    def a_link() -> None:
        (public / path).unlink()
        (public / path).symlink_to("/etc/passwd")
        later(public)

    def a_folder_that_leads_out() -> None:
        shutil.move(public / "generations", tmp_path / "elsewhere")
        (public / "generations").symlink_to(tmp_path / "elsewhere")
        later(public)

    def another_file() -> None:
        replace_file(public, b"SQLite format 3\x00" * 1000)

    def huge() -> None:
        file = msgspec.structs.replace(manifest_of(public).warehouse, bytes=10**14)
        later(public, files=(file,))

    def no_room() -> None:
        file = msgspec.structs.replace(manifest_of(public).warehouse, bytes=99 * 10**9, sha256="0" * 64)
        later(public, files=(file,))
        shutil.disk_usage = lambda _: shutil._ntuple_diskusage(10**10, 0, 10**9)  # type: ignore[attr-defined,assignment]

    measured = shutil.disk_usage
    attacks = {
        "its checksum is another": lambda: manifest_with('"shape": ', '"shape": 1'),
        "tables of shape 99": lambda: later(public, shape=99),
        "is no manifest of a": lambda: (public / "manifest.json").write_text("[" * 100_000),
        "of format 2": lambda: forge(public, format=2),
        "is larger than 4,000,000 bytes": lambda: (public / "manifest.json").write_bytes(b" " * 4_000_001),
        "no manifest of a publication (JSON": lambda: manifest_with('"files": [', '"files": {'),
        "earlier than the one that serves": lambda: forge(public, published_at=datetime(2024, 1, 1, tzinfo=UTC)),
        "later than now": lambda: forge(public, published_at=datetime.now(UTC) + timedelta(days=1)),
        "names 0 DuckDB files": lambda: later(public, files=()),
        "names 2 DuckDB files": lambda: later(
            public,
            files=(manifest_of(public).warehouse, msgspec.structs.replace(manifest_of(public).warehouse, path="b")),
        ),
        "names a file twice": lambda: later(public, files=(manifest_of(public).warehouse,) * 2),
        "is not what the manifest says": changed_file,
        "it is being written, or was broken off": half_written,
        "is larger than the manifest says": longer,
        "is a link or no file": a_link,
        "link or no file; it is refused": a_folder_that_leads_out,
        "is no warehouse": another_file,
        "more than is accepted": huge,
        "would have 0 bytes": lambda: later(
            public, files=(msgspec.structs.replace(manifest_of(public).warehouse, bytes=0),)
        ),
        "needs 99,100 MB, 100 of them while it is verified, and 1,000 MB are free": no_room,
        "is not the generation": lambda: later(public, snapshot_id="20240101T000000Z-00000000"),
        "cannot be read (No such file": lambda: (public / path).unlink() or later(public),
    }
    for message, attack in attacks.items():
        restore()
        attack()
        try:
            assert message in refusal(copy, "follow", str(public)), message
        finally:
            shutil.disk_usage = measured
        assert served(copy) == first, message
        for partial in (copy / "generations").glob(".*.following"):
            partial.unlink()
    restore()
    assert "nothing new" in run(copy, "follow", str(public)).output


@pytest.mark.parametrize(
    "path",
    [
        "../outside",
        "/etc/passwd",
        "a/../../b",
        "a//b",
        "a/.hidden",
        ".ssh/key",
        "a\\b",
        "a\nb",
        "",
        "C:/x",
        "a/" * 9,
        "ü",
    ],
)
def test_a_path_that_leads_elsewhere_is_refused(public: Path, tmp_path: Path, path: str) -> None:
    file = msgspec.structs.replace(manifest_of(public).warehouse, path=path)
    forge(public, files=(file,))
    assert "is no manifest of a publication" in refusal(tmp_path / "copy", "follow", str(public))
    assert not (tmp_path / "copy" / warehouse.NAME).exists()


@pytest.mark.parametrize(
    "statement",
    [
        "create or replace view core.builds as select * exclude (content) from core.kept, read_text('/etc/hostname')",
        "create or replace view marts.more as from '/etc/passwd.csv'",
        "create or replace view marts.\"a AS select 1 -- \" as select content from read_text('/etc/hostname')",
        "create or replace view main.more as select 1",
        "create or replace view marts.more as select * from query('select 1')",
        'create or replace view marts.more as with "/x.csv" as (select 1) from "/x.csv"',
        "create or replace macro is_chosen(a, b) as (select count(*) > 0 from glob('/*'))",
        "create or replace macro whole_months(of_dataset) as table from read_csv('/etc/passwd')",
        "create or replace macro whole_months(of_dataset) as table from duckdb_secrets()",
        "create view marts.more as select current_setting('home_directory') as home",
        "create or replace view marts.scores as select 1 from range(1e18::bigint) as a, range(1e18::bigint) as b",
        "create or replace view core.builds as select * from core.kept, range(1e18::bigint)",
        "create macro core.lower(text) as 'another'",
        "create macro lower(text) as 'another'",
        "create sequence core.numbers",
        "create type core.answers as enum ('yes')",
        "create table core.more (a integer default (random() * 10))",
        f"create view marts.more as select {'abs(' * 600}1{')' * 600} as x",
        "create or replace macro publication() as true",
        "create or replace macro publication() as null",
        "create or replace macro publication() as error('refused')",
        "create or replace macro publication() as '[1]'",
        "create or replace macro publication() as '{}'",
        f"create or replace macro publication() as '{'[' * 5000}'",
        "create or replace macro publication() as (select content from read_text('/etc/hostname'))",
        "create or replace macro publication() as table select 'x'",
        "drop macro publication",
        "drop table core.owners cascade",
        "alter table core.owners rename column owner to holder",
        "drop table core.snapshots",
    ],
    ids=lambda statement: statement[:60],
)
def test_a_file_that_holds_anything_else_than_a_build_of_ours_is_refused(
    public: Path, tmp_path: Path, statement: str
) -> None:
    """Whoever can write the folder can name any checksum; DuckDB would run what the file says. What served serves."""
    copy = tmp_path / "copy"
    run(copy, "follow", str(public))
    first = served(copy)
    changed = shutil.copyfile(public / manifest_of(public).warehouse.path, tmp_path / "changed.duckdb")
    with duckdb.connect(str(changed)) as db:
        if "core.kept" in statement:
            db.execute("create table core.kept as from core.builds")
            db.execute("drop table core.builds")
        if "/etc/passwd.csv" in statement:  # a file that is there, so that the view can be made
            statement = statement.replace("/etc/passwd.csv", str(shutil.copyfile("/etc/hostname", tmp_path / "a.csv")))
        db.execute(statement)
    replace_file(public, changed.read_bytes())
    assert "what served before still does" in refusal(copy, "follow", str(public))
    assert served(copy) == first
    assert not list((copy / "generations").glob(".*.following")), "what is refused is not left on the disk"


def test_a_folder_with_landed_data_is_no_copy(publisher: Path, public: Path) -> None:
    assert "holds landed data of its own" in refusal(publisher / "warehouse", "follow", str(public))


def test_an_address_that_names_nothing_is_said_in_a_line(tmp_path: Path) -> None:
    for source, message in (
        ("ftp://data.example.org/x", "is no address"),
        ("http://127.0.0.1:1/x", "does not answer"),
        ("hf://datasets/x", "names no dataset on the Hub"),
        ("hf://datasets/../..", "names no dataset on the Hub"),
        ("hf://datasets/a/..", "names no dataset on the Hub"),
        ("hf://datasets/./a", "names no dataset on the Hub"),
        (str(tmp_path / "nothing"), "cannot be read (No such file or directory)"),
    ):
        assert message in refusal(tmp_path / "copy", "follow", source)
    assert {path.name for path in (tmp_path / "copy" / "generations").iterdir()} <= {".lock"}


def test_a_password_in_the_address_is_not_recorded(web: Web, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    run(copy, "follow", web.url.replace("http://", "http://ann:secret@"))
    assert b"secret" not in (copy / "following.json").read_bytes()


def test_another_file_of_the_same_id_and_time_is_fetched(public: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    run(copy, "follow", str(public))
    manifest = manifest_of(public)
    with duckdb.connect(str(public / manifest.warehouse.path)) as db:
        db.execute("comment on table core.owners is 'another file'")
    content = (public / manifest.warehouse.path).read_bytes()
    assert publication.sha256_of(content) != manifest.warehouse.sha256
    file = msgspec.structs.replace(manifest.warehouse, bytes=len(content), sha256=publication.sha256_of(content))
    forge(public, files=(file,))
    assert "the copy is now " in run(copy, "follow", str(public)).output
    assert (copy / warehouse.NAME).read_bytes() == content
    assert "nothing new" in run(copy, "follow", str(public)).output


@pytest.mark.parametrize("status", [304, 206, 204])
def test_an_answer_that_does_not_fit_the_question_is_no_success(web: Web, tmp_path: Path, status: int) -> None:
    web.status = status
    copy = tmp_path / "copy"
    assert f"manifest.json is answered with {status}" in refusal(copy, "follow", web.url)
    assert publication.state_of(copy) is None


def test_a_redirect_that_passes_an_address_without_tls_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    answer, step = requests.Response(), requests.Response()
    answer.url, step.url = "https://elsewhere.example.org/manifest.json", "http://data.example.org/manifest.json"
    answer.status_code, answer.history, answer.raw = 200, [step], io.BytesIO(b"{}")
    monkeypatch.setattr(requests, "get", lambda *_, **__: answer)
    with pytest.raises(publication.Refused, match="leads to an address without TLS"):
        publication.origin("https://data.example.org").manifest("")


def test_a_list_of_names_beside_a_copy_is_never_passed_over_in_silence(public: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    run(copy, "follow", str(public))
    message = "ask the publisher to leave them out"
    assert message not in run(copy, "status", "--verbose").output
    assert message in run(copy, "leave-out", "ann-example").output
    for arguments in (("status",), ("status", "--verbose"), ("follow", str(public))):
        assert "attention: " in (output := run(copy, *arguments).output)
        assert message in output.replace("\n", " "), arguments


def test_a_server_that_sends_byte_by_byte_does_not_stop_a_follower(
    web: Web, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("oss_ai_monitor.publication.origins.READ_SECONDS", 1)
    monkeypatch.setattr("oss_ai_monitor.publication.origins.ANSWER_SECONDS", 2)
    web.seconds_for_a_byte = 0.1
    assert "sends less than 65,536 bytes in a second" in refusal(tmp_path / "copy", "follow", web.url)
    web.seconds_for_a_header = 0.1
    assert "did not answer within 2 s" in refusal(tmp_path / "copy", "follow", web.url)


@pytest.mark.parametrize("changes", [{"parts": "other"}, {"parts": "refused"}, {"compresses": True}])
def test_a_part_that_is_no_use_is_fetched_as_a_whole(web: Web, tmp_path: Path, changes: dict[str, object]) -> None:
    copy = tmp_path / "copy"
    web.cut_after = manifest_of(web.folder).warehouse.bytes // 2
    refusal(copy, "follow", web.url)
    assert list((copy / "generations").glob(".*.following"))
    web.cut_after = 0
    for name, value in changes.items():
        setattr(web, name, value)
    web.received.clear()
    run(copy, "follow", web.url)
    assert [bool(requested) for path, requested in web.received if path.endswith(".duckdb")] == [True, False]
    assert served(copy) == manifest_of(web.folder).id
    assert "nothing new" in run(copy, "follow", web.url).output


def test_a_page_in_the_place_of_a_file_is_said_and_nothing_of_it_stays(web: Web, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    web.page = b"<!doctype html><title>Sign in</title>"
    assert "a page that asks for a password" in refusal(copy, "follow", web.url)
    assert not list((copy / "generations").glob(".*.following"))
    web.page = b""
    run(copy, "follow", web.url)
    (web.folder / "manifest.json").write_bytes(b"<!doctype html><title>Sign in</title>")
    message = refusal(copy, "follow", web.url)
    assert f"{web.url}/manifest.json: it is no manifest of a publication" in message
    assert "what served before still does" in message


def test_another_source_is_said_where_it_takes_the_place_of_the_first(public: Path, tmp_path: Path) -> None:
    copy, other = tmp_path / "copy", shutil.copytree(public, tmp_path / "other", symlinks=True)
    run(copy, "follow", str(public))
    assert "from now on" not in refusal(copy, "follow", str(tmp_path / "nowhere"))
    assert f"{copy} followed {public} before, and follows {other} from now on" in run(copy, "follow", str(other)).output
    assert "from now on" not in run(copy, "follow", str(other)).output


def test_a_copy_that_names_who_is_left_out_now_goes_once_nobody_reads_it(public: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    run(copy, "follow", str(public))
    reader = warehouse.Warehouse.open(copy)
    first = (copy / warehouse.NAME).resolve()
    other = shutil.copyfile(first, tmp_path / "other.duckdb")
    with duckdb.connect(str(other)) as db:
        db.execute("update core.builds set left_out_version = '0badcafe'")
    replace_file(public, other.read_bytes())
    assert "the copy is now" in run(copy, "follow", str(public)).output
    assert "nothing new" in run(copy, "follow", str(public)).output
    assert reader.sql_frame("select count(*) as models from core.models")["models"][0] > 0
    assert first.exists()
    reader.close()
    assert "nothing new" in run(copy, "follow", str(public)).output
    assert sorted((copy / "generations").glob("*.duckdb")) == [(copy / warehouse.NAME).resolve()]
    assert not first.with_suffix(".json").exists()


def test_the_copy_before_stays_where_it_names_the_same(public: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    run(copy, "follow", str(public))
    first = (copy / warehouse.NAME).resolve()
    later(public)
    run(copy, "follow", str(public))
    assert "nothing new" in run(copy, "follow", str(public)).output
    assert first.exists(), "it would serve if the new one were damaged"
