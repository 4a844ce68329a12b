"""Postcodes of France and Belgium."""

import re

from tablecheck.arrow import pc
from tablecheck.checks.check import Check, Fault, Judging, Knowledge, OneColumn, Row, Wrong

_FRENCH = r"^(?:0[1-9]|[1-8][0-9]|9[0-578])[0-9]{3}\z"
_BELGIAN = r"^[1-9][0-9]{3}\z"


def _french(row: Row) -> Fault | None:
    text = (row[0] or "").strip().removesuffix(".0")
    bare = text.zfill(5) if re.fullmatch("[0-9]{4,5}", text) else text
    is_right = re.match(_FRENCH.replace(r"\z", r"\Z"), bare) is not None
    return None if is_right and bare == row[0] else Fault(suggestion=bare if is_right else None)


def _belgian(row: Row) -> Fault | None:
    text = (row[0] or "").strip().removesuffix(".0")
    bare = re.sub(r"^B(?:E)?[- ]?", "", text)
    is_right = re.match(_BELGIAN.replace(r"\z", r"\Z"), bare) is not None
    return None if is_right and bare == row[0] else Fault(suggestion=bare if is_right else None)


def _make_french(params: OneColumn, knowledge: Knowledge) -> Judging:
    del params, knowledge
    return Judging(_french, lambda columns: pc.match_substring_regex(columns[0], _FRENCH))


def _make_belgian(params: OneColumn, knowledge: Knowledge) -> Judging:
    del params, knowledge
    return Judging(_belgian, lambda columns: pc.match_substring_regex(columns[0], _BELGIAN))


CHECKS = (
    Check(
        name="code-postal",
        titles={"en": "French postcode", "fr": "code postal français", "nl": "Franse postcode"},
        aliases=("french-postcode",),
        rule="Five digits that begin with a number of a department; CEDEX codes are postcodes too.",
        source="La Poste, Base officielle des codes postaux; NF Z10-011",
        make=_make_french,
        valid=(("59000",), ("01000",), ("59040",), ("97100",)),
        invalid=(
            Wrong(("1000",), "", "01000"),
            Wrong(("59000.0",), "", "59000"),
            Wrong(("F-59000",)),
            Wrong(("99000",)),
        ),
        says={
            "en": {"": "“{value}” is no French postcode, which has five digits."},
            "fr": {"": "« {value} » n'est pas un code postal français, qui compte cinq chiffres."},
            "nl": {"": "“{value}” is geen Franse postcode: die telt vijf cijfers."},
        },
    ),
    Check(
        name="belgian-postcode",
        titles={"en": "Belgian postcode", "fr": "code postal belge", "nl": "Belgische postcode"},
        rule="Four digits, the first not 0.",
        source="bpost, list of postcodes",
        make=_make_belgian,
        valid=(("8500",), ("7500",), ("1049",)),
        invalid=(
            Wrong(("B-8500",), "", "8500"),
            Wrong(("8500.0",), "", "8500"),
            Wrong(("0850",)),
            Wrong(("59000",)),
        ),
        says={
            "en": {"": "“{value}” is no Belgian postcode, which has four digits."},
            "fr": {"": "« {value} » n'est pas un code postal belge, qui compte quatre chiffres."},
            "nl": {"": "“{value}” is geen Belgische postcode: die telt vier cijfers."},
        },
    ),
)
