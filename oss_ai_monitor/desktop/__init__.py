"""The page in its own window: a private server on loopback and a window that shows it, one for each warehouse.

Knows pywebview and Panel's server, and nothing else of this package: it gets the page's file and a function to prepare.
"""

# Both set environment variables when they are first imported. That must not happen in a thread while a toolkit reads
# the environment: the C library would end the process.
import numpy  # noqa: F401
import pyviz_comms  # noqa: F401

from .backends import DesktopError, backend
from .private_server import PrivateServer
from .single_instance import AlreadyOpen, SingleInstance
from .window import Window, state_folder

__all__ = ["AlreadyOpen", "DesktopError", "PrivateServer", "SingleInstance", "Window", "backend", "state_folder"]
