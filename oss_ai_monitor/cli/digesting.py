"""The command digest: what changed in a week, in up to ten sentences."""

from __future__ import annotations

from pathlib import Path

import click

from oss_ai_monitor import warehouse
from oss_ai_monitor.terminal import escape_controls

from .group import main


@main.command()
@click.option("--week", metavar="WEEK", required=True, help="A week of ISO 8601, such as 2024-W45.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["md", "html", "json"]),
    default="md",
    show_default=True,
    help="How it is printed; json has the query and the parameters of each sentence.",
)
@click.pass_obj
def digest(folder: Path, week: str, form: str) -> None:
    """Say what changed in a week, in up to ten sentences with numbers: scores, first places and records, licences,
    access and base models of the most used models, who is gone, and how many are new. Where nothing is known to have
    changed, it says so.

    \b
    Example: oss-ai-monitor digest --week 2024-W45
    """
    from oss_ai_monitor.programs.digest import digest as digest_of  # here: other commands load no charts

    opened = warehouse.Warehouse.open(folder)
    try:
        answer = digest_of(opened, week)
    except ValueError as error:
        raise click.UsageError(escape_controls(str(error))) from error
    finally:
        opened.close()
    text = {"md": answer.markdown, "html": answer.html, "json": answer.json}[form]()
    click.echo(escape_controls(text), nl=False)
