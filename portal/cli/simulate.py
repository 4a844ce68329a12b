"""`eurometropolis simulate`: one simulated day of shared bikes over the real stations, as a
series.
"""

from pathlib import Path

import click

from portal.cli.options import data_option, fail, one_sentence, say
from portal.cli.record import check_name
from portal.replay import FOLDER
from portal.settings import load_settings
from sandbox import replay
from sandbox.replay.simulated import EVERY_S, SEED


@click.command(name="simulate")
@click.option("--seed", type=int, default=SEED, show_default=True)
@click.option("--gbfs", type=click.Choice(["2.3", "3.0"]), default="3.0", show_default=True)
@click.option("--every", "every_s", type=click.IntRange(30, 3600), default=EVERY_S,
              show_default=True, help="Seconds between two states.")  # fmt: skip
@click.option("-o", "--output", "name", required=True, help="The name of the series: a-z 0-9 . _ -")
@data_option
def command(seed: int, gbfs: str, every_s: int, name: str, data: Path | None) -> None:
    """Make a simulated day of V'Lille, labelled as such; the same seed makes the same bytes."""
    check_name(name)
    with one_sentence():
        target = load_settings(data).data / FOLDER / name
        if target.exists():
            fail("replay-taken", series=name)
        about = replay.simulate(target, gbfs, seed, every_s)
    series = replay.open_series(target)
    say("replay-recorded", series=name, files=len(series.files), seconds=about.duration_s)
