"""Evolution of base models."""
