"""`python -m oss_ai_monitor.server serve.py …`: every option of `panel serve`, and ours."""

import argparse
import gc
import os
import secrets
import signal
import sys

from . import PREPARING

SIGNING_KEY = "BOKEH_SECRET_KEY"


def main() -> None:
    """Serve until stopped; options that do not fit together end with one line on stderr."""
    if catches := signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # until it serves, Ctrl-C ends it without a word
    os.environ.setdefault(SIGNING_KEY, secrets.token_urlsafe(48))  # Bokeh reads it once, when it is imported
    gc.disable()  # what is loaded stays, and is not looked through for garbage then and later
    from .command import ServeCommand

    gc.enable()
    gc.freeze()
    parser = argparse.ArgumentParser(prog="python -m oss_ai_monitor.server", description=ServeCommand.help)
    command = ServeCommand(parser)
    _wait_for_data()
    if catches:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        command.invoke(parser.parse_args())
    except (ValueError, ImportError) as error:  # Panel's options that do not fit together
        sys.exit(f"Error: {error}")


def _wait_for_data() -> None:
    """Wait for the process that prepares the data, if there is one; end with an error if it failed."""
    if preparing := os.environ.pop(PREPARING, ""):
        _, status = os.waitpid(int(preparing), 0)
        code = os.waitstatus_to_exitcode(status)
        if code < 0:
            sys.exit(f"Error: the process that prepares the data was ended by signal {-code}")
        if code:
            sys.exit(1)


if __name__ == "__main__":
    main()
