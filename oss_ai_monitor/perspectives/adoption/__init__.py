"""Adoption: what is used, and what is used more than before."""
