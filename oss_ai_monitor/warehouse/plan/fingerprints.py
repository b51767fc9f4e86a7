"""Fingerprints of relations: a hash over the SQL of each and over the fingerprints of what it reads."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import duckdb
import msgspec

from ...version import __version__
from .relations import Relation


class Fingerprint(msgspec.Struct, frozen=True, array_like=True):
    """What a relation was made from, and what it holds."""

    of_inputs: str
    """Hash over its SQL and over what it reads."""
    content: str = ""
    """Hash over its rows; "" where they are not compared."""


def of_inputs(relation: Relation, created: Mapping[str, Fingerprint], inputs: Mapping[str, str]) -> str:
    """Return the hash over a relation's SQL and over what it reads.

    `created`: the fingerprints of the relations before it. `inputs`: those of what is landed and of the seeds.
    """
    parts = [relation.select, __version__, duckdb.__version__]
    for name in sorted(relation.reads):
        if (read := created.get(name)) is not None:
            parts.append(f"{name} {read.content or read.of_inputs}")
        else:
            parts.append(f"{name} {inputs.get(name, '')}")
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:24]


def of_text(text: str) -> str:
    """Return the fingerprint of what has no SQL: of seeds and of what is landed."""
    return hashlib.sha256(text.encode()).hexdigest()[:24]
