"""The command leave-out: the hashes of those who asked not to be named."""

from __future__ import annotations

import re
from pathlib import Path

import click

from oss_ai_monitor import publication, warehouse
from oss_ai_monitor.terminal import print_message

from .following import OF_A_COPY
from .group import main

NAME = re.compile(r"[^/@:]*[^/@:\s][^/@:]*")
"""A name alone: no address, no repository, not empty."""


@main.command("leave-out")
@click.argument("names", nargs=-1, required=True, metavar="NAME…")
@click.option(
    "--as-owner", "is_owner_only", is_flag=True, help="For a name that is also a word of the field, such as llama."
)
@click.pass_obj
def leave_out(folder: Path, names: tuple[str, ...], is_owner_only: bool) -> None:
    """Leave owners or contributors out by name, from the next build on: writes a hash of each NAME into left_out.csv in
    the warehouse's folder, never the name, and prints these rows.

    A name is left out in front of the name of a repository and, without --as-owner, as a word in other texts, too.
    Whoever has had several names has to be left out by each. Of a copy only its publisher can leave anybody out.

    \b
    Example: oss-ai-monitor leave-out ann-example
    """
    for name in names:
        if not NAME.fullmatch(name):
            raise click.BadParameter(f"{name!r} is no name of an owner on the Hub; give it alone, as ann-example")
    for row in warehouse.leave_out(folder, names, is_owner_only=is_owner_only):
        click.echo(row)
    if publication.state_of(folder):
        print_message(f"{folder} is a copy, which no build changes: {OF_A_COPY}")
        return
    print_message("'oss-ai-monitor build' makes it so; what is open in a browser changes when it is loaded again")
