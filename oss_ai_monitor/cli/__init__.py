"""The command line: composition only. Data goes to stdout, words to stderr."""

from . import (  # noqa: F401 - each adds its commands
    asking,
    building,
    desktop,
    keeping,
    landing,
    refreshing,
    reporting,
    serving,
)
from .group import main

__all__ = ["main"]
