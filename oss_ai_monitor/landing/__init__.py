"""Records → immutable Parquet files, complete or absent. Knows neither the sources nor the readers.

A run writes its parts into a `.partial-…` folder that no reader sees, and becomes visible by one rename:
`<folder>/<source>/<UTC stamp>/part-00000.parquet …, manifest.json`. A run with a question can be continued after a
crash: a checkpoint file in its partial folder names the complete parts and holds the source's state after the last one.
"""

from .backup import CopyReport, back_up, restore
from .batch import Batch
from .delivery import deliver, delivered_by
from .keys import Keys, passed_over
from .manifest import FILE_TIME, AlreadyLanded, Damaged, LandingError, Manifest, NothingNew, Part
from .run import Run
from .runs import Landing
from .verify import OUTDATED, check, set_aside, verify

__all__ = [
    "FILE_TIME",
    "OUTDATED",
    "AlreadyLanded",
    "Batch",
    "CopyReport",
    "Damaged",
    "Keys",
    "Landing",
    "LandingError",
    "Manifest",
    "NothingNew",
    "Part",
    "Run",
    "back_up",
    "check",
    "deliver",
    "delivered_by",
    "passed_over",
    "restore",
    "set_aside",
    "verify",
]
