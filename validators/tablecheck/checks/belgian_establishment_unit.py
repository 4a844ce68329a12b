"""The number of an establishment unit in the Crossroads Bank for Enterprises (KBO, BCE)."""

import re

from tablecheck.checks.check import Check, Fault, Judging, Knowledge, OneColumn, Row, Wrong
from tablecheck.checks.digits import accepts, mod97

_SPELLING = re.compile(r"[2-8]\.?[0-9]{3}\.?[0-9]{3}\.?[0-9]{3}")


def _judge(row: Row) -> Fault | None:
    text = row[0] or ""
    digits = re.sub(r"[\s\u00a0\u202f./-]", "", text)
    if not re.fullmatch("[0-9]{10}", digits):
        return Fault(cause="form")
    if digits[0] in "01":
        return Fault(cause="enterprise")
    if digits[0] == "9":
        return Fault(cause="form")
    if (int(digits[:8]) + int(digits[8:])) % 97:
        return Fault(cause="digit")
    if _SPELLING.fullmatch(text):
        return None
    written = f"{digits[0]}.{digits[1:4]}.{digits[4:7]}.{digits[7:]}"
    return Fault(cause="form", suggestion=written)


def _make(params: OneColumn, knowledge: Knowledge) -> Judging:
    del params, knowledge
    return Judging(
        _judge,
        lambda columns: accepts(
            columns[0], 10, lambda rows: mod97(rows) & (rows[:, 0] > 1) & (rows[:, 0] < 9)
        ),
    )


CHECKS = (
    Check(
        name="belgian-establishment-unit",
        titles={
            "en": "Belgian establishment number",
            "fr": "numéro d’établissement belge",
            "nl": "Belgisch vestigingsnummer",
        },
        rule="Ten digits, the first 2 to 8; the last two are 97 less the remainder of the first "
        "eight divided by 97. Points are allowed.",
        source="Code de droit économique / Wetboek van economisch recht, art. III.17; FPS Economy, "
        "Crossroads Bank for Enterprises, open data manual",
        make=_make,
        valid=(("2.005.000.094",), ("2005000094",)),
        invalid=(
            Wrong(("2.005.000.095",), "digit"),
            Wrong(("2 005 000 094",), "form", "2.005.000.094"),
            Wrong(("0403.019.261",), "enterprise"),
            Wrong(("2005",), "form"),
        ),
        says={
            "en": {
                "digit": "“{value}” is no number of an establishment unit: its check digits are "
                "wrong.",
                "form": "“{value}” is not written as the number of an establishment unit.",
                "enterprise": "“{value}” is an enterprise number, where that of an establishment "
                "unit is expected.",
            },
            "fr": {
                "digit": "« {value} » n'est pas un numéro d'unité d'établissement : ses chiffres "
                "de contrôle sont faux.",
                "form": "« {value} » n'est pas écrit comme un numéro d'unité d'établissement.",
                "enterprise": "« {value} » est un numéro d'entreprise, or celui d'une unité "
                "d'établissement est attendu.",
            },
            "nl": {
                "digit": "“{value}” is geen vestigingseenheidsnummer: de controlecijfers kloppen "
                "niet.",
                "form": "“{value}” is niet geschreven als een vestigingseenheidsnummer.",
                "enterprise": "“{value}” is een ondernemingsnummer, maar een "
                "vestigingseenheidsnummer wordt verwacht.",
            },
        },
        advises={
            "en": {"form": "Write it as 2.005.000.094."},
            "fr": {"form": "Écrivez-le comme 2.005.000.094."},
            "nl": {"form": "Schrijf het zoals 2.005.000.094."},
        },
    ),
)
