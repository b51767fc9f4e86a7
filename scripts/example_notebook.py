"""Execute examples/monitor.ipynb on the simulated community, and store it with its outputs: charts as pictures.

`python -m scripts.example_notebook` does it, with a Chromium on the PATH. Scripts of the charts are left out: they are
megabytes, and a reader of the file, on GitHub for instance, would not see them drawn.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient

from oss_ai_monitor import warehouse
from oss_ai_monitor.landing import Landing
from oss_ai_monitor.sources import simulated

ROOT = Path(__file__).parents[1]
NOTEBOOK = ROOT / "examples" / "monitor.ipynb"
MODELS, SEED = 4_000, 5
PICTURES = """
import io as _io, tempfile as _tempfile
from pathlib import Path as _Path
import holoviews as _hv
from bokeh.resources import INLINE as _INLINE
from PIL import Image as _Image, ImageChops as _Chops
from oss_ai_monitor.report import print_report as _print

def _picture(plot):
    with _tempfile.TemporaryDirectory() as folder:
        page, picture = _Path(folder) / "plot.html", _Path(folder) / "plot.png"
        _hv.save(plot, page, resources=_INLINE)
        _print(page, picture, "png")
        drawn, content = _Image.open(picture).convert("RGB"), _io.BytesIO()
        box = _Chops.difference(drawn, _Image.new("RGB", drawn.size, "white")).getbbox()
        drawn.crop(box).quantize(64).save(content, "PNG", optimize=True)
    return content.getvalue()

get_ipython().display_formatter.formatters["image/png"].for_type(_hv.core.Dimensioned, _picture)
"""
"""A first cell, which is not stored: every chart that a cell shows is a picture, too."""


def execute(notebook: Any, folder: Path) -> Any:
    """Return a notebook with the outputs that it has on a warehouse; charts are pictures."""
    os.environ["OSS_AI_MONITOR_WAREHOUSE"] = str(folder)
    cells = notebook.cells
    notebook.cells = [nbformat.v4.new_code_cell(PICTURES), *cells]  # type: ignore[no-untyped-call]
    NotebookClient(notebook, timeout=600, resources={"metadata": {"path": str(NOTEBOOK.parent)}}).execute()
    notebook.cells = cells
    code = [cell for cell in cells if cell.cell_type == "code"]
    for number, cell in enumerate(code, 1):
        cell.outputs = list(filter(None, map(_without_scripts, cell.outputs)))
        cell.execution_count = number
        for output in cell.outputs:
            if output.output_type == "execute_result":
                output.execution_count = number
    for cell in cells:
        cell.metadata = {}
    return notebook


def _without_scripts(output: Any) -> Any:
    """Return an output without what only a running notebook draws; None if nothing is left."""
    data = output.get("data")
    if data is None:
        return output
    if "image/png" in data:
        output.data = {kind: data[kind] for kind in ("image/png", "text/plain") if kind in data}
        output.metadata = {}
        return output
    if not data:
        return None
    is_script = any("javascript" in kind or "holoviews" in kind for kind in data)
    return None if is_script or "<script" in str(data.get("text/html", "")) else output


def main() -> None:
    """Write the notebook."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        landing = Landing(folder / "landing")
        for table in simulated.tables(MODELS, SEED):
            landing.land(table)
        warehouse.build(folder, landing.selected())
        notebook = execute(nbformat.read(NOTEBOOK, as_version=4), folder)  # type: ignore[no-untyped-call]
    nbformat.write(notebook, NOTEBOOK)  # type: ignore[no-untyped-call]


if __name__ == "__main__":
    main()
