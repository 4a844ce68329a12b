"""The number of a Belgian organisation in the Crossroads Bank for Enterprises (KBO, BCE)."""

import re

from stdnum.be import vat
from stdnum.exceptions import InvalidChecksum, ValidationError

from tablecheck.checks.check import Check, Fault, Judging, Knowledge, OneColumn, Row, Wrong
from tablecheck.checks.digits import accepts, mod97

# As the register itself writes it (0403.019.261), bare, or as a VAT number.
_SPELLING = re.compile(r"(?:BE ?)?[01][0-9]{3}\.?[0-9]{3}\.?[0-9]{3}")


def _judge(row: Row) -> Fault | None:
    text = row[0] or ""
    try:
        number = vat.validate(text)
    except InvalidChecksum:
        return Fault(cause="digit")
    except ValidationError:
        is_unit = re.fullmatch(r"[2-8][0-9]{9}", re.sub(r"\D", "", text))
        return Fault(cause="unit" if is_unit else "form")
    if _SPELLING.fullmatch(text):
        return None
    return Fault(cause="form", suggestion=f"{number[:4]}.{number[4:7]}.{number[7:]}")


def _make(params: OneColumn, knowledge: Knowledge) -> Judging:
    del params, knowledge
    return Judging(
        _judge,
        lambda columns: accepts(
            columns[0], 10, lambda rows: mod97(rows) & (rows[:, 0] < 2) & rows.any(axis=1)
        ),
    )


CHECKS = (
    Check(
        name="belgian-enterprise-number",
        titles={
            "en": "Belgian enterprise number",
            "fr": "numéro d’entreprise belge",
            "nl": "Belgisch ondernemingsnummer",
        },
        aliases=("kbo-number", "bce-number", "belgian-kbo-number"),
        rule="Ten digits, the first 0 or 1; the last two are 97 less the remainder of the first "
        "eight divided by 97. Points, and BE before it, are allowed.",
        source="Code de droit économique / Wetboek van economisch recht, art. III.17; royal decree "
        "of 24 June 2003 on the enterprise number",
        make=_make,
        valid=(("0403.019.261",), ("0403019261",), ("BE0403019261",), ("BE 0403.019.261",)),
        invalid=(
            Wrong(("0403.019.262",), "digit"),
            Wrong(("403019261",), "form", "0403.019.261"),
            Wrong(("0403 019 261",), "form", "0403.019.261"),
            Wrong(("2.005.000.094",), "unit"),
            Wrong(("732829320 x",), "form"),
        ),
        says={
            "en": {
                "digit": "“{value}” is no enterprise number (KBO/BCE): its check digits are wrong.",
                "form": "“{value}” is not written as an enterprise number (KBO/BCE).",
                "unit": "“{value}” is the number of an establishment unit, where that of the "
                "enterprise is expected.",
            },
            "fr": {
                "digit": "« {value} » n'est pas un numéro d'entreprise (BCE) : ses chiffres de "
                "contrôle sont faux.",
                "form": "« {value} » n'est pas écrit comme un numéro d'entreprise (BCE).",
                "unit": "« {value} » est un numéro d'unité d'établissement, or le numéro "
                "d'entreprise est attendu.",
            },
            "nl": {
                "digit": "“{value}” is geen ondernemingsnummer (KBO): de controlecijfers kloppen "
                "niet.",
                "form": "“{value}” is niet geschreven als een ondernemingsnummer (KBO).",
                "unit": "“{value}” is een vestigingseenheidsnummer, maar het ondernemingsnummer "
                "wordt verwacht.",
            },
        },
        advises={
            "en": {"form": "Write it as 0403.019.261."},
            "fr": {"form": "Écrivez-le comme 0403.019.261."},
            "nl": {"form": "Schrijf het zoals 0403.019.261."},
        },
    ),
)
