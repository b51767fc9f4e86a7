"""The page Side by side: a view twice, at two snapshots or with two selections, on one scale."""

from .page import SideBySidePage

__all__ = ["SideBySidePage"]
