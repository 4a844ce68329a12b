"""The command `eurometropolis`. Each subcommand lives in a file of its own and is imported when it
is called.

Starting the command must stay quick: nothing here imports the slow libraries.
"""

import os
from importlib import import_module

import click

from portal.lifeline import die_with_parent

CHILD_VARIABLE = "EUROMETROPOLIS_CHILD"

# name -> (module below portal.cli, one line for --help)
COMMANDS = {
    "up": ("up", "First start: harvest the starter sources, then serve."),
    "serve": ("serve", "Serve the portal and its API."),
    "worker": ("worker", "Run the jobs: scheduled harvests, retries."),
    "harvest": ("harvest", "Harvest sources now."),
    "harmonise": ("harmonise", "Make harmonised tables anew."),
    "sources": ("sources", "List or check the sources."),
    "check": ("check", "Check a file against a schema."),
    "publish": ("publish", "Publish a file as a dataset."),
    "sql": ("sql", "Run one reading SQL statement."),
    "pack": ("pack", "Make, verify and list test packs."),
    "record": ("record", "Record a live feed, to be played again."),
    "simulate": ("simulate", "Make a simulated day of shared bikes."),
    "withdraw": ("withdraw", "Withdraw a dataset from the public, or put it back."),
    "erase": ("erase", "Erase a dataset or a version for good."),
    "users": ("users", "Add and list users."),
    "audit": ("audit", "Write out who did what."),
    "backup": ("backup", "Back up the data folder, beside a running server."),
    "restore": ("restore", "Make a data folder of a backup."),
    "doctor": ("doctor", "Say what stands and what is missing on this machine."),
}


class _LazyGroup(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"portal.cli.{COMMANDS[cmd_name][0]}")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


@click.group(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="eurometropolis-data")
def main() -> None:
    """Open data of the Eurometropolis Lille–Kortrijk–Tournai: catalogue, checks, versions, SQL."""
    if parent := os.environ.pop(CHILD_VARIABLE, None):
        die_with_parent(int(parent))
