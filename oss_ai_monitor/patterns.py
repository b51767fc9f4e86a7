"""Paths of files as DuckDB reads them: as patterns of names."""

from __future__ import annotations

import re
from pathlib import Path


def pattern(path: Path) -> str:
    """Return the pattern that matches this file alone, whatever characters its name has."""
    return re.sub(r"([*?[])", r"[\1]", str(path))
