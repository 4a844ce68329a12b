"""`eurometropolis worker`: runs the scheduled harvests of a data folder."""

from pathlib import Path

import click

from portal.cli.options import data_option, one_sentence, opened, say
from portal.jobs.worker import work


@click.command(name="worker")
@data_option
def command(data: Path | None) -> None:
    """Run the jobs of a data folder until it is stopped."""
    with opened(data) as (settings, _):
        pass  # a folder or settings that cannot be used end here, in one sentence
    with one_sentence():
        say("worker-started")
        work(settings)
