"""What the commands share: where the store is, the language of messages, and how an error ends a
command.

Exit codes: 0 fine, 1 findings or a failed run, 2 wrong usage or a set-up that cannot work.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal, NoReturn, TypeVar

import click
import sqlalchemy as sa

from catalogue.errors import CatalogueError
from catalogue.store import Store, open_store
from portal.messages import sentence
from portal.settings import DATA_VARIABLE, Settings, load_settings

_LANGUAGES: tuple[Literal["fr", "nl", "en"], ...] = ("fr", "nl", "en")

F = TypeVar("F", bound=Callable[..., object])

data_option = click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    envvar=DATA_VARIABLE,
    help="The data folder.  [default: data]",
)
json_option = click.option("--json", "is_json", is_flag=True, help="Answer in JSON.")


def language() -> Literal["fr", "nl", "en"]:
    """Return what `--lang` says, else the terminal's language where it is ours, else English."""
    context = click.get_current_context(silent=True)
    asked = context.params.get("lang") if context else None
    for known in _LANGUAGES:
        if asked == known:
            return known
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        tag = os.environ.get(variable, "")[:2].lower()
        for known in _LANGUAGES:
            if tag == known:
                return known
    return "en"


def say(code: str, **params: object) -> None:
    """Tell whoever watches, beside the answer itself."""
    click.echo(sentence(code, params, language()), err=True)


def fail(code: str, **params: object) -> NoReturn:
    """End the command with one sentence and exit code 2."""
    say(code, **params)
    raise SystemExit(2)


@contextmanager
def one_sentence() -> Iterator[None]:
    """Turn an error of the catalogue or of its disk into one sentence and exit code 2."""
    try:
        yield
    except CatalogueError as error:
        fail(error.code, **error.params)
    except OSError as error:
        fail("storage-failed", reason=error.strerror or type(error).__name__)
    except sa.exc.OperationalError as error:
        fail("storage-failed", reason=str(error.orig))


@contextmanager
def opened(data: Path | None) -> Iterator[tuple[Settings, Store]]:
    """Give the settings and the open store of a data folder."""
    with one_sentence():
        settings = load_settings(data)
        store = open_store(settings.data, database_url=settings.database_url)
        try:
            yield settings, store
        finally:
            store.close()
