"""Writes docs/reference.md from the code: commands, settings, protocols, schemas, error codes.

`python -m tests.house.reference` writes it anew; a test compares it.
"""

import json
import os
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click
import msgspec

from catalogue import schemas
from catalogue.resources import folder
from harvesters import HARVESTERS
from portal.cli import COMMANDS, main
from portal.messages import catalogue
from portal.settings import (
    MailSettings,
    MapSettings,
    SandboxSettings,
    Settings,
    WebhookSettings,
)

FILE = Path(__file__).parents[2] / "docs" / "reference.md"


def rendered() -> str:
    """Return the whole page."""
    parts = [
        "# Reference\n",
        "Written from the code by `python -m tests.house.reference`; a test keeps it true.\n",
        "## Commands\n",
        *_commands(),
        "## Settings\n",
        "`settings.toml` in the data folder; every key may be left out.\n",
        *_settings(),
        "## Protocols\n",
        *(f"- `{name}`: {_first_line(h.records)}" for name, h in HARVESTERS.items()),
        "",
        "## Schemas\n",
        *_schemas(),
        "## Error codes\n",
        "What happened, in English; French and Dutch stand beside it in `portal/messages/`.\n",
        "| code | sentence |\n|---|---|",
        *(f"| `{code}` | {_plural(text)} |" for code, text in sorted(catalogue("en").items())),
        "",
    ]
    return "\n".join(parts)


def _commands() -> Iterator[str]:
    os.environ["COLUMNS"] = "90"
    context = click.Context(main, info_name="eurometropolis", **main.context_settings)
    yield f"```\n{main.get_help(context)}\n```\n"
    for name in COMMANDS:
        command = main.get_command(context, name)
        if command is None:
            raise LookupError(name)
        yield from _help(command, click.Context(command, info_name=name, parent=context))


def _help(command: click.Command, context: click.Context) -> Iterator[str]:
    yield f"### {context.command_path}\n\n```\n{command.get_help(context)}\n```\n"
    if isinstance(command, click.Group):
        for name, inner in command.commands.items():
            yield from _help(inner, click.Context(inner, info_name=name, parent=context))


def _settings() -> Iterator[str]:
    yield "| key | type | default |\n|---|---|---|"
    parts = {
        "mail.": MailSettings,
        "map.": MapSettings,
        "sandbox.": SandboxSettings,
        "webhooks.": WebhookSettings,
    }
    for prefix, kind in {"": Settings, **parts}.items():
        for field in msgspec.structs.fields(kind):
            if field.name == "data" or f"{prefix}{field.name}." in parts:
                continue
            shown = str(getattr(field.type, "__name__", field.type)).replace("|", "or")
            yield f"| `{prefix}{field.name}` | {shown} | {field.default} |"
    yield ""


def _schemas() -> Iterator[str]:
    yield "| name | what | columns |\n|---|---|---|"
    for name in schemas.names():
        source = next((folder("schemas") / name).glob("*/source.toml"))
        title = tomllib.loads(source.read_text(encoding="utf-8")).get("title", {})
        words = title.get("en", "") if isinstance(title, dict) else str(title)
        columns = ", ".join(f"`{field['name']}`" for field in schemas.load(name)["fields"])
        yield f"| `{name}` | {_cell(words)} | {columns} |"
    yield ""


def _first_line(function: object) -> str:
    return (getattr(function, "__doc__", None) or "").strip().splitlines()[0]


def _plural(sentence: str) -> str:
    """Show of `((one|many))` the many, and `[[what is said where it is known]]`."""
    many = re.sub(r"\(\(([^|()]*)\|([^()]*)\)\)", r"\2", sentence)
    return _cell(re.sub(r"\[\[(.*?)\]\]", r"\1", many))


def _cell(text: object) -> str:
    shown = text if isinstance(text, str) else json.dumps(text)
    return shown.replace("|", "\\|").replace("\n", " ")


if __name__ == "__main__":
    FILE.write_text(rendered(), encoding="utf-8")
