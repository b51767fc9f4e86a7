"""Publishing into a folder removes only what it wrote, ends what was interrupted, and mends what was damaged."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from oss_ai_monitor import publication, warehouse
from oss_ai_monitor.publication import FolderTarget, PublicationError, Staged, folder_target

from .conftest import manifest_of, refusal, run


@pytest.fixture
def staged(publisher: Path, tmp_path: Path) -> Staged:
    """What was published, made ready to be published again."""
    folder = shutil.copytree((publisher / "public" / "latest").resolve(), tmp_path / "next")
    return Staged(folder, publication.read((folder / "manifest.json").read_bytes()))


def another(staged: Staged, **changes: object) -> Staged:
    """The same files as another, later publication."""
    later = staged.manifest.published_at + timedelta(seconds=1)
    return Staged(staged.folder, msgspec.structs.replace(staged.manifest, published_at=later, **changes))


def generations(public: Path) -> set[str]:
    return {path.name for path in (public / "generations").iterdir()}


def content_of(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file() and path.name != ".lock"}


def other_files(folder: Path) -> None:
    (folder / "generations" / "mine").mkdir(parents=True)
    (folder / "generations" / "mine" / "thesis.txt").write_text("years of work")
    (folder / "manifest.json").write_text('{"name": "a web application"}')


def a_warehouse(folder: Path) -> None:
    (folder / "landing").mkdir(parents=True)


def a_built_warehouse(folder: Path) -> None:
    folder.mkdir()
    (folder / warehouse.NAME).write_bytes(b"")


@pytest.mark.parametrize("make", [other_files, a_warehouse, a_built_warehouse], ids=lambda make: make.__name__)
def test_a_folder_that_publish_did_not_write_stays_as_it_is(
    publisher: Path, tmp_path: Path, staged: Staged, make: Callable[[Path], None]
) -> None:
    folder = tmp_path / "theirs"
    make(folder)
    before = content_of(folder)
    assert "nothing was written" in refusal(publisher / "warehouse", "publish", str(folder))
    with pytest.raises(PublicationError, match="nothing was written"):
        FolderTarget(folder).publish(staged)
    assert content_of(folder) == before


@pytest.mark.parametrize("place", ["landing/hub_listing/public", "generations", "publishing"])
def test_nothing_is_published_among_the_files_of_a_warehouse(publisher: Path, place: str) -> None:
    folder = publisher / "warehouse" / place
    before = folder.exists()
    top = publisher / "warehouse" / place.partition("/")[0]
    subject = f"{folder} lies in {top}, which" if folder != top else f"{folder}"
    assert f"Error: {subject} belongs to a warehouse: nothing was written" in refusal(
        publisher / "warehouse", "publish", str(folder)
    )
    assert folder.exists() == before


def test_a_file_in_the_place_of_the_folder_is_said_at_once(publisher: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("theirs")
    assert "is no folder: nothing was written" in refusal(publisher / "warehouse", "publish", str(tmp_path / "file"))
    assert (tmp_path / "file").read_text() == "theirs"


def test_a_folder_in_the_place_of_the_link_is_said_before_anything_is_written(public: Path, staged: Staged) -> None:
    (public / "latest").unlink()
    (public / "latest").mkdir()
    before = (public / "manifest.json").read_bytes()
    with pytest.raises(PublicationError, match="is no link that 'publish' made"):
        FolderTarget(public).publish(another(staged, id="another"))
    assert (public / "manifest.json").read_bytes() == before


def test_a_folder_among_the_generations_that_publish_did_not_write_stays(public: Path, staged: Staged) -> None:
    (public / "generations" / "mine").mkdir()
    (public / "generations" / "mine" / "manifest.json").write_bytes((public / "manifest.json").read_bytes())
    (public / "generations" / ".DS_Store").write_text("a file")
    FolderTarget(public).publish(another(staged, id="second", left_out_version="2"))
    assert generations(public) == {"mine", ".DS_Store", "second"}, "the manifest is that of another folder"


def test_what_was_half_written_is_ended_or_removed(tmp_path: Path, staged: Staged) -> None:
    public = tmp_path / "public"
    copy_one = folder_target._copy

    def broken_off(*arguments: object) -> None:
        raise KeyboardInterrupt

    folder_target._copy = broken_off  # type: ignore[assignment]
    try:
        with pytest.raises(KeyboardInterrupt):
            FolderTarget(public).publish(another(staged, id="first"))
    finally:
        folder_target._copy = copy_one
    assert generations(public) == {"first"}
    FolderTarget(public).publish(staged)
    assert generations(public) == {staged.manifest.id}, "nobody reads what was never named"


@pytest.mark.parametrize("broken_at", ["link", "clean-up", "within the clean-up"])
def test_who_was_left_out_is_in_no_generation_after_an_interruption(
    publisher: Path, tmp_path: Path, staged: Staged, monkeypatch: pytest.MonkeyPatch, broken_at: str
) -> None:
    """The earlier generation names somebody; the present one is published, but its run was killed."""
    public = tmp_path / "public"
    FolderTarget(public).publish(another(staged, id="earlier", left_out_version="0"))

    def killed(*arguments: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        if broken_at == "within the clean-up":
            patch.setattr("oss_ai_monitor.publication.folder_target.shutil.rmtree", killed)
        else:
            patch.setattr(FolderTarget, "_finish" if broken_at == "link" else "_remove_earlier", killed)
        with pytest.raises(KeyboardInterrupt):
            FolderTarget(public).publish(staged)
    assert generations(public) == {"earlier", staged.manifest.id}
    assert "is published already" in run(publisher / "warehouse", "publish", str(public)).output
    assert generations(public) == {staged.manifest.id}
    assert (public / "latest").readlink() == Path("generations") / staged.manifest.id


def test_an_earlier_generation_that_cannot_be_removed_is_said_each_time(
    publisher: Path, tmp_path: Path, staged: Staged, monkeypatch: pytest.MonkeyPatch
) -> None:
    public = tmp_path / "public"
    FolderTarget(public).publish(another(staged, id="earlier", left_out_version="0"))

    def refused(path: Path) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    with monkeypatch.context() as patch:
        patch.setattr(folder_target, "_remove", refused)
        with pytest.raises(PublicationError, match=r"which may name who is left out now: remove .*earlier"):
            FolderTarget(public).publish(staged)
        assert "remove" in refusal(publisher / "warehouse", "publish", str(public))
    run(publisher / "warehouse", "publish", str(public))
    assert generations(public) == {staged.manifest.id}


def test_the_last_generation_with_the_same_names_stays_for_who_reads_it(tmp_path: Path, staged: Staged) -> None:
    public = tmp_path / "public"
    for number, name in enumerate(("one", "two", "three")):
        moment = staged.manifest.published_at - timedelta(days=9 - number)
        manifest = msgspec.structs.replace(staged.manifest, id=name, published_at=moment)
        FolderTarget(public).publish(Staged(staged.folder, manifest))
    assert generations(public) == {"two", "three"}
    FolderTarget(public).finish(manifest_of(public))
    assert generations(public) == {"two", "three"}


def test_damaged_files_are_published_again(publisher: Path, public: Path) -> None:
    folder = publisher / "warehouse"
    tables = [file.path for file in manifest_of(public).files if file.kind == "table"]
    damaged, missing = public / tables[0], public / tables[1]
    content = damaged.read_bytes()
    damaged.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    missing.unlink()
    output = run(folder, "publish", str(public)).output
    assert f"what is published is damaged ({tables[0]} has changed since it was written)" in output
    assert FolderTarget(public).damage(manifest_of(public)) == ""
    assert "is published already" in run(folder, "publish", str(public)).output


def test_a_damaged_manifest_is_published_again(publisher: Path, tmp_path: Path, staged: Staged) -> None:
    public = tmp_path / "public"
    FolderTarget(public).publish(staged)
    (public / "manifest.json").write_bytes(b"{")
    run(publisher / "warehouse", "publish", str(public))
    assert manifest_of(public).id == staged.manifest.id


def test_a_full_disk_is_said_with_its_folder_and_nothing_half_written_stays(
    tmp_path: Path, staged: Staged, monkeypatch: pytest.MonkeyPatch
) -> None:
    public = tmp_path / "public"

    def full(source: Path, target: Path) -> None:
        target.write_bytes(b"half")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("oss_ai_monitor.publication.folder_target.shutil.copyfile", full)
    with pytest.raises(PublicationError, match=f"no room on the disk of {public}: .* make room there"):
        FolderTarget(public).publish(staged)
    assert not list(public.rglob("*.part"))


@pytest.mark.parametrize(
    "command", [["follow", "elsewhere"], ["ingest", "simulated"], ["build"], ["refresh"], ["publish", "elsewhere"]]
)
def test_no_warehouse_is_made_of_a_folder_that_readers_ask(public: Path, command: list[str]) -> None:
    before = content_of(public)
    assert "wrote for readers" in refusal(public, *command)
    assert content_of(public) == before


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps rights in another way")
def test_another_account_can_read_what_is_published_whatever_the_umask_is(tmp_path: Path, staged: Staged) -> None:
    before = os.umask(0o077)
    try:
        target = FolderTarget(tmp_path / "www" / "public")
        target.publish(staged)
        closed = target.folder / "latest" / "README.md"
        closed.chmod(0o600)  # as an earlier version wrote it
        target.finish(manifest_of(target.folder))
    finally:
        os.umask(before)
    paths = [target.folder.parent, target.folder, *target.folder.rglob("*")]
    closed_paths = [
        path
        for path in paths
        if not path.is_symlink() and path.name != ".lock" and not path.stat().st_mode & (0o005 if path.is_dir() else 4)
    ]
    assert closed_paths == []


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps rights in another way")
def test_a_folder_that_its_owner_has_closed_stays_closed(tmp_path: Path, staged: Staged) -> None:
    (tmp_path / "public").mkdir(mode=0o750)
    FolderTarget(tmp_path / "public").publish(staged)
    assert (tmp_path / "public").stat().st_mode & 0o777 == 0o750


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no pipes in folders")
def test_a_pipe_in_the_place_of_a_file_stops_nobody(public: Path, staged: Staged) -> None:
    target = FolderTarget(public)
    generation = (public / "latest").resolve()
    for name in ("rules.json", "README.md", "manifest.json"):
        (generation / name).unlink()
        os.mkfifo(generation / name)
    assert target.document("rules.json") is None
    assert target.damage(manifest_of(public)).endswith("README.md is missing")
    target.publish(staged)
    assert target.damage(manifest_of(public)) == ""
    (public / "manifest.json").unlink()
    os.mkfifo(public / "manifest.json")
    with pytest.raises(PublicationError, match="holds other files of the same names"):
        target.publish(staged)


@pytest.mark.parametrize("inner", ["", "tables", "tables/core"])
def test_nothing_is_written_through_a_link_in_a_generation(
    public: Path, staged: Staged, tmp_path: Path, inner: str
) -> None:
    target, folder = FolderTarget(public), (public / "latest").resolve() / inner
    elsewhere = shutil.move(folder, tmp_path / "elsewhere")
    folder.symlink_to(elsewhere)
    mine = next(path for path in sorted(elsewhere.rglob("*.parquet")))
    mine.write_bytes(b"years of work")
    assert target.damage(manifest_of(public))
    with pytest.raises(PublicationError, match="is a link that 'publish' did not make"):
        target.publish(staged)
    assert mine.read_bytes() == b"years of work"
    folder.unlink()
    target.publish(staged)
    assert target.damage(manifest_of(public)) == ""
