"""The HTML that shows a tab of a dataset within the page of another site."""

from urllib.parse import urlencode

from flask import request
from markupsafe import Markup

from catalogue.records import Entry, Version
from portal.context import public_root
from portal.i18n import reader_language, words

# What the address of a tab holds beside what is shown.
NOT_SHOWN = ("table", "page", "on", "op", "value")
_CODE = Markup('<iframe src="{}" title="{}" width="100%" height="480" loading="lazy"></iframe>')


def embed_code(kind: str, version: Version, entry: Entry) -> str:
    """Return the iframe of what this request shows; `kind` is `tables`, `charts` or `maps`."""
    pairs = [pair for pair in request.args.items(multi=True) if pair[0] not in NOT_SHOWN]
    query = f"?{urlencode(pairs)}" if pairs else ""
    address = f"{public_root()}/embed/{reader_language()}/{kind}/{version.table}{query}"
    return str(_CODE.format(address, words(entry.dataset.title).text))
