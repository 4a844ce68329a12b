"""`eurometropolis sources`: which portals are harvested, and what answers at an address."""

import sys
from pathlib import Path

import click
import msgspec

from catalogue.fetch import Fetch
from catalogue.store import runs
from catalogue.store import sources as stored
from harvesters import sources as listing
from harvesters.detect import Detection, detect
from harvesters.suggestion import toml
from portal.cli.options import data_option, json_option, language, one_sentence, opened, say
from portal.messages import sentence


@click.group(name="sources")
def command() -> None:
    """List or check the sources."""


@command.command(name="list")
@json_option
@data_option
def list_sources(is_json: bool, data: Path | None) -> None:
    """List the sources with their last run."""
    with opened(data) as (settings, store):
        stored.save_all(store, listing.load(settings.sources or listing.DEFAULT))
        rows = [
            (source, next(iter(runs.of_source(store, source.id, limit=1)), None))
            for source in stored.listed(store)
        ]
    if is_json:
        click.echo(msgspec.json.encode([{"source": s, "last_run": run} for s, run in rows]))
        return
    for source, run in rows:
        last = "—" if run is None else f"{run.status} {run.started_at[:16]}Z"
        click.echo(f"{source.id:24} {source.protocol:14} {last:24} {source.url}")


@command.command(name="check")
@click.argument("url")
@click.option("--trusted-network", is_flag=True, help="Allow private and loopback addresses.")
@json_option
def check(url: str, trusted_network: bool, is_json: bool) -> None:
    """Say which protocol answers at URL, and what to add to `sources.toml`."""
    with one_sentence(), Fetch(trusted_network=trusted_network) as fetch:
        found = detect(url, fetch)
    if is_json:
        click.echo(msgspec.json.encode(found))
    elif found.protocol is None:
        say("protocol-unknown", url=url)
        for protocol, reason in _reasons(found):
            click.echo(f"  {protocol}: {reason}", err=True)
    else:
        say("protocol-found", protocol=found.protocol, url=found.url)
        click.echo()
        click.echo(toml(found), nl=False)
    sys.exit(0 if found.protocol is not None else 1)


def _reasons(found: Detection) -> list[tuple[str, str]]:
    """Return why each protocol was not the one, the last word of each."""
    last = {issue.params["protocol"]: issue.params for issue in found.tried}
    return [
        (protocol, sentence(params["reason"], {"expected": protocol, "url": found.url, **params},
                            language()))
        for protocol, params in last.items()
    ]  # fmt: skip
