"""On what terms models come, and how open they are."""
