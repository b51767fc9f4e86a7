"""The page in a window of its own: a private server on loopback, a window that shows it, one of them at a time.

Knows pywebview and Panel's server, and nothing of ours: it is handed the page's file and what to do before it serves.
"""

import numpy  # noqa: F401 - it and the next set variables of the environment when they are first imported, which must not
import pyviz_comms  # noqa: F401 - happen in a thread while a toolkit reads some: the C library then ends the process

from .backends import DesktopError, backend
from .private_server import PrivateServer
from .single_instance import AlreadyOpen, SingleInstance
from .window import Window, usual_state

__all__ = ["AlreadyOpen", "DesktopError", "PrivateServer", "SingleInstance", "Window", "backend", "usual_state"]
