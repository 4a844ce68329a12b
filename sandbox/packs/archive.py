"""The zip of a pack: the same bytes for the same contents, whatever machine, day or tool made it.

Entries are sorted, stored without compression, and bear the first moment that a zip can bear.
"""

import hashlib
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import IO

_MOMENT = (1980, 1, 1, 0, 0, 0)
_UNIX = 3
_MODE = 0o100644 << 16


def write(contents: Mapping[str, bytes], target: Path | IO[bytes]) -> None:
    """Write contents by their path within the zip."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for path in sorted(contents):
            entry = zipfile.ZipInfo(path, _MOMENT)
            entry.create_system = _UNIX
            entry.external_attr = _MODE
            archive.writestr(entry, contents[path])


def sha256(content: bytes) -> str:
    """Return the sha256 of some bytes in hexadecimal."""
    return hashlib.sha256(content).hexdigest()
