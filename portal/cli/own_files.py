"""Own files beside the tables of the catalogue, for one statement: read and checked as any other
file, in a child process, and forgotten afterwards. Nothing is stored.
"""

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from catalogue.names import table_name
from catalogue.relations import Relation, Snapshot
from catalogue.store.database import now
from portal.cli.findings import print_report
from portal.cli.options import fail, language
from portal.reading import Part, Reader

_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")


def pair_of(text: str) -> tuple[str, Path]:
    """Read `name=file`. Raises BadParameter."""
    name, equals, path = text.partition("=")
    if not equals or not _NAME.fullmatch(name):
        raise click.BadParameter("NAME=FILE, NAME: a-z 0-9 _", param_hint="--with")
    if not Path(path).is_file():
        raise click.BadParameter(path, param_hint="--with")
    return name, Path(path)


@contextmanager
def beside(snapshot: Snapshot, pairs: list[tuple[str, Path]]) -> Iterator[Snapshot]:
    """Add the tables of own files to what may be read; end the command where one has errors."""
    if not pairs:
        yield snapshot
        return
    taken = {relation.table for relation in snapshot.relations}
    with TemporaryDirectory(prefix="own-files-") as folder, Reader(Path(folder)) as reader:
        found: list[Relation] = []
        for name, path in pairs:
            for part in reader.read(path, filename=path.name):
                relation = _relation(_named(name, part), part, path)
                if relation.table in taken:
                    fail("own-file-name-taken", name=relation.table)
                taken.add(relation.table)
                found.append(relation)
        yield Snapshot(generation=snapshot.generation, relations=(*snapshot.relations, *found))


def _named(name: str, part: Part) -> str:
    """Name a table: as given where it is the file's only one, else with the name of its part."""
    if not part.name:
        return name
    return table_name(f"{name} {part.name}")


def _relation(name: str, part: Part, path: Path) -> Relation:
    if part.prepared is None:
        with redirect_stdout(sys.stderr):  # the standard output is for the answer
            print_report(part.report, language())
        fail("own-file-has-errors", file=path.name)
    return Relation(
        table=name,
        version=1,
        sha256=part.prepared.logical_sha256,
        path=part.prepared.file,
        created_at=now(),
        row_count=part.prepared.row_count,
    )
