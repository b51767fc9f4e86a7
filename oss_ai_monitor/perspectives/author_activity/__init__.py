"""Activity of the top authors."""
