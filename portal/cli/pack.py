"""`eurometropolis pack`: test packs made of the catalogue, verified, listed."""

import sys
import zipfile
from pathlib import Path

import click
import msgspec

from catalogue.languages import nearest
from catalogue.records import RunIssue
from catalogue.store import Store
from catalogue.views import Engine
from portal.cli.options import data_option, json_option, language, one_sentence, opened, say
from portal.messages import sentence
from sandbox import packs
from sandbox.packs import verifying
from sandbox.packs.archive import sha256
from sandbox.packs.faults import MAX_EACH
from sandbox.packs.manifest import RECIPE
from sandbox.packs.recipe import Faults


@click.group("pack")
def command() -> None:
    """Make, verify and list test packs. docs/test-packs.md tells what a recipe holds."""


@command.command("make")
@click.argument("recipe")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The zip.  [default: the id of the pack, in this folder]",
)
@click.option(
    "--faults",
    "each",
    type=click.IntRange(1, MAX_EACH),
    help="Add dirty copies that break each rule of each field so often, with an answer key.",
)
@json_option
@data_option
def make(
    recipe: str, output: Path | None, each: int | None, is_json: bool, data: Path | None
) -> None:
    """Make the pack of RECIPE: a TOML file, or the id of a pack that comes with the platform."""
    with opened(data) as (_, store):
        file = Path(recipe)
        read = packs.read_recipe(file.read_bytes()) if file.is_file() else packs.recipe_of(recipe)
        if each is not None:
            read = msgspec.structs.replace(read, faults=Faults(each=each))
        made = packs.make(store, _engine(store), read)
        zipped = made.zipped()
        target = output or Path(f"{read.id}.zip")
        target.write_bytes(zipped)
    digest = sha256(zipped)
    if is_json:
        tables = {t.table: {"version": t.version, "rows": t.rows} for t in made.manifest.tables}
        _print({"file": str(target), "sha256": digest, "tables": tables})
        return
    click.echo(f"{digest}  {target}")
    for table in made.manifest.tables:
        name = f"{table.table}@{table.version}"
        say("pack-table", table=name, rows=table.rows, sampled=table.sampled)
        if table.left_out:
            say("pack-left-out", table=table.table, count=table.left_out)


@command.command("verify")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--again", "is_made_again", is_flag=True, help="Also make it again of the catalogue here."
)
@json_option
@data_option
def verify(file: Path, is_made_again: bool, is_json: bool, data: Path | None) -> None:
    """Verify FILE: each file by its sha256, the rows, the keys. Exit code 1 where it is damaged."""
    with one_sentence():
        manifest, issues = verifying.verify(file)
    if is_made_again and not issues:
        with opened(data) as (_, store):
            if _made_again(store, file) != file.read_bytes():
                issues.append(RunIssue(code="pack-differs", params=dict(manifest.made_with)))
    if is_json:
        _print({"id": manifest.id, "is_whole": not issues, "issues": issues})
    elif not issues:
        say("pack-whole", pack=manifest.id, files=len(manifest.files))
    for issue in () if is_json else issues:
        click.echo(sentence(issue.code, issue.params, language()))
    sys.exit(1 if issues else 0)


@command.command("list")
@json_option
@data_option
def list_packs(is_json: bool, data: Path | None) -> None:
    """List the packs that come with the platform."""
    with opened(data) as (_, store):
        rows = [
            (recipe, list(packs.missing_tables(store, recipe)))
            for recipe in packs.shipped().values()
        ]
    if is_json:
        _print([{"id": r.id, "title": r.title, "missing_tables": gone} for r, gone in rows])
        return
    for recipe, gone in rows:
        click.echo(f"{recipe.id:24} {nearest(recipe.title, language())[0]}")
        if gone:
            say("pack-tables-missing", tables=gone)


def _made_again(store: Store, file: Path) -> bytes:
    with zipfile.ZipFile(file) as archive:
        recipe = packs.read_recipe(archive.read(RECIPE))
    return packs.make(store, _engine(store), recipe).zipped()


def _engine(store: Store) -> Engine:
    return Engine(store.objects.parquet_folder(), store.objects.scratch())


def _print(answer: object) -> None:
    click.echo(msgspec.json.encode(answer).decode())
