"""`eurometropolis audit`: writes out who did what, as lines of JSON."""

from pathlib import Path

import click
import msgspec

from catalogue.store import audit
from portal.cli.options import data_option, opened


@click.command(name="audit")
@click.option("--actor", default="", help="Only what this user did.")
@click.option("--action", default="", help="Only deeds of this kind, such as dataset-withdrawn.")
@click.option("--subject", default="", help="Only what was done to this, such as dataset:stations.")
@data_option
def command(actor: str, action: str, subject: str, data: Path | None) -> None:
    """Write out who did what, the oldest first, one line of JSON each."""
    with opened(data) as (_, store):
        for line in audit.every(store, actor=actor, action=action, subject=subject):
            click.echo(msgspec.json.encode(line).decode())
