"""`eurometropolis restore`: a backup becomes a data folder again."""

from pathlib import Path

import click
import msgspec

from catalogue import backup
from portal.cli.backup import summary, tell_missing
from portal.cli.options import data_option, json_option, one_sentence, say
from portal.cli.terminal import TerminalProgress
from portal.settings import load_settings


@click.command(name="restore")
@click.argument("source", metavar="SRC", type=click.Path(path_type=Path))
@json_option
@data_option
def command(source: Path, is_json: bool, data: Path | None) -> None:
    """Restore the backup SRC, a folder or a tar file, into a data folder that is empty.

    Every file is verified; where one is wrong, nothing is restored. Exit code 1 where the backup
    was made of a store that lacked objects.
    """
    with one_sentence():
        folder = load_settings(data).data
        with TerminalProgress(str(folder), is_quiet=is_json) as progress:
            made = backup.restore(source, folder, progress=progress)
    if is_json:
        click.echo(msgspec.json.encode(summary(made, data=str(folder))))
    else:
        say("restored", folder=folder, files=len(made.files), made_at=made.made_at[:16])
    tell_missing(made)
