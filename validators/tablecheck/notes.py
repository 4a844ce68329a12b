"""What frictionless tells of an error in the prose of its note alone, as observed in 5.21."""

import re

_NOTES = {
    **dict.fromkeys(
        ("byte-count", "hash-count", "field-count", "row-count"),
        re.compile(r'^expected is "(?P<expected>.*)" and actual is "(?P<actual>.*)"$'),
    ),
    "deviated-value": re.compile(
        r'^value "(?P<value>.*)" in row at position "(?P<row>\d+)" and field "(?P<column>.*)" is '
        r'deviated "\[(?P<least>[-\d.]+), (?P<most>[-\d.]+)\]"$'
    ),
    "deviated-cell": re.compile(
        r'^cell at row "(?P<row>\d+)" and field "(?P<column>.*)" has deviated size$'
    ),
    "forbidden-value": re.compile(r'^forbidden values are "(?P<forbidden>.*)"$', re.DOTALL),
    "required-value": re.compile(
        r'^The value "(?P<value>.*)" is required to be present in field "(?P<column>.*)" in at '
        r"least one row\.$",
        re.DOTALL,
    ),
    "row-constraint": re.compile(
        r'^the row constraint to conform is "(?P<formula>.*)"$', re.DOTALL
    ),
    "schema-error": re.compile(
        r"^'(?P<value>.*)' does not match '.*' at property 'name'$", re.DOTALL
    ),
    "table-dimensions": re.compile(
        r"^number of (?P<part>fields|rows) is (?P<actual>\d+), the "
        r"(?P<constraint>required|minimum|maximum) is (?P<expected>\d+)$"
    ),
}


def facts_of(code: str, note: str) -> dict[str, str]:
    """Read the facts out of a note; nothing where it tells none."""
    pattern = _NOTES.get(code)
    found = pattern.match(note) if pattern else None
    if found is None:
        return {}
    told = {f"told_{key}": value for key, value in found.groupdict().items()}
    if code == "table-dimensions":
        return {**told, "cause": f"{told['told_part']}-{told['told_constraint']}"}
    return told
