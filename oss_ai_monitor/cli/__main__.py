"""`python -m oss_ai_monitor.cli`."""

from . import main

main()
