"""The command line: composition only. Data goes to stdout, messages to stderr."""

from . import (  # noqa: F401 - each adds its commands
    agents,
    backups,
    building,
    comparing,
    delivering,
    desktop,
    digesting,
    explaining,
    following,
    landing,
    leaving_out,
    publishing,
    querying,
    refreshing,
    reporting,
    serving,
    status,
)
from .group import main

__all__ = ["main"]
