"""Finds the folders that travel with the code, in a checkout and in an installed wheel alike.

An editable install copies force-included files into site-packages, where they go stale: so the
checkout wins wherever it is the one that runs.
"""

from pathlib import Path

_CHECKOUT = {
    "schemas": "schemas",
    "starter": "data/starter",
    "harmonised": "data/harmonised",
}


def folder(name: str) -> Path:
    """Return the folder `schemas`, `starter` or `harmonised` that belongs to the running code."""
    here = Path(__file__).resolve().parent
    checkout = here.parent / _CHECKOUT[name]
    if (here.parent / "pyproject.toml").is_file() and checkout.is_dir():
        return checkout
    return here / f"_{name}"
