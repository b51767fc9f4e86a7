"""Records → immutable Parquet files, complete or absent. Knows nothing of where they come from or what reads them.

A run writes its parts into a `.partial-…` folder that no reader sees, and becomes visible by one rename:
`<folder>/<source>/<UTC stamp>/part-00000.parquet …, manifest.json`. A run that asks a question is continued after a
crash: its partial folder holds, in one file, which parts are whole and where the source stood after the last one.
"""

from .manifest import AlreadyLanded, LandingError, Manifest, NothingNew, Part
from .run import Run
from .runs import Landing

__all__ = ["AlreadyLanded", "Landing", "LandingError", "Manifest", "NothingNew", "Part", "Run"]
