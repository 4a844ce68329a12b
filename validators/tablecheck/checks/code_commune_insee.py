"""The INSEE code of a French commune, in force at a date."""

import re

import pyarrow as pa

from tablecheck.arrow import pc
from tablecheck.checks.check import Check, Fault, Judging, Knowledge, Row, Wrong
from tablecheck.checks.code_lists import CodeAtDate, columns_of, dated, day_of, list_for

_FORM = re.compile(r"(?:[0-8][0-9]|9[0-58]|9[78]|2[AB])[0-9]{3}")
_FIRST_EDITION = "2021-01-01"


def _make(params: CodeAtDate, knowledge: Knowledge) -> Judging:
    codes = list_for("code-commune-insee", knowledge)
    is_given = "code-commune-insee" in knowledge.codes

    def judge(row: Row) -> Fault | None:
        if row[0] is None:
            return None
        text, day = row[0], day_of(params, row)
        if not _FORM.fullmatch(text):
            bare = text.strip().removesuffix(".0").upper()
            bare = bare.zfill(5) if re.fullmatch("[0-9]{4,5}", bare) else bare
            return Fault(cause="form", suggestion=bare if _is_in_force(bare, day) else None)
        period = codes.get(text)
        if period is not None:
            return dated(period, day)
        is_old = day is None or day < _FIRST_EDITION
        return None if is_old and not is_given else Fault(cause="unknown")

    def _is_in_force(code: str, day: str | None) -> bool:
        return code in codes and dated(codes[code], day) is None

    always = [code for code, period in codes.items() if not period.until and not period.since]
    listed = pa.array(always, type=pa.string())
    return Judging(judge, lambda columns: pc.is_in(columns[0], value_set=listed))


CHECKS = (
    Check(
        name="code-commune-insee",
        titles={
            "en": "INSEE code of a commune",
            "fr": "code commune INSEE",
            "nl": "INSEE-gemeentecode",
        },
        aliases=("french-insee-code", "code-commune", "insee-code"),
        rule="A code of the Code officiel géographique that is in force at the date: today, a date "
        "that the schema gives, or that of another column. Communes, municipal arrondissements, "
        "delegated and associated communes.",
        source="INSEE, Code officiel géographique, editions of 2021 to 2026",
        params=CodeAtDate,
        columns=columns_of,
        make=_make,
        judges_blanks=True,
        sample={"column": "a", "date_column": "b"},
        valid=(
            ("59350", None),
            ("01001", "2024"),
            ("2A004", None),
            ("75101", None),
            ("59355", None),
            ("95282", "2023"),
        ),
        invalid=(
            Wrong(("1001", None), "form", "01001"),
            Wrong(("2a004", None), "form", "2A004"),
            Wrong(("59000", None), "unknown"),
            Wrong(("95282", "2025"), "former"),
            Wrong(("Lille", None), "form"),
        ),
        says={
            "en": {
                "form": "“{value}” is no INSEE code, which has five characters (59350, 2A004).",
                "unknown": "“{value}” is not the INSEE code of a commune (perhaps a postcode).",
                "former": "the INSEE code “{value}” is no longer in force since {until}[[: it "
                "became {successor}]].",
                "future": "the INSEE code “{value}” is in force only since {since}.",
            },
            "fr": {
                "form": "« {value} » n'est pas un code INSEE, qui compte cinq caractères (59350, "
                "2A004).",
                "unknown": "« {value} » n'est pas le code INSEE d'une commune (peut-être un code "
                "postal).",
                "former": "le code INSEE « {value} » n'est plus en vigueur depuis le {until}[[ : "
                "il est devenu {successor}]].",
                "future": "le code INSEE « {value} » n'est en vigueur que depuis le {since}.",
            },
            "nl": {
                "form": "“{value}” is geen INSEE-code: die telt vijf tekens (59350, 2A004).",
                "unknown": "“{value}” is geen INSEE-code van een gemeente (wellicht een postcode).",
                "former": "de INSEE-code “{value}” geldt niet meer sinds {until}[[: hij werd "
                "{successor}]].",
                "future": "de INSEE-code “{value}” geldt pas sinds {since}.",
            },
        },
    ),
)
