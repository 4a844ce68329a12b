"""Webhooks of the reader: what each follows, how its deliveries fare, and the way to try it."""

from urllib.parse import urlsplit

import msgspec
from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from catalogue.errors import CatalogueError, FetchError
from catalogue.net_guard import NetGuard
from catalogue.store import webhooks
from catalogue.store.webhooks import Followed, Webhook
from portal.accounts.rights import caller, require
from portal.accounts.roles import Role
from portal.audit import record
from portal.context import services
from portal.errors import Refusal, fault_of
from portal.i18n import reader_language
from portal.pages.followed import what_is_followed
from portal.pages.themes import themes
from portal.webhooks.signing import new_secret
from portal.webhooks.telling import test_message

_MAX_URL = 500
_MAX_BODY_BYTES = 20_000
_SHOWN = 100

blueprint = Blueprint("webhooks", __name__)


class Form(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A webhook as filled in; `followed` is the id or the address of a dataset or publisher."""

    url: str = ""
    kind: str = Followed.DATASET
    followed: str = ""
    theme: str = ""


@blueprint.get("/webhooks")
def listing() -> Response | str:
    """Show the reader's webhooks and the form; who is not signed in signs in first."""
    if not caller().is_signed_in:
        return redirect(url_for("sign_in.show", next=request.full_path.rstrip("?")))
    kind = request.args.get("kind", "")
    form = Form(
        kind=kind if kind in list(Followed) else Followed.DATASET,
        followed=request.args.get("followed", "")[:_MAX_URL],
        theme=request.args.get("theme", ""),
    )
    return _page(form)


@blueprint.post("/webhooks")
@require(role=Role.VIEWER)
def add() -> Response | tuple[str, int]:
    """Keep a webhook, or show the form again with what is wrong."""
    request.max_content_length = _MAX_BODY_BYTES
    names = ("url", "kind", "followed", "theme")
    form = Form(**{name: request.form.get(name, "").strip() for name in names})
    try:
        _check_address(form.url)
        kind, followed = what_is_followed(form.kind, form.followed, form.theme)
        made = webhooks.add(
            services().store,
            caller().user_id or 0,
            url=form.url,
            secret=new_secret(),
            kind=kind,
            followed=followed,
        )
    except (Refusal, CatalogueError) as error:
        fault = fault_of(error, reader_language())
        return _page(form, fault.message), 400
    record(services().store, "webhook-added", f"webhook:{made.id}", by=caller().name)
    return redirect(url_for("webhooks.show", number=made.id), 303)


@blueprint.get("/webhooks/<int:number>")
@require(role=Role.VIEWER)
def show(number: int) -> str:
    """Show a webhook of the reader, its secret and its newest deliveries."""
    hook = _own(number)
    return render_template(
        "webhook.html",
        hook=hook,
        deliveries=webhooks.deliveries(services().store, hook.id, limit=_SHOWN),
        shown=_SHOWN,
    )


@blueprint.post("/webhooks/<int:number>/test")
@require(role=Role.VIEWER)
def test(number: int) -> Response:
    """Have a message sent by which the receiver can be tried."""
    hook, store = _own(number), services().store
    if webhooks.count_waiting(store).get(hook.id, 0) >= webhooks.MOST_WAITING:
        raise Refusal(409, "webhook-waits", maximum=webhooks.MOST_WAITING)
    webhooks.put_one(store, test_message(hook))
    return redirect(url_for("webhooks.show", number=number), 303)


@blueprint.post("/webhooks/<int:number>/stop")
@require(role=Role.VIEWER)
def stop(number: int) -> Response:
    """Send nothing more until it is started again."""
    webhooks.stop(services().store, caller().user_id or 0, number)
    return redirect(url_for("webhooks.show", number=number), 303)


@blueprint.post("/webhooks/<int:number>/start")
@require(role=Role.VIEWER)
def start(number: int) -> Response:
    """Send again, first what waits."""
    webhooks.start(services().store, caller().user_id or 0, number)
    return redirect(url_for("webhooks.show", number=number), 303)


@blueprint.post("/webhooks/<int:number>/remove")
@require(role=Role.VIEWER)
def remove(number: int) -> Response:
    """Forget a webhook and its deliveries."""
    webhooks.remove(services().store, caller().user_id or 0, number)
    record(services().store, "webhook-removed", f"webhook:{number}", by=caller().name)
    return redirect(url_for("webhooks.listing"), 303)


def _own(number: int) -> Webhook:
    return webhooks.get(services().store, caller().user_id or 0, number)


def _check_address(url: str) -> None:
    """Refuse what is no address that may be sent to. The connection itself looks again: a name may
    lead elsewhere by then.
    """
    is_trusted = services().settings.webhooks.trusted_network
    try:
        parts = urlsplit(url)
        port = parts.port or 443
    except ValueError as error:
        raise Refusal(400, "webhook-address") from error
    is_plain = url.isascii() and url.isprintable() and not set(url) & set(' <>"\\^`{|}')
    schemes = ("https", "http") if is_trusted else ("https",)
    is_good = parts.scheme in schemes and parts.hostname and "@" not in parts.netloc
    if not (is_good and is_plain and len(url) <= _MAX_URL):
        raise Refusal(400, "webhook-address")
    try:
        NetGuard(trusted_network=is_trusted).addresses(parts.hostname or "", port)
    except FetchError as error:
        if error.code == "address-refused":
            raise Refusal(400, "webhook-private", host=parts.hostname) from error


def _page(form: Form, problem: str | None = None) -> str:
    return render_template(
        "webhooks.html",
        form=form,
        problem=problem,
        hooks=webhooks.of_user(services().store, caller().user_id or 0),
        themes=list(themes()),
        most=webhooks.MOST_OF_A_USER,
    )
