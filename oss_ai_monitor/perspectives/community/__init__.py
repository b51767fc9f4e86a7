"""Who contributes, and how many will."""
