"""Signs people in and out: the rule for tries, the session and its cookie.

Of a session only the sha256 of its random id is kept, so that whoever reads the database cannot
take one over.
"""

import hashlib
import logging
import math
import re
import secrets
import unicodedata

from flask import Request
from werkzeug.wrappers import Response

from catalogue.store import Store, accounts
from catalogue.store.accounts import Account
from portal.accounts import passwords
from portal.accounts.errors import NotSignedIn, TooManyTries, Unfit
from portal.accounts.moments import from_now, seconds_until
from portal.accounts.roles import Role
from portal.audit import record
from portal.settings import Settings

COOKIE = "session"
_MAX_BROWSER = 300
WINDOW_S = 15 * 60
# A name from one address; a name from wherever, so high that no stranger keeps its owner out with
# a few addresses; an address, whatever the name.
TRIES_A_NAME_FROM_AN_ADDRESS = 10
TRIES_A_NAME = 200
TRIES_AN_ADDRESS = 40

_NAME = re.compile(r"[a-z0-9][a-z0-9._@+-]{1,63}")
_AUDIT = logging.getLogger("portal.audit")


def add_user(store: Store, *, name: str, role: Role, password: str) -> Account:
    """Add a user. Raises Unfit for name or password, Conflict where the name is taken."""
    plain = plain_name(name)
    if not _NAME.fullmatch(plain):
        raise Unfit("user-name-unfit", name=name)
    passwords.check_strength(password, name=plain)
    return accounts.add_user(
        store, name=plain, role=role.value, password_hash=passwords.hashed(password)
    )


def sign_in(
    store: Store, *, name: str, password: str, address: str, hours: float, browser: str = ""
) -> str:
    """Return the secret id of a new session. Raises TooManyTries, or NotSignedIn without saying
    what was wrong.

    An unknown name takes as long as a wrong password.
    """
    plain = plain_name(name)
    by_name = count_try(store, plain, address)
    found = accounts.credentials(store, plain)
    if not passwords.verifies(found[1] if found else None, password) or found is None:
        _AUDIT.warning("sign-in failed: address=%s", address)
        raise NotSignedIn("sign-in-failed")
    account, password_hash = found
    for key in by_name:
        accounts.forget_tries(store, key)
    if passwords.is_outdated(password_hash):
        accounts.replace_password_hash(store, account.id, passwords.hashed(password))
    _AUDIT.info("sign-in: user=%s address=%s", account.name, address)
    record(store, "sign-in", f"user:{account.name}", by=account.name)
    return begin(store, account.id, address=address, browser=browser, hours=hours)


def count_try(store: Store, plain: str, address: str) -> list[str]:
    """Count a try at a password; return the keys under which success makes it forgotten. Raises
    TooManyTries.
    """
    by_name = {
        f"name:{plain} address:{address}": TRIES_A_NAME_FROM_AN_ADDRESS,
        f"name:{plain}": TRIES_A_NAME,
    }
    limits = {**by_name, f"address:{address}": TRIES_AN_ADDRESS}
    oldest = accounts.try_sign_in(store, limits, since=from_now(seconds=-WINDOW_S))
    if oldest is not None:
        wait_s = max(1, math.ceil(WINDOW_S + seconds_until(oldest)))
        _AUDIT.warning("sign-in refused: too many tries, address=%s", address)
        minutes = math.ceil(wait_s / 60)
        raise TooManyTries("sign-in-too-often", retry_after_s=wait_s, minutes=minutes)
    return list(by_name)


def begin(store: Store, user_id: int, *, address: str, browser: str, hours: float) -> str:
    """Return the secret id of a new session."""
    session_id = secrets.token_urlsafe(32)
    accounts.begin_session(
        store,
        user_id,
        sha256(session_id),
        from_now(hours=hours),
        address=address,
        browser=browser[:_MAX_BROWSER],
    )
    return session_id


def sign_out(store: Store, session_id: str) -> None:
    """End a session; one that is not there is no fault."""
    accounts.end_session(store, sha256(session_id))


def set_cookie(
    response: Response, session_id: str, *, settings: Settings, request: Request
) -> None:
    """Give the session to the browser: out of reach of scripts, and over https only where there is
    https.
    """
    response.set_cookie(
        COOKIE,
        session_id,
        max_age=int(settings.session_hours * 3600),
        httponly=True,
        samesite="Lax",
        secure=request.is_secure or (settings.base_url or "").startswith("https:"),
        path="/",
    )


def clear_cookie(response: Response) -> None:
    """Take the session from the browser."""
    response.delete_cookie(COOKIE, path="/", httponly=True, samesite="Lax")


def sha256(secret: str) -> str:
    """Return what the store keeps of a secret that is random: one round is enough."""
    return hashlib.sha256(secret.encode()).hexdigest()


def plain_name(name: str) -> str:
    """Return a user's name as it is kept."""
    return unicodedata.normalize("NFKC", name).strip().casefold()[:200]
