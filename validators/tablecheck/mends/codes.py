"""Codes and addresses of the web whose form a spreadsheet or a hand has changed."""

import re
from collections.abc import Iterator
from typing import Any

from tablecheck.mends.candidate import Candidate, plain_figures, spaced, unspaced

_INSEE: dict[str, Any] = {"type": "string", "constraints": {"pattern": "[0-9]{5}"}}
_KBO: dict[str, Any] = {"type": "string", "constraints": {"pattern": "[01][0-9]{9}"}}
_DOTTED: dict[str, Any] = {
    "type": "string",
    "constraints": {"pattern": r"[01]\d{3}\.\d{3}\.\d{3}"},
}
_ZONE: dict[str, Any] = {"type": "string", "constraints": {"pattern": "[A-Z]{2}[0-9]"}}
_URI: dict[str, Any] = {"type": "string", "format": "uri"}
_EMAIL: dict[str, Any] = {"type": "string", "format": "email"}

EXAMPLES: list[tuple[dict[str, Any], str, list[tuple[str, str | None]]]] = [
    (_INSEE, "1001", [("leading-zero", "01001")]),
    (_INSEE, "59 350", [("code-spelling", "59350")]),
    (_INSEE, "59350.0", [("code-spelling", "59350")]),
    (_INSEE, "Lille", []),
    (_KBO, "BE 0566.988.259", [("code-spelling", "0566988259")]),
    (_KBO, "566.988.259", [("code-spelling", "0566988259")]),
    (_KBO, "566988259", [("leading-zero", "0566988259")]),
    (_DOTTED, "0566988259", [("code-spelling", "0566.988.259")]),
    (_ZONE, "ab1", [("code-spelling", "AB1")]),
    (_URI, "www.lille.fr", [("scheme", "https://www.lille.fr")]),
    (_URI, "kortrijk.be/fietsen", [("scheme", "https://kortrijk.be/fietsen")]),
    (_URI, "voir le site", []),
    (_EMAIL, "mailto:info@kortrijk.be", [("address-form", "info@kortrijk.be")]),
    (_EMAIL, "info@lille.fr.", [("address-form", "info@lille.fr")]),
]

_MARKS = re.compile(r"[.\-/_']")
_HOST = re.compile(r"[\w-]+(?:\.[\w-]+)*\.[a-z]{2,12}(?:[:/?#]\S*)?", re.IGNORECASE)
_MOST_ZEROS = 3


def of_code(field: dict[str, Any], text: str) -> Iterator[Candidate]:
    """Give the spellings of a code that its pattern may want, the nearest first."""
    constraints = field.get("constraints", {})
    if not constraints.keys() & {"pattern", "minLength", "maxLength", "enum"}:
        return
    figures = plain_figures(spaced(text))
    if figures.isdecimal():
        for count in range(1, _MOST_ZEROS + 1):
            yield Candidate("leading-zero", "0" * count + figures)
    if "pattern" not in constraints:
        return
    whole = re.sub(r"[.,]0+$", "", figures)
    bare = _MARKS.sub("", unspaced(whole))
    yield from (
        Candidate("code-spelling", form)
        for form in (figures, whole, figures.upper(), figures.lower(), bare, bare.upper())
    )
    number = bare.upper().removeprefix("BE")
    if number.isdecimal() and 9 <= len(number) <= 10:
        kbo = number.zfill(10)
        dotted = f"{kbo[:4]}.{kbo[4:7]}.{kbo[7:]}"
        yield from (
            Candidate("code-spelling", form)
            for form in (number, kbo, f"BE{kbo}", dotted, f"BE {dotted}", f"BE{dotted}")
        )


def of_address(field: dict[str, Any], text: str) -> Iterator[Candidate]:
    """Give a web or e-mail address what it lacks, or take away what was put around it."""
    bare = spaced(text).strip("<>()[]\"' ")
    if field.get("format") == "uri" and _HOST.fullmatch(bare):
        yield Candidate("scheme", f"https://{bare}")
    elif field.get("format") == "email" and "@" in bare:
        yield Candidate(
            "address-form", unspaced(re.sub("^mailto:", "", bare, flags=re.I)).rstrip(".,;")
        )
