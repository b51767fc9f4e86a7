"""Records → immutable Parquet files, complete or absent. Knows nothing of where they come from or what reads them.

A run writes its parts into a `.partial-…` folder that no reader sees, and becomes visible by one rename:
`<folder>/<source>/<UTC stamp>/part-00000.parquet …, manifest.json`.
"""

from .manifest import AlreadyLanded, LandingError, Manifest, Part
from .runs import Landing, Run

__all__ = ["AlreadyLanded", "Landing", "LandingError", "Manifest", "Part", "Run"]
