"""NIS (REFNIS): the code of a Belgian municipality, in force at a date."""

import re

import pyarrow as pa

from tablecheck.arrow import pc
from tablecheck.checks.check import Check, Fault, Judging, Knowledge, Row, Wrong
from tablecheck.checks.code_lists import CodeAtDate, columns_of, dated, day_of, list_for

# Arrondissements whose former codes are all in the list since 2019; of others, codes that went
# in 2019 or 2025 are not, so that an unknown one may have been right before.
_WHOLE = frozenset({"33", "34", "36", "37", "51", "54", "57"})
_LAST_CHANGE = "2025-01-01"
_FORMER_SINCE = "2019-01-01"


def _make(params: CodeAtDate, knowledge: Knowledge) -> Judging:
    codes = list_for("belgian-nis", knowledge)
    is_given = "belgian-nis" in knowledge.codes

    def judge(row: Row) -> Fault | None:
        if row[0] is None:
            return None
        text, day = row[0], day_of(params, row)
        if not re.fullmatch("[1-9][0-9]{4}", text):
            bare = text.strip().removesuffix(".0")
            return Fault(cause="form", suggestion=bare if bare in codes else None)
        period = codes.get(text)
        if period is not None:
            return dated(period, day)
        is_old = day is None or day < (_FORMER_SINCE if text[:2] in _WHOLE else _LAST_CHANGE)
        return None if is_old and not is_given else Fault(cause="unknown")

    always = [code for code, period in codes.items() if not period.until and not period.since]
    listed = pa.array(always, type=pa.string())
    return Judging(judge, lambda columns: pc.is_in(columns[0], value_set=listed))


CHECKS = (
    Check(
        name="belgian-nis",
        titles={"en": "NIS code", "fr": "code NIS", "nl": "NIS-code"},
        aliases=("belgian-nis-code", "nis-code", "refnis"),
        rule="A code of the list of Belgian municipalities that is in force at the date: today, a "
        "date that the schema gives, or that of another column.",
        source="Statbel, REFNIS codes; royal decree of 24 January 2018 on the arrondissements "
        "(2019); decrees of the Flemish government on the mergers of 2025",
        params=CodeAtDate,
        columns=columns_of,
        make=_make,
        judges_blanks=True,
        sample={"column": "a", "date_column": "b"},
        valid=(
            ("34022", None),
            ("57081", "1995"),
            ("54007", "2018"),
            ("57096", "2019-01-01"),
            ("37022", "2025"),
            ("37015", "2024-12-31"),
            ("11007", "2020"),
        ),
        invalid=(
            Wrong(("54007", "2019"), "former", "57096"),
            Wrong(("37007", "2025-06-01"), "former", "37022"),
            Wrong(("37022", "2024"), "future"),
            Wrong(("34099", None), "unknown"),
            Wrong(("59350", None), "unknown"),
            Wrong(("34022.0", None), "form", "34022"),
            Wrong(("Kortrijk", None), "form"),
        ),
        says={
            "en": {
                "form": "“{value}” is no NIS code, which has five digits.",
                "unknown": "“{value}” is not a NIS code of a Belgian municipality.",
                "former": "the NIS code “{value}” is no longer in force since {until}[[: it became "
                "{successor}]].",
                "future": "the NIS code “{value}” is in force only since {since}.",
            },
            "fr": {
                "form": "« {value} » n'est pas un code INS, qui compte cinq chiffres.",
                "unknown": "« {value} » n'est pas le code INS d'une commune belge.",
                "former": "le code INS « {value} » n'est plus en vigueur depuis le {until}[[ : "
                "il est devenu {successor}]].",
                "future": "le code INS « {value} » n'est en vigueur que depuis le {since}.",
            },
            "nl": {
                "form": "“{value}” is geen NIS-code: die telt vijf cijfers.",
                "unknown": "“{value}” is geen NIS-code van een Belgische gemeente.",
                "former": "de NIS-code “{value}” geldt niet meer sinds {until}[[: hij werd "
                "{successor}]].",
                "future": "de NIS-code “{value}” geldt pas sinds {since}.",
            },
        },
    ),
)
