"""What the catalogue is known to lack, per theme and side: `gaps.toml` of the starter data."""

import tomllib
from collections import defaultdict
from functools import cache

from catalogue.records import Text
from catalogue.resources import folder


@cache
def missing() -> dict[str, dict[str, list[Text]]]:
    """Return theme -> side -> what is missing there, in three languages."""
    file = folder("starter") / "gaps.toml"
    found: dict[str, dict[str, list[Text]]] = defaultdict(lambda: defaultdict(list))
    if file.is_file():
        for gap in tomllib.loads(file.read_text(encoding="utf-8"))["gaps"]:
            text = {tag: gap[tag] for tag in ("fr", "nl", "en")}
            found[gap["theme"]][gap["side"]].append(text)
    return {theme: dict(sides) for theme, sides in found.items()}
