"""Progress of scores."""
