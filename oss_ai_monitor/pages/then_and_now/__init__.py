"""The page Then and now: why a number differs between two snapshots."""

from .page import ThenAndNowPage

__all__ = ["ThenAndNowPage"]
