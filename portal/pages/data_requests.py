"""Data that visitors ask for: a form without an account, a public list, answers of stewards.

What visitors write is plain text, and is shown only after a steward has let it through.
"""

import unicodedata

import msgspec
from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from catalogue.errors import CatalogueError
from catalogue.records import Side
from catalogue.store import datasets, requests
from catalogue.store.requests import ORDERS, Status
from portal.accounts.caller import address_of
from portal.accounts.errors import AccountError
from portal.accounts.rights import caller, public_write, require
from portal.accounts.roles import Role
from portal.audit import record
from portal.context import services
from portal.errors import Refusal
from portal.i18n import reader_language
from portal.messages import sentence
from portal.pages.context import signed_in_name
from portal.pages.themes import themes
from portal.public_forms import Gate

TRAP = "fax"  # a field that nobody sees and programs fill in
MAX_TOPIC, MAX_DETAILS, MAX_REASON = 120, 1000, 500
_MAX_BODY_BYTES = 20_000
_MONTH_S = 30 * 24 * 3600.0

GATE = Gate()
VOTES = Gate(most=1, window_s=_MONTH_S, least_s=0)

blueprint = Blueprint("data_requests", __name__)


class Form(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A request as filled in."""

    topic: str = ""
    details: str = ""
    side: str = ""
    theme: str = ""


@blueprint.get("/requests")
def listing() -> str:
    """List what was asked for; a steward sees what waits, too."""
    store = services().store
    side, theme = _known(request.args.get("side", ""), request.args.get("theme", ""))
    asked = request.args.get("sort", "votes")
    order = asked if asked in ORDERS else "votes"
    shown = requests.public(store, side=side, theme=theme, order=order)
    is_steward = _is_steward()
    found = datasets.by_ids(store, [one.dataset_id for one in shown if one.dataset_id])
    return render_template(
        "data_requests.html",
        requests=shown,
        waiting=requests.waiting(store) if is_steward else [],
        datasets={entry.id: entry for entry in found if not entry.is_archived},
        is_steward=is_steward,
        order=order,
        twin={"side": side, "theme": theme, "sort": order, "lang": reader_language()},
        side=side,
        theme=theme,
        sides=list(Side),
        themes=list(themes()),
        ticket=VOTES.ticket(),
        max_reason=MAX_REASON,
    )


@blueprint.get("/requests/new")
def new() -> str:
    """Show the form, filled with what was searched for."""
    side, theme = _known(request.args.get("side", ""), request.args.get("theme", ""))
    topic = _clean(request.args.get("topic", ""))[:MAX_TOPIC]
    return _form(Form(topic=topic, side=side or "", theme=theme or ""), [])


@blueprint.post("/requests/new")
@public_write("a citizen need have no account; a steward lets it through, senders are counted")
def send() -> Response | tuple[str, int]:
    """Take in a request, or show the form again with what is wrong."""
    request.max_content_length = _MAX_BODY_BYTES
    if request.form.get(TRAP):
        return redirect(url_for("data_requests.thanks"), 303)
    lines = request.form.get("details", "").splitlines()
    form = Form(
        topic=_clean(request.form.get("topic", "")),
        details="\n".join(_clean(line) for line in lines).strip(),
        side=request.form.get("side", ""),
        theme=request.form.get("theme", ""),
    )
    found = _problems(form)
    if found:
        return _form(form, found), 400
    try:
        GATE.check(request.form.get("ticket", ""), address_of(request))
        requests.add(
            services().store,
            topic=form.topic,
            details=form.details,
            language=reader_language(),
            side=form.side or None,
            theme=form.theme or None,
        )
    except (AccountError, CatalogueError) as error:
        status = error.status if isinstance(error, AccountError) else 503
        return _form(form, [("", error.code, error.params)]), status
    return redirect(url_for("data_requests.thanks"), 303)


@blueprint.get("/requests/thanks")
def thanks() -> str:
    """Say what happens next."""
    return render_template(
        "thanks.html",
        what_now=gettext(
            "A steward looks at your request. Then it stands in the public list, with the answer"
            " once there is one."
        ),
        back=url_for("data_requests.listing"),
        back_title=gettext("See the data asked for"),
    )


@blueprint.post("/requests/<int:number>/me-too")
@public_write("anyone may ask the same, once a month from one place")
def me_too(number: int) -> Response:
    """Count one more who asks the same; a second time from one place changes nothing."""
    ticket, client = request.form.get("ticket", ""), address_of(request)
    try:
        VOTES.check(ticket, f"{client} {number}")
        requests.vote(services().store, number)
    except AccountError as error:
        if error.code != "form-too-often":
            raise
    return redirect(url_for("data_requests.listing", _anchor=f"request-{number}"), 303)


@blueprint.post("/requests/<int:number>/decide")
@require(role=Role.STEWARD)
def decide(number: int) -> Response:
    """Let a request through, answer it with a dataset, say why it is not possible, or hide it."""
    request.max_content_length = _MAX_BODY_BYTES
    store, by = services().store, caller().name or ""
    status = request.form.get("status", "")
    if status not in (Status.OPEN, Status.ANSWERED, Status.DECLINED, Status.HIDDEN):
        raise Refusal(400, "parameter-missing", name="status")
    reason = _clean(request.form.get("reason", ""))
    if len(reason) > MAX_REASON or (status == Status.DECLINED and not reason):
        raise Refusal(400, "reason-missing", maximum=MAX_REASON)
    dataset_id = None
    if status == Status.ANSWERED:
        named = request.form.get("dataset", "").strip().partition("?")[0].rstrip("/")
        dataset_id = datasets.get(store, named.rpartition("/")[2]).id
    requests.decide(
        store, number, Status(status), by=by, dataset_id=dataset_id, reason=reason or None
    )
    record(services().store, "request-decided", f"request:{number}", by=by, after=str(status))
    return redirect(url_for("data_requests.listing"), 303)


def _clean(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def _known(side: str, theme: str) -> tuple[str | None, str | None]:
    return side if side in list(Side) else None, theme if theme in themes() else None


def _problems(form: Form) -> list[tuple[str, str, dict[str, object]]]:
    """Return what is wrong as field, code and parameters."""
    found: list[tuple[str, str, dict[str, object]]] = []
    if len(form.topic) < 3:
        found.append(("topic", "form-missing", {}))
    for field, text, most in (
        ("topic", form.topic, MAX_TOPIC),
        ("details", form.details.replace("\n", " "), MAX_DETAILS),
    ):
        if len(text) > most:
            found.append((field, "form-too-long", {"maximum": most}))
        elif not text.isprintable() or "|" in text or text.startswith(("=", "+", "-", "@")):
            found.append((field, "form-signs", {}))
    side, theme = _known(form.side, form.theme)
    if form.side and side is None:
        found.append(("side", "form-choice", {}))
    if form.theme and theme is None:
        found.append(("theme", "form-choice", {}))
    return found


def _form(form: Form, found: list[tuple[str, str, dict[str, object]]]) -> str:
    lang = reader_language()
    told = [(field, sentence(code, params, lang)) for field, code, params in found]
    is_expired = any(code == "form-expired" for _, code, _ in found)
    return render_template(
        "data_request_form.html",
        form=form,
        problems=told,
        wrong=dict(reversed(told)),
        ticket=(None if is_expired else request.form.get("ticket")) or GATE.ticket(),
        trap=TRAP,
        sides=list(Side),
        themes=list(themes()),
        max_topic=MAX_TOPIC,
        max_details=MAX_DETAILS,
    )


def _is_steward() -> bool:
    """Tell whether a steward reads; a reader without a session is not looked up."""
    if signed_in_name() is None:
        return False
    role = caller().role
    return role is not None and role.holds(Role.STEWARD)
