"""Publish a generation, and follow one: what may be passed on, its files with checksums, and copies that stay current.

Knows the warehouse, and neither the page nor who crawls.
"""

from .documents import RULES_DATA
from .folder_target import FolderTarget
from .following import State, copy_notice, follow, refuse_copy, state_of
from .manifest import File, Manifest, PublicationError, Refused, read, sha256_of
from .origins import Origin, origin
from .staging import Staged, Terms, identifier, stage
from .targets import Target, target
from .terms import public_addresses, public_notes, select

__all__ = [
    "RULES_DATA",
    "File",
    "FolderTarget",
    "Manifest",
    "Origin",
    "PublicationError",
    "Refused",
    "Staged",
    "State",
    "Target",
    "Terms",
    "copy_notice",
    "follow",
    "identifier",
    "origin",
    "public_addresses",
    "public_notes",
    "read",
    "refuse_copy",
    "select",
    "sha256_of",
    "stage",
    "state_of",
    "target",
]
