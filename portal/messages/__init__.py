"""Makes the sentence of a code, in the reader's language: what happened, with the value, and what to do.

The rooms below raise codes with parameters and know no language. One TOML file a language holds the sentences; the
checker and the sandbox have catalogues of their own for their own codes.
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).parent
_FALLBACK = "en"
_UNKNOWN = "unknown-code"


def sentence(code: str, params: Mapping[str, object], lang: str) -> str:
    """Return the sentence of a code in `fr`, `nl` or `en`.

    A code that no catalogue has is shown as it is, with its parameters: never an error within an error.
    """
    templates = catalogue(lang)
    template = templates.get(code) or _of_the_sandbox(code, lang)
    if template is None:
        details = ", ".join(f"{key}={_shown(value)}" for key, value in params.items())
        return templates[_UNKNOWN].format(code=code, details=details or "–")
    text = template.format_map(_Values({key: _shown(value) for key, value in params.items()}))
    return re.sub(r" {2,}| (?=[.)]$)|^(?::\s*| )", lambda found: " " if found[0].isspace() and found.start() else "", text).strip()


@cache
def catalogue(lang: str) -> dict[str, str]:
    """Return every template of a language by code; a language that is not ours is English."""
    file = _FOLDER / f"{lang}.toml"
    if lang not in ("fr", "nl", "en"):
        file = _FOLDER / f"{_FALLBACK}.toml"
    return {str(key): str(text) for key, text in tomllib.loads(file.read_text("utf-8")).items()}


class _Values(dict[str, str]):
    """A parameter that this raiser of the code does not give is left out."""

    def __missing__(self, key: str) -> str:
        return ""


def _shown(value: Any) -> str:
    if value is None:
        return "–"
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, list | tuple | set | frozenset):
        return ", ".join(_shown(item) for item in value) or "–"
    return str(value)
