"""Known weaknesses in what this project stands on: `make audit`. Fails where there is one that nobody has accepted.

`accepted-weaknesses.txt` names accepted ones, a line each: identifier, the day until which it is accepted, the reason.
Where the service that knows them cannot be reached, it says so and passes: no network is no weakness.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

ROOT = Path(__file__).parents[1]
ACCEPTED = ROOT / "accepted-weaknesses.txt"
PINNED = ROOT / "constraints.txt"
UNREACHABLE = re.compile(r"connect|resolv|timed? ?out|retries|unreachable|proxy|service error|temporary", re.IGNORECASE)
PATIENCE = 120  # seconds


class Unreachable(Exception):
    """The service that knows weaknesses did not answer; the message says why."""


def accepted(text: str, today: date) -> tuple[dict[str, str], list[str]]:
    """Reasons by identifier, and what is wrong with lines that hold none: too old, without a day or a reason."""
    found, wrong = {}, []
    for line in text.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        said = re.fullmatch(r"([A-Za-z0-9-]+)\s+(\d{4}-\d\d-\d\d)\s+(\S.*)", line.strip())
        if not said:
            wrong.append(f"{line!r}: expected identifier, day until which it is accepted, reason")
        elif date.fromisoformat(said[2]) < today:
            wrong.append(f"{said[1]} was accepted until {said[2]}: look again")
        else:
            found[said[1]] = said[3]
    return found, wrong


def weaknesses(told: str, known: dict[str, str]) -> list[str]:
    """What pip-audit found as JSON, but for what is accepted under its identifier or one of its other names.

    Raises Unreachable where it found none of them known at all: then nothing was looked up, whatever else it says.
    """
    packages = json.loads(told)["dependencies"]
    if skipped := [package["name"] for package in packages if "vulns" not in package]:
        if len(skipped) == len(packages):
            raise Unreachable(f"the service knows none of {len(packages)} packages")
        print(f"not looked up, the service does not know them: {', '.join(skipped)}")
    return [
        f"{package['name']} {package['version']}: {found['id']}, "
        f"mended in {', '.join(found['fix_versions']) or 'no version yet'}"
        for package in packages
        for found in package.get("vulns", [])
        if not known.keys() & {found["id"], *found.get("aliases", [])}
    ]


def asked(pinned: Path) -> str:
    """What pip-audit says of pinned versions, as JSON. Raises Unreachable, RuntimeError."""
    command = [
        sys.executable, "-m", "pip_audit", "--requirement", str(pinned), "--no-deps", "--disable-pip", "--format",
        "json", "--progress-spinner", "off",
    ]  # fmt: skip
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)
    except subprocess.TimeoutExpired:
        raise Unreachable(f"no answer within {PATIENCE} seconds") from None
    if done.stdout.lstrip().startswith("{"):
        return done.stdout
    said = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
    if UNREACHABLE.search(done.stderr):
        raise Unreachable(said)
    raise RuntimeError(said)


def main() -> None:
    known, wrong = accepted(ACCEPTED.read_text(encoding="utf-8"), datetime.now(UTC).date())
    try:
        found = weaknesses(asked(PINNED), known)
    except Unreachable as error:
        print(f"SKIPPED: weaknesses could not be looked up ({error})")
        found = []
    for line in (*found, *wrong):
        print(line)
    sys.exit(bool(found or wrong))


if __name__ == "__main__":
    main()
