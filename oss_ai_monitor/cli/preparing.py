"""Prepares a warehouse if there is none yet, for the commands that serve one."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

from oss_ai_monitor import publication, warehouse
from oss_ai_monitor.landing import Landing
from oss_ai_monitor.sources import archive, simulated
from oss_ai_monitor.sources.table import Progress, Unreachable
from oss_ai_monitor.terminal import print_message
from oss_ai_monitor.terminal import progress as show_progress
from oss_ai_monitor.version import command

from .building import build_generation, build_outdated, record_history
from .landing import Notify, keep_history, land
from .simulating import record_simulated


def prepare(
    folder: Path,
    notify: Notify = print_message,
    progress: Callable[[], AbstractContextManager[Progress]] = show_progress,
) -> None:
    """Make sure that there is a warehouse: with real data, or with the simulated community if there is no network.

    A warehouse of another version is built anew from what has landed; if nothing has, what is missing is said here, and
    on the page what to run.
    """
    try:
        warehouse.Warehouse.open(folder).close()
    except warehouse.Damaged:  # the page says so, and what to run
        return
    except warehouse.Outdated as error:
        build_outdated(folder, error, notify)
    except warehouse.NoWarehouse:
        publication.refuse_copy(folder)
        landing = Landing(folder / "landing")
        if landing.manifests():
            record_history(folder, notify)
        else:
            try:
                with progress() as update:
                    land(landing, archive.fetch(progress=update), notify)
            except Unreachable as error:
                notify(f"{error}\nno network: a simulated community is shown; '{command()} refresh' brings real data")
                land(landing, simulated.tables(), notify)
                record_simulated(landing, notify=notify)
                keep_history(landing, notify)
        notify("the warehouse is being built")
        build_generation(folder, notify=notify)
