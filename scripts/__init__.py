"""Jobs of the repository, each a module: `python -m scripts.written_pages`."""
