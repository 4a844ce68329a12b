"""What is found: things, in groups of one kind."""

from urllib.parse import quote, urlencode

import msgspec

from catalogue.records import Side, Text


class Thing(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A thing found. `address` leads to it, `more` to the datasets about it; `within` is the
    dataset that holds it, by id and title.
    """

    kind: str
    title: Text
    address: str
    detail: str = ""
    also_named: str = ""
    side: Side | None = None
    more: str | None = None
    dataset: str | None = None
    within: Text = {}


class Group(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Some of the `count` things of a kind that a search finds, best first."""

    kind: str
    count: int
    things: list[Thing]


def address_of(path: str, **values: str | None) -> str:
    """Return an address below the site."""
    query = urlencode({key: value for key, value in values.items() if value is not None})
    return f"{quote(path)}?{query}" if query else quote(path)
