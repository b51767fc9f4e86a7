"""What somebody sees who starts it for the first time: options of make, the command to type, and remarks said once."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from oss_ai_monitor.cli.landing import land
from oss_ai_monitor.landing import Landing
from oss_ai_monitor.sources import simulated
from oss_ai_monitor.version import COMMAND, command

ROOT = Path(__file__).parent.parent


def test_make_serve_passes_on_its_arguments() -> None:
    words = ["make", "--dry-run", "--assume-old=.venv/.installed", "serve", "PORT=8080", "ARGUMENTS=--badges --no-sql"]
    printed = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert "oss-ai-monitor serve --port 8080 --address localhost  --badges --no-sql" in printed


def test_the_command_is_called_by_its_path_where_path_lacks_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    beside = tmp_path / ".venv" / "bin"
    beside.mkdir(parents=True)
    (beside / COMMAND).touch()
    monkeypatch.setattr(sys, "executable", str(beside / "python"))
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    assert command() == f".venv/bin/{COMMAND}"
    monkeypatch.chdir("/usr")
    assert command() == COMMAND, "a folder of this machine is not shown to visitors"


def test_a_remark_on_several_sources_is_made_once(tmp_path: Path) -> None:
    messages: list[str] = []
    landed = land(Landing(tmp_path), simulated.tables(models=1_000, seed=2), messages.append)
    assert landed > 1
    assert sum("An invented community" in message for message in messages) == 1


def test_the_command_line_loads_nothing_that_draws() -> None:
    program = "import sys, oss_ai_monitor.cli; print({name.partition('.')[0] for name in sys.modules})"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert "'oss_ai_monitor'" in loaded
    drawing = ("panel", "bokeh", "holoviews", "hvplot", "statsmodels", "scipy")
    assert [name for name in drawing if f"'{name}'" in loaded] == []
