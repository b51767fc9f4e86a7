"""A database for intermediate results, in a temporary folder and with limited memory."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import duckdb

from ..progress_bars import hide_progress_bar

MEMORY_LIMIT = "1GB"


@contextmanager
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    """Connect to an empty database, which is deleted afterwards; it spills to the same folder."""
    with (
        tempfile.TemporaryDirectory(prefix="oss-ai-monitor-") as folder,
        duckdb.connect(
            str(Path(folder) / f"{uuid4().hex}.duckdb"),
            config={
                "autoinstall_known_extensions": False,
                "autoload_known_extensions": False,
                "memory_limit": MEMORY_LIMIT,
                "temp_directory": folder,
            },
        ) as db,
    ):
        db.execute("set timezone = 'UTC'")
        hide_progress_bar(db)
        yield db
