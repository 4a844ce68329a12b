"""The pages that sign people in and out; what is checked lies in `portal.accounts`."""

from urllib.parse import urlsplit

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from portal.accounts.caller import address_of
from portal.accounts.errors import AccountError
from portal.accounts.rights import caller, public_write
from portal.accounts.sign_in import COOKIE, clear_cookie, set_cookie, sign_in, sign_out
from portal.audit import record
from portal.context import services
from portal.i18n import reader_language
from portal.messages import sentence

_MAX_BODY_BYTES = 20_000

blueprint = Blueprint("sign_in", __name__)


@blueprint.get("/sign-in")
def show() -> str:
    """Show the form, or who is signed in."""
    return _page()


@blueprint.post("/sign-in")
@public_write("whoever signs in is not signed in yet; tries are counted")
def enter() -> Response | tuple[str, int]:
    """Check name and password; go on to where the reader wanted to go."""
    request.max_content_length = _MAX_BODY_BYTES
    settings = services().settings
    name = request.form.get("name", "")
    try:
        session_id = sign_in(
            services().store,
            name=name,
            password=request.form.get("password", ""),
            address=address_of(request),
            hours=settings.session_hours,
            browser=request.user_agent.string,
        )
    except AccountError as error:
        message = sentence(error.code, error.params, reader_language())
        return _page(message=message, name=name), error.status
    response = redirect(_next_page(), 303)
    set_cookie(response, session_id, settings=settings, request=request)
    return response


@blueprint.post("/sign-out")
@public_write("ends a session of the reader's own")
def leave() -> Response:
    """End the session."""
    asking = caller()
    sign_out(services().store, request.cookies.get(COOKIE, ""))
    if asking.is_signed_in:
        record(services().store, "sign-out", f"user:{asking.name}", by=asking.name)
    response = redirect(url_for("home.show"), 303)
    clear_cookie(response)
    return response


def _page(message: str | None = None, name: str = "") -> str:
    return render_template(
        "sign_in.html", message=message, name=name, caller=caller(), next=request.values.get("next")
    )


def _next_page() -> str:
    """Return the page to go to: one of ours, never another site's."""
    wanted = request.form.get("next", "")
    parts = urlsplit(wanted)
    is_ours = wanted.startswith("/") and not wanted.startswith("//")
    is_plain = all(char.isprintable() for char in wanted) and "\\" not in wanted
    is_ours = is_ours and is_plain and not parts.netloc and not parts.scheme
    return wanted if is_ours else url_for("home.show")
