"""The third step: what is said of the dataset."""

import re
from collections.abc import Iterable
from typing import Any, NamedTuple

import msgspec
from flask import redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from catalogue.licences import LICENCES
from catalogue.names import fold
from catalogue.records import LANGUAGES
from catalogue.store import publishers
from catalogue.store.submissions import Record, Said, Submission
from catalogue.territory import municipalities
from portal.accounts.rights import require
from portal.accounts.roles import Role
from portal.context import services
from portal.i18n import OWN_NAMES, reader_language, words
from portal.pages import labels
from portal.pages.licence_terms import demand_of
from portal.pages.publish.frame import (
    Problem,
    allow_form,
    blueprint,
    name,
    overtaken,
    saved,
    shown,
    submission_of,
)
from portal.pages.publish.score import score_so_far
from portal.pages.themes import themes

FREQUENCIES = (
    "CONT", "HOURLY", "DAILY", "WEEKLY", "MONTHLY", "QUARTERLY", "ANNUAL", "IRREG", "NEVER",
)  # fmt: skip
MIN_TITLE, MAX_TITLE, MAX_DESCRIPTION, MAX_PUBLISHER = 3, 200, 5_000, 120
MAX_KEYWORDS, MAX_KEYWORD, MAX_PLACES = 30, 60, 200
_SEPARATOR = re.compile(r"[,;\n]")


class Chosen(NamedTuple):
    """A licence that may be chosen, with what it asks."""

    id: str
    title: str
    demand: str


@blueprint.get("/publish/<submission_id>/describe")
@require(role=Role.STEWARD)
def describe(submission_id: str) -> str:
    """Show what is said of the dataset so far."""
    submission = submission_of(submission_id)
    return _page(submission, submission.record)


@blueprint.post("/publish/<submission_id>/describe")
@require(role=Role.STEWARD)
def keep_description(submission_id: str) -> Response | tuple[str, int]:
    """Keep what is said of the dataset; go on to the review."""
    allow_form()
    submission = submission_of(submission_id)
    record = msgspec.structs.replace(
        submission.record, said=_said(submission.record.said), changed_by=name()
    )
    told, found = overtaken(submission), _problems(record.said)
    is_next = request.form.get("go") == "next"
    grave = [each for each in found if is_next or each.text != _missing()]
    if told or grave:
        return _page(submission, record, problems=grave, notice=told), 409 if told else 400
    saved(submission, record)
    step = "review" if is_next else "describe"
    return redirect(url_for(f"publish_steps.{step}", submission_id=submission.id), 303)


def field_labels() -> dict[str, str]:
    """Return the names of the fields in the reader's language."""
    return {
        "title": gettext("Title"),
        "description": gettext("Description"),
        "publisher": gettext("Publisher"),
        "licence": gettext("Licence"),
        "themes": gettext("Themes"),
        "frequency": gettext("Renewed"),
        "keywords": gettext("Keywords"),
        "spatial": gettext("Territory"),
    }


def _page(submission: Submission, record: Record, **values: Any) -> str:
    problems: list[Problem] = values.get("problems", [])
    return shown(
        "publish_describe.html",
        msgspec.structs.replace(submission, record=record),
        "describe",
        wrong={each.field: each.text for each in reversed(problems)},
        field_labels=field_labels(),
        score=score_so_far(submission, title=_suggested(record.filename)),
        own_names=OWN_NAMES,
        in_order=_languages(),
        licences=_licences(record.said.licence),
        all_themes=[(code, labels.theme(code)) for code in themes()],
        frequencies=[(code, labels.frequency(code)) for code in FREQUENCIES],
        places=_places(),
        publishers=_publishers(),
        suggested=_suggested(record.filename),
        limits={"title": MAX_TITLE, "description": MAX_DESCRIPTION, "publisher": MAX_PUBLISHER},
        **values,
    )


def _languages() -> list[str]:
    """Return the languages, the reader's first."""
    return sorted(LANGUAGES, key=lambda lang: lang != reader_language())


def _licences(chosen: str | None) -> list[Chosen]:
    found = [
        Chosen(each.id, each.title[reader_language()], demand_of(each.id))
        for each in LICENCES.values()
        if each.is_open or each.id == chosen
    ]
    return sorted(found, key=lambda one: one.title)


def _places() -> list[tuple[str, str]]:
    named = [(place.code, words(place.title).text) for place in municipalities()]
    return sorted(named, key=lambda pair: fold(pair[1]))


def _publishers() -> list[str]:
    held = publishers.listed(services().store)
    return sorted({words(each.publisher.title).text for each in held} - {"—", ""})


def _suggested(filename: str) -> str:
    """Return a title made of the name of the file."""
    stem = filename.rpartition(".")[0] or filename
    return re.sub(r"[\s_\-]+", " ", stem).strip().capitalize()[:MAX_TITLE]


def _said(before: Said) -> Said:
    form = request.form
    keywords = {
        lang: list(dict.fromkeys(filter(None, map(_line, _SEPARATOR.split(text)))))
        for lang in LANGUAGES
        if (text := form.get(f"keywords-{lang}", ""))
    }
    return msgspec.structs.replace(
        before,
        title=_texts("title", _line),
        description=_texts("description", _paragraphs),
        keywords={lang: found for lang, found in keywords.items() if found},
        publisher=_line(form.get("publisher", "")),
        licence=form.get("licence") or None,
        themes=form.getlist("themes"),
        spatial=form.getlist("spatial"),
        frequency=form.get("frequency") or None,
    )


def _missing() -> str:
    return str(gettext("is missing."))


def _problems(said: Said) -> list[Problem]:
    told = field_labels()
    found: list[tuple[str, str]] = []
    for field, most in (("title", MAX_TITLE), ("description", MAX_DESCRIPTION)):
        texts: dict[str, str] = getattr(said, field)
        if not texts:
            found.append((field, _missing()))
        if any(len(text) > most for text in texts.values()):
            found.append((field, _too_long(most)))
    if any(
        len(text) < MIN_TITLE or not re.search("[a-z0-9]", fold(text))
        for text in said.title.values()
    ):
        found.append(("title", gettext("is too short.")))
    if not said.publisher:
        found.append(("publisher", _missing()))
    elif len(said.publisher) > MAX_PUBLISHER or not re.search("[a-z0-9]", fold(said.publisher)):
        found.append(("publisher", _too_long(MAX_PUBLISHER)))
    if not said.licence:
        found.append(("licence", _missing()))
    if not said.themes:
        found.append(("themes", _missing()))
    found += _unlisted("licence", [said.licence] if said.licence else [], LICENCES)
    found += _unlisted("themes", said.themes, themes())
    found += _unlisted("frequency", [said.frequency] if said.frequency else [], FREQUENCIES)
    found += _unlisted("spatial", said.spatial, [code for code, _ in _places()])
    every = [word for each in said.keywords.values() for word in each]
    if any(len(each) > MAX_KEYWORDS for each in said.keywords.values()):
        found.append(
            ("keywords", gettext("are too many: at most %(maximum)s.", maximum=MAX_KEYWORDS))
        )
    if any(len(word) > MAX_KEYWORD for word in every):
        found.append(("keywords", _too_long(MAX_KEYWORD)))
    return [Problem(field, told[field], text) for field, text in found]


def _too_long(most: int) -> str:
    return str(gettext("is too long: at most %(maximum)s characters.", maximum=most))


def _unlisted(field: str, chosen: Iterable[str], allowed: Any) -> list[tuple[str, str]]:
    is_known = all(code in allowed for code in chosen)
    return [] if is_known else [(field, str(gettext("is not in the list.")))]


def _texts(stem: str, cleaned: Any) -> dict[str, str]:
    texts = {lang: cleaned(request.form.get(f"{stem}-{lang}", "")) for lang in LANGUAGES}
    return {lang: text for lang, text in texts.items() if text}


def _line(text: str) -> str:
    return " ".join("".join(sign for sign in text if sign.isprintable() or sign.isspace()).split())


def _paragraphs(text: str) -> str:
    lines = [_line(line) for line in text.splitlines()]
    return "\n".join(lines).strip()
