"""The page in a window of its own: a private server on loopback, a window that shows it, one of them at a time.

Knows pywebview and Panel's server, and nothing of ours: it is handed the page's file and what to do before it serves.
"""

from .backends import DesktopError, backend
from .one import AlreadyOpen, One
from .private import PrivateServer
from .window import Window, usual_state

__all__ = ["AlreadyOpen", "DesktopError", "One", "PrivateServer", "Window", "backend", "usual_state"]
