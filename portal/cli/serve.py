"""`eurometropolis serve`: the portal alone, for an installation whose worker runs elsewhere."""

from functools import partial
from pathlib import Path

import click

from portal.assets import AssetsMissing, manifest
from portal.cli.options import data_option, fail, one_sentence, opened, say
from portal.server import check_port, serve

host_option = click.option("--host", default="127.0.0.1", show_default=True)
port_option = click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))


@click.command(name="serve")
@host_option
@port_option
@data_option
def command(host: str, port: int, data: Path | None) -> None:
    """Serve the portal and its API."""
    check(host, port)
    with opened(data) as (settings, _):
        folder = settings.data
    serve(folder, host, port, on_ready=partial(tell_address, host, port))


def tell_address(host: str, port: int) -> None:
    """Say where the portal is."""
    shown = f"[{host}]" if ":" in host else host
    say("serving", url=f"http://{shown}:{port}/")


def check(host: str, port: int) -> None:
    """End the command where nothing could be served: a port in use, assets that were not built."""
    with one_sentence():
        check_port(host, port)
    try:
        manifest()
    except AssetsMissing as error:
        fail(error.code)
