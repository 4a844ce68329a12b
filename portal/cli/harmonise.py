"""`eurometropolis harmonise`: makes the tables that put sources side by side, and tells of each
source what it gave and what did not fit.
"""

import sys
from pathlib import Path

import click
import msgspec

from catalogue.harmonised.records import LeftOut, Making, making_of
from catalogue.store import Store, versions
from catalogue.store.versions import Slot
from portal.cli.options import data_option, json_option, language, opened, say
from portal.harmonising import Outcome, refresh
from portal.harmonising.description import DISTRIBUTION_ID
from portal.messages import sentence


@click.command(name="harmonise")
@click.argument("names", metavar="[TABLE]...", nargs=-1)
@click.option(
    "--declarations",
    "folder",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="A folder of declarations to use instead of those that come with the software.",
)
@click.option("--force", "is_forced", is_flag=True, help="Make them anew though nothing changed.")
@json_option
@data_option
def command(
    names: tuple[str, ...], folder: Path | None, is_forced: bool, is_json: bool, data: Path | None
) -> None:
    """Make TABLES anew, or every harmonised table, where a source of theirs has changed. Exit code
    1 where one does not pass its check.
    """
    with opened(data) as (_, store):
        outcomes = refresh(store, names=names, folder=folder, is_forced=is_forced)
        outcomes = [_with_making(store, outcome) for outcome in outcomes]
    if is_json:
        click.echo(msgspec.json.encode(outcomes).decode())
    else:
        for outcome in outcomes:
            _tell(outcome)
    sys.exit(1 if any(outcome.status == "draft" for outcome in outcomes) else 0)


def _with_making(store: Store, outcome: Outcome) -> Outcome:
    """Add how the version in force was made, where nothing had to be made now."""
    if outcome.making is not None or outcome.dataset_id is None:
        return outcome
    slot = Slot(dataset_id=outcome.dataset_id, distribution_id=DISTRIBUTION_ID)
    version = versions.at(store, slot)
    if version is None:
        return outcome
    return msgspec.structs.replace(
        outcome, table=version.table, version=version.n, rows=version.row_count,
        making=making_of(version.recipe),
    )  # fmt: skip


def _tell(outcome: Outcome) -> None:
    say(
        f"harmonised-{outcome.status}",
        table=outcome.table,
        version=outcome.version,
        rows=outcome.rows or 0,
    )
    if outcome.making is not None:
        for line in _lines(outcome.making):
            click.echo(f"  {line}")


def _lines(making: Making) -> list[str]:
    lang = language()
    found: list[str] = []
    for one in making.contributions:
        params = {
            "table": f"{one.table}@{one.version}",
            "rows": one.taken,
            "read": one.read,
            "repeats": one.repeats or None,
        }
        found.append(sentence("harmonised-source", params, lang))
        found += [f"  {left_out(each, lang)}" for each in one.left_out]
        found += [f"  {emptied(each, lang)}" for each in one.emptied]
        if one.absent:
            params = {"columns": ", ".join(one.absent)}
            found.append(f"  {sentence('harmonised-absent', params, lang)}")
    for column, count in making.differing.items():
        params = {"column": column, "count": count, "pairs": making.merged + making.near}
        found.append(sentence("harmonised-differing", params, lang))
    return found


def left_out(one: LeftOut, lang: str) -> str:
    """Say why rows are not in the table."""
    why = sentence(f"harmonised-why-{one.why}", {"column": one.column}, lang)
    return sentence("harmonised-left-out", {"count": one.rows, "why": why}, lang)


def emptied(one: LeftOut, lang: str) -> str:
    """Say why cells are empty though the source has a value."""
    why = sentence(f"harmonised-why-{one.why}", {"column": one.column}, lang)
    return sentence("harmonised-emptied", {"count": one.rows, "why": why}, lang)
