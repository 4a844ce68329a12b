"""`eurometropolis doctor`: what stands and what is missing on this machine, for whoever runs it."""

import sys
from pathlib import Path

import click
import msgspec

from catalogue.errors import SettingsError
from catalogue.relations import Relation
from catalogue.search.concepts import OWN_FILE, counts
from catalogue.store import datasets, versions
from portal.assets import AssetsMissing, manifest
from portal.cli.options import data_option, json_option, language, opened
from portal.messages import sentence
from portal.sql_limits import sandbox_of
from portal.terms import own_terms

Line = tuple[str, bool, str]


@click.command(name="doctor")
@json_option
@data_option
def command(is_json: bool, data: Path | None) -> None:
    """Say which parts work and which walls stand around SQL. Exit code 1 where a part is broken."""
    with opened(data) as (settings, store), sandbox_of(settings) as sandbox:
        parts: list[Line] = [
            ("store", True, f"generation {datasets.generation(store)}"),
            ("objects", *_objects(versions.snapshot(store).relations)),
            ("assets", *_assets()),
            ("thesaurus", *_thesaurus(settings.data)),
        ]
        walls: list[Line] = [
            (f"sandbox {wall.name}", wall.stands, wall.reason) for wall in sandbox.walls()
        ]
    if is_json:
        names = ("name", "stands", "note")
        lines = [dict(zip(names, line, strict=True)) for line in (*parts, *walls)]
        click.echo(msgspec.json.encode(lines))
    else:
        for name, stands, note in (*parts, *walls):
            click.echo(f"{'+' if stands else '-'} {name:36} {note}")
    sys.exit(0 if all(stands for _, stands, _ in parts) else 1)


def _objects(relations: tuple[Relation, ...]) -> tuple[bool, str]:
    missing = [r for r in relations if not Path(r.path).is_file()]
    if missing:
        return False, ", ".join(f"{r.table}@{r.version}" for r in missing)
    return True, f"{len(relations)} versions"


def _thesaurus(data: Path) -> tuple[bool, str]:
    try:
        terms = own_terms(data)
    except SettingsError as error:
        return False, sentence(error.code, error.params, language())
    more, extended = counts(terms)
    return (
        True,
        f"{more} concepts added by {OWN_FILE}, {extended} extended" if terms else "as shipped",
    )


def _assets() -> tuple[bool, str]:
    try:
        return True, f"{len(manifest())} files"
    except AssetsMissing:
        return False, "pip install -e ."
