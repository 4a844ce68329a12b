"""`eurometropolis publish`: a steward's file becomes a dataset, or is told plainly what to mend."""

import getpass
import sys
from pathlib import Path
from typing import Any

import click
import msgspec

import tablecheck
from catalogue.licences import licence_id
from catalogue.records import LANGUAGES
from catalogue.store import Store
from catalogue.store.privacy import Verdict
from portal.cli.findings import print_report, print_types, with_words
from portal.cli.options import data_option, json_option, language, opened, say
from portal.holding import decide, flags_of_draft
from portal.known_schemas import in_words, known_schemas, offered
from portal.messages import sentence
from portal.publishing import Publication, Published, publish_file
from tablecheck.records import Inference


def _types(
    _context: click.Context, _parameter: click.Parameter, values: tuple[str, ...]
) -> dict[str, str]:
    pairs = [value.rpartition("=") for value in values]
    for (column, _, kind), value in zip(pairs, values, strict=True):
        if not column or not kind:
            raise click.BadParameter(f"{value!r} is not COLUMN=TYPE, such as insee=string")
    return {column: kind for column, _, kind in pairs}


@click.command(name="publish")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--title", required=True, help="The same title again makes the next version.")
@click.option("--description")
@click.option("--publisher", help="Who answers for the data.")
@click.option("--licence", help="Such as cc-by-4.0 or etalab-2.0.")
@click.option("--schema", help="A schema of the platform that the file must follow.")
@click.option(
    "--type",
    "types",
    multiple=True,
    metavar="COLUMN=TYPE",
    callback=_types,
    help="Overrule the type of a column; kept for its next versions. May be repeated.",
)
@click.option(
    "--personal-data",
    "reason",
    metavar="REASON",
    help="Publish though columns look like personal data; the reason is kept.",
)
@click.option("--lang", type=click.Choice(LANGUAGES), help="The language of title and messages.")
@json_option
@data_option
def command(
    file: Path,
    title: str,
    description: str | None,
    publisher: str | None,
    licence: str | None,
    schema: str | None,
    types: dict[str, str],
    reason: str | None,
    lang: str | None,
    is_json: bool,
    data: Path | None,
) -> None:
    """Publish FILE as a dataset. Exit code 1 where it fails its check and stays a draft."""
    chosen = lang or language()
    said = Publication(
        title=title,
        language=chosen,
        description=description,
        publisher=publisher,
        licence=licence,
        schema=schema,
    )
    if licence and licence_id(licence) is None:
        say("unknown-licence", value=licence)
    with opened(data) as (_, store):
        done = publish_file(store, file, said, types=types)
        if reason:
            done = _decided(store, done, reason)
    if is_json:
        click.echo(msgspec.json.encode(as_answer(done, chosen)).decode())
    else:
        _tell(done, chosen)
        if schema is None:
            _offer_schema(done, chosen)
    sys.exit(1 if done.ingested.drafts else 0)


def _decided(store: Store, done: Published, reason: str) -> Published:
    """Publish what is held for its personal data alone, in the name of who gives the command."""
    settled = []
    for draft in done.ingested.drafts:
        if flags_of_draft(draft):
            by = getpass.getuser()
            ingested = decide(store, draft, Verdict.PUBLISH, reason=reason, by=by)
            settled.append(ingested)
    last = settled[-1] if settled else None
    return msgspec.structs.replace(done, ingested=last) if last else done


def as_answer(done: Published, lang: str) -> dict[str, Any]:
    """Return what `--json` prints: the dataset, its tables, and the report of the file."""
    tables = [*done.ingested.published, *done.ingested.unchanged]
    drafts = [
        {"part": draft.part, "report": with_words(draft.report, lang)}
        for draft in done.ingested.drafts
    ]
    reports = [draft["report"] for draft in drafts] + [with_words(v.report, lang) for v in tables]
    return {
        "dataset": done.dataset_id,
        "tables": [
            {"name": v.table, "version": v.n, "rows": v.row_count, "sha256": v.sha256}
            for v in tables
        ],
        "report": reports[0] if reports else {},
        "drafts": drafts,
    }


def _offer_schema(done: Published, lang: str) -> None:
    """Say which schema a table could follow, where its header looks like one."""
    reports = [version.report for version in done.ingested.published]
    reports += [draft.report for draft in done.ingested.drafts]
    for report in reports:
        found = offered(tablecheck.match(report.get("labels", []), known_schemas()))
        if found is not None:
            click.echo(sentence("schema-like", in_words(found, lang), lang))


def _tell(done: Published, lang: str) -> None:
    for version in done.ingested.published:
        print_report(version.report, lang)
        print_types(msgspec.convert(version.recipe.get("inferred") or [], list[Inference]), lang)
        say("published", table=version.table, version=version.n, rows=version.row_count)
    for version in done.ingested.unchanged:
        say("already-published", table=version.table, version=version.n)
    for draft in done.ingested.drafts:
        print_report(draft.report, lang)
    if done.ingested.drafts:
        say("kept-as-draft", dataset=done.dataset_id)
