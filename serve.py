"""What `panel serve serve.py` runs: open the warehouse, build the page, mark it servable."""

import os
from pathlib import Path

import panel as pn

from oss_ai_monitor.app import page
from oss_ai_monitor.warehouse import Warehouse

pn.extension("tabulator")
folder = Path(os.environ.get("OSS_AI_MONITOR_WAREHOUSE", "warehouse"))
warehouse = pn.state.as_cached("warehouse", Warehouse.open, folder=folder)
page(warehouse).servable()
