"""Columns that look like personal data, by what they hold and by what their header says.

Nothing here decides: a column is flagged with a reason and a share of cells, and no value of it is
given. Organisations are no persons: `info@`, `mairie@` and the like are left alone.
"""

import re
from collections.abc import Callable, Sequence
from typing import Any

import msgspec
import pyarrow as pa
from stdnum import iban
from stdnum.be import nn
from stdnum.fr import nir

from tablecheck.arrow import Cells, Column, pc
from tablecheck.names import fold, words
from tablecheck.report import Count, Finding, Report

CODE = "personal-data"
_QUOTING = frozenset({"value", "values", "other_value"})
_SAMPLE = 2_000
"""Different values of a column that are looked at closely."""
_FEWEST_SHARE = 0.3
"""Of the filled cells, where the header says nothing: one number in fifty is right by chance."""

_FREE_MAIL = frozenset(
    str.split(
        "gmail.com googlemail.com hotmail.com hotmail.fr hotmail.be outlook.com outlook.fr "
        "outlook.be live.com live.be live.fr msn.com yahoo.com yahoo.fr icloud.com me.com gmx.com "
        "gmx.fr proton.me protonmail.com orange.fr wanadoo.fr free.fr sfr.fr laposte.net bbox.fr "
        "neuf.fr numericable.fr skynet.be telenet.be proximus.be scarlet.be voo.be base.be "
        "pandora.be belgacom.net aol.com"
    )
)
_OFFICES = frozenset(
    str.split(
        "info contact mairie commune gemeente stad ville accueil secretariat secretariaat admin "
        "office direction communication presse press webmaster support service services dpo data "
        "opendata onthaal bibliotheque bibliotheek mediatheque museum musee cpas ocmw police "
        "politie school ecole college lycee bureau team equipe club asbl vzw association tourisme "
        "toerisme sport sports culture cultuur urbanisme state etat civil burgerzaken hello "
        "bonjour hallo mail post privacy jobs recrutement rh hr compta facturation billing sales "
        "no reply noreply centre center centrum maison huis theatre theater hotel restaurant"
    )
)
_MAIL = r"^[^@\s]+@[^@\s]+\.[A-Za-z]{2,}\z"
_MOBILE = r"^\s*(?:(?:\+|00)33\s?(?:\(0\))?|0)[67](?:[\s./-]?[0-9]{2}){4}\s*\z|" + (
    r"^\s*(?:(?:\+|00)32\s?(?:\(0\))?|0)4[5-9][0-9](?:[\s./-]?[0-9]{2,3}){2,3}\s*\z"
)

_HEADERS = {
    "niss": "niss nrn rijksregister rijksregisternummer insz registrenational nationalnumber",
    "nir": "nir numsecu secu securitesociale nss socialsecurity",
    "iban": "iban rekening rekeningnummer bankrekening rib",
    "phone": "mobile gsm portable prive privetelefoon mobiel",
}
_SAID = {kind: frozenset(text.split()) for kind, text in _HEADERS.items()}
_PAIRS = (
    ("niss", ("registre", "national")), ("nir", ("securite", "sociale")),
    ("niss", ("national", "number")), ("nir", ("social", "security")),
)  # fmt: skip
_FIRST = frozenset(str.split("prenom prenoms voornaam voornamen firstname forename given"))
_LAST = frozenset(str.split("nom noms naam achternaam familienaam lastname surname family"))
_BIRTH = frozenset(
    str.split("naissance geboortedatum geboren geboorte birth birthdate birthday dob")
)


class Suspicion(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Say that a column looks like personal data."""

    column: str
    kind: str
    """niss, nir, iban, email, phone or person."""
    count: int
    """Cells that look so."""
    share: int
    """Of the filled cells, in per cent."""

    def finding(self) -> Finding:
        """Make the finding that holds a table back; it shows no value."""
        params = {"cause": self.kind, "count": self.count, "share": self.share}
        return Finding(code=CODE, column=self.column, params=params)


def suspicions(table: pa.Table) -> list[Suspicion]:
    """Flag the columns of a table; geometry and lists are left alone."""
    found: list[Suspicion] = []
    for name in table.column_names:
        values = _texts(table.column(name))
        if values is not None and len(values[0]):
            found.extend(_of_column(name, *values))
    return [*found, *_persons(table)]


def _texts(column: Column) -> tuple[Cells, Cells] | None:
    """Give the different values of a column as text, and how many cells hold each."""
    if pa.types.is_integer(column.type):
        column = column.cast(pa.string())
    if not pa.types.is_string(column.type):
        return None
    counted: Any = pc.value_counts(column.drop_null())
    values, counts = counted.field("values"), counted.field("counts")
    filled = pc.greater(pc.binary_length(values), 0)
    return values.filter(filled), counts.filter(filled)


def _of_column(name: str, values: Cells, counts: Cells) -> list[Suspicion]:
    total = pc.sum(counts).as_py()
    said = _said(name)
    found = []
    for kind, (shape, is_right) in _KINDS.items():
        mask = pc.match_substring_regex(values, shape)
        if not pc.any(mask).as_py():
            continue
        shaped, cells = values.filter(mask), counts.filter(mask)
        sample: list[Any] = shaped.slice(0, _SAMPLE).to_pylist()
        right = [bool(is_right(text)) for text in sample]
        held = pc.sum(cells.slice(0, _SAMPLE)).as_py()
        cell_counts: list[Any] = cells.slice(0, _SAMPLE).to_pylist()
        hit = sum(n for n, yes in zip(cell_counts, right, strict=True) if yes)
        count = round(hit * pc.sum(cells).as_py() / held)
        if _is_enough(kind, kind in said, count, sum(right), count / total):
            share = max(1, round(100 * count / total))
            found.append(Suspicion(column=name, kind=kind, count=count, share=share))
    return found[:1]


def _is_enough(kind: str, is_said: bool, count: int, different: int, share: float) -> bool:
    if not different:
        return False
    if kind == "email":
        return share >= 0.05 and (different >= 2 or share >= 0.5)
    if kind == "phone":  # shops and clubs have mobiles too: only where the header says whose
        return is_said and share >= _FEWEST_SHARE
    return is_said or (share >= _FEWEST_SHARE and different >= 2) or (share >= 0.9 and count >= 2)


def _said(name: str) -> set[str]:
    found = words(name)
    joined = {*found, "".join(found)}
    kinds = {kind for kind, known in _SAID.items() if known & joined}
    return kinds | {kind for kind, pair in _PAIRS if set(pair) <= set(found)}


def _is_niss(text: str) -> bool:
    digits = re.sub(r"\D", "", text).zfill(11)
    return digits != "0" * 11 and nn.is_valid(digits)


def _is_nir(text: str) -> bool:
    return bool(nir.is_valid(re.sub(r"\s", "", text)))


def _is_private_mail(text: str) -> bool:
    local, _, domain = fold(text).partition("@")
    parts = [part for part in re.split(r"[._\-+0-9]+", local) if part]
    if not parts or any(part in _OFFICES for part in parts):
        return False
    if any(local.startswith(office) for office in _OFFICES if len(office) > 4):
        return False
    if domain in _FREE_MAIL:
        return True
    is_named = len(parts) == 2 and all(len(part) >= 2 for part in parts) and "." in local
    return is_named and not any(part in domain for part in parts if len(part) > 3)


_KINDS: dict[str, tuple[str, Callable[[str], bool]]] = {
    "niss": (r"^\s*(?:[0-9]{2}\.?[0-9]{2}\.?[0-9]{2}[- ]?[0-9]{3}[. ]?[0-9]{2}|[0-9]{9,11})\s*\z",
             _is_niss),
    "nir": (r"^\s*[12]\s?[0-9]{2}\s?[0-9]{2}\s?(?:[0-9]{2}|2[AB])\s?[0-9]{3}\s?[0-9]{3}\s?[0-9]{2}"
            r"\s*\z", _is_nir),
    "iban": (r"^\s*[A-Z]{2}[0-9]{2}(?:\s?[A-Z0-9]{2,4}){3,8}\s*\z",
             lambda text: iban.is_valid(text, check_country=False)),
    "email": (_MAIL, _is_private_mail),
    "phone": (_MOBILE, lambda _text: True),
}  # fmt: skip


def _persons(table: pa.Table) -> list[Suspicion]:
    """Flag the birth dates of people who are named beside them."""
    told = {name: set(words(name)) for name in table.column_names}
    has_first = any(found & _FIRST or {"first", "name"} <= found for found in told.values())
    has_last = any(found & _LAST or {"last", "name"} <= found for found in told.values())
    if not (has_first and has_last):
        return []
    found = []
    for name, said in told.items():
        column = table.column(name)
        count = len(column) - column.null_count
        is_moment = pa.types.is_date(column.type) or pa.types.is_timestamp(column.type)
        if said & _BIRTH and count and (is_moment or pa.types.is_string(column.type)):
            share = round(100 * count / len(column))
            found.append(Suspicion(column=name, kind="person", count=count, share=max(1, share)))
    return found


def held_back(report: Report, found: Sequence[Suspicion]) -> Report:
    """Give a report in which what was flagged is an error."""
    findings = [suspicion.finding() for suspicion in found]
    flagged = {suspicion.column for suspicion in found}
    others = [
        msgspec.structs.replace(f, value=None if f.value is None else "•••")
        if f.column in flagged
        else f
        for f in report.findings
    ]
    counts = [Count(column=f.column, code=CODE, count=1) for f in findings]
    return msgspec.structs.replace(
        report,
        findings=(*findings, *others),
        error_count=report.error_count + len(findings),
        counts=(*counts, *report.counts),
    )


def masked(recipe: dict[str, Any], report: dict[str, Any]) -> dict[str, Any]:
    """Give a stored recipe without the values that it quotes of flagged columns."""
    columns = {f.get("column") for f in report.get("findings", []) if f.get("code") == CODE}
    inferred = [
        {**each, "params": {k: _mask(k, v) for k, v in each.get("params", {}).items()}}
        if each.get("column") in columns
        else each
        for each in recipe.get("inferred") or []
    ]
    return {**recipe, "inferred": inferred}


def _mask(name: str, value: Any) -> Any:
    return "•••" if name in _QUOTING else value


def flags_of(report: dict[str, Any]) -> list[str]:
    """Name what a stored report flags, so that a decision can be held against it later."""
    flagged = [f for f in report.get("findings", []) if f.get("code") == CODE]
    return sorted({f"{f.get('column')} ({f.get('params', {}).get('cause')})" for f in flagged})
