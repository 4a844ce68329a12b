"""The rule of rights: nothing is written by default.

A view states what it needs with `require`, or that anyone may call it with `public_write`. A hook
before every request reads that statement; an unsafe method without one is refused, whatever the
view does.
"""

from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar
from urllib.parse import urlsplit

from flask import Request, current_app, request

from portal.accounts.caller import Caller, bearer, caller_of
from portal.accounts.errors import CrossSite, NotAllowed, NotSignedIn
from portal.accounts.roles import Role, Scope
from portal.accounts.sign_in import COOKIE
from portal.context import services

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
_MARK = "__rights__"
_CALLER = "eurometropolis.caller"
View = TypeVar("View", bound=Callable[..., Any])


class Need(NamedTuple):
    """What a view needs: a role, and of a token this scope; without a scope no token is enough."""

    role: Role
    scope: Scope | None


class Public(NamedTuple):
    """A view with an unsafe method that anyone may call, with the reason.

    `is_cross_origin` lets pages of other sites call it; who is signed in is then not asked.
    """

    reason: str
    is_cross_origin: bool


def require(*, role: Role, scope: Scope | None = None) -> Callable[[View], View]:
    """Let only users of at least `role` call a view, and tokens with `scope` that such a user
    holds.
    """
    return _marked(Need(role, scope))


def public_write(reason: str, *, is_cross_origin: bool = False) -> Callable[[View], View]:
    """Let anyone call a view with an unsafe method, for a stated reason."""
    return _marked(Public(reason, is_cross_origin))


def mark_of(view: Callable[..., Any]) -> Need | Public | None:
    """Return what a view states about its rights."""
    mark: Need | Public | None = getattr(view, _MARK, None)
    return mark


def check_request() -> None:
    """Raise AccountError where the request may not reach its view."""
    if request.endpoint is None or request.routing_exception or request.method == "OPTIONS":
        return
    mark = mark_of(current_app.view_functions[request.endpoint])
    is_writing = request.method not in SAFE_METHODS
    if mark is None:
        if is_writing:
            raise NotAllowed("route-closed", method=request.method)
        return
    may_cross = isinstance(mark, Public) and mark.is_cross_origin
    if is_writing and not may_cross and bearer(request) is None and is_cross_site(request):
        raise CrossSite("cross-site")
    if isinstance(mark, Need):
        _check_need(mark, caller())


def caller() -> Caller:
    """Return who sends the current request. Raises NotSignedIn for a token that is no longer
    valid.
    """
    found: Caller | None = request.environ.get(_CALLER)
    if found is None:
        # A page of another site may cause a request, but not in the name of whoever reads it.
        is_own = COOKIE in request.cookies and not is_cross_site(request)
        found = caller_of(request, services().store, is_cookie_taken=is_own)
        request.environ[_CALLER] = found
    return found


def is_cross_site(asked: Request) -> bool:
    """Tell whether a browser sends this from a page of another origin; what sends no such header
    is no browser.

    A link on another site that leads to one of our pages is the reader's own doing; what a page of
    another site reads or embeds is not, and below `/api` nobody follows links.
    """
    site = asked.headers.get("Sec-Fetch-Site")
    is_link = (
        asked.method in SAFE_METHODS
        and asked.headers.get("Sec-Fetch-Mode") == "navigate"
        and not asked.path.startswith("/api/")
    )
    if site is not None and not is_link:
        return site not in ("same-origin", "none")
    origin = asked.headers.get("Origin")
    if origin is None:
        return False
    ours = {asked.host, urlsplit(services().settings.base_url or "").netloc}
    return urlsplit(origin).netloc not in ours - {""}


def _check_need(need: Need, asking: Caller) -> None:
    if asking.role is None:
        raise NotSignedIn("not-signed-in")
    if asking.scopes is not None and (need.scope is None or need.scope not in asking.scopes):
        if need.scope is None:
            raise NotAllowed("token-not-enough")
        raise NotAllowed("scope-missing", scope=need.scope.value)
    if not asking.role.holds(need.role):
        raise NotAllowed("role-missing", role=need.role.value, own=asking.role.value)


def _marked(mark: Need | Public) -> Callable[[View], View]:
    def marked(view: View) -> View:
        setattr(view, _MARK, mark)
        return view

    return marked
