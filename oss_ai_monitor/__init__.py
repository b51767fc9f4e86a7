"""Collects data about open-source AI models from the Hub and its leaderboards in one DuckDB file, and shows it.

In a notebook: `import oss_ai_monitor as oam; m = oam.open(); m.model_types(unit="month", leaderboard="v2")`.
"""

from __future__ import annotations

import os
import sys
import typing

from .version import __version__

if typing.TYPE_CHECKING:
    from .notebook import Monitor

__all__ = ["__version__", "open"]


def open(folder: str | os.PathLike[str] | None = None) -> Monitor:  # noqa: A001  (said as oam.open())
    """Open a warehouse for a notebook; see oss_ai_monitor.notebook.Monitor for what it can show.

    `folder` holds oss_ai_monitor.duckdb; by default what OSS_AI_MONITOR_WAREHOUSE names, else ./warehouse.
    Raises NoWarehouse, saying what to run, where there is none.
    """
    if "IPython" in sys.modules:  # hvPlot's import loads BokehJS into the notebook: from here, not from a CDN
        from holoviews.ipython import notebook_extension

        notebook_extension.inline = True
        from .notebook import inline_stylesheets

        inline_stylesheets()
    from .notebook import open_monitor  # here, so that the command line does not load what it does not show

    return open_monitor(folder)
