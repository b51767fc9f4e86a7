"""Spark makes the relations, on any cluster that answers Spark Connect; DuckDB then holds them."""

from .cluster import Cluster

__all__ = ["Cluster"]
