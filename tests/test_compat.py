"""What Panel and Bokeh do not document, and this package needs: each use does what it is there for."""

from __future__ import annotations

import ast
import gc
import re
import subprocess
import tomllib
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import panel as pn
import param
import pytest
from bokeh.document import Document
from bokeh.embed.bundle import extension_dirs
from panel.io.resources import Resources
from panel.viewable import Viewable

from oss_ai_monitor import compat

ROOT = Path(__file__).parents[1]
PUBLIC = ("extension_dirs", "extra_resources")


@pytest.fixture(autouse=True)
def _prepared() -> Iterator[None]:
    """Prepare this process for one test; other tests run Bokeh as it is."""
    compat.apply()
    yield
    compat.revert()


def test_the_collector_leaves_out_what_is_imported() -> None:
    assert gc.get_freeze_count() > 100_000
    compat.revert()
    assert gc.get_freeze_count() == 0


def test_only_what_the_page_is_made_of_is_defined_in_a_document() -> None:
    named = {
        node.attr
        for path in (ROOT / "oss_ai_monitor").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "pmui"
    }
    assert named - {"MaterialComponent"} <= set(compat.COMPONENTS)
    defined = definitions()
    assert set(compat.COMPONENTS) <= defined
    assert not defined & {"ChatMessage", "Player", "Tree", "FileInput"}
    compat.revert()
    assert {"ChatMessage", "Player"} <= definitions()


def definitions() -> set[str]:
    """The names of the classes that a new document defines, without the number that Panel adds."""
    return {definition["name"].rstrip("0123456789") for definition in Document().to_json(deferred=False)["defs"]}


def test_a_component_lets_go_of_what_it_follows() -> None:
    class Followed(param.Parameterized):
        busy = param.Boolean(default=False)

    followed, row = Followed(), pn.Row()
    button = pn.widgets.Button(disabled=followed.param.busy)
    compat.detach(button, "disabled", False)
    followed.busy = True
    assert (button.disabled, len(row)) == (False, 0)


def test_a_hook_is_called_for_each_object_that_is_rendered_once() -> None:
    seen: list[object] = []

    def hook(viewable: object, _: object) -> None:
        seen.append(viewable)

    for _ in range(2):
        compat.before_each_render(hook)
    pane = pn.pane.HTML("")
    pane.get_root()
    assert seen == [pane]
    Viewable._preprocessing_hooks.remove(hook)


def test_files_are_handed_out_where_bokeh_looks_for_them(tmp_path: Path) -> None:
    before = extension_dirs.get(compat.FOLDER_NAME)
    compat.hand_out(tmp_path)
    assert extension_dirs[compat.FOLDER_NAME] == tmp_path
    assert f"static/extensions/{compat.FOLDER_NAME}" == compat.ADDRESS
    if before is None:
        del extension_dirs[compat.FOLDER_NAME]
    else:
        compat.hand_out(before)


def test_files_of_components_are_looked_up_once_and_are_the_same() -> None:
    def style_sheets() -> list[str]:
        return list(Resources(mode="server").css_files)

    first, again = style_sheets(), style_sheets()
    assert any(".css" in name for name in map(str, first))
    compat.revert()
    assert first == again == style_sheets()


@pytest.mark.parametrize("package", ["panel", "bokeh"])
def test_a_version_that_was_never_tried_is_not_installed(package: str) -> None:
    """The guard of websockets uses names that they do not document; `make test-newest` tries what the bounds allow."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    bounds = dict(re.findall(r"^([\w-]+)(.*)$", "\n".join(project["dependencies"]), re.MULTILINE))
    low, high = (tuple(map(int, part.lstrip("><=").split("."))) for part in bounds[package].split(","))
    assert bounds[package].startswith(">=")
    assert ",<" in bounds[package]
    assert low <= tuple(map(int, version(package).split(".")[:2])) < high
    recipe = subprocess.run(["make", "-n", "test-newest"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert "constraint" not in recipe.partition("newest/bin/python")[2], "the newest, not those that are pinned"
    for file in ("tests/test_compat.py", "tests/server", "tests/browser"):
        assert file in recipe
    assert "test-newest" not in (ROOT / ".ci" / "run").read_text(encoding="utf-8"), "by hand and weekly"


def test_six_undocumented_names_are_used() -> None:
    """Every name of another package that begins with an underscore stands in compat.py, and is documented there."""
    module = ast.parse((ROOT / "oss_ai_monitor" / "compat.py").read_text(encoding="utf-8"))
    private = {
        name
        for node in ast.walk(module)
        for name in ([node.attr] if isinstance(node, ast.Attribute) else [])
        + ([alias.name for alias in node.names] if isinstance(node, ast.ImportFrom) else [])
        if name.startswith("_") and not name.startswith("__")
    }
    assert private == {"_default_resolver", "_data_model", "_update_ref", "_preprocessing_hooks"}
    assert all(
        f"`{name}`" in (ast.get_docstring(module) or "") for name in (*private, "extension_dirs", "extra_resources")
    )
