"""A name for every source: its title, else what its address or publisher tells."""

from urllib.parse import urlsplit

from flask_babel import gettext

from catalogue.records import Publisher, Source
from portal.i18n import Words, words

_STARTER = "starter:"


def source_name(source: Source) -> Words:
    """Return the name of a source in the reader's language, or else in the nearest."""
    if source.title:
        return words(source.title)
    if source.url.startswith(_STARTER):
        return Words(gettext("Starter data"), None)
    if isinstance(source.publisher, Publisher):
        return words(source.publisher.title)
    host = (urlsplit(source.url).hostname or "").removeprefix("www.")
    return Words(host or source.id, None)
