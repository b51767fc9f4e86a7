"""The command line: composition only. Data goes to stdout, words to stderr."""

from . import asking, building, desktop, landing, refreshing, reporting, serving  # noqa: F401 - each adds its commands
from .group import main

__all__ = ["main"]
