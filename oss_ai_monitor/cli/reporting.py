"""The command report: the perspectives in one file."""

from __future__ import annotations

import secrets
import tempfile
from pathlib import Path

import click

from oss_ai_monitor import warehouse
from oss_ai_monitor.terminal import escape_controls

from .group import LocalPath, main


@main.command()
@click.argument("to", type=LocalPath(dir_okay=False, path_type=Path))
@click.option("--perspectives", help="By name, comma-separated: model-types,releases; none given means all.")
@click.option(
    "--model",
    "models",
    multiple=True,
    metavar="ID",
    help="A model of which everything known is included; repeatable. Then only the perspectives that are named.",
)
@click.option("--dataset", help="v1, v2, hub or a benchmark; by default that of the page.")
@click.option(
    "--dates", metavar="FIRST:LAST", help="Both included, as YYYY-MM-DD; by default the dataset's usual range."
)
@click.option("--unit", type=click.Choice(["day", "week", "month"]), help="By default by the length of the range.")
@click.option(
    "--format", "form", type=click.Choice(["html", "pdf", "png"]), help="By default from the name of the file."
)
@click.pass_obj
def report(
    folder: Path,
    to: Path,
    perspectives: str | None,
    models: tuple[str, ...],
    dataset: str | None,
    dates: str | None,
    unit: str | None,
    form: str | None,
) -> None:
    """Write the perspectives into one self-contained file, to read offline and to send.

    \b
    Examples: oss-ai-monitor report out.html
              oss-ai-monitor report out.pdf --perspectives model-types,releases --dates 2023-06-01:2024-06-01
              oss-ai-monitor report model.html --model mistralai/Mistral-7B-v0.1
    """
    from oss_ai_monitor.report import ReportError, print_report  # here: other commands load no charts
    from oss_ai_monitor.report import report as write_report

    form = form or to.suffix.removeprefix(".").lower() or "html"
    if form not in ("html", "pdf", "png"):
        raise click.UsageError(f"a report is html, pdf or png, not {form}: name the file so, or give --format")
    if not to.parent.is_dir():
        raise click.UsageError(f"there is no folder {to.parent} to write {to.name} into: make it first")
    first, colon, last = (dates or "").partition(":")
    if dates and not (colon and first and last):
        raise click.UsageError(f"--dates are FIRST:LAST, as in 2023-06-01:2024-06-01, not {dates}")
    filters = {"dataset": dataset, "from": first, "to": last, "unit": unit}
    chosen = [name.strip() for name in (perspectives or "").split(",") if name.strip()]
    opened = warehouse.Warehouse.open(folder)
    temporary = to.with_name(f".{to.stem}.{secrets.token_hex(4)}.{form}")  # Chromium chooses the format by the suffix
    try:
        page = write_report(
            opened,
            perspectives=chosen,
            filters={name: value for name, value in filters.items() if value},
            models=models,
        )
        if form == "html":
            temporary.write_text(page, encoding="utf-8")
        else:
            with tempfile.TemporaryDirectory() as scratch:
                source = Path(scratch) / "report.html"
                source.write_text(page, encoding="utf-8")
                print_report(source, temporary, form)
        temporary.replace(to)
    except ReportError as error:
        raise click.ClickException(escape_controls(str(error))) from error
    finally:
        temporary.unlink(missing_ok=True)
        opened.close()
    click.echo(f"{to}: {to.stat().st_size / 1e6:.1f} MB", err=True)
