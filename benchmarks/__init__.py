"""How quick the page is, measured in a real browser: `python -m benchmarks --help`."""
