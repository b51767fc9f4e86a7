"""The effect of large releases."""
