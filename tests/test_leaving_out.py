"""Not to be named: a command, the next build, and what refresh and the Method page say of it."""

from __future__ import annotations

import hashlib
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from oss_ai_monitor.cli import main
from oss_ai_monitor.pages.method import method
from oss_ai_monitor.warehouse import Damaged, Warehouse
from tests.conftest import land_rows
from tests.core.small_tables import listed, rows

HASH = hashlib.sha256(b"oss-ai-monitor leaves out ann-example").hexdigest()


def call(folder: Path, *words: str) -> str:
    result = CliRunner().invoke(main, ["--warehouse", str(folder), *words], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


def test_a_name_goes_with_the_next_build_and_is_written_nowhere(tmp_path: Path) -> None:
    land_rows(tmp_path, "hub_listing", [listed("ann-example/owl"), listed("tin/kettle")])
    call(tmp_path, "build")
    with closing(Warehouse.open(tmp_path)) as opened:
        assert opened.leaves_out_as_listed(tmp_path)
        assert "At present nobody is left out." in method(opened)
        assert call(tmp_path, "leave-out", "Ann-Example") == f"{HASH},everywhere\n"
        assert not opened.leaves_out_as_listed(tmp_path), "so that a refresh builds though nothing has landed"
    call(tmp_path, "leave-out", "llama", "--as-owner")
    lines = (tmp_path / "left_out.csv").read_text().splitlines()
    assert lines[:2] == ["hash,extent", f"{HASH},everywhere"]
    assert lines[2].endswith(",as owner")
    call(tmp_path, "build")
    with closing(Warehouse.open(tmp_path)) as opened:
        assert opened.leaves_out_as_listed(tmp_path)
        models = [model_id for (model_id,) in rows(opened, "select model_id from core.models order by all")]
        assert "Models: 1, of owners: 1." in method(opened)
    assert models[1:] == ["tin/kettle"]
    assert models[0].startswith(f"left-out/{HASH[:8]}-")


def test_no_damage_brings_back_a_generation_that_was_built_before_a_name_was_left_out(tmp_path: Path) -> None:
    land_rows(tmp_path, "hub_listing", [listed("ann-example/owl"), listed("tin/kettle")])
    call(tmp_path, "build")
    earlier = {path: path.read_bytes() for path in (tmp_path / "generations").iterdir()}
    call(tmp_path, "leave-out", "ann-example")
    call(tmp_path, "build")
    for path, content in earlier.items():
        path.write_bytes(content)  # as where a server had it open during the build
    newest = (tmp_path / "oss_ai_monitor.duckdb").resolve()
    size = newest.stat().st_size
    newest.write_bytes(newest.read_bytes()[: size // 2])
    with pytest.raises(Damaged, match="oss-ai-monitor build"):
        Warehouse.open(tmp_path)
    call(tmp_path, "build")
    with closing(Warehouse.open(tmp_path)) as opened:
        assert opened.leaves_out_as_listed(tmp_path)
        assert not opened.instead_of


@pytest.mark.parametrize("kind", ["dead link", "UTF-16", "folder", "endless field", "no header"])
def test_a_list_that_cannot_be_read_stops_the_build_and_is_named(tmp_path: Path, kind: str) -> None:
    land_rows(tmp_path, "hub_listing", [listed("ann-example/owl")])
    path, head = tmp_path / "left_out.csv", "hash,extent\n"
    contents = {"UTF-16": head.encode("utf-16"), "endless field": (head + "a" * 200_000).encode(), "no header": b"a\n"}
    if kind == "dead link":
        path.symlink_to(tmp_path / "nowhere.csv")
    elif kind == "folder":
        path.mkdir()
    else:
        path.write_bytes(contents[kind])
    for command in (["build"], ["leave-out", "tin"]):
        result = CliRunner().invoke(main, ["--warehouse", str(tmp_path), *command])
        assert result.exit_code == 1
        assert str(path) in result.output.replace("\n", "")
        assert isinstance(result.exception, SystemExit), "a sentence, no traceback"
    assert not (tmp_path / "oss_ai_monitor.duckdb").exists()


@pytest.mark.parametrize("name", ["https://huggingface.co/ann-example", "@ann-example", "ann-example/owl", "", " "])
def test_what_is_no_name_alone_is_refused_and_written_nowhere(tmp_path: Path, name: str) -> None:
    result = CliRunner().invoke(main, ["--warehouse", str(tmp_path), "leave-out", "ann-example", name])
    assert result.exit_code == 2
    assert "is no name of an owner on the Hub; give it alone, as ann-example" in result.output.replace("\n", " ")
    assert not (tmp_path / "left_out.csv").exists()
