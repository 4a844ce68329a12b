"""What operations, parameters and answers mean, in the reader's language: one TOML file each.

A parameter is looked up as `<operation>.<name>`, else by its place (`path.lang`), else by its name.
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

_FOLDER = Path(__file__).parent
_FALLBACK = "en"


class Texts(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The words of one language by tag, operation, parameter, status, media type and need."""

    introduction: str
    title: str
    tags: dict[str, str]
    operations: dict[str, str]
    notes: dict[str, str]
    parameters: dict[str, str]
    answers: dict[str, str]
    needs: dict[str, str]

    def parameter(self, operation: str, parameter: Mapping[str, Any]) -> str:
        """Return what a parameter means. Raises KeyError."""
        return self.parameters[self.key_of(operation, parameter)]

    def key_of(self, operation: str, parameter: Mapping[str, Any]) -> str:
        """Return the key of the text of a parameter."""
        name, place = str(parameter["name"]), parameter["in"]
        if words := parameter.get("words"):
            return str(words)
        keys = (f"{operation}.{name}", f"{place}.{name}")
        return next((key for key in keys if key in self.parameters), name)

    def answer(self, operation: str, status: str) -> str:
        """Return what an answer means. Raises KeyError."""
        return self.answers.get(f"{operation}.{status}") or self.answers[status]


@cache
def texts_of(lang: str) -> Texts:
    """Read the texts of a language; one that is not ours is English."""
    known = lang if lang in ("fr", "nl", "en") else _FALLBACK
    content = tomllib.loads((_FOLDER / f"{known}.toml").read_text("utf-8"))
    return msgspec.convert(content, Texts)
