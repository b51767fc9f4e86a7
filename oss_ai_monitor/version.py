"""The version of this package, which stands nowhere else."""

__version__ = "0.1.0"
