"""Run by `panel serve serve.py` for each session: open the warehouse, build the page, mark it servable."""

import logging
import os
from pathlib import Path

import panel as pn

from oss_ai_monitor import compat
from oss_ai_monitor.app import open_pinned, page, publish, without_data
from oss_ai_monitor.warehouse import WarehouseError

compat.apply()
publish()
pn.extension("tabulator")
OFF_VALUES = {"off", "no", "false", "0"}
folder = Path(os.environ.get("OSS_AI_MONITOR_WAREHOUSE", "warehouse"))
try:
    warehouse, pin = open_pinned(folder)
    disabled = {"sql"} if os.environ.get("OSS_AI_MONITOR_SQL", "").lower() in OFF_VALUES else set()
    page(warehouse, pin=pin, disabled=disabled).servable()
except WarehouseError as error:
    without_data(str(error)).servable()
except Exception:  # Panel would show the traceback to whoever visits
    logging.getLogger("oss_ai_monitor").exception("the page could not be built")
    without_data("The page could not be built; the log of the server says why.").servable()
