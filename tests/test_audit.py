"""The audit fails on what is known and not accepted, and only on that."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from tests import audit

TODAY = date(2026, 11, 24)
WEAKNESS = {"id": "PYSEC-1", "aliases": ["CVE-1"], "fix_versions": ["2.1"]}
REPORT = json.dumps(
    {
        "dependencies": [
            {"name": "tin", "version": "1.0", "vulns": []},
            {"name": "lead", "version": "2.0", "vulns": [WEAKNESS]},
            {"name": "gone", "skip_reason": "not found"},
        ]
    }
)


def test_a_known_weakness_is_named_with_what_mends_it() -> None:
    assert audit.weaknesses(REPORT, {}) == ["lead 2.0: PYSEC-1, mended in 2.1"]


@pytest.mark.parametrize("name", ["PYSEC-1", "CVE-1"])
def test_one_that_is_accepted_passes_under_any_of_its_names(name: str) -> None:
    reasons, list_problems = audit.accepted(f"# a comment\n\n{name} 2027-01-01 not reached from here\n", TODAY)
    assert (reasons, list_problems) == ({name: "not reached from here"}, [])
    assert audit.weaknesses(REPORT, reasons) == []


def test_acceptance_ends_and_needs_a_reason() -> None:
    reasons, list_problems = audit.accepted("PYSEC-1 2026-11-23 old\nPYSEC-2 2027-01-01\nPYSEC-3 some day\n", TODAY)
    assert reasons == {}
    assert len(list_problems) == 3


def test_no_network_is_told_apart_from_a_broken_audit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake = tmp_path / "pip_audit.py"
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    fake.write_text("import sys; sys.exit('ERROR: Could not connect to the vulnerability feed')")
    with pytest.raises(audit.Unreachable, match="Could not connect"):
        audit.audit_report(Path("constraints.txt"))
    fake.write_text("import sys; sys.exit('ERROR: invalid requirement')")
    with pytest.raises(RuntimeError, match="invalid requirement"):
        audit.audit_report(Path("constraints.txt"))
    fake.write_text(f"import sys; print({REPORT!r}); sys.exit(1)")
    assert audit.weaknesses(audit.audit_report(Path("constraints.txt")), {})


def test_a_service_that_knows_nothing_has_audited_nothing() -> None:
    report = json.dumps({"dependencies": [{"name": "tin", "skip_reason": "not found"}]})
    with pytest.raises(audit.Unreachable, match="knows none of 1 packages"):
        audit.weaknesses(report, {})


def test_what_is_accepted_now_is_well_formed() -> None:
    _, list_problems = audit.accepted(audit.ACCEPTED.read_text(encoding="utf-8"), date(2000, 1, 1))
    assert list_problems == []
