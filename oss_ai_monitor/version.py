"""The version of this package, which stands nowhere else, and how its command is called here."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

__version__ = "0.1.0"
COMMAND = "oss-ai-monitor"


def command() -> str:
    """Return how the command is called in the folder that this process works in: by its path if PATH lacks it.

    A path that leads out of this folder is not returned: visitors may read it.
    """
    beside = Path(sys.executable).with_name(COMMAND)
    if shutil.which(COMMAND) or not beside.is_file() or not beside.is_relative_to(Path.cwd()):
        return COMMAND
    return str(beside.relative_to(Path.cwd()))
