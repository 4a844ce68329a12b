"""The themes of the catalogue with their names and icons: `schemas/themes.toml`, in the order of
the home page.
"""

import tomllib
from functools import cache

import msgspec

from catalogue.records import Text
from catalogue.resources import folder

# The file names things; the sprite holds the drawings of Lucide, where a bolt is a screw.
_ICONS = {"bolt": "zap", "building": "landmark", "book": "book-open"}


class Theme(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A theme of the EU vocabulary data-theme."""

    id: str
    title: Text
    icon: str


@cache
def themes() -> dict[str, Theme]:
    """Return every theme by its code."""
    text = (folder("schemas") / "themes.toml").read_text(encoding="utf-8")
    found = {}
    for row in tomllib.loads(text)["themes"]:
        title = {tag: row[tag] for tag in ("fr", "nl", "en")}
        icon = _ICONS.get(row["icon"], row["icon"])
        found[row["id"]] = Theme(id=row["id"], title=title, icon=icon)
    return found
