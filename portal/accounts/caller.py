"""Who sends a request: the holder of a token, a signed-in user, or an address."""

import ipaddress

import msgspec
from flask import Request

from catalogue.store import Store, accounts
from portal.accounts.errors import NotSignedIn
from portal.accounts.roles import Role
from portal.accounts.sign_in import COOKIE, sha256

TOKEN_PREFIX = "emd_"  # noqa: S105  # tells what a found secret belongs to; it is none itself


class Caller(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who asks. `client` is the key of fair use: token, else user, else address.

    `scopes` is None for who is not using a token.
    """

    client: str
    address: str
    user_id: int | None = None
    name: str | None = None
    role: Role | None = None
    token_id: int | None = None
    scopes: frozenset[str] | None = None

    @property
    def is_signed_in(self) -> bool:
        """Tell whether there is an account behind the request."""
        return self.user_id is not None


def caller_of(request: Request, store: Store, *, is_cookie_taken: bool = True) -> Caller:
    """Find out who sends a request. Raises NotSignedIn for a token that is wrong, expired or
    revoked.

    `is_cookie_taken` False leaves a session aside, for requests that another site may have caused.
    """
    address = address_of(request)
    secret = bearer(request)
    if secret is not None:
        return _holder(store, secret, address)
    session_id = request.cookies.get(COOKIE)
    if session_id and is_cookie_taken:
        account = accounts.user_of_session(store, sha256(session_id))
        if account is not None:
            return Caller(
                client=f"user:{account.id}",
                address=address,
                user_id=account.id,
                name=account.name,
                role=Role(account.role),
            )
    return Caller(client=f"address:{address}", address=address)


def bearer(request: Request) -> str | None:
    """Return the token of `Authorization: Bearer …`, where there is one."""
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    return secret.strip() if scheme.lower() == "bearer" else None


def address_of(request: Request) -> str:
    """Return the address that asks: for IPv6 its /64, of which one household has as many as it
    likes.
    """
    text = request.remote_addr or "unknown"
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return text
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)


def _holder(store: Store, secret: str, address: str) -> Caller:
    found = accounts.holder_of_token(store, sha256(secret))
    if found is None:
        raise NotSignedIn("token-invalid")
    token, account = found
    return Caller(
        client=f"token:{token.id}",
        address=address,
        user_id=account.id,
        name=account.name,
        role=Role(account.role),
        token_id=token.id,
        scopes=frozenset(token.scopes),
    )
