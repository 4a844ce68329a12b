"""`eurometropolis harvest`: runs sources now, whatever their schedule says. No server is needed."""

import sys
from functools import partial
from pathlib import Path

import click

from catalogue.records import RecordOutcome, Run, RunRecord, Source
from catalogue.store import sources
from harvesters import sources as listing
from portal.cli.options import data_option, fail, json_option, language, opened, say
from portal.cli.terminal import TerminalProgress
from portal.harvesting import run_and_schedule, run_source
from portal.harvesting.run import as_json
from portal.messages import sentence

_WIDTH = 100


@click.command(name="harvest")
@click.argument("names", metavar="[SOURCE]...", nargs=-1)
@click.option(
    "--sources",
    "file",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A list of sources to use instead of the installation's.",
)
@click.option(
    "--dry-run",
    "is_dry_run",
    is_flag=True,
    help="Tell field by field and table by table what a run would do; change nothing.",
)
@json_option
@data_option
def command(
    names: tuple[str, ...], file: Path | None, is_dry_run: bool, is_json: bool, data: Path | None
) -> None:
    """Harvest SOURCES now, or every enabled source. Exit code 1 where a run fails."""
    with opened(data) as (settings, store):
        listed = listing.load(file or settings.sources or listing.DEFAULT)
        chosen = _chosen(listed, names)
        if file is None:
            sources.save_all(store, listed)
        for source in chosen:
            sources.remember(store, source)
        has_failed = False
        for source in chosen:
            with TerminalProgress(source.id, is_quiet=is_json) as progress:
                harvest = partial(run_source, is_dry_run=True) if is_dry_run else run_and_schedule
                run = harvest(store, source, progress=progress, own_url=settings.base_url)
            if is_json:
                click.echo(as_json(run).decode())
            else:
                _report(run)
            has_failed |= run.status == "failed"
    sys.exit(1 if has_failed else 0)


def _chosen(listed: list[Source], names: tuple[str, ...]) -> list[Source]:
    by_id = {source.id: source for source in listed}
    unknown = [name for name in names if name not in by_id]
    if unknown:
        fail("source-unknown", source=unknown[0], known=sorted(by_id))
    if names:
        return [by_id[name] for name in dict.fromkeys(names)]
    return [source for source in listed if source.is_enabled]


def _report(run: Run) -> None:
    say(f"run-{run.status}", source=run.source_id, **run.counts)
    lang = language()
    if run.reason is not None:
        click.echo(f"  {sentence(run.reason.code, run.reason.params, lang)}", err=True)
    for record in run.records:
        if run.status == "dry-run":
            _foresee(record)
        for issue in record.issues:
            if issue.severity != "info":
                text = sentence(issue.code, issue.params, lang)
                click.echo(f"  {record.remote_id}: {text}", err=True)


def _foresee(record: RunRecord) -> None:
    """Tell what a run would do to a record, if it would do anything."""
    told = [table for table in record.files if table.outcome != "unchanged"]
    if record.outcome is RecordOutcome.UNCHANGED and not told:
        return
    lang = language()
    click.echo(f"{sentence(f'foreseen-{record.outcome.value}', {}, lang)} {record.remote_id}")
    for change in record.changes:
        before, after = (_short(text) for text in (change.before, change.after))
        click.echo(f"    {change.field}: {before} → {after}")
    for table in told:
        name = f"{table.file} {table.part}".strip()
        params = {"file": name, "rows": table.row_count, "count": table.error_count}
        click.echo(f"    {sentence(f'foreseen-{table.outcome}', params, lang)}")


def _short(text: str | None) -> str:
    if text is None:
        return "–"
    return text if len(text) <= _WIDTH else f"{text[: _WIDTH - 1]}…"
