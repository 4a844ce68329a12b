"""SIRET: the number of an establishment of a French organisation."""

import re

from stdnum.exceptions import InvalidChecksum, ValidationError
from stdnum.fr import siret

from tablecheck.checks.check import Check, Fault, Judging, Knowledge, OneColumn, Row, Wrong
from tablecheck.checks.digits import accepts, luhn

_MARKS = re.compile(r"[\s\u00a0\u202f.-]")


def _fault(text: str) -> str | None:
    """Give the cause of a fault; `stdnum` knows the exception of La Poste."""
    if not re.fullmatch("[0-9]{14}", text):
        return "form"
    try:
        siret.validate(text)
    except InvalidChecksum:
        return "digit"
    except ValidationError:
        return "form"
    return None


def _judge(row: Row) -> Fault | None:
    text = row[0] or ""
    cause = _fault(text)
    if cause is None:
        return None
    bare = _MARKS.sub("", text)
    if cause == "form" and 11 <= len(bare) <= 14 and _fault(bare.zfill(14)) is None:
        return Fault(cause="form", suggestion=bare.zfill(14))
    return Fault(cause="siren" if re.fullmatch("[0-9]{9}", bare) else cause)


def _make(params: OneColumn, knowledge: Knowledge) -> Judging:
    del params, knowledge
    return Judging(
        _judge,
        lambda columns: accepts(columns[0], 14, lambda rows: luhn(rows) & luhn(rows[:, :9])),
    )


CHECKS = (
    Check(
        name="french-siret-value",
        titles={"en": "SIRET number", "fr": "numéro SIRET", "nl": "SIRET-nummer"},
        aliases=("siret",),
        rule="Fourteen digits: a SIREN, then five; right by the algorithm of Luhn. Establishments "
        "of La Poste (SIREN 356000000): the sum of the digits is a multiple of five.",
        source="Code de commerce, art. R123-221; INSEE, note on the SIRET numbers of La Poste",
        make=_make,
        valid=(("73282932000074",), ("35600000000048",), ("35600000049837",)),
        invalid=(
            Wrong(("73282932000075",), "digit"),
            Wrong(("732 829 320 00074",), "form", "73282932000074"),
            Wrong(("732829320",), "siren"),
            Wrong(("35600000049838",), "digit"),
        ),
        says={
            "en": {
                "digit": "“{value}” is no SIRET: its check digit is wrong.",
                "form": "“{value}” is no SIRET, which has fourteen digits and nothing else.",
                "siren": "“{value}” is a SIREN (organisation), where a SIRET (establishment, "
                "fourteen digits) is expected.",
            },
            "fr": {
                "digit": "« {value} » n'est pas un SIRET : sa clé de contrôle est fausse.",
                "form": "« {value} » n'est pas un SIRET, qui compte quatorze chiffres et rien "
                "d'autre.",
                "siren": "« {value} » est un SIREN (organisme), or un SIRET (établissement, "
                "quatorze chiffres) est attendu.",
            },
            "nl": {
                "digit": "“{value}” is geen SIRET: het controlecijfer klopt niet.",
                "form": "“{value}” is geen SIRET: dat telt veertien cijfers en niets anders.",
                "siren": "“{value}” is een SIREN (organisatie), maar een SIRET (vestiging, "
                "veertien cijfers) wordt verwacht.",
            },
        },
    ),
)
