"""Queries that people keep: what may be kept, by whom, and what it is when it runs."""

from collections.abc import Mapping

import msgspec

from catalogue.records import LANGUAGES
from catalogue.store import queries
from catalogue.store.queries import Pins, QueryText, SavedQuery
from portal.accounts.caller import Caller
from portal.accounts.errors import NotAllowed
from portal.accounts.roles import Role
from portal.audit import record
from portal.errors import Refusal
from portal.own_tables import check_shared, readable
from portal.services import Services
from portal.sql_limits import query_limits
from sandbox.result import Description

MAX_TITLE, MAX_DESCRIPTION, MAX_LABEL, MAX_DEFAULT = 200, 4_000, 200, 1_000
MIN_TITLE = 3


def described(here: Services, sql: str, asking: Caller) -> Description:
    """Judge a statement and say what it asks for. Raises SandboxError."""
    limits = query_limits(here.settings, is_signed_in=asking.is_signed_in)
    return here.sandbox.describe(
        sql, snapshot=readable(asking.user_id), client=asking.client, limits=limits
    )


def keep(here: Services, text: QueryText, asking: Caller) -> SavedQuery:
    """Keep a query of a user. Raises Refusal, SandboxError, Conflict."""
    text, pins = _checked(here, text, asking)
    kept = queries.add(here.store, text, pins, author_id=_user_id(asking))
    record(here.store, "query-kept", f"query:{kept.id}", by=asking.name)
    return kept


def change(here: Services, query_id: str, text: QueryText, asking: Caller) -> SavedQuery:
    """Keep a new version of a query. Raises NotFound, NotAllowed, and what `keep` does."""
    check_owner(queries.get(here.store, query_id), asking)
    text, pins = _checked(here, text, asking)
    kept = queries.change(here.store, query_id, text, pins, by=_user_id(asking))
    record(
        here.store, "query-changed", f"query:{kept.id}", by=asking.name,
        before=kept.n - 1, after=kept.n,
    )  # fmt: skip
    return kept


def remove(here: Services, query_id: str, asking: Caller) -> None:
    """Hide a query for good. Raises NotFound, NotAllowed."""
    check_owner(queries.get(here.store, query_id), asking)
    queries.remove(here.store, query_id)
    record(here.store, "query-removed", f"query:{query_id}", by=asking.name)


def is_owner(query: SavedQuery, asking: Caller) -> bool:
    """Tell whether a caller may change a query: its author and stewards may."""
    is_steward = asking.role is not None and asking.role.holds(Role.STEWARD)
    return is_steward or (asking.user_id is not None and asking.user_id == query.author_id)


def check_owner(query: SavedQuery, asking: Caller) -> None:
    """Raise NotAllowed where a caller may not change a query."""
    if not is_owner(query, asking):
        raise NotAllowed("query-of-another", query=query.id)


def with_defaults(query: SavedQuery, texts: Mapping[str, str]) -> dict[str, str]:
    """Return the values of a form, and what the author fills in where none is given."""
    given = {name.lower() for name in texts}
    defaults = {field.name: field.default for field in query.text.fields if field.default}
    return {k: v for k, v in defaults.items() if k.lower() not in given} | dict(texts)


def _checked(here: Services, text: QueryText, asking: Caller) -> tuple[QueryText, Pins]:
    title = " ".join(text.title.split())
    if not MIN_TITLE <= len(title) <= MAX_TITLE or not title.isprintable():
        raise Refusal(400, "query-title", minimum=MIN_TITLE, maximum=MAX_TITLE)
    description = text.description.replace("\r\n", "\n").strip()
    is_plain = all(char.isprintable() or char == "\n" for char in description)
    if len(description) > MAX_DESCRIPTION or not is_plain:
        raise Refusal(400, "query-description", maximum=MAX_DESCRIPTION)
    if text.language not in LANGUAGES:
        raise Refusal(
            400, "parameter-choice", name="language", value=text.language, allowed=list(LANGUAGES)
        )
    found = described(here, text.sql, asking)
    check_shared(found.names)
    known = {each["name"].lower(): each["name"] for each in found.parameters}
    named = []
    for field in text.fields:
        name = known.pop(field.name.lower(), None)
        if name is None:
            raise Refusal(400, "query-field-unknown", name=field.name)
        for part, most in ((field.label, MAX_LABEL), (field.default, MAX_DEFAULT)):
            if len(part) > most or not part.isprintable():
                raise Refusal(400, "query-field-text", name=field.name, maximum=most)
        named.append(msgspec.structs.replace(field, name=name))
    checked = msgspec.structs.replace(text, title=title, description=description, fields=named)
    return checked, found.names if text.is_pinned else {}


def _user_id(asking: Caller) -> int:
    assert asking.user_id is not None  # noqa: S101  # `require` lets nobody else through
    return asking.user_id
