"""What operators copy from deploy/: units that systemd takes, and which of them depends on which."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
DEPLOY = ROOT / "deploy"
PROGRAM = "/srv/oss-ai-monitor/current/venv/bin/oss-ai-monitor"


def unit(name: str) -> dict[str, dict[str, str]]:
    """Return the sections of a unit; of a setting that is repeated, all its values in lines."""
    sections: dict[str, dict[str, str]] = {}
    for line in (DEPLOY / name).read_text(encoding="utf-8").splitlines():
        if match := re.fullmatch(r"\[(\w+)\]", line):
            section = sections.setdefault(match[1], {})
        elif "=" in line and not line.startswith("#"):
            key, _, value = line.partition("=")
            section[key] = "\n".join([*section.get(key, "").splitlines(), value])
    return sections


def test_thinning_does_not_depend_on_a_refresh() -> None:
    refresh, thin = unit("oss-ai-monitor-refresh.service"), unit("oss-ai-monitor-thin.service")
    assert refresh["Service"]["ExecStart"] == f"{PROGRAM} refresh"
    assert thin["Service"]["ExecStart"] == f"{PROGRAM} thin --keep '8d 8w 24m'"
    assert thin["Unit"]["After"] == "oss-ai-monitor-refresh.service", "it waits for one that runs"
    needs = {"Requires", "Requisite", "BindsTo", "PartOf", "Wants", "OnSuccess", "OnFailure", "ConditionPathExists"}
    for settings in (thin["Unit"], refresh["Unit"]):
        assert not any("oss-ai-monitor" in settings.get(need, "") for need in needs)
    assert unit("oss-ai-monitor-thin.timer")["Timer"]["Persistent"] == "yes"
    assert unit("oss-ai-monitor-thin.timer")["Install"]["WantedBy"] == "timers.target"


def test_it_is_published_once_a_week_and_followed_all_the_time() -> None:
    publish, follow = unit("oss-ai-monitor-publish.service"), unit("oss-ai-monitor-follow.service")
    assert publish["Service"]["ExecStart"] == f"{PROGRAM} publish $PUBLISH"
    assert publish["Service"]["EnvironmentFile"] == "/etc/oss-ai-monitor/publish.env"
    written = ("/srv/oss-ai-monitor", "-/srv/oss-ai-monitor-public")
    assert (tuple(publish["Service"]["ReadWritePaths"].split()), publish["Service"]["UMask"]) == (written, "0022")
    timer = unit("oss-ai-monitor-publish.timer")
    assert timer["Timer"]["OnCalendar"].startswith("Mon *-*-* ")
    assert (timer["Timer"]["Persistent"], timer["Install"]["WantedBy"]) == ("yes", "timers.target")
    assert follow["Service"]["ExecStart"] == f"{PROGRAM} follow $FOLLOW --every 10m"
    assert follow["Service"]["Restart"] == "always"
    text = (DEPLOY / "release.sh").read_text(encoding="utf-8")
    assert 'follow "$FOLLOW"' in text
    assert "systemctl try-restart oss-ai-monitor-follow" in text


def test_every_file_is_in_the_list_of_what_goes_where() -> None:
    text = (DEPLOY / "README.md").read_text(encoding="utf-8")
    listed: set[str] = set()
    for cell in re.findall(r"^\| (.+?) \|", text, re.MULTILINE):
        names = re.findall(r"`([\w.@-]+)`", cell)  # the second of two may be an ending: `a.service`, `.timer`
        listed |= {names[0].partition(".")[0] + name if name.startswith(".") else name for name in names}
    assert {path.name for path in DEPLOY.iterdir()} - {"README.md"} <= listed


def test_the_processes_write_logouts_and_nothing_else() -> None:
    service = unit("oss-ai-monitor@.service")["Service"]
    assert service["ReadWritePaths"] == "-/srv/oss-ai-monitor/logouts"
    assert service["ReadOnlyPaths"] == "/srv/oss-ai-monitor"
    assert "OSS_AI_MONITOR_LOGOUTS=/srv/oss-ai-monitor/logouts" in service["Environment"].splitlines()
    assert '"$ROOT/logouts"' in (DEPLOY / "release.sh").read_text(encoding="utf-8")


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd-analyze here")
def test_systemd_takes_the_units(tmp_path: Path) -> None:
    for path in DEPLOY.iterdir():
        if path.suffix in (".service", ".timer"):
            text = path.read_text(encoding="utf-8").replace(PROGRAM, "/bin/true")
            (tmp_path / path.name.replace("@", "@5006")).write_text(text, encoding="utf-8")
    units = sorted(str(path) for path in tmp_path.iterdir())
    assert len(units) == 8
    command = ["systemd-analyze", "verify", "--man=no", *units]
    process = subprocess.run(command, capture_output=True, text=True, timeout=180, check=False)
    about_ours = [line for line in process.stderr.splitlines() if "oss-ai-monitor" in line]
    assert about_ours == []
