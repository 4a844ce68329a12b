"""Every error that the catalogue raises, on one screen.

    CatalogueError
    ├── SettingsError      a setting or a `sources.toml` cannot be read as it stands
    ├── StoreError         the data folder or its database cannot be used
    ├── NotFound           no dataset, table, version, schema or source of that name
    ├── Gone               it was here and is withdrawn or erased, with the reason
    ├── Conflict           what was asked contradicts what is there
    └── FetchError         a file or a page could not be fetched from a source

Each carries a `code` and `params`; the sentence in the reader's language is made at the edge. A
wrong *file* is no exception but a finding of its report, a wrong *record* an issue of its run.
"""

from typing import Any


class CatalogueError(Exception):
    """Anything the catalogue cannot do, with the reason as a code and its parameters."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(f"{code}: {params}")
        self.code = code
        self.params = params


class SettingsError(CatalogueError):
    """A setting or a list of sources cannot be read as it stands."""


class StoreError(CatalogueError):
    """The data folder or its database cannot be used."""


class NotFound(CatalogueError):
    """No thing of that name."""


class Gone(CatalogueError):
    """What was here, and is withdrawn or erased."""


class Conflict(CatalogueError):
    """What was asked contradicts what is there."""


class FetchError(CatalogueError):
    """A file or a page could not be fetched from a source."""
