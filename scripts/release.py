"""Make a release: wheel and sdist in dist/, tried in an empty environment; `--tag` then tags the commit.

Refuses a version without a section in CHANGELOG.md; tagging also refuses a section that says "unreleased", and a tree
with changes.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import sysconfig
import tarfile
import tempfile
import venv
import zipfile
from pathlib import Path

from oss_ai_monitor import __version__

ROOT = Path(__file__).parents[1]
DIST = ROOT / "dist"
MODELS = 1_000
NEEDED = ("oss_ai_monitor/serve.py", "oss_ai_monitor/sql/2_core/models.sql", "oss_ai_monitor/server/login.html")
"""Files of the wheel that are no Python of the package."""
SOURCES = (
    "tests/conftest.py",
    "docs/index.md",
    "mkdocs.yml",
    "Makefile",
    "constraints.txt",
    "CHANGELOG.md",
    "deploy/release.sh",
)
"""Files of the sdist that a wheel has no use for."""


def version() -> str:
    """The version of this tree, of which oss_ai_monitor/version.py is the one source."""
    return __version__


def notes(of_version: str) -> str:
    """The section of CHANGELOG.md about a version, with its heading. Exits where there is none."""
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    section = re.search(rf"^## {re.escape(of_version)}\b.*?(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    if not section or section[0].count("\n- ") == 0:
        sys.exit(f"CHANGELOG.md has no section about {of_version}, or one without an entry")
    return section[0].strip()


def build(source: Path, target: Path, *kinds: str) -> None:
    """Build distributions with the backend that pyproject.toml names, which is installed already."""
    options = [option for kind in kinds for option in ("--target", kind)]
    run(sys.executable, "-m", "hatchling", "build", "--directory", str(target), *options, cwd=source)


def compare(wheel: Path, sdist: Path, scratch: Path) -> None:
    """Hold the wheel to what it needs, and to the wheel that the sdist makes."""
    files = names(wheel)
    if missing := [name for name in NEEDED if name not in files]:
        sys.exit(f"{wheel.name} has no {', '.join(missing)}")
    if foreign := [name for name in files if not name.startswith(("oss_ai_monitor/", "oss_ai_monitor-"))]:
        sys.exit(f"{wheel.name} holds what is no part of the package: {foreign[:5]}")
    with tarfile.open(sdist) as archive:
        archive.extractall(scratch / "sdist", filter="data")
    (unpacked,) = (scratch / "sdist").iterdir()
    if missing := [name for name in SOURCES if not (unpacked / name).exists()]:
        sys.exit(f"{sdist.name} has no {', '.join(missing)}")
    build(unpacked, scratch / "again", "wheel")
    if difference := files ^ names(scratch / "again" / wheel.name):
        sys.exit(f"the sdist makes another wheel: {sorted(difference)[:5]}")


def names(wheel: Path) -> set[str]:
    """The files in a wheel."""
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def try_out(wheel: Path, scratch: Path, *, offline: bool) -> None:
    """Install the wheel into an empty environment, and land, build, ask and report there."""
    venv.create(scratch / "venv", with_pip=True)
    python, command = scratch / "venv" / "bin" / "python", scratch / "venv" / "bin" / "oss-ai-monitor"
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    if offline:  # what this environment has stands behind the empty one
        run(*pip, "--no-index", "--no-deps", str(wheel))
        site = run(str(python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").strip()
        (Path(site) / "present.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    else:
        run(*pip, "--constraint", str(ROOT / "constraints.txt"), str(wheel))
    where = run(str(python), "-c", "import oss_ai_monitor; print(oss_ai_monitor.__file__)", cwd=scratch)
    if not Path(where.strip()).is_relative_to(scratch):
        sys.exit(f"not the wheel was tried but {where.strip()}")
    if run(str(command), "--version", cwd=scratch).split()[-1] != version():
        sys.exit("the wheel has another version")
    for arguments in (
        ["--help"],
        ["ingest", "simulated", "--models", str(MODELS), "--seed", "1"],
        ["build"],
        ["check"],
        ["report", "out.html", "--perspectives", "model-types", "--dataset", "v1"],
    ):
        run(str(command), *arguments, cwd=scratch)
    models = run(
        str(command), "sql", "select count(*) as models from core.models", "--format", "csv", cwd=scratch
    ).split()[-1]
    if int(models) < MODELS:
        sys.exit(f"a build from {MODELS} models holds {models}")


def tag() -> None:
    """Tag the commit with the section of the changelog."""
    text = notes(version())
    if "unreleased" in text.partition("\n")[0].lower():
        sys.exit(f"CHANGELOG.md says that {version()} is unreleased: give it its date first")
    if changes := run("git", "status", "--porcelain"):
        sys.exit(f"the tree has changes that no commit holds:\n{changes}")
    run("git", "tag", "--annotate", f"v{version()}", "--cleanup=verbatim", "--message", text)


def run(*command: str, cwd: Path = ROOT) -> str:
    """What a command prints; exits with its errors where it fails. Nothing of this checkout is on its path."""
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "OSS_AI_MONITOR"))
    }
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


def main() -> None:
    """Build, try, and tag if that is wanted."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--offline", action="store_true", help="try it with the packages that are installed here")
    parser.add_argument("--tag", action="store_true", help="tag the commit afterwards")
    options = parser.parse_args()
    notes(version())
    for old in DIST.glob("oss_ai_monitor-*"):
        old.unlink()
    build(ROOT, DIST, "wheel", "sdist")
    wheel, sdist = DIST / f"oss_ai_monitor-{version()}-py3-none-any.whl", DIST / f"oss_ai_monitor-{version()}.tar.gz"
    with tempfile.TemporaryDirectory() as scratch:
        compare(wheel, sdist, Path(scratch))
        try_out(wheel, Path(scratch), offline=options.offline)
    if options.tag:
        tag()
    for path in (wheel, sdist):
        print(f"{path.relative_to(ROOT)}: {path.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
