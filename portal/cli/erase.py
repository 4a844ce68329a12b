"""`eurometropolis erase`: removes for good what the law says must go."""

import getpass
import re
from pathlib import Path

import click

from portal.cli.options import data_option, opened, say
from portal.withdrawing import MAX_REASON, erase, erase_version

_VERSION = re.compile(r"([a-z][a-z0-9_]{0,62})@([1-9][0-9]{0,8})")


@click.command(name="erase")
@click.argument("what", metavar="DATASET|TABLE@N")
@click.option("--reason", required=True, help="Shown to whoever comes to its address.")
@click.confirmation_option(prompt="What is erased cannot be brought back. Go on?")
@data_option
def command(what: str, reason: str, data: Path | None) -> None:
    """Erase a DATASET with all its versions, or one version of a table (stations@3).

    Rows, received files, findings and everything derived go; its title, and why and when it went,
    stay. Backups made before still hold it, and so do earlier versions of a harmonised table that
    was made of it: erase those too.
    """
    if len(reason) > MAX_REASON:
        raise click.BadParameter(f"at most {MAX_REASON} signs", param_hint="--reason")
    by = getpass.getuser()
    version = _VERSION.fullmatch(what)
    with opened(data) as (_, store):
        if version is None:
            removed = erase(store, what, reason=reason, by=by)
        else:
            removed = erase_version(store, version[1], int(version[2]), reason=reason, by=by)
    say("erased", what=what, objects=removed)
