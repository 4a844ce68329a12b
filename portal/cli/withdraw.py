"""`eurometropolis withdraw`: takes a dataset from the public, or puts it back."""

import getpass
from pathlib import Path

import click

from portal.cli.options import data_option, opened, say
from portal.withdrawing import MAX_REASON, put_back, withdraw


@click.command(name="withdraw")
@click.argument("dataset_id", metavar="DATASET")
@click.option("--reason", default="", help="Shown to whoever comes to its address.")
@click.option("--back", "is_back", is_flag=True, help="Put a withdrawn dataset back.")
@data_option
def command(dataset_id: str, reason: str, is_back: bool, data: Path | None) -> None:
    """Withdraw a DATASET from the public: pages, downloads, SQL and feeds. Nothing is lost."""
    if not is_back and not 0 < len(reason) <= MAX_REASON:
        raise click.BadParameter(f"say why, in at most {MAX_REASON} signs", param_hint="--reason")
    by = getpass.getuser()
    with opened(data) as (_, store):
        if is_back:
            put_back(store, dataset_id, by=by)
        else:
            withdraw(store, dataset_id, reason=reason, by=by)
    say("put-back" if is_back else "withdrawn", dataset=dataset_id)
