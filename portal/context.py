"""What every view needs from its request: the services of the process, and the language of the
answer.
"""

from typing import cast

from flask import Flask, current_app, g, request

from catalogue.records import LANGUAGES
from portal.i18n import preferred_language
from portal.services import Services

EXTENSION = "eurometropolis"
_LANGUAGE = "eurometropolis.language"


def services() -> Services:
    """Return the store, search index and sandbox that the application was made with."""
    return services_of(current_app)


def services_of(app: Flask) -> Services:
    """Return what an application was made with, outside of its requests."""
    return cast(Services, app.extensions[EXTENSION])


def public_root() -> str:
    """Return the public address of this installation, without a final slash."""
    return (services().settings.base_url or request.host_url).rstrip("/")


def language() -> str:
    """Return the language of the answer: that of the address, else `?lang=`, else what
    Accept-Language prefers of ours.
    """
    found = request.environ.get(_LANGUAGE)
    if found is None:
        asked = g.get("lang") or request.args.get("lang")
        found = asked if asked in LANGUAGES else None
        found = found or preferred_language()
        request.environ[_LANGUAGE] = found
    return cast(str, found)
