"""`eurometropolis record`: a live feed becomes a series that is played at `/replay/<series>/`."""

import re
import shutil
import signal
from pathlib import Path
from tempfile import mkdtemp

import click
import msgspec

from catalogue.fetch import Fetch
from portal.cli.options import data_option, fail, json_option, one_sentence, say
from portal.replay import FOLDER, is_series_id
from portal.settings import load_settings
from sandbox import replay

_UNITS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86_400}


class _Duration(click.ParamType[float]):
    name = "duration"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Read `60s`, `15m`, `1h`, `0.5`."""
        match = re.fullmatch(r"(\d{1,7}(?:\.\d{1,3})?)([smhd]?)", str(value))
        if match is None or float(match[1]) <= 0:
            self.fail(f"{value!r}: 60s, 15m, 1h", param, ctx)
        return float(match[1]) * _UNITS[match[2]]


def check_name(name: str) -> None:
    """Raise BadParameter where a series cannot be called so."""
    if not is_series_id(name):
        raise click.BadParameter("a-z 0-9 . _ -", param_hint="--output")


@click.command(name="record")
@click.argument("url")
@click.option("--for", "for_s", type=_Duration(), default="1h", show_default=True)
@click.option("--every", "every_s", type=_Duration(), default="60s", show_default=True)
@click.option("-o", "--output", "name", required=True, help="The name of the series: a-z 0-9 . _ -")
@click.option("--attribution", default="", help="Producer and licence, told with the series.")
@click.option("--trusted-network", is_flag=True, help="Allow private and loopback addresses.")
@json_option
@data_option
def command(
    url: str,
    for_s: float,
    every_s: float,
    name: str,
    attribution: str,
    trusted_network: bool,
    is_json: bool,
    data: Path | None,
) -> None:
    """Record the feed at URL: the gbfs.json of a system, or any one file.

    Ctrl-C ends it and keeps what there is.
    """
    check_name(name)
    with one_sentence():
        folder = load_settings(data).data / FOLDER
        target = folder / name
        if target.exists():
            fail("replay-taken", series=name)
        folder.mkdir(parents=True, exist_ok=True)
        scratch = Path(mkdtemp(dir=folder, prefix=".recording-"))
        stopped: list[int] = []
        before = signal.signal(signal.SIGINT, lambda number, _: stopped.append(number))
        try:
            with Fetch(trusted_network=trusted_network) as fetch:
                about = replay.record(
                    url,
                    scratch / name,
                    lambda address: fetch.get_page(address).content,
                    every_s=every_s,
                    for_s=for_s,
                    attribution=attribution,
                    is_stopped=lambda: bool(stopped),
                )
            (scratch / name).rename(target)
        finally:
            signal.signal(signal.SIGINT, before)
            shutil.rmtree(scratch)
    series = replay.open_series(target)
    if is_json:
        told = {"series": about.id, "duration_s": about.duration_s, "files": series.files}
        click.echo(msgspec.json.encode(told).decode())
    else:
        say("replay-recorded", series=name, files=len(series.files), seconds=about.duration_s)
