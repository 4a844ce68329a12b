"""`eurometropolis check`: the verdict on a file, before anybody publishes it. Nothing is stored."""

import sys
from pathlib import Path
from typing import Any

import click
import msgspec

import tablecheck
from catalogue import schemas
from catalogue.records import LANGUAGES
from portal.cli.findings import print_report, print_types, types_with_words
from portal.cli.options import data_option, fail, json_option, language, one_sentence, say


@click.command(name="check")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--schema", metavar="NAME|PATH", help="A schema of the platform, or a file.")
@click.option("--lang", type=click.Choice(LANGUAGES), help="The language of the findings.")
@json_option
@data_option
def command(
    file: Path, schema: str | None, lang: str | None, is_json: bool, data: Path | None
) -> None:
    """Check FILE. Exit code 1 where there are errors."""
    del data  # every command takes it; a check needs no store
    chosen = lang or language()
    with one_sentence():
        extracts = tablecheck.read(file, filename=file.name, schema=_schema(schema))
    if is_json:
        click.echo(msgspec.json.encode({"tables": [_answer(one, chosen) for one in extracts]}))
    else:
        for extract in extracts:
            print_report(extract.report.to_dict(), chosen)
            print_types(extract.inferred, chosen)
            say(
                "check-valid" if extract.report.valid else "check-invalid",
                file=extract.name or file.name,
                rows=extract.report.row_count,
                count=extract.report.error_count,
            )
    sys.exit(0 if all(extract.report.valid for extract in extracts) else 1)


def _schema(name: str | None) -> dict[str, Any] | None:
    if name is None:
        return None
    path = Path(name)
    if path.suffix != ".json" and not path.is_file():
        return schemas.load(name)
    try:
        schema: dict[str, Any] = msgspec.json.decode(path.read_bytes(), type=dict[str, Any])
    except (OSError, msgspec.DecodeError) as error:
        fail("schema-unreadable", file=path.name, reason=str(error))
    return schema


def _answer(extract: tablecheck.Extract, lang: str) -> dict[str, Any]:
    findings = [
        {
            **msgspec.to_builtins(finding),
            "message": tablecheck.message(finding, lang),
            "hint": tablecheck.hint(finding, lang),
        }
        for finding in extract.report.findings
    ]
    return {
        "name": extract.name,
        "valid": extract.report.valid,
        "rows": extract.report.row_count,
        "error_count": extract.report.error_count,
        "findings": findings,
        "recipe": msgspec.to_builtins(extract.recipe),
        "schema": extract.schema,
        "inferred": types_with_words(extract.inferred, lang),
    }
