"""The `thesaurus.toml` of a data folder: the words that an installation's steward adds."""

from pathlib import Path

from catalogue.errors import SettingsError
from catalogue.search.concepts import MAX_BYTES, OWN_FILE
from catalogue.search.thesaurus import load


def own_terms(data: Path) -> str:
    """Return the text of the file, "" where there is none.

    Raises SettingsError with file, concept and key where search cannot take it.
    """
    try:
        with (data / OWN_FILE).open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        return ""
    except OSError as fault:
        reason = fault.strerror or ""
        raise SettingsError("thesaurus_unreadable", file=OWN_FILE, fault=reason) from fault
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise SettingsError("thesaurus_unreadable", file=OWN_FILE, fault=str(fault)) from fault
    load(text)
    return text


def stamp(data: Path) -> tuple[int, int, int]:
    """Return what changes whenever the file does; zeros where there is none."""
    try:
        stat = (data / OWN_FILE).stat()
    except OSError:
        return (0, 0, 0)
    return (stat.st_ino, stat.st_mtime_ns, stat.st_size)
