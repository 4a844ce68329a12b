"""A backup of a data folder: one folder or one tar file that holds all that cannot be made again.

    manifest.json   what is in it, with the sha256 of each file; written last
    catalogue.db    the metadata as they were at one moment; jobs.db beside it
    settings.toml   where there is one
    objects/ raw/   the versions and the received files that the metadata of that moment name

Objects never change, so that a server may publish on while they are copied. What is derived from
these (the search index, other formats) is made again at the next start.
"""

from catalogue.backup.making import make
from catalogue.backup.manifest import Manifest
from catalogue.backup.restoring import restore

__all__ = ["Manifest", "make", "restore"]
