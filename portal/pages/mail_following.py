"""Following by mail, without an account: the form, the confirmation, the end by one click."""

import re

import msgspec
from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from catalogue.errors import CatalogueError
from catalogue.store import mail, mail_followings
from catalogue.store.webhooks import Followed
from portal.accounts.caller import address_of
from portal.accounts.errors import AccountError
from portal.accounts.rights import public_write
from portal.context import services
from portal.errors import Refusal, fault_of
from portal.i18n import reader_language
from portal.mail.digests import confirmation
from portal.pages.context import may_publish
from portal.pages.followed import what_is_followed
from portal.pages.themes import themes
from portal.public_forms import Gate

TRAP = "fax"  # a field that nobody sees and programs fill in
_MAX_ADDRESS = 254
_ADDRESS = re.compile(r"[^@\s,;<>\"()\[\]\\:]{1,64}@(?:[a-z0-9-]+\.)+[a-z]{2,}", re.IGNORECASE)
_MAX_BODY_BYTES = 20_000
_DAYS = {"1": 1, "7": 7}

GATE = Gate()

blueprint = Blueprint("mail_following", __name__)


class Form(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is to be followed, as filled in."""

    address: str = ""
    kind: str = Followed.DATASET
    followed: str = ""
    theme: str = ""
    days: str = "7"


@blueprint.get("/follow")
def show() -> str:
    """Show the form, filled with what the reader came from."""
    _check_mail()
    asked = {name: request.args.get(name, "")[:200] for name in ("kind", "followed", "theme")}
    return _page(Form(**{name: value for name, value in asked.items() if value}))


@blueprint.post("/follow")
@public_write("a reader need have no account; an address is asked before anything is sent to it")
def send() -> Response | tuple[str, int]:
    """Ask the address whether it wants to follow. What is said is the same whether it does."""
    _check_mail()
    request.max_content_length = _MAX_BODY_BYTES
    thanks = url_for("mail_following.thanks")
    if request.form.get(TRAP):
        return redirect(thanks, 303)
    names = ("address", "kind", "followed", "theme", "days")
    form = Form(**{name: request.form.get(name, "").strip() for name in names})
    try:
        if len(form.address) > _MAX_ADDRESS or not _ADDRESS.fullmatch(form.address):
            raise Refusal(400, "mail-address")
        kind, followed = what_is_followed(
            form.kind, form.followed, form.theme, may_report=may_publish()
        )
        GATE.check(request.form.get("ticket", ""), address_of(request))
    except (Refusal, CatalogueError, AccountError) as error:
        fault = fault_of(error, reader_language())
        is_expired = fault.code == "form-expired"
        return _page(form, fault.message, is_ticket_new=is_expired), max(400, fault.status)
    store = services().store
    made = mail_followings.add(
        store,
        address=form.address,
        language=reader_language(),
        kind=kind,
        followed=followed,
        days=_DAYS.get(form.days, 7),
    )
    if made is not None:
        mail.put(store, confirmation(made, _root()))
    return redirect(thanks, 303)


@blueprint.get("/follow/thanks")
def thanks() -> str:
    """Say what happens next."""
    return render_template(
        "thanks.html",
        what_now=gettext(
            "A letter is on its way to your address. Nothing more is sent before you have confirmed"
            " it by its link, within two days."
        ),
        back=url_for("search.show"),
        back_title=gettext("Back to the datasets"),
    )


@blueprint.get("/follow/<token>")
def one(token: str) -> str:
    """Show what a token stands for, with the ways to confirm and to end it: a program that opens
    every link of a letter does neither.
    """
    following = mail_followings.get(services().store, token)
    return render_template("mail_following_one.html", following=following)


@blueprint.post("/follow/<token>/confirm")
@public_write("whoever has the token has the mailbox")
def confirm(token: str) -> Response:
    """Begin to tell the address."""
    mail_followings.confirm(services().store, token)
    return redirect(url_for("mail_following.one", token=token), 303)


@blueprint.post("/follow/<token>/end")
@public_write("one click in a mail program ends it (RFC 8058)", is_cross_origin=True)
def end(token: str) -> str:
    """Forget the address."""
    mail_followings.end(services().store, token)
    return render_template(
        "thanks.html",
        what_now=gettext("You get no more mail about this. Your address is deleted."),
        back=url_for("search.show"),
        back_title=gettext("Back to the datasets"),
    )


def _check_mail() -> None:
    if not services().settings.is_mail_sent:
        raise Refusal(404, "mail-off")


def _root() -> str:
    return services().settings.base_url or ""


def _page(form: Form, problem: str | None = None, *, is_ticket_new: bool = False) -> str:
    ticket = None if is_ticket_new else request.form.get("ticket")
    return render_template(
        "mail_following.html",
        form=form,
        problem=problem,
        ticket=ticket or GATE.ticket(),
        trap=TRAP,
        themes=list(themes()),
    )
