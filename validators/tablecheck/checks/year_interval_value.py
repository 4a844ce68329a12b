"""An interval of years, as 2023/2024."""

import re
from typing import Any

from tablecheck.checks.check import Check, Fault, Judging, Knowledge, OneColumn, Row, Wrong


class YearInterval(OneColumn, frozen=True, kw_only=True, rename="kebab"):
    """Name the column, and whether a single year will do."""

    allow_year_only: Any = False


def _make(params: YearInterval, knowledge: Knowledge) -> Judging:
    del knowledge
    is_year_enough = str(params.allow_year_only).lower() in ("true", "yes", "oui", "1")

    def judge(row: Row) -> Fault | None:
        text = row[0] or ""
        if is_year_enough and re.fullmatch("[0-9]{4}", text):
            return None
        found = re.fullmatch("([0-9]{4})/([0-9]{4})", text)
        return None if found and found.group(1) < found.group(2) else Fault()

    return Judging(judge)


CHECKS = (
    Check(
        name="year-interval-value",
        titles={"en": "years", "fr": "années", "nl": "jaartallen"},
        rule="Two years, the first before the second, as AAAA/AAAA; a single year where allowed.",
        source="Validata, contrôles personnalisés (schema.data.gouv.fr)",
        params=YearInterval,
        make=_make,
        sample={"column": "a", "allow-year-only": "yes"},
        valid=(("2023/2024",), ("2024",)),
        invalid=(Wrong(("2024/2023",)), Wrong(("2023-2024",)), Wrong(("24",))),
        says={
            "en": {"": "“{value}” is no interval of years, such as 2023/2024."},
            "fr": {"": "« {value} » n'est pas un intervalle d'années, comme 2023/2024."},
            "nl": {"": "“{value}” is geen interval van jaren, zoals 2023/2024."},
        },
    ),
)
