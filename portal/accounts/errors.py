"""What can go wrong with accounts, on one screen.

AccountError
├── NotSignedIn     401  no session or token, or one that is no longer valid
├── NotAllowed      403  who asks may not do this
├── CrossSite       403  a page of another site sent the request
├── TooManyTries    429  sign-in was tried too often
└── Unfit           400  a name, password, role, scope or date that cannot be taken
"""

from typing import Any, ClassVar


class AccountError(Exception):
    """A refusal, with the reason as a code and its parameters."""

    status: ClassVar[int] = 400

    def __init__(self, code: str, *, retry_after_s: int | None = None, **params: Any) -> None:
        super().__init__(f"{code}: {params}")
        self.code = code
        self.params = params
        self.retry_after_s = retry_after_s


class NotSignedIn(AccountError):
    """Nobody is signed in, or what was shown is no longer valid."""

    status = 401


class NotAllowed(AccountError):
    """The role or the scope is not enough."""

    status = 403


class CrossSite(AccountError):
    """A page of another site sent the request with the reader's cookie."""

    status = 403


class TooManyTries(AccountError):
    """Sign-in was tried too often."""

    status = 429


class Unfit(AccountError):
    """A value that cannot be taken."""
