"""`eurometropolis check`: the verdict on a file, before anybody publishes it. Nothing is stored.

Without `--schema`, a table that was made for a schema of the platform is checked against it.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
import msgspec
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

import tablecheck
from catalogue import schemas
from catalogue.records import LANGUAGES
from portal.cli.findings import (
    print_personal,
    print_report,
    print_types,
    types_with_words,
    with_words,
)
from portal.cli.fixing import mending_hints, refuse_source, write_corrected
from portal.cli.options import data_option, fail, json_option, language, one_sentence, say
from portal.known_schemas import NONE, in_words, known_schemas, offered, taken
from portal.messages import sentence
from tablecheck.privacy import suspicions
from tablecheck.report import Finding

_PLAIN_FROM_BYTES = 20 << 20  # smaller files are checked before a line about it is read


@click.command(name="check")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--schema",
    metavar="NAME|PATH",
    help="A schema of the platform, or a file; `none` takes FILE as it is.",
)
@click.option(
    "--fix",
    "out",
    metavar="OUT",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the file with every cell mended that a hint mends. FILE itself is never changed.",
)
@click.option("--lang", type=click.Choice(LANGUAGES), help="The language of the findings.")
@json_option
@data_option
def command(
    file: Path,
    schema: str | None,
    out: Path | None,
    lang: str | None,
    is_json: bool,
    data: Path | None,
) -> None:
    """Check FILE. Exit code 1 where there are errors."""
    del data  # every command takes it; a check needs no store
    chosen = lang or language()
    if out is not None:
        refuse_source(file, out)
    with one_sentence(), _progress(file, chosen, is_quiet=is_json):
        extracts, matches = _read(file, schema)
    if not is_json:
        for extract, found in zip(extracts, matches, strict=True):
            _tell_match(found, chosen, is_alone=len(extracts) == 1)
            _tell(extract, file, chosen)
    done = None
    with one_sentence():
        if out is not None:
            done = write_corrected(file, extracts, out)
        elif not is_json and (count := sum(h.count for e in extracts for h in mending_hints(e))):
            say("check-fixable", count=count)
    if is_json:
        answer: dict[str, Any] = {
            "tables": [
                _answer(one, found, chosen) for one, found in zip(extracts, matches, strict=True)
            ]
        }
        if done is not None:
            answer["corrected"] = msgspec.to_builtins(done)
        click.echo(msgspec.json.encode(answer))
    sys.exit(0 if all(extract.report.valid for extract in extracts) else 1)


@contextmanager
def _progress(file: Path, lang: str, *, is_quiet: bool) -> Iterator[None]:
    """Show that the check goes on, and for how long: a file is read whole before it is judged."""
    size = file.stat().st_size
    told = {"file": file.name, "size": max(1, round(size / 1e6))}
    text = sentence("check-running", told, lang)
    if is_quiet or not sys.stderr.isatty():
        if not is_quiet and size > _PLAIN_FROM_BYTES:
            click.echo(text, err=True)
        yield
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as shown:
        shown.add_task(text, total=None)
        yield


def _tell(extract: tablecheck.Extract, file: Path, lang: str) -> None:
    print_report(extract.report.to_dict(), lang, extract.schema)
    print_types(extract.inferred, lang)
    print_personal(_personal(extract), lang)
    say(
        "check-valid" if extract.report.valid else "check-invalid",
        file=extract.name or file.name,
        rows=extract.report.row_count,
        count=extract.report.error_count,
    )


def _personal(extract: tablecheck.Extract) -> list[Finding]:
    """Return the columns that look like personal data, where the table could be typed."""
    return [] if extract.table is None else [one.finding() for one in suspicions(extract.table)]


def _schema(name: str | None) -> dict[str, Any] | None:
    if name is None or name == NONE:
        return None
    path = Path(name)
    if path.suffix != ".json" and not path.is_file():
        return schemas.load(name)
    try:
        schema: dict[str, Any] = msgspec.json.decode(path.read_bytes(), type=dict[str, Any])
    except (OSError, msgspec.DecodeError) as error:
        fail("schema-unreadable", file=path.name, reason=str(error))
    return schema


Matches = tuple[tablecheck.Match, ...]


def _read(file: Path, schema: str | None) -> tuple[list[tablecheck.Extract], list[Matches]]:
    """Read the tables with the schemas that each matches; none where a schema was named."""
    extracts = tablecheck.read(file, filename=file.name, schema=_schema(schema))
    if schema is not None:
        return extracts, [() for _ in extracts]
    known = known_schemas()
    matches = [tablecheck.propose_for(one, known).matches for one in extracts]
    if len(matches) == 1 and (found := taken(matches[0])) is not None:
        against = schemas.load(found.schema)
        extracts = tablecheck.read(file, filename=file.name, schema=against)
    return extracts, matches


def _tell_match(matches: Matches, lang: str, *, is_alone: bool) -> None:
    found = taken(matches)
    if is_alone and found is not None:
        click.echo(sentence("schema-taken", in_words(found, lang), lang))
    elif (like := offered(matches)) is not None:
        click.echo(sentence("schema-like", in_words(like, lang), lang))


def _answer(extract: tablecheck.Extract, matches: Matches, lang: str) -> dict[str, Any]:
    report = extract.report
    said = with_words(report.to_dict(), lang)
    return {
        "name": extract.name,
        "valid": report.valid,
        "rows": report.row_count,
        "error_count": report.error_count,
        "counts": said["counts"],
        "column_hints": said["column_hints"],
        "findings": said["findings"],
        "personal_data": [
            {**msgspec.to_builtins(one), "message": tablecheck.message(one, lang)}
            for one in _personal(extract)
        ],
        "recipe": msgspec.to_builtins(extract.recipe),
        "schema": extract.schema,
        "matches": msgspec.to_builtins(matches),
        "inferred": types_with_words(extract.inferred, lang),
    }
