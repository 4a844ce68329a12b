"""What every view needs from its request: the services of the process, and the language of the
answer.
"""

from typing import cast

from flask import current_app, request

from catalogue.records import LANGUAGES, Text
from portal.i18n import DEFAULT
from portal.services import Services

EXTENSION = "eurometropolis"
_LANGUAGE = "eurometropolis.language"

# Where a text is missing in the reader's language: what she most likely reads next.
_NEXT = {"fr": ("en", "nl"), "nl": ("en", "fr"), "en": ("fr", "nl")}


def services() -> Services:
    """Return the store, search index and sandbox that the application was made with."""
    return cast(Services, current_app.extensions[EXTENSION])


def language() -> str:
    """Return the language of the answer: `?lang=`, else what Accept-Language prefers of ours."""
    found = request.environ.get(_LANGUAGE)
    if found is None:
        asked = request.args.get("lang")
        found = asked if asked in LANGUAGES else None
        found = found or request.accept_languages.best_match(LANGUAGES) or DEFAULT
        request.environ[_LANGUAGE] = found
    return cast(str, found)


def pick(text: Text, lang: str) -> tuple[str | None, str | None]:
    """Return a text in `lang`, else in the nearest language, with the tag of the language that it
    is in.
    """
    for tag in (lang, *_NEXT[lang], *text):
        if text.get(tag):
            return text[tag], tag
    return None, None
