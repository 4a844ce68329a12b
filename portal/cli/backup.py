"""`eurometropolis backup`: all that cannot be made again, in one folder or one tar file."""

import sys
from pathlib import Path

import click
import msgspec

from catalogue import backup
from portal.cli.options import data_option, fail, json_option, one_sentence, say
from portal.cli.terminal import TerminalProgress
from portal.settings import load_settings
from portal.version import version


@click.command(name="backup")
@click.argument("target", metavar="DEST", type=click.Path(path_type=Path))
@click.option(
    "--link", "is_linked", is_flag=True, help="Link the objects instead of copying, on one disk."
)
@json_option
@data_option
def command(target: Path, is_linked: bool, is_json: bool, data: Path | None) -> None:
    """Back up the data folder into the folder DEST, or the file DEST where it ends in .tar.

    It works beside a running server. Exit code 1 where objects of the store are missing or
    damaged: the backup holds all others.
    """
    is_tar = target.suffix == ".tar"
    if is_linked and is_tar:
        fail("backup-link-in-tar")
    with one_sentence():
        settings = load_settings(data)
        if settings.database_url:
            fail("backup-elsewhere")
        databases = {"catalogue.db": settings.data / "catalogue.db"}
        if settings.jobs_database_url:
            say("backup-without-jobs")
        else:
            databases["jobs.db"] = settings.data / "jobs.db"
        with TerminalProgress(str(settings.data), is_quiet=is_json) as progress:
            made = backup.make(
                settings.data,
                target,
                databases=databases,
                made_by=version(),
                is_linked=is_linked,
                progress=progress,
            )
    if is_json:
        click.echo(msgspec.json.encode(summary(made, target=str(target))))
    else:
        size_mb = made.size_bytes / 1e6
        say("backup-made", target=target, files=len(made.files), size_mb=round(size_mb, 1))
    tell_missing(made)


def summary(made: backup.Manifest, **more: str) -> dict[str, object]:
    """Return what a script wants to know of a backup."""
    return {
        **more,
        "made_at": made.made_at,
        "files": len(made.files),
        "size_bytes": made.size_bytes,
        "missing": made.missing,
    }


def tell_missing(made: backup.Manifest) -> None:
    """Say what a backup lacks, and end with 1; return where it lacks nothing."""
    if made.missing:
        say("backup-lacks", count=len(made.missing), paths=made.missing[:3])
        sys.exit(1)
