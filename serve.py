"""What `panel serve serve.py` runs: open the warehouse, build the page, mark it servable."""

import os
from pathlib import Path

import panel as pn

from oss_ai_monitor.app import apply, open_pinned, page, without_data
from oss_ai_monitor.warehouse import WarehouseError

apply()
pn.extension("tabulator")
pn.reactive.Syncable._debounce = 1  # milliseconds, for 50: a click has no more of the same to wait for
OFF = {"off", "no", "false", "0"}
folder = Path(os.environ.get("OSS_AI_MONITOR_WAREHOUSE", "warehouse"))
try:
    warehouse, pin = open_pinned(folder)
    closed = {"sql"} if os.environ.get("OSS_AI_MONITOR_SQL", "").lower() in OFF else set()
    page(warehouse, pin=pin, closed=closed).servable()
except WarehouseError as error:
    without_data(str(error)).servable()
