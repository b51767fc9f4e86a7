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
    reasons, list_problems = {}, []
    for line in text.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        entry = re.fullmatch(r"([A-Za-z0-9-]+)\s+(\d{4}-\d\d-\d\d)\s+(\S.*)", line.strip())
        if not entry:
            list_problems.append(f"{line!r}: expected identifier, day until which it is accepted, reason")
        elif date.fromisoformat(entry[2]) < today:
            list_problems.append(f"{entry[1]} was accepted until {entry[2]}: look again")
        else:
            reasons[entry[1]] = entry[3]
    return reasons, list_problems


def weaknesses(report: str, accepted_ids: dict[str, str]) -> list[str]:
    """What pip-audit found as JSON, but for what is accepted under its identifier or one of its other names.

    Raises Unreachable where it found none of them known at all: then nothing was looked up, whatever else it says.
    """
    packages = json.loads(report)["dependencies"]
    if skipped := [package["name"] for package in packages if "vulns" not in package]:
        if len(skipped) == len(packages):
            raise Unreachable(f"the service knows none of {len(packages)} packages")
        print(f"not looked up, the service does not know them: {', '.join(skipped)}")
    return [
        f"{package['name']} {package['version']}: {weakness['id']}, "
        f"mended in {', '.join(weakness['fix_versions']) or 'no version yet'}"
        for package in packages
        for weakness in package.get("vulns", [])
        if not accepted_ids.keys() & {weakness["id"], *weakness.get("aliases", [])}
    ]


def audit_report(pinned: Path) -> str:
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
    message = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
    if UNREACHABLE.search(done.stderr):
        raise Unreachable(message)
    raise RuntimeError(message)


def main() -> None:
    accepted_ids, list_problems = accepted(ACCEPTED.read_text(encoding="utf-8"), datetime.now(UTC).date())
    try:
        problems = weaknesses(audit_report(PINNED), accepted_ids)
    except Unreachable as error:
        print(f"SKIPPED: weaknesses could not be looked up ({error})")
        problems = []
    for line in (*problems, *list_problems):
        print(line)
    sys.exit(bool(problems or list_problems))


if __name__ == "__main__":
    main()
