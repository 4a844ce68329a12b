"""The 153 municipalities of the Eurometropolis by all their names, and what covers them.

A place is named in two languages, by exonyms (Rijsel, Courtrai), by the villages merged into it and
by codes that have changed. Everything here turns such a name or code into codes, so that search,
harvest and pages agree. Names of municipalities and codes: INSEE (COG) and NIS (Statbel); groups
are the arrondissements and the Métropole Européenne de Lille. `territory.csv` and `areas.csv`
beside this file hold the data.
"""

import csv
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import msgspec

from catalogue.folding import distance, words
from catalogue.records import Side, Text

_FOLDER = Path(__file__).resolve().parent
DATA_FILES = (_FOLDER / "territory.csv", _FOLDER / "areas.csv")

_ORDINARY = (
    "ath bury celles croix don egem fontenoy gits hem hoves illies kaster komen lessen loos marke "
    "maulde menen moen proven ronk santes silly staden velaines"
)
ORDINARY_WORDS = frozenset(_ORDINARY.split())
"""Places that are also everyday words: recognised in running text only with a capital letter."""

_NOT_PLACES = ("croix rouge", "croix verte", "don du sang", "don d organes", "silly walk")


class Place(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A municipality, or an area that holds some: `members` are the codes of these.

    `kind` is `municipality`, `group`, `department`, `province`, `region`, `country` or `area`.
    """

    code: str
    kind: str
    title: Text
    members: frozenset[str]
    country: str | None = None
    side: Side | None = None
    region: str | None = None
    group: str | None = None


class Name(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One name of one place; `kind` is `official`, `exonym`, `part`, `short`, `area` or `code`."""

    text: str
    kind: str
    code: str


def _side(row: dict[str, str]) -> Side:
    if row["country"] == "FR":
        return Side.FRANCE
    return Side.FLANDERS if row["region"] == "Vlaanderen" else Side.WALLONIA


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@cache
def _municipality_rows() -> list[dict[str, str]]:
    return _rows(DATA_FILES[0])


@cache
def places() -> dict[str, Place]:
    """Return every known place by its code, the municipalities first."""
    found: dict[str, Place] = {}
    for row in _municipality_rows():
        names = {"fr": row["name_fr"], "nl": row["name_nl"] or row["name_fr"]}
        found[row["code"]] = Place(
            code=row["code"],
            kind="municipality",
            title=names
            | {"en": row["name_nl"] if row["region"] == "Vlaanderen" else row["name_fr"]},
            members=frozenset({row["code"]}),
            country=row["country"],
            side=_side(row),
            region=row["region"],
            group=row["group"],
        )
    for row in _rows(DATA_FILES[1]):
        column, _, value = row["members"].partition("=")
        found[row["id"]] = Place(
            code=row["id"],
            kind=row["kind"],
            title={language: row[f"name_{language}"] for language in ("fr", "nl", "en")},
            members=frozenset(
                m["code"] for m in _municipality_rows() if column == "*" or m[column] == value
            ),
            country=row["country"] or None,
            side=Side(row["side"]) if row["side"] else None,
        )
    return found


def municipalities() -> list[Place]:
    """Return the 153 municipalities."""
    return [place for place in places().values() if place.kind == "municipality"]


@cache
def names() -> tuple[Name, ...]:
    """Return every name and code by which a place is known."""
    found: list[Name] = []

    def add(kind: str, code: str, texts: Iterable[str]) -> None:
        found.extend(Name(text=text, kind=kind, code=code) for text in dict.fromkeys(texts) if text)

    for row in _municipality_rows():
        code = row["code"]
        add("official", code, (row["name_fr"], row["name_nl"]))
        add("exonym", code, (name.partition("@")[0] for name in row["exonyms"].split("|")))
        add("part", code, row["parts"].split("|"))
        add("short", code, row["short_names"].split("|"))
        add("code", code, (code, *row["former_codes"].split("|")))
    for row in _rows(DATA_FILES[1]):
        titles = (row["name_fr"], row["name_nl"], row["name_en"])
        add("area", row["id"], (*titles, *row["other_names"].split("|")))
        add("code", row["id"], (row["id"], *row["codes"].split("|")))
    return tuple(found)


@cache
def names_by_words() -> dict[tuple[str, ...], tuple[Name, ...]]:
    """Return the names by their folded words; no name marks words that only look like a place.

    Codes shorter than five characters are left out: `59` or `BE` in running text is no place.
    """
    found: dict[tuple[str, ...], tuple[Name, ...]] = {}
    for name in names():
        if name.kind == "code" and not (len(name.text) >= 5 and name.text.isdigit()):
            continue
        key = tuple(words(name.text))
        known = found.get(key, ())
        if all(other.code != name.code for other in known):
            found[key] = (*known, name)
    found.update((tuple(phrase.split()), ()) for phrase in _NOT_PLACES)
    return found


@cache
def _by_code() -> dict[str, str]:
    return {name.text.casefold(): name.code for name in names() if name.kind == "code"}


@cache
def _by_name() -> dict[str, str]:
    return {
        " ".join(words(name.text)): name.code for name in reversed(names()) if name.kind != "code"
    }


def resolve(text: str) -> list[Place]:
    """Return the places that a name or code means, in any language; several where it is ambiguous.

    The whole text must be the name. A misspelt name resolves where exactly one name comes near it.
    """
    key = tuple(words(text))
    exact = names_by_words().get(key)
    if exact is not None:
        return [places()[name.code] for name in exact]
    if len(text) <= 12 and (code := _by_code().get(text.strip().casefold())):
        return [places()[code]]
    near = nearest_names(" ".join(key))
    return [places()[code] for code in dict.fromkeys(name.code for name in near)]


@cache
def _spellings() -> dict[str, tuple[Name, ...]]:
    found: dict[str, tuple[Name, ...]] = {}
    for name in names():
        if name.kind not in ("code", "short") and len(name.text) >= 5:
            folded = " ".join(words(name.text))
            found[folded] = (*found.get(folded, ()), name)
    return found


def nearest_names(folded: str) -> tuple[Name, ...]:
    """Return the names nearest to a misspelt, folded one; none where two places come equally near.

    One slip is forgiven from four letters on, two from eight; the first letter must be right.
    """
    if not 4 <= len(folded) <= 60 or folded.isdigit():
        return ()
    most = 1 if len(folded) < 8 else 2
    near: dict[int, list[str]] = {}
    for spelling in _spellings():
        if spelling[0] == folded[0] and (slips := distance(folded, spelling, most)) <= most:
            near.setdefault(slips, []).append(spelling)
    best = near[min(near)] if near else []
    found = tuple(name for spelling in best for name in _spellings()[spelling])
    return found if len(best) == 1 or len({name.code for name in found}) == 1 else ()


def place_of(spatial: str) -> Place | None:
    """Return the place that a coverage value means: a code, the URI of a code, or a name."""
    value = spatial.strip().rstrip("/")
    if (found := places().get(value)) is not None:
        return found
    code = _by_code().get(value.casefold()) or _by_code().get(value.rpartition("/")[2].casefold())
    code = code or _by_name().get(" ".join(words(value)))
    return places()[code] if code else None


def members_of(spatial: Iterable[str]) -> frozenset[str]:
    """Return the codes of all municipalities that a coverage holds; unknown values hold none."""
    found = (place_of(value) for value in spatial)
    return frozenset().union(*(place.members for place in found if place is not None))


def covers(spatial: Iterable[str], code: str) -> bool:
    """Tell whether a coverage holds a municipality, given by its present or a former code."""
    return _by_code().get(code.casefold(), code) in members_of(spatial)


def side_of(code: str) -> Side | None:
    """Return the side of the border of a place; None where it has no single one or is unknown."""
    place = place_of(code)
    return place.side if place else None
