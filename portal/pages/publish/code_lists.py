"""The codes of a column and what they mean, as a steward writes them: one a line, `code = meaning`,
in each language.
"""

from typing import Any

from catalogue.records import LANGUAGES

MAX_CODES, MAX_CODE, MAX_MEANING = 300, 100, 120
MAX_TEXT = MAX_CODES * (MAX_CODE + MAX_MEANING + 4)
_SIGN = "="


def code_list_of(texts: dict[str, str]) -> list[dict[str, Any]]:
    """Return `categories` of Table Schema from what was written in each language.

    Codes stand in the order in which they come first; one without a meaning is a code still.
    """
    found: dict[str, dict[str, str]] = {}
    for lang in LANGUAGES:
        for line in texts.get(lang, "").splitlines():
            code, _, meaning = (" ".join(part.split()) for part in line.partition(_SIGN))
            if code:
                found.setdefault(code, {})
                if meaning:
                    found[code][lang] = meaning
    return [
        {"value": code, "label": labels} if labels else {"value": code}
        for code, labels in found.items()
    ]


def lines_of(categories: list[dict[str, Any]]) -> dict[str, str]:
    """Return the text of a code list in each language, as it is written in the form."""
    texts = {}
    for lang in LANGUAGES:
        lines = [
            f"{one['value']} {_SIGN} {one['label'][lang]}"
            if one.get("label", {}).get(lang)
            else str(one["value"])
            for one in categories
            if one.get("label", {}).get(lang) or (lang == LANGUAGES[0] and not one.get("label"))
        ]
        texts[lang] = "\n".join(lines)
    return texts


def is_too_long(categories: list[dict[str, Any]]) -> bool:
    """Tell whether a list has too many codes, or a code or meaning is longer than any needs."""
    return len(categories) > MAX_CODES or any(
        len(one["value"]) > MAX_CODE
        or any(len(text) > MAX_MEANING for text in one.get("label", {}).values())
        for one in categories
    )
