"""A session on a Spark cluster, by Spark Connect: runs selects, writes Parquet, and names views.

Knows nothing of the warehouse. pyspark is imported here only, and when a session begins.
"""

from __future__ import annotations

import contextlib
import logging
import re
import socket
import warnings
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from ...errors import BuildFailed

INSTALL = "a build on Spark needs pyspark and sqlglot: install 'oss-ai-monitor[spark]'"
SETTINGS = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.timestampType": "TIMESTAMP_NTZ",
    "spark.sql.ansi.enabled": "false",  # what DuckDB gives for 1 / 0 is NULL, and so is this
    "spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS",
    "spark.sql.parquet.int96RebaseModeInWrite": "CORRECTED",
    "spark.sql.parquet.datetimeRebaseModeInWrite": "CORRECTED",
    "spark.sql.legacy.sizeOfNull": "false",
    # a million rows of a table of weeks are 3 MB of Parquet, which Spark would take for small enough to send to all
    "spark.sql.sources.fileCompressionFactor": "20",
}
RETRIES, MAX_BACKOFF = 4, 4_000
"""How often, and after how many milliseconds at most, a cluster is asked again that answers no more. The client
asks so inside of what it asks so: in all it takes half a minute."""
PORT = 15_002
OLDEST = (4, 1)
"""The earliest version of Spark whose SQL the rules are written for."""
OF_THE_TEXT = re.compile(r"SQLSTATE: (?:0A|21|22|42|54)")
"""Classes of SQL states: not supported, of data and of grammar. All others are of the cluster."""

DETAILS = re.compile(r'^\s*details = "(.+)"$', re.MULTILINE)
"""Where a call of gRPC says what was wrong."""
NO_ROOM = "No space left on device"


class Refused(Exception):
    """Spark cannot read a select: a matter of the text, whatever the data."""


class Session:
    """A connection to a cluster; use it as a context."""

    def __init__(self, address: str) -> None:
        """`address`: sc://host:port. Raises BuildFailed where nothing answers there."""
        self.address = _without_parameters(address)
        self._place = _place(address)
        _require_answer(*self._place, self.address)
        logging.getLogger("SQLQueryContextLogger").setLevel(logging.CRITICAL + 1)  # writes what is raised, too
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of pandas 3, which nothing here uses, and of each time it asks again
            try:
                from pyspark.sql import SparkSession
                from pyspark.sql.connect.client.retries import DefaultPolicy
            except ImportError as error:
                raise BuildFailed(INSTALL) from error
            try:
                self._spark: Any = SparkSession.builder.remote(address).create()
                self._spark.client.set_retry_policies([DefaultPolicy(max_retries=RETRIES, max_backoff=MAX_BACKOFF)])
                self.version = str(self._spark.version)
                _require_version(self.version, self.address)
                for name, value in SETTINGS.items():
                    self._spark.conf.set(name, value)
            except BuildFailed:
                self.close()
                raise
            except Exception as error:
                raise BuildFailed(
                    f"no Spark answers at {self.address}: {_first_line(error)}; does Spark Connect listen there?"
                ) from error

    def write(self, select: str, path: Path) -> None:
        """Write the rows of a select as Parquet. Raises Refused, and BuildFailed where the cluster failed."""
        try:
            # one command, which Spark reads once; the same by a frame's writer is read twice
            folder = re.sub(r"(['\\])", r"\\\1", address_of(path))
            self._spark.sql(f"insert overwrite directory '{folder}' using parquet\n{select}")
        except Exception as error:  # a worker, the driver or the disk, where it is not the text
            if OF_THE_TEXT.search(str(error)):
                raise Refused(_first_line(error)) from error
            if NO_ROOM in _with_causes(error):
                where = f"{path.parent}, or in the folder that the cluster itself uses (spark.local.dir)"
                raise BuildFailed(f"Spark at {self.address} failed: {NO_ROOM} in {where}") from error
            raise BuildFailed(f"Spark at {self.address} failed: {_first_line(error)}") from error

    def name(self, view: str, paths: list[str], schema: str, folder_column: str = "") -> None:
        """Give Parquet files the name of a view; columns that a file lacks are NULL there.

        `folder_column`: a column that holds the name of each file's folder.
        """
        try:
            frame = self._spark.read.schema(schema).parquet(*paths)
            if folder_column:
                frame = frame.selectExpr("*", f"element_at(split(_metadata.file_path, '/'), -2) as {folder_column}")
            frame.createOrReplaceTempView(view)
        except Exception as error:
            raise BuildFailed(
                f"Spark at {self.address} cannot read {paths[0]}: {_first_line(error)}; landing and scratch must be on "
                "a path that the cluster sees, too"
            ) from error

    def close(self) -> None:
        """End the session, with everything that the cluster still computes for it."""
        with contextlib.suppress(Exception):  # the cluster may be gone
            _require_answer(*self._place, self.address)
            self._spark.stop()
        with contextlib.suppress(Exception):
            self._spark.client.close()


def address_of(path: Path) -> str:
    """Return the address of a file as Hadoop reads it: signs of a name stand for themselves."""
    return f"file://{path.as_posix()}"


def _place(address: str) -> tuple[str, int]:
    """Return host and port of an address. Raises BuildFailed."""
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", PORT if parts.port is None else parts.port
    except ValueError:  # such as a port that is none
        host, port = "", 0
    if not host or not port or not address.startswith("sc://"):
        raise BuildFailed(f"{_without_parameters(address)} is no address of Spark Connect: expected sc://HOST:{PORT}")
    return host, port


def _without_parameters(address: str) -> str:
    """Return an address as it may be shown: a token is one of its parameters, and a password stands before the host."""
    return re.sub(r"(?<=://)[^/@]*@", "", address.partition(";")[0].removesuffix("/"))


def _require_answer(host: str, port: int, shown: str) -> None:
    """Raise BuildFailed where no server listens: the client would try for long."""
    try:
        socket.create_connection((host, port), timeout=10).close()
    except (OSError, UnicodeError) as error:  # a label of a host's name may be too long to encode
        raise BuildFailed(f"no Spark answers at {shown}: {error}") from error


def _require_version(version: str, address: str) -> None:
    """Raise BuildFailed where a Spark is too old."""
    numbers = tuple(int(number) for number in re.findall(r"\d+", version)[:2])
    if numbers < OLDEST:
        oldest = ".".join(map(str, OLDEST))
        raise BuildFailed(f"the Spark at {address} is {version[:40]}: a build needs {oldest} or later")


def _first_line(error: BaseException) -> str:
    """Return what an error says first; of a call that failed its details, for the text begins with its class."""
    details = DETAILS.search(str(error))
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    first = details[1] if details else lines[0] if lines else type(error).__name__
    return first[:300]


def _with_causes(error: Exception) -> str:
    """Return what an error says, with the causes that the cluster tells beside it."""
    of_cluster = getattr(error, "getStackTrace", lambda: "")()
    return f"{error}\n{of_cluster}"
