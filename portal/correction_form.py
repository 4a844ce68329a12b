"""Reads what an organisation says of itself, strictly: lengths, addresses, codes of the lists.

A fault is a field with a code and its parameters; the sentence is made by the page.
"""

import re
import unicodedata
from collections.abc import Collection, Mapping
from urllib.parse import urlsplit

import msgspec

from catalogue.players import ROLES, Player
from catalogue.store.corrections import Proposal

MAX_NAME, MAX_URL, MAX_NOTE, MAX_MESSAGE, MAX_CONTACT = 120, 300, 400, 1000, 120
MAX_OTHER_NAMES, MAX_COMPETENCIES = 5, 12
_CONTACT = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+\.[a-zA-Z]{2,}")
_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]", re.IGNORECASE)
# A program for tables would take a cell that begins so for a formula.
_FORMULA = ("=", "+", "-", "@")


class Problem(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is wrong with a field."""

    field: str
    code: str
    params: dict[str, object] = {}


class Lists(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The codes that may be chosen."""

    hubs: Collection[str]
    municipalities: Collection[str]
    competencies: Collection[str]


class Filled(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A form as filled in, cleaned: single values by field, and what there may be several of."""

    one: dict[str, str]
    other_names: tuple[str, ...]
    competencies: tuple[str, ...]


def filled(one: Mapping[str, str], competencies: Collection[str]) -> Filled:
    """Clean what was typed: composed letters, plain spaces, no empty lines."""
    names = ("name", "role", "hub", "municipality_code", "website", "source_url", "note", "contact")
    lines = one.get("other_names", "").splitlines()
    message = "\n".join(_clean(line) for line in one.get("message", "").splitlines()).strip()
    return Filled(
        one={name: _clean(one.get(name, "")) for name in names} | {"message": message},
        other_names=tuple(dict.fromkeys(filter(None, (_clean(line) for line in lines)))),
        competencies=tuple(dict.fromkeys(competencies)),
    )


def filled_with(player: Player) -> Filled:
    """Return the form that says what is known of a player."""
    return Filled(
        one={
            "name": player.name,
            "role": player.role,
            "hub": player.hub or "",
            "municipality_code": player.municipality_code,
            "website": player.website or "",
            "source_url": player.source_url,
            "note": player.note or "",
            "contact": "",
            "message": "",
        },
        other_names=player.other_names,
        competencies=player.competencies,
    )


def problems(form: Filled, lists: Lists) -> list[Problem]:
    """Return what is wrong with a form, in the order of its fields."""
    one = form.one
    found = [
        *_text("name", one["name"], MAX_NAME, least=2),
        *_other_names(form.other_names),
        *_choice("role", one["role"], ROLES),
        *_choice("hub", one["hub"], lists.hubs, may_be_empty=True),
        *_choice("municipality_code", one["municipality_code"], lists.municipalities),
        *_competencies(form.competencies, lists.competencies),
        *_address("website", one["website"], may_be_empty=True),
        *_address("source_url", one["source_url"]),
        *_text("note", one["note"], MAX_NOTE),
        *_text("message", one["message"].replace("\n", " "), MAX_MESSAGE),
    ]
    contact = one["contact"]
    if contact and (len(contact) > MAX_CONTACT or not _CONTACT.fullmatch(contact)):
        found.append(Problem(field="contact", code="form-contact"))
    return found


def proposal_of(form: Filled) -> Proposal:
    """Return what a form without problems proposes."""
    one = form.one
    return Proposal(
        name=one["name"],
        role=one["role"],
        municipality_code=one["municipality_code"],
        source_url=one["source_url"],
        other_names=form.other_names,
        hub=one["hub"] or None,
        competencies=form.competencies,
        website=one["website"] or None,
        note=one["note"] or None,
    )


def _clean(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def _text(field: str, text: str, most: int, *, least: int = 0) -> list[Problem]:
    if len(text) < least:
        return [Problem(field=field, code="form-missing")]
    if len(text) > most:
        return [Problem(field=field, code="form-too-long", params={"maximum": most})]
    if not text.isprintable() or (field != "message" and ("|" in text or _is_formula(text))):
        return [Problem(field=field, code="form-signs")]
    return []


def _is_formula(text: str) -> bool:
    return text.startswith(_FORMULA)


def _other_names(names: Collection[str]) -> list[Problem]:
    if len(names) > MAX_OTHER_NAMES:
        params: dict[str, object] = {"maximum": MAX_OTHER_NAMES}
        return [Problem(field="other_names", code="form-too-many", params=params)]
    return [problem for name in names for problem in _text("other_names", name, MAX_NAME)][:1]


def _choice(
    field: str, value: str, allowed: Collection[str], *, may_be_empty: bool = False
) -> list[Problem]:
    if not value:
        return [] if may_be_empty else [Problem(field=field, code="form-missing")]
    return [] if value in allowed else [Problem(field=field, code="form-choice")]


def _competencies(chosen: Collection[str], allowed: Collection[str]) -> list[Problem]:
    if not chosen:
        return [Problem(field="competencies", code="form-missing")]
    if len(chosen) > MAX_COMPETENCIES:
        params: dict[str, object] = {"maximum": MAX_COMPETENCIES}
        return [Problem(field="competencies", code="form-too-many", params=params)]
    is_known = all(code in allowed for code in chosen)
    return [] if is_known else [Problem(field="competencies", code="form-choice")]


def _address(field: str, text: str, *, may_be_empty: bool = False) -> list[Problem]:
    """Refuse what is no plain address of the web: another scheme, a name and password in it."""
    if not text:
        return [] if may_be_empty else [Problem(field=field, code="form-missing")]
    if len(text) > MAX_URL:
        return [Problem(field=field, code="form-too-long", params={"maximum": MAX_URL})]
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return [Problem(field=field, code="form-address")]
    is_web = parts.scheme in ("http", "https") and "@" not in parts.netloc
    is_plain = text.isascii() and text.isprintable() and not re.search(r"[\s<>\"\\^`{|}]", text)
    is_good = is_web and is_plain and _HOST.fullmatch(host)
    return [] if is_good else [Problem(field=field, code="form-address")]
