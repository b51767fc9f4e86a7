"""Whether use lasts."""
