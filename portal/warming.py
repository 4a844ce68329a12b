"""Makes the first pages of a process before anybody asks for them.

The first page of its kind costs about a second: templates are compiled, words of the languages
read, the engine of views is made.
"""

import logging
from threading import Thread

from flask import Flask

from portal.context import services_of

_PAGES = ("/en/", "/nl/", "/fr/", "/fr/datasets?q=velo")
_TEMPLATE = "dataset.html"

log = logging.getLogger(__name__)


def warm(app: Flask) -> Thread:
    """Begin to make them, beside what is asked meanwhile; return the thread that does."""
    thread = Thread(target=_make, args=(app,), name="warming", daemon=True)
    thread.start()
    return thread


def _make(app: Flask) -> None:
    try:
        services = services_of(app)
        client = app.test_client()
        for page in _PAGES:
            client.get(page)
        app.jinja_env.get_template(_TEMPLATE)
        _ = services.views
    except Exception:  # whoever asks for the page is told what is wrong
        log.exception("the first pages could not be made")
