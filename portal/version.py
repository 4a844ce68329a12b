"""Which release of the platform answers."""

from functools import cache
from importlib import metadata


@cache
def version() -> str:
    """Return the version as installed, `0` in a checkout that was never installed."""
    try:
        return metadata.version("eurometropolis-data")
    except metadata.PackageNotFoundError:
        return "0"
