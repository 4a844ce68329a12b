"""Makes the sentence of a code, in the reader's language: what happened, with the value, and what
to do.

The rooms below raise codes with parameters and know no language. One TOML file a language holds
the sentences; the sandbox has a catalogue of its own, which is asked for its codes. Findings of
the checker have theirs in `tablecheck.messages`.
"""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, cast

from sandbox.messages import MESSAGES as SANDBOX
from sandbox.messages import Language
from tablecheck.messages.words import number

_FOLDER = Path(__file__).parent
_FALLBACK = "en"
# Numbers that count things are written as the reader does; ports, years and codes stay as they are.
_COUNTS = frozenset({"count", "rows"})
_UNKNOWN = "unknown-code"
# What is left where a raiser of a code gives only some of its parameters.
_LEFTOVERS = re.compile(r"\(\)|^\s*:\s*|(?<=\s)\s+|\s+(?=[.,)])")
# `(({rows} row|{rows} rows))`: by the parameter that both forms name.
_ONE_OR_MANY = re.compile(r"\(\(((?:[^|()]*)\{(\w+)\}[^|()]*)\|([^()]*)\)\)")

# `[[ Did you mean “{meant}”?]]`: said where the parameter has a value.
_WHERE_GIVEN = re.compile(r"\[\[([^\[\]{]*\{(\w+)\}[^\[\]]*)\]\]")


def sentence(code: str, params: Mapping[str, object], lang: str) -> str:
    """Return the sentence of a code in `fr`, `nl` or `en`.

    A code that no catalogue has is shown as it is, with its parameters: never an error within an
    error.
    """
    templates = catalogue(lang)
    template = templates.get(code) or _of_the_sandbox(code, lang)
    if template is None:
        details = ", ".join(f"{key}={_shown(value)}" for key, value in params.items())
        return templates[_UNKNOWN].format(code=code, details=details or "–")
    template = _WHERE_GIVEN.sub(
        lambda found: found[1] if params.get(found[2]) is not None else "", template
    )
    template = _ONE_OR_MANY.sub(lambda found: _form(found, params, lang), template)
    of_reader = lang if lang in ("fr", "nl", "en") else _FALLBACK
    shown = {
        key: number(value, of_reader)
        if key in _COUNTS and isinstance(value, int)
        else _shown(value)
        for key, value in params.items()
    }
    text = template.format_map(_Values(shown))
    return _LEFTOVERS.sub("", text).strip()


def _form(found: re.Match[str], params: Mapping[str, object], lang: str) -> str:
    """Choose the singular for one, in French for none too."""
    one, name, many = found.groups()
    is_one = params.get(name) == 1 or (lang == "fr" and params.get(name) == 0)
    return one if is_one else many


@cache
def catalogue(lang: str) -> dict[str, str]:
    """Return every template of a language by code; a language that is not ours is English."""
    known = lang if lang in ("fr", "nl", "en") else _FALLBACK
    texts = tomllib.loads((_FOLDER / f"{known}.toml").read_text("utf-8"))
    return {code: str(text) for code, text in texts.items()}


def _of_the_sandbox(code: str, lang: str) -> str | None:
    texts = SANDBOX.get(code)
    if texts is None:
        return None
    return texts[cast(Language, lang if lang in texts else _FALLBACK)]


class _Values(dict[str, str]):
    """A parameter that this raiser of the code does not give is left out."""

    def __missing__(self, key: str) -> str:
        return ""


def _shown(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, list | tuple | set | frozenset):
        return ", ".join(_shown(item) for item in value)
    return str(value)
