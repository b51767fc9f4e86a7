"""Records → immutable Parquet files, complete or absent. Knows nothing of where they come from or what reads them.

A run writes its parts into a `.partial-…` folder that no reader sees, and becomes visible by one rename:
`<folder>/<source>/<UTC stamp>/part-00000.parquet …, manifest.json`. A run that asks a question is continued after a
crash: its partial folder holds, in one file, which parts are whole and where the source stood after the last one.
"""

from .backup import Moved, back_up, restore
from .manifest import FILE_TIME, AlreadyLanded, Damaged, LandingError, Manifest, NothingNew, Part
from .run import Run
from .runs import Landing
from .verify import check, set_aside, verify

__all__ = [
    "FILE_TIME",
    "AlreadyLanded",
    "Damaged",
    "Landing",
    "LandingError",
    "Manifest",
    "Moved",
    "NothingNew",
    "Part",
    "Run",
    "back_up",
    "check",
    "restore",
    "set_aside",
    "verify",
]
