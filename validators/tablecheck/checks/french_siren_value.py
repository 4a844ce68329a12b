"""SIREN: the number of a French organisation."""

import re

from stdnum.fr import siren

from tablecheck.checks.check import Check, Fault, Judging, Knowledge, OneColumn, Row, Wrong
from tablecheck.checks.digits import accepts, luhn

_MARKS = re.compile(r"[\s\u00a0\u202f.-]")


def _judge(row: Row) -> Fault | None:
    text = row[0] or ""
    if re.fullmatch("[0-9]{9}", text):
        return None if siren.is_valid(text) else Fault(cause="digit")
    bare = _MARKS.sub("", text)
    if re.fullmatch("[0-9]{14}", bare) and siren.is_valid(bare[:9]):
        return Fault(cause="siret", suggestion=bare[:9])
    if re.fullmatch("[0-9]{6,9}", bare) and siren.is_valid(bare.zfill(9)):
        return Fault(cause="form", suggestion=bare.zfill(9))
    return Fault(cause="form")


def _make(params: OneColumn, knowledge: Knowledge) -> Judging:
    del params, knowledge
    return Judging(_judge, lambda columns: accepts(columns[0], 9, luhn))


CHECKS = (
    Check(
        name="french-siren-value",
        titles={"en": "SIREN number", "fr": "numéro SIREN", "nl": "SIREN-nummer"},
        aliases=("siren",),
        rule="Nine digits, the last of which is right by the algorithm of Luhn.",
        source="Code de commerce, art. R123-220 and R123-221; ISO/IEC 7812-1 (Luhn)",
        make=_make,
        valid=(("732829320",), ("245900410",)),
        invalid=(
            Wrong(("732829321",), "digit"),
            Wrong(("732 829 320",), "form", "732829320"),
            Wrong(("73282932000074",), "siret", "732829320"),
            Wrong(("0403.019.261",), "form"),
        ),
        says={
            "en": {
                "digit": "“{value}” is no SIREN: its check digit is wrong.",
                "form": "“{value}” is no SIREN, which has nine digits and nothing else.",
                "siret": "“{value}” is a SIRET (establishment), where a SIREN (organisation) is "
                "expected.",
            },
            "fr": {
                "digit": "« {value} » n'est pas un SIREN : sa clé de contrôle est fausse.",
                "form": "« {value} » n'est pas un SIREN, qui compte neuf chiffres et rien d'autre.",
                "siret": "« {value} » est un SIRET (établissement), or un SIREN (organisme) est "
                "attendu.",
            },
            "nl": {
                "digit": "“{value}” is geen SIREN: het controlecijfer klopt niet.",
                "form": "“{value}” is geen SIREN: dat telt negen cijfers en niets anders.",
                "siret": "“{value}” is een SIRET (vestiging), maar een SIREN (organisatie) wordt "
                "verwacht.",
            },
        },
    ),
)
