"""Telephone numbers, which are read by the plans of the countries given, in turn."""

from collections.abc import Callable
from typing import Any

import phonenumbers

from tablecheck.checks.check import (
    Check,
    Fault,
    Judging,
    Knowledge,
    OneColumn,
    Params,
    Row,
    Wrong,
)  # fmt: skip

_SAYS = {
    "en": {"": "“{value}” is no telephone number[[ of {countries}]]."},
    "fr": {"": "« {value} » n'est pas un numéro de téléphone[[ de : {countries}]]."},
    "nl": {"": "“{value}” is geen telefoonnummer[[ van {countries}]]."},
}
_SOURCE = "ARCEP, plan de numérotation; BIPT/IBPT, Belgian numbering plan; ITU-T E.164"


class Telephone(OneColumn, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Name the column, and the countries whose numbers may be written without prefix."""

    countries: tuple[str, ...] = ("FR",)


def _is_right(text: str, countries: tuple[str, ...]) -> bool:
    for country in (*countries, None):
        try:
            number = phonenumbers.parse(text, country)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(number):
            return True
        if country is None:
            continue
        is_near = number.country_code == phonenumbers.country_code_for_region(country)
        if is_near and phonenumbers.is_valid_short_number_for_region(number, country):
            return True
    return False


def _making(countries: tuple[str, ...] | None) -> Callable[[Any, Knowledge], Judging]:
    def make(params: Params, knowledge: Knowledge) -> Judging:
        del knowledge
        asked = params.countries if isinstance(params, Telephone) else countries or ()

        def judge(row: Row) -> Fault | None:
            if _is_right(row[0] or "", asked):
                return None
            return Fault(facts={"countries": list(asked)})

        return Judging(judge)

    return make


CHECKS = (
    Check(
        name="phone-number-value",
        titles={
            "en": "French telephone number",
            "fr": "téléphone français",
            "nl": "Frans telefoonnummer",
        },
        rule="A number that the plan of one of the countries knows, short ones among them, or an "
        "international one (+…).",
        source=_SOURCE,
        params=Telephone,
        make=_making(None),
        valid=(("03 20 49 50 00",), ("+32 56 27 70 00",), ("3975",)),
        invalid=(Wrong(("03 20 49 50",)), Wrong(("056 27 70 00",)), Wrong(("mairie",))),
        says=_SAYS,
    ),
    Check(
        name="belgian-phone-number",
        titles={
            "en": "Belgian telephone number",
            "fr": "téléphone belge",
            "nl": "Belgisch telefoonnummer",
        },
        rule="A number that the Belgian plan knows, or an international one (+…).",
        source=_SOURCE,
        make=_making(("BE",)),
        valid=(("056 27 70 00",), ("0470 12 34 56",), ("+33 3 20 49 50 00",)),
        invalid=(Wrong(("03 20 49 50 00 1",)), Wrong(("056 27",))),
        says=_SAYS,
    ),
    Check(
        name="cross-border-phone-number",
        titles={
            "en": "French or Belgian telephone number",
            "fr": "téléphone français ou belge",
            "nl": "Frans of Belgisch telefoonnummer",
        },
        rule="A number of the French or Belgian plan, or an international one (+…).",
        source=_SOURCE,
        make=_making(("FR", "BE")),
        valid=(("056 27 70 00",), ("03 20 49 50 00",)),
        invalid=(Wrong(("12",)), Wrong(("/",))),
        says=_SAYS,
    ),
)
