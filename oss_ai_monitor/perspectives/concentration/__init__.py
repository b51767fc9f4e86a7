"""Whose the use is, and how much of it the largest have."""
