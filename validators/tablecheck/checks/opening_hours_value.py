"""Opening hours as OpenStreetMap writes them."""

import opening_hours

from tablecheck.checks.check import Check, Fault, Judging, Knowledge, OneColumn, Row, Wrong

_LONGEST = 2_000


def _judge(row: Row) -> Fault | None:
    text = row[0] or ""
    return None if len(text) <= _LONGEST and opening_hours.validate(text) else Fault()


def _make(params: OneColumn, knowledge: Knowledge) -> Judging:
    del params, knowledge
    return Judging(_judge)


CHECKS = (
    Check(
        name="opening-hours-value",
        titles={"en": "opening hours", "fr": "heures d’ouverture", "nl": "openingsuren"},
        rule="The syntax of the OpenStreetMap key opening_hours.",
        source="OpenStreetMap, Key:opening_hours/specification",
        make=_make,
        valid=(("Mo-Fr 08:00-12:00,14:00-18:00; Sa 09:00-12:00; PH off",), ("24/7",)),
        invalid=(Wrong(("lundi 8h-18h",)), Wrong(("08h00",))),
        says={
            "en": {"": "“{value}” is not written as opening hours (OpenStreetMap)."},
            "fr": {"": "« {value} » n'est pas écrit comme des heures d'ouverture (OpenStreetMap)."},
            "nl": {"": "“{value}” is niet geschreven als openingsuren (OpenStreetMap)."},
        },
        advises={
            "en": {"": "Write for instance: Mo-Fr 08:00-12:00,14:00-18:00; Sa 09:00-12:00."},
            "fr": {"": "Écrivez par exemple : Mo-Fr 08:00-12:00,14:00-18:00; Sa 09:00-12:00."},
            "nl": {"": "Schrijf bijvoorbeeld: Mo-Fr 08:00-12:00,14:00-18:00; Sa 09:00-12:00."},
        },
    ),
)
