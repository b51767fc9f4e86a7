"""The overview: a tile for each question."""
