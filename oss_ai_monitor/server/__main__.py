"""`python -m oss_ai_monitor.server serve.py …`: every option of `panel serve`, and ours."""

import argparse
import os
import secrets
import sys

SIGNING_KEY = "BOKEH_SECRET_KEY"


def main() -> None:
    """Serve until stopped; options that do not fit together end with one line on stderr."""
    os.environ.setdefault(SIGNING_KEY, secrets.token_urlsafe(48))  # Bokeh reads it once, when it is imported
    from .command import ServeCommand

    parser = argparse.ArgumentParser(prog="python -m oss_ai_monitor.server", description=ServeCommand.help)
    command = ServeCommand(parser)
    try:
        command.invoke(parser.parse_args())
    except (ValueError, ImportError) as error:  # Panel's options that do not fit together
        sys.exit(f"Error: {error}")


if __name__ == "__main__":
    main()
