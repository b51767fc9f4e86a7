"""The command digest: what changed in a week, in up to ten sentences."""

from __future__ import annotations

import re
from pathlib import Path

import click

from oss_ai_monitor import warehouse
from oss_ai_monitor.terminal import escape_controls

from .group import main

IS_ADDRESS = re.compile(r"https?://[^\s<>()\[\]\"'?#\\]+", re.ASCII | re.IGNORECASE)
"""An address that stands in HTML and Markdown without being taken for anything else."""


@main.command()
@click.option("--week", metavar="WEEK", required=True, help="A week of ISO 8601, such as 2024-W45.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["md", "html", "json"]),
    default="md",
    show_default=True,
    help="How it is printed: Markdown, a page, or JSON with figures, queries and disputes of each sentence.",
)
@click.option(
    "--address",
    metavar="URL",
    help="The address below which a server answers, for links, and for charts in Markdown, which are shown where it is "
    "given. [default: http://localhost:5006/, without charts]",
)
@click.pass_obj
def digest(folder: Path, week: str, form: str, address: str | None) -> None:
    """Say what is news of a week, in up to ten sentences with numbers: models that appeared and are used, what is built
    upon, whose downloads rose; licences, access and base models of the most used models, who is gone; first places,
    records and scores that were changed. Each has a link to its chart, its query, and the claims about its models that
    are not believed. Where there is nothing to say, it says so.

    \b
    Examples: oss-ai-monitor digest --week 2024-W45
              oss-ai-monitor digest --week 2024-W45 --address https://monitor.example.org/
    """
    from oss_ai_monitor.programs import digest as digests  # here: other commands load no charts

    if address is not None and not IS_ADDRESS.fullmatch(address):
        raise click.UsageError(
            f"--address {escape_controls(address[:200])}: expected as in https://monitor.example.org/"
        )
    opened = warehouse.Warehouse.open(folder)
    try:
        answer = digests.digest(opened, week)
    except ValueError as error:
        raise click.UsageError(escape_controls(str(error))) from error
    finally:
        opened.close()
    write = {"md": digests.markdown, "html": digests.document, "json": digests.as_json}[form]
    root = digests.LOCAL if address is None else address.rstrip("/") + "/"
    click.echo(escape_controls(write(answer, digests.Links(root, has_pictures=address is not None))), nl=False)
