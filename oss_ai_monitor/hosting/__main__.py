"""`python -m oss_ai_monitor.hosting serve.py …`: every option of `panel serve`, and ours."""

import argparse

from .server import Serve

parser = argparse.ArgumentParser(prog="python -m oss_ai_monitor.hosting", description=Serve.help)
command = Serve(parser)
command.invoke(parser.parse_args())
