"""Who one is, and one's tokens."""

import msgspec
from flask import Blueprint, Response, request

from catalogue.store import accounts
from catalogue.store.accounts import Token
from portal.accounts.caller import Caller
from portal.accounts.rights import caller, require
from portal.accounts.roles import Role
from portal.accounts.tokens import DEFAULT_DAYS, make_token
from portal.api.answers import json_answer
from portal.api.errors import install
from portal.api.parameters import Parameters
from portal.audit import record
from portal.context import services
from portal.errors import Refusal

MAX_BODY_BYTES = 20_000


blueprint = Blueprint("accounts", __name__)
install(blueprint)


class Me(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who asks: nobody, a signed-in user, or the user of a token with its scopes."""

    name: str | None
    role: str | None
    scopes: list[str] | None


class TokenRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A token to make: a label to know it by, what it may be used for, and for how long."""

    label: str
    scopes: list[str]
    days: int = DEFAULT_DAYS


class NewToken(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A token just made; `secret` is shown this once and goes into `Authorization: Bearer …`."""

    secret: str
    token: Token


class TokenList(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One's tokens, newest first."""

    count: int
    results: list[Token]


@blueprint.get("/api/v1/me")
def me() -> Response:
    """Tell who one is."""
    Parameters()
    asking = caller()
    role = asking.role.value if asking.role else None
    scopes = None if asking.scopes is None else sorted(asking.scopes)
    return _private(json_answer(Me(name=asking.name, role=role, scopes=scopes)))


@blueprint.get("/api/v1/tokens")
@require(role=Role.VIEWER)
def tokens() -> Response:
    """List one's tokens, without their secrets."""
    Parameters()
    found = accounts.tokens_of(services().store, _user_id(caller()))
    return _private(json_answer(TokenList(count=len(found), results=found)))


@blueprint.post("/api/v1/tokens")
@require(role=Role.VIEWER)
def new_token() -> Response:
    """Make a token; only who is signed in can, never a token."""
    Parameters()
    request.max_content_length = MAX_BODY_BYTES
    if request.mimetype != "application/json":
        raise Refusal(415, "body-not-json", media_type=request.mimetype or "–")
    try:
        asked = msgspec.json.decode(request.get_data(cache=False), type=TokenRequest)
    except (msgspec.DecodeError, RecursionError) as error:
        raise Refusal(400, "body-unreadable", reason=str(error)) from error
    asking = caller()
    secret, token = make_token(
        services().store,
        user_id=_user_id(asking),
        role=asking.role or Role.VIEWER,
        label=asked.label,
        scopes=asked.scopes,
        days=asked.days,
    )
    record(services().store, "token-made", f"token:{token.id}", by=asking.name, scopes=token.scopes)
    return json_answer(NewToken(secret=secret, token=token), status=201)


@blueprint.delete("/api/v1/tokens/<int:token_id>")
@require(role=Role.VIEWER)
def revoke(token_id: int) -> Response:
    """Revoke one of one's tokens, for good."""
    Parameters()
    asking = caller()
    accounts.revoke_token(services().store, _user_id(asking), token_id)
    record(services().store, "token-revoked", f"token:{token_id}", by=asking.name)
    return Response(status=204)


def _user_id(asking: Caller) -> int:
    assert asking.user_id is not None  # noqa: S101  # `require` lets nobody else through
    return asking.user_id


def _private(response: Response) -> Response:
    response.headers["Cache-Control"] = "private, no-store"
    return response
