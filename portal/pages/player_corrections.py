"""An organisation says what is right of itself; a steward looks at each field and decides."""

from typing import Any

import msgspec
from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from catalogue import players
from catalogue.errors import CatalogueError, NotFound
from catalogue.players import Player
from catalogue.records import Text
from catalogue.store import corrections
from catalogue.store.corrections import Proposal, Status
from catalogue.territory import municipalities
from portal import correction_form
from portal.accounts.caller import address_of
from portal.accounts.errors import AccountError
from portal.accounts.rights import caller, public_write, require
from portal.accounts.roles import Role
from portal.audit import record
from portal.context import services
from portal.correction_form import Filled, Lists, Problem
from portal.corrections import accept, current, decline, withdraw
from portal.errors import Refusal
from portal.i18n import reader_language, words
from portal.messages import sentence
from portal.pages import player_labels
from portal.public_forms import Gate

TRAP = "fax"  # a field that nobody sees and programs fill in
MOST_DECIDED = 50
MAX_REASON = 500
_MAX_BODY_BYTES = 40_000

GATE = Gate()

blueprint = Blueprint("player_corrections", __name__)


class Change(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A field as it stands and as it is proposed, in words."""

    field: str
    before: str
    after: str

    @property
    def is_change(self) -> bool:
        """Tell whether the two differ."""
        return self.before != self.after


@blueprint.get("/player-corrections/new")
def new() -> str:
    """Show the form, filled with what is known of `?player=`."""
    player_id = request.args.get("player")
    player = _player(player_id) if player_id else None
    form = correction_form.filled_with(player) if player else correction_form.filled({}, ())
    return _form(form, player, [])


@blueprint.post("/player-corrections/new")
@public_write("an organisation need have no account; a steward decides, senders are counted")
def send() -> Response | tuple[str, int]:
    """Take in a form, or show it again with what is wrong."""
    request.max_content_length = _MAX_BODY_BYTES
    player_id = request.args.get("player")
    player = _player(player_id) if player_id else None
    if request.form.get(TRAP):
        return redirect(url_for("player_corrections.thanks"), 303)
    form = correction_form.filled(request.form, request.form.getlist("competencies"))
    found = correction_form.problems(form, _lists())
    if found:
        return _form(form, player, found), 400
    try:
        GATE.check(request.form.get("ticket", ""), address_of(request))
        corrections.add(
            services().store,
            correction_form.proposal_of(form),
            player_id=player.id if player else None,
            message=form.one["message"],
            contact=form.one["contact"] or None,
        )
    except (AccountError, CatalogueError) as error:
        status = error.status if isinstance(error, AccountError) else 503
        problem = Problem(field="", code=error.code, params=error.params)
        return _form(form, player, [problem]), status
    return redirect(url_for("player_corrections.thanks"), 303)


@blueprint.get("/player-corrections/thanks")
def thanks() -> str:
    """Say what happens next."""
    return render_template(
        "thanks.html",
        what_now=gettext(
            "A steward looks at what you have sent. What is accepted stands in the list at once,"
            " with the date of today."
        ),
        back=url_for("players.show"),
        back_title=gettext("Back to the digital players"),
    )


@blueprint.get("/player-corrections")
@require(role=Role.STEWARD)
def listing() -> str:
    """List what waits for a decision, and what was decided last."""
    store = services().store
    return render_template(
        "player_corrections.html",
        pending=corrections.listed(store, Status.PENDING),
        accepted=corrections.listed(store, Status.ACCEPTED, limit=MOST_DECIDED),
        declined=corrections.listed(store, Status.DECLINED, limit=MOST_DECIDED),
    )


@blueprint.get("/player-corrections/<int:number>")
@require(role=Role.STEWARD)
def show(number: int) -> str:
    """Show a correction field by field."""
    return _review(number)


@blueprint.post("/player-corrections/<int:number>/accept")
@require(role=Role.STEWARD)
def take(number: int) -> Response:
    """Accept a correction and publish it."""
    player_id = accept(services().store, number, by=_name())
    _record("correction-accepted", number, player=player_id)
    return redirect(url_for("player_corrections.listing"), 303)


@blueprint.post("/player-corrections/<int:number>/decline")
@require(role=Role.STEWARD)
def turn_down(number: int) -> Response:
    """Decline a correction, with a reason."""
    decline(services().store, number, by=_name(), reason=_reason())
    _record("correction-declined", number)
    return redirect(url_for("player_corrections.listing"), 303)


@blueprint.post("/player-corrections/<int:number>/withdraw")
@require(role=Role.STEWARD)
def take_back(number: int) -> Response:
    """Take an accepted correction back, with a reason."""
    withdraw(services().store, number, by=_name(), reason=_reason())
    _record("correction-withdrawn", number)
    return redirect(url_for("player_corrections.listing"), 303)


def _record(action: str, number: int, **details: Any) -> None:
    record(services().store, action, f"correction:{number}", by=_name(), **details)


def _reason() -> str:
    request.max_content_length = _MAX_BODY_BYTES
    reason = " ".join(request.form.get("reason", "").split())
    if not reason or len(reason) > MAX_REASON:
        raise Refusal(400, "reason-missing", maximum=MAX_REASON)
    return reason


def _name() -> str:
    return caller().name or ""


def _player(player_id: str) -> Player:
    for player in players.players(services().store):
        if player.id == player_id:
            return player
    raise NotFound("player-unknown", player=player_id)


def _hubs() -> dict[str, str]:
    everyone = players.players(services().store)
    ids = {player.hub for player in everyone}
    return {player.id: player.name for player in everyone if player.id in ids}


def _places() -> dict[str, str]:
    """Return the municipalities by code, in the order of their names in the reader's language."""
    named = {place.code: words(place.title).text for place in municipalities()}
    return dict(sorted(named.items(), key=lambda pair: pair[1].casefold()))


def _skills() -> dict[str, str]:
    known: dict[str, Text] = players.competencies(services().store)
    return {code: words(label).text or code for code, label in known.items()}


def _lists() -> Lists:
    return Lists(hubs=_hubs(), municipalities=_places(), competencies=_skills())


def _form(form: Filled, player: Player | None, found: list[Problem]) -> str:
    lang = reader_language()
    is_expired = any(each.code == "form-expired" for each in found)
    ticket = None if is_expired else request.form.get("ticket")  # it was opened when it was opened
    told = [(each.field, sentence(each.code, each.params, lang)) for each in found]
    return render_template(
        "player_correction_form.html",
        form=form,
        player=player,
        problems=told,
        wrong=dict(reversed(told)),
        ticket=ticket or GATE.ticket(),
        trap=TRAP,
        roles=player_labels.roles(),
        hubs=_hubs(),
        places=_places(),
        skills=_skills(),
        limits=correction_form,
        labels=player_labels,
    )


def _review(number: int) -> str:
    store = services().store
    correction = corrections.get(store, number)
    is_pending = correction.status is Status.PENDING
    before = current(store, correction) if is_pending else correction.before
    return render_template(
        "player_correction.html",
        correction=correction,
        is_pending=is_pending,
        is_known=before is not None,
        changes=_changes(before, correction.proposal),
        labels=player_labels,
        max_reason=MAX_REASON,
    )


def _changes(before: Proposal | None, after: Proposal) -> list[Change]:
    return [
        Change(
            field=field.name,
            before=_shown(field.name, getattr(before, field.name, None)),
            after=_shown(field.name, getattr(after, field.name)),
        )
        for field in msgspec.structs.fields(Proposal)
    ]


def _shown(field: str, value: Any) -> str:
    if value is None or value == ():
        return ""
    if field == "role":
        return player_labels.role(value)
    if field == "municipality_code":
        return f"{_places().get(value, '')} ({value})"
    if field == "hub":
        return _hubs().get(value, str(value))
    if field == "competencies":
        skills = _skills()
        return ", ".join(sorted(skills.get(code, code) for code in value))
    return ", ".join(value) if isinstance(value, tuple) else str(value)
