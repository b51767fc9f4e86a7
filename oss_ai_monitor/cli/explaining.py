"""The command why: what is known of a model, an owner or a family, and why."""

from __future__ import annotations

import json
from pathlib import Path

import click

from oss_ai_monitor import warehouse
from oss_ai_monitor.terminal import escape_controls

from .group import main, one_line


@main.command()
@click.argument("name", metavar="MODEL")
@click.argument("fact", required=False)
@click.option(
    "--kind",
    type=click.Choice(["model", "owner", "family"]),
    default="model",
    show_default=True,
    help="Whether MODEL names a model, an owner, or a base model with all that descends from it.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="How it is printed.",
)
@click.pass_obj
def why(folder: Path, name: str, fact: str | None, kind: str, form: str) -> None:
    """Say what is known of MODEL and why: each fact with its source, its rule and the claims that are not believed,
    scores with ranks, bases and derivatives, and why it is on a view or not. FACT prints that one alone, such as
    date, size, architecture, license or bases. If there is no such name, it prints the nearest ones and exits with
    status 1.

    \b
    Examples: oss-ai-monitor why mistralai/Mistral-7B-v0.1 date
              oss-ai-monitor why TheBloke --kind owner --format json
    """
    from oss_ai_monitor.profiles import UnknownName, as_text, profile  # here: other commands load no charts

    opened = warehouse.Warehouse.open(folder)
    try:
        answer = profile(opened, kind, name)
    except UnknownName as error:
        raise click.ClickException(escape_controls(one_line(error.in_full))) from error
    finally:
        opened.close()
    if fact and answer.fact(fact) is None:
        names = ", ".join(one.name for one in answer.facts)
        raise click.ClickException(
            escape_controls(one_line(f"there is no fact {fact} of {answer.name}; there are {names}"))
        )
    if form == "text":
        click.echo(escape_controls(as_text(answer, fact or "")))
        return
    record = answer.to_dict()
    if fact:
        record = {answer.kind: answer.name} | next(one for one in record["facts"] if one["name"] == fact)
    click.echo(json.dumps(record, ensure_ascii=False, allow_nan=False, indent=1))
