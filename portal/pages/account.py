"""One's own account: the password, where one is signed in, and the tokens of one's programs."""

import msgspec
from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from catalogue.store import accounts, sessions
from catalogue.store.accounts import Token
from catalogue.store.database import now
from portal import audit
from portal.accounts.caller import Caller, address_of
from portal.accounts.errors import AccountError
from portal.accounts.new_password import change_password
from portal.accounts.rights import caller, require
from portal.accounts.roles import LEAST_ROLE, Role, Scope
from portal.accounts.sign_in import COOKIE, begin, set_cookie, sha256
from portal.accounts.tokens import DEFAULT_DAYS, MAX_DAYS, MAX_LABEL, make_token
from portal.context import services
from portal.i18n import reader_language
from portal.messages import sentence
from portal.pages.browsers import browser_named

_MAX_BODY_BYTES = 20_000
_DAYS = (7, 30, DEFAULT_DAYS, 180, MAX_DAYS)

blueprint = Blueprint("account", __name__)


class Fault(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What was wrong with a form; `part` is its heading's id."""

    part: str
    message: str


class TokenForm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A token as filled in."""

    label: str = ""
    scopes: tuple[str, ...] = (Scope.READ,)
    days: int = DEFAULT_DAYS


@blueprint.get("/account")
def show() -> Response:
    """Show the account; who is not signed in signs in first."""
    if caller().role is None or caller().scopes is not None:
        return redirect(url_for("sign_in.show", next=request.full_path.rstrip("?")))
    return _page(done=request.args.get("done", ""))


@blueprint.post("/account/password")
@require(role=Role.VIEWER)
def new_password() -> Response:
    """Change the password: every other session ends, this one goes on under another id."""
    request.max_content_length = _MAX_BODY_BYTES
    asking, store = caller(), services().store
    settings = services().settings
    try:
        change_password(
            store,
            name=asking.name or "",
            current=request.form.get("current", ""),
            new=request.form.get("new", ""),
            repeated=request.form.get("repeated", ""),
            address=asking.address,
        )
    except AccountError as error:
        return _page(fault=_fault("password", error), status=error.status)
    audit.record(store, "password-changed", f"user:{asking.name}", by=asking.name)
    session_id = begin(
        store,
        _user_id(asking),
        address=address_of(request),
        browser=request.user_agent.string,
        hours=settings.session_hours,
    )
    response = redirect(url_for("account.show", done="password"), 303)
    set_cookie(response, session_id, settings=settings, request=request)
    return response


@blueprint.post("/account/sessions/<mark>/end")
@require(role=Role.VIEWER)
def end_session(mark: str) -> Response:
    """End one session; one that is over already is no fault."""
    asking, store = caller(), services().store
    if sessions.end(store, _user_id(asking), mark=mark):
        audit.record(store, "session-ended", f"user:{asking.name}", by=asking.name)
    return redirect(url_for("account.show", done="sessions"), 303)


@blueprint.post("/account/sessions/end")
@require(role=Role.VIEWER)
def end_sessions() -> Response:
    """End every session but this one."""
    asking, store = caller(), services().store
    count = sessions.end_others(store, _user_id(asking), but=_own_session())
    if count:
        audit.record(store, "session-ended", f"user:{asking.name}", by=asking.name)
    return redirect(url_for("account.show", done="sessions"), 303)


@blueprint.post("/account/tokens")
@require(role=Role.VIEWER)
def new_token() -> Response:
    """Make a token and show its secret, this once."""
    request.max_content_length = _MAX_BODY_BYTES
    asking = caller()
    days = request.form.get("days", "")
    form = TokenForm(
        label=request.form.get("label", ""),
        scopes=tuple(request.form.getlist("scope")),
        days=int(days) if days.isascii() and days.isdigit() and len(days) < 5 else 0,
    )
    try:
        secret, token = make_token(
            services().store,
            user_id=_user_id(asking),
            role=asking.role or Role.VIEWER,
            label=form.label,
            scopes=list(form.scopes),
            days=form.days,
        )
    except AccountError as error:
        return _page(fault=_fault("tokens", error), form=form, status=400)
    audit.record(
        services().store, "token-made", f"token:{token.id}", by=asking.name, scopes=token.scopes
    )
    return _page(made=token, secret=secret, status=201)


@blueprint.post("/account/tokens/<int:token_id>/revoke")
@require(role=Role.VIEWER)
def revoke_token(token_id: int) -> Response:
    """Revoke a token, for good. Raises NotFound."""
    asking, store = caller(), services().store
    accounts.revoke_token(store, _user_id(asking), token_id)
    audit.record(store, "token-revoked", f"token:{token_id}", by=asking.name)
    return redirect(url_for("account.show", done="tokens"), 303)


def _page(
    *,
    fault: Fault | None = None,
    form: TokenForm | None = None,
    made: Token | None = None,
    secret: str | None = None,
    done: str = "",
    status: int = 200,
) -> Response:
    asking, store = caller(), services().store
    role = asking.role or Role.VIEWER
    response = make_response(
        render_template(
            "account.html",
            caller=asking,
            role=role_label(role),
            is_admin=role.holds(Role.ADMIN),
            since=accounts.user_named(store, asking.name or "").created_at,
            sessions=sessions.of_user(store, _user_id(asking)),
            own_mark=sessions.mark_of(_own_session()),
            browser_named=browser_named,
            tokens=accounts.tokens_of(store, _user_id(asking)),
            scopes={
                scope.value: label
                for scope, label in scope_labels().items()
                if role.holds(LEAST_ROLE[scope])
            },
            days=_DAYS,
            max_label=MAX_LABEL,
            now=now(),
            form=form or TokenForm(),
            fault=fault,
            made=made,
            secret=secret,
            done=_done(done),
        ),
        status,
    )
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _done(what: str) -> str | None:
    """Return what is told after something was done."""
    return {
        "password": _("The password is changed. All your other sessions have ended."),
        "sessions": _("Ended."),
        "tokens": _("The token is revoked."),
    }.get(what)


def role_label(role: Role) -> str:
    """Return a role in the reader's words."""
    labels: dict[Role, str] = {
        Role.VIEWER: _("reader"),
        Role.DEVELOPER: _("developer"),
        Role.STEWARD: _("steward"),
        Role.ADMIN: _("administrator"),
    }
    return labels[role]


def scope_labels() -> dict[Scope, str]:
    """Return what a token with each scope may do, in the reader's words."""
    return {
        Scope.READ: _("read, in your name"),
        Scope.SQL: _("ask in SQL, with the limits of who is signed in"),
        Scope.PUBLISH: _("publish datasets and new versions"),
        Scope.HARVEST: _("start harvests"),
        Scope.ADMIN: _("administer the platform"),
    }


def _fault(part: str, error: AccountError) -> Fault:
    return Fault(part=part, message=sentence(error.code, error.params, reader_language()))


def _own_session() -> str:
    return sha256(request.cookies.get(COOKIE, ""))


def _user_id(asking: Caller) -> int:
    assert asking.user_id is not None  # noqa: S101  # `require` lets nobody else through
    return asking.user_id
