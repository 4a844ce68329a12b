"""Questions and reports of errors on a dataset: what a steward let through, as page, JSON and
feed; the form that anyone may send; the answer.
"""

import unicodedata
import xml.etree.ElementTree as ET
from typing import Any

import msgspec
from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from catalogue.errors import CatalogueError
from catalogue.store import datasets, questions
from catalogue.store.questions import Kind, Place, Question, Status
from portal import atom
from portal.accounts.caller import address_of
from portal.accounts.errors import AccountError
from portal.accounts.rights import caller, public_write, require
from portal.accounts.roles import Role
from portal.audit import record
from portal.context import public_root, services
from portal.errors import Refusal
from portal.i18n import reader_language, words
from portal.messages import sentence
from portal.pages.context import may_publish
from portal.pages.dataset.frame import Frame, frame_of
from portal.pages.twins import json_twin
from portal.public_forms import Gate

TRAP = "fax"  # a field that nobody sees and programs fill in
MIN_TEXT, MAX_TEXT, MAX_ANSWER = 10, 1000, 2000
_MAX_BODY_BYTES = 20_000

GATE = Gate()

blueprint = Blueprint("dataset_questions", __name__)

Problem = tuple[str, str, dict[str, object]]


class Form(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A question as filled in."""

    kind: str = Kind.QUESTION
    text: str = ""
    column: str = ""
    row: str = ""


class QuestionList(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a steward let through about a dataset."""

    count: int
    results: list[Question]


@blueprint.get("/datasets/<dataset_id>/questions")
def show(dataset_id: str) -> str:
    """Show what was asked and answered; a steward sees what waits, too."""
    frame, store = frame_of(dataset_id), services().store
    is_steward = may_publish()
    return render_template(
        "dataset_questions.html",
        frame=frame,
        questions=questions.public(store, frame.entry.id),
        waiting=questions.waiting(store, frame.entry.id) if is_steward else [],
        is_steward=is_steward,
        max_answer=MAX_ANSWER,
    )


@blueprint.get("/datasets/<dataset_id>/questions.json")
def show_json(dataset_id: str) -> Response:
    """Give what was asked and answered as JSON."""
    found = questions.public(services().store, frame_of(dataset_id).entry.id)
    return json_twin(QuestionList(count=len(found), results=found))


@blueprint.get("/datasets/<dataset_id>/questions.atom")
def feed(dataset_id: str) -> Response:
    """Give what was asked and answered as a feed: an answer makes its entry new."""
    entry, lang = frame_of(dataset_id).entry, reader_language()
    found = questions.public(services().store, entry.id)
    page = f"{public_root()}/{lang}/datasets/{entry.id}/questions"
    made = atom.begun(lang)
    atom.text(made, "id", f"{page}.atom")
    title = gettext("Questions on %(title)s", title=words(entry.dataset.title).text)
    atom.text(made, "title", title)
    moments = [one.decided_at or one.created_at for one in found]
    atom.text(made, "updated", max(moments, default=entry.created_at))
    atom.link(made, "self", f"{page}.atom", "application/atom+xml")
    atom.link(made, "alternate", page, "text/html")
    for one in found:
        _entry(made, one, page)
    response = Response(atom.written(made), mimetype="application/atom+xml")
    response.add_etag()
    response.make_conditional(request)
    return response


@blueprint.get("/datasets/<dataset_id>/questions/new")
def new(dataset_id: str) -> str:
    """Show the form; `?column=` and `?row=` say what it is about, `?kind=error` that it reports."""
    frame = frame_of(dataset_id)
    asked = {name: request.args.get(name, "") for name in ("kind", "column", "row")}
    fitting = {name: value for name, value in asked.items() if value and _fits(frame, name, value)}
    return _form(frame, Form(**fitting), [])


@blueprint.post("/datasets/<dataset_id>/questions/new")
@public_write("a reader need have no account; a steward lets it through, senders are counted")
def send(dataset_id: str) -> Response | tuple[str, int]:
    """Take in a question, or show the form again with what is wrong."""
    request.max_content_length = _MAX_BODY_BYTES
    frame = frame_of(dataset_id)
    thanks = url_for("dataset_questions.thanks", dataset_id=dataset_id)
    if request.form.get(TRAP):
        return redirect(thanks, 303)
    form = Form(
        kind=request.form.get("kind", ""),
        text=_lines(request.form.get("text", "")),
        column=request.form.get("column", "").strip(),
        row=request.form.get("row", "").strip(),
    )
    found = _problems(frame, form)
    if found:
        return _form(frame, form, found), 400
    try:
        GATE.check(request.form.get("ticket", ""), address_of(request))
        questions.add(
            services().store,
            frame.entry.id,
            kind=Kind(form.kind),
            text=form.text,
            language=reader_language(),
            place=_place(frame, form),
        )
    except (AccountError, CatalogueError) as error:
        status = error.status if isinstance(error, AccountError) else 503
        return _form(frame, form, [("", error.code, error.params)]), status
    return redirect(thanks, 303)


@blueprint.get("/datasets/<dataset_id>/questions/thanks")
def thanks(dataset_id: str) -> str:
    """Say what happens next."""
    return render_template(
        "thanks.html",
        what_now=gettext(
            "A steward reads it. Then it stands beside the dataset, with the answer once there is"
            " one."
        ),
        back=url_for("dataset_questions.show", dataset_id=dataset_id),
        back_title=gettext("Back to the questions"),
    )


@blueprint.get("/questions")
@require(role=Role.STEWARD)
def listing() -> str:
    """List what waits for a steward, and what everyone sees without an answer, of all datasets."""
    store = services().store
    waiting, unanswered = questions.waiting(store), questions.unanswered(store)
    found = datasets.by_ids(store, list({one.dataset_id for one in (*waiting, *unanswered)}))
    return render_template(
        "questions.html",
        waiting=waiting,
        unanswered=unanswered,
        titles={entry.id: entry.dataset.title for entry in found},
        max_answer=MAX_ANSWER,
        is_steward=True,
    )


@blueprint.post("/questions/<int:number>/decide")
@require(role=Role.STEWARD)
def decide(number: int) -> Response:
    """Let a question through, answer it, or hide it."""
    request.max_content_length = _MAX_BODY_BYTES
    store, by = services().store, caller().name or ""
    status = request.form.get("status", "")
    if status not in (Status.OPEN, Status.ANSWERED, Status.HIDDEN):
        raise Refusal(400, "parameter-missing", name="status")
    answer = _lines(request.form.get("answer", ""))
    if status == Status.ANSWERED and not 1 <= len(answer) <= MAX_ANSWER:
        raise Refusal(400, "reason-missing", maximum=MAX_ANSWER)
    question = questions.get(store, number)
    kept = answer if status == Status.ANSWERED else None
    questions.decide(store, number, Status(status), by=by, answer=kept)
    record(services().store, "question-decided", f"question:{number}", by=by, after=str(status))
    back = url_for("dataset_questions.show", dataset_id=question.dataset_id)
    return redirect(f"{back}#question-{number}", 303)


def _entry(made: ET.Element, one: Question, page: str) -> None:
    entry = ET.SubElement(made, "entry")
    address = f"{page}#question-{one.id}"
    atom.text(entry, "id", address)
    title = gettext("Error reported") if one.kind is Kind.ERROR else gettext("Question")
    atom.text(entry, "title", title)
    atom.text(entry, "published", one.created_at)
    atom.text(entry, "updated", one.decided_at or one.created_at)
    atom.link(entry, "alternate", address, "text/html")
    ET.SubElement(entry, "category", {"term": one.kind.value})
    ET.SubElement(entry, "category", {"term": one.status.value})
    answer = one.answer or gettext("No answer yet.")
    atom.text(entry, "content", f"{one.text}\n\n{answer}")


def _lines(text: str) -> str:
    composed = unicodedata.normalize("NFC", text).splitlines()
    return "\n".join(" ".join(line.split()) for line in composed).strip()


def _problems(frame: Frame, form: Form) -> list[Problem]:
    found: list[Problem] = []
    if not _fits(frame, "kind", form.kind):
        found.append(("kind", "form-choice", {}))
    if len(form.text) < MIN_TEXT:
        found.append(("text", "form-too-short", {"minimum": MIN_TEXT}))
    elif len(form.text) > MAX_TEXT:
        found.append(("text", "form-too-long", {"maximum": MAX_TEXT}))
    elif not form.text.replace("\n", " ").isprintable():
        found.append(("text", "form-signs", {}))
    if form.column and not _fits(frame, "column", form.column):
        found.append(("column", "form-choice", {}))
    if form.row and not _fits(frame, "row", form.row):
        most = frame.version.row_count if frame.version else 0
        found.append(("row", "form-row", {"maximum": most}))
    return found


def _fits(frame: Frame, field: str, value: str) -> bool:
    if field == "kind":
        return value in list(Kind)
    if frame.version is None:
        return False
    if field == "column":
        return value in {column.name for column in frame.version.columns}
    is_number = value.isascii() and value.isdigit() and len(value) < 12
    return is_number and 1 <= int(value) <= frame.version.row_count


def _place(frame: Frame, form: Form) -> Place | None:
    if frame.version is None or not (form.column or form.row or len(frame.tables) > 1):
        return None
    return Place(
        table=frame.version.table,
        version=frame.version.n,
        column=form.column or None,
        row=int(form.row) if form.row else None,
    )


def _form(frame: Frame, form: Form, found: list[Problem]) -> str:
    lang = reader_language()
    told = [(field, sentence(code, params, lang)) for field, code, params in found]
    is_expired = any(code == "form-expired" for _, code, _ in found)
    context: dict[str, Any] = {
        "frame": frame,
        "form": form,
        "problems": told,
        "wrong": dict(reversed(told)),
        "ticket": (None if is_expired else request.form.get("ticket")) or GATE.ticket(),
        "trap": TRAP,
        "columns": [column.name for column in frame.version.columns] if frame.version else [],
        "max_text": MAX_TEXT,
    }
    return render_template("dataset_question_form.html", **context)
