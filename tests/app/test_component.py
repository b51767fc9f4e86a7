"""Scripts and templates as files: written once and again when they are gone; parts of a component without a server."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from oss_ai_monitor import compat
from oss_ai_monitor.app import component
from oss_ai_monitor.app.navigation import Navigation


@pytest.fixture
def _not_published(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forget what this process hands out, and bring it back after the test."""
    monkeypatch.setattr(component, "_folder", None)
    for kind in component._components:
        monkeypatch.setattr(kind, "_esm", component._module(kind.scripts))


@pytest.mark.usefixtures("_not_published")
def test_without_a_server_a_component_holds_its_script() -> None:
    assert "export function render" in Navigation._esm
    assert component.published("{}", "json") == "{}"


@pytest.mark.usefixtures("_not_published")
def test_files_that_are_gone_are_written_again(monkeypatch: pytest.MonkeyPatch) -> None:
    handed_out: list[Path] = []
    monkeypatch.setattr(compat, "hand_out", handed_out.append)
    component.publish()
    address = component.published("{}", "json")
    folder, name = handed_out[0], address.rpartition("/")[2].partition("?")[0]
    assert address.startswith("static/extensions/oss-ai-monitor/")
    assert (folder / name).read_text() == "{}"
    scripts = {file.name for file in folder.glob("*.js")}
    assert len(scripts) == len(component._components)
    shutil.rmtree(folder)
    component.publish()
    assert component.published("{}", "json") == address
    assert {file.name for file in folder.iterdir()} == {*scripts, name}
    assert handed_out == [folder]
    shutil.rmtree(folder)


def test_only_the_process_that_made_the_folder_removes_it(tmp_path: Path) -> None:
    component._remove(tmp_path, os.getpid() + 1)
    assert tmp_path.exists()
    component._remove(tmp_path, os.getpid())
    assert not tmp_path.exists()


@pytest.mark.parametrize("message", [True, -1, 999, "1", None, [1], 1.0])
def test_a_view_is_opened_by_its_number_only(message: object) -> None:
    navigation = Navigation(groups=[["Models", [[0, "one", "one"], [1, "two", "two"]]]])
    navigation._handle_msg(message)
    assert navigation.active == 0
    navigation._handle_msg(1)
    assert navigation.active == 1
