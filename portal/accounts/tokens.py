"""Makes tokens for programs: random, shown once, kept as a hash, limited in time and to scopes."""

import secrets

from catalogue.store import Store, accounts
from catalogue.store.accounts import Token
from portal.accounts.caller import TOKEN_PREFIX
from portal.accounts.errors import NotAllowed, Unfit
from portal.accounts.moments import from_now
from portal.accounts.roles import LEAST_ROLE, Role, scope_named
from portal.accounts.sign_in import sha256

MAX_DAYS = 366
DEFAULT_DAYS = 90
MAX_LABEL = 100


def make_token(
    store: Store, *, user_id: int, role: Role, label: str, scopes: list[str], days: int
) -> tuple[str, Token]:
    """Return a new secret and its record.

    Raises Unfit, or NotAllowed for a scope beyond the role.
    """
    if not 1 <= days <= MAX_DAYS:
        raise Unfit("token-days", days=days, maximum=MAX_DAYS)
    if not label.strip() or len(label) > MAX_LABEL:
        raise Unfit("token-label", maximum=MAX_LABEL)
    wanted = sorted({scope_named(scope) for scope in scopes})
    if not wanted:
        raise Unfit("token-scopes-empty")
    for scope in wanted:
        if not role.holds(LEAST_ROLE[scope]):
            raise NotAllowed("scope-beyond-role", scope=scope.value, role=role.value)
    secret = TOKEN_PREFIX + secrets.token_urlsafe(32)
    token = accounts.add_token(
        store,
        user_id,
        token_sha256=sha256(secret),
        label=label.strip(),
        scopes=[scope.value for scope in wanted],
        expires_at=from_now(hours=24.0 * days),
    )
    return secret, token
