"""Fields of every type, format and constraint of Table Schema, with texts that are right for them.

A schema that frictionless refuses, or crashes on, has a case too: agreement is asked for there as
well.
"""

from typing import Any

import msgspec


class Family(msgspec.Struct, frozen=True, kw_only=True):
    """Hold the fields of a type, and texts from which others are made."""

    fields: list[dict[str, Any]]
    texts: list[str]


def _of(type_: str, *options: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"name": "f", "type": type_, **more} for more in ({}, *options)]


def _bound(**limits: Any) -> dict[str, Any]:
    return {"constraints": limits}


FAMILIES: dict[str, Family] = {
    "string": Family(
        fields=_of(
            "string",
            _bound(required=True, minLength=2, maxLength=4),
            _bound(pattern="[A-Z]{2}[0-9]{0,3}"), _bound(pattern="a|b"), _bound(pattern=r"\d+"),
            _bound(pattern="(?=.*x).*"), _bound(pattern="^abc$"), _bound(pattern=r"\w+\s?.*"),
            _bound(pattern="[^;]*"), _bound(pattern=r"(a|é)+"), _bound(pattern="(?i)ab.c"),
            _bound(enum=["a", "b ", "Lille", ""]), _bound(unique=True),
            _bound(required=True, unique=True, pattern=".{1,3}", enum=["a", "ab"]),
            {"format": "email"}, {"format": "uri"}, {"format": "uuid"}, {"format": "binary"},
            {"format": "email", "constraints": {"maxLength": 12, "unique": True}},
            {"missingValues": ["-", "n/a", "None"]},
            {"missingValues": [{"value": "-", "label": "none"}, {"value": "n/a"}]},
        ),
        texts=[
            "a", "ab", "AB12", "Lille", "été", "abc", "aXb", "12", "a|b", "b ", " ", "-", "n/a",
            "None", "a@ville.fr", "A.b+c@sub.ex.be", "http://a.fr/x?y=1", "urn:isbn:1", "mailto:x",
            "123e4567-e89b-12d3-a456-426614174000", "YQ==", "e\u0301t", "👩‍👩‍👧", "AB\n", "AB;C",
        ],
    ),
    "integer": Family(
        fields=_of(
            "integer", _bound(required=True, minimum=1, maximum=100), _bound(minimum="10"),
            _bound(enum=["1", "20", 300]), _bound(unique=True), {"bareNumber": False},
            _bound(maximum=-1, unique=True), {"groupChar": " "},
            _bound(exclusiveMinimum=1, exclusiveMaximum=20), _bound(exclusiveMaximum="300"),
            _bound(exclusiveMinimum="0", minimum=0, required=True), _bound(minimum="x"),
            _bound(minimum=1.5, maximum="1e2"), _bound(exclusiveMinimum=None),
            {"missingValues": ["", "-9", "NA"], "constraints": {"required": True}},
            {"missingValues": [{"value": "-9"}, {"value": "NA", "label": "not at hand"}]},
            {"missingValues": [{"value": "NA"}, {"value": "NA"}]}, {"missingValues": [{"v": "1"}]},
        ),
        texts=["1", "20", "300", "-5", "+7", "007", "0", "-0", "99999999999999999999", "-9", "NA",
               "€ 12", "12%", "1 000", "1.0", "4" * 30],
    ),
    "number": Family(
        fields=_of(
            "number", {"decimalChar": ","}, {"decimalChar": ",", "groupChar": " "},
            {"decimalChar": ",", "groupChar": "."}, {"groupChar": ","}, {"groupChar": "\u202f"},
            _bound(minimum=0, maximum="100.5"), _bound(exclusiveMinimum=1, exclusiveMaximum="2.50"),
            {"decimalChar": ",", "constraints": {"exclusiveMaximum": "1,5", "minimum": -1}},
            {"floatNumber": True, "constraints": {"exclusiveMinimum": 0.5, "maximum": 1000}},
            _bound(exclusiveMinimum="NaN"), _bound(maximum="INF", required=True),
            _bound(enum=["1.0", "2,5", 3]),
            {"bareNumber": False}, {"floatNumber": True}, _bound(unique=True),
            {"decimalChar": ",", "constraints": {"required": True, "minimum": "1,5"}},
            {"decimalChar": ",", "bareNumber": False, "groupChar": "'"},
        ),
        texts=["1", "1.5", "1,5", "-0.25", "1e3", "1 250,50", "1.250,50", "1,000.5", "NaN", "INF",
               "-INF", ".5", "5.", "100.50", "2.50", "€ 3", "12 %", "1'000", "0", "-0", "1_0"],
    ),
    "boolean": Family(
        fields=_of(
            "boolean", {"trueValues": ["oui", "ja"], "falseValues": ["non", "nee"]},
            _bound(required=True), _bound(enum=["true"]), _bound(unique=True),
            {"trueValues": ["x"], "falseValues": [""]},
        ),
        texts=["true", "True", "TRUE", "1", "false", "False", "0", "oui", "ja", "non", "nee", "x"],
    ),
    "date": Family(
        fields=_of(
            "date", {"format": "%d/%m/%Y"}, {"format": "%d.%m.%y"}, {"format": "%Y/%m/%d"},
            {"format": "%d %B %Y"}, {"format": "any"}, {"format": "%Y%m%d"}, _bound(unique=True),
            _bound(required=True, minimum="2000-01-01", maximum="2024-12-31"),
            {"format": "%d/%m/%Y", "constraints": {"minimum": "01/01/2020"}},
            _bound(enum=["2024-02-29", "2023-01-01"]),
            _bound(exclusiveMinimum="2023-01-01", exclusiveMaximum="2024-02-29"),
            {"format": "%d/%m/%Y", "constraints": {"exclusiveMaximum": "31/12/1999"}},
            _bound(exclusiveMinimum="01/01/2020"), _bound(maximum=2024), {"format": "%d-%m-%Y"},
        ),
        texts=["2024-02-29", "2023-01-01", "1999-12-31", "29/02/2024", "5/1/2024", "31/12/1999",
               "05.01.24", "2024/01/31", "05 January 2024", "20240131", "31-01-2024", "2024-1-5"],
    ),
    "datetime": Family(
        fields=_of(
            "datetime", {"format": "%d/%m/%Y %H:%M"}, {"format": "any"},
            {"format": "%Y-%m-%dT%H:%M:%S%z"}, {"format": "%Y-%m-%d %H:%M:%S"},
            _bound(required=True, minimum="2020-01-01T00:00:00"), _bound(unique=True),
            _bound(maximum="2030-01-01T00:00:00Z"), _bound(enum=["2024-01-05T10:00:00"]),
            _bound(exclusiveMinimum="2019-12-31T10:00:00"),
            _bound(exclusiveMaximum="2024-01-05T10:00:00Z", enum=["2024-01-05T10:00:00Z"]),
            {"format": "%Y-%m-%dT%H:%M"},
        ),
        texts=["2024-01-05T10:00:00", "2024-01-05T10:00:00Z", "2024-01-05 10:00:00",
               "2024-02-29T23:59:59+01:00", "05/01/2024 10:30", "2024-01-05T10:00:00.250",
               "2019-12-31T10:00:00", "2024-01-05T10:30", "2024-01-05T24:00:00",
               "2024-01-05T10:00:00+0100"],
    ),
    "time": Family(
        fields=_of(
            "time", {"format": "%H:%M"}, {"format": "any"}, _bound(minimum="08:00:00"),
            _bound(required=True, maximum="20:00:00"), _bound(unique=True),
            _bound(enum=["10:00:00", "10:00"]), _bound(exclusiveMinimum="07:59:59"),
            {"format": "%H:%M", "constraints": {"exclusiveMaximum": "10:00"}},
            _bound(exclusiveMaximum="10:00:00Z"),
        ),
        texts=["10:00:00", "10:00", "23:59:59", "00:00:00", "24:00:00", "10:00:00.5", "07:59:59",
               "10:00:00Z", "10:00:00+02:00"],
    ),
    "year": Family(
        fields=_of("year", _bound(minimum="1990", maximum="2030"), _bound(enum=["2024", "1999"]),
                   _bound(required=True, unique=True),
                   _bound(exclusiveMinimum=1989, exclusiveMaximum="2024")),
        texts=["2024", "1999", "1989", "0000", "9999", "+201", " 201", "2_24"],
    ),
    "yearmonth": Family(
        fields=_of("yearmonth", _bound(minimum="2020-01"), _bound(enum=["2024-01"]),
                   _bound(maximum="2024-12"), _bound(exclusiveMinimum="2019-12"),
                   _bound(exclusiveMaximum="2024-12", required=True),
                   _bound(required=True, unique=True)),
        texts=["2024-01", "2019-12", "2024-12", "24-1", "2024-1", "2024-13", " 2024 - 01 "],
    ),
    "duration": Family(
        fields=_of("duration", _bound(required=True), _bound(enum=["P1D", "PT1H"]),
                   _bound(unique=True)),
        texts=["P1D", "PT1H", "PT", "P1Y2M3DT4H5M6S", "-P1D", "P1W", "P1.5D", "P0001-02-03"],
    ),
    "geopoint": Family(
        fields=_of("geopoint", {"format": "array"}, {"format": "object"}, _bound(required=True),
                   _bound(enum=["3.06,50.63"]), _bound(unique=True)),
        texts=["3.06,50.63", "3.06, 50.63", "-180,-90", "180,90", "181,0", "0,91", "1e1,2",
               "[3.06,50.63]", '{"lon":3.06,"lat":50.63}', '["3","50"]', "NaN,1"],
    ),
    "geojson": Family(
        fields=_of("geojson", {"format": "topojson"}, _bound(required=True),
                   _bound(enum=['{"type":"Point","coordinates":[3,50]}'])),
        texts=['{"type":"Point","coordinates":[3,50]}', '{"type":"Point"}', "{}", "[]", "null",
               '{"type":"LineString","coordinates":[[3,50],[4,51]]}',
               '{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,0]]]}',
               '{"type":"Feature","geometry":null,"properties":null}',
               '{"type":"FeatureCollection","features":[]}',
               '{"type":"Point","coordinates":[300,500,2]}',
               '{"type":"Topology","objects":{},"arcs":[]}',
               '{"type":"MultiPoint","coordinates":[[1,2]],"bbox":[1,2,3,4]}',
               '{"type":"GeometryCollection","geometries":[{"type":"Point","coordinates":[1,2]}]}'],
    ),
    "array": Family(
        fields=_of("array", _bound(minLength=1, maxLength=2), _bound(enum=["[1]"]),
                   _bound(required=True)),
        texts=["[1]", "[1,2]", "[]", "[1,2,3]", "[NaN]", "{}", '"a"', "[1,]"],
    ),
    "object": Family(
        fields=_of("object", _bound(minLength=1, maxLength=1), _bound(enum=['{"a":1}']),
                   _bound(required=True)),
        texts=['{"a":1}', "{}", '{"a":1,"a":2}', '{"a":1,"b":2}', "[]", "{a:1}"],
    ),
    "list": Family(
        fields=_of("list", {"delimiter": ";", "itemType": "integer"}, {"itemType": "date"},
                   _bound(minLength=2, maxLength=2), {"itemType": "number", "delimiter": " "},
                   {"itemType": "boolean"}, _bound(required=True), _bound(unique=True),
                   {"itemType": "time"}, {"itemType": "year", "constraints": {"enum": ["2024"]}}),
        texts=["a,b", "a", "1;2", "1;x", "1;;2", "2024-01-05,2024-02-29", "1 2", "true,false"],
    ),
    "any": Family(
        fields=_of("any", _bound(required=True), _bound(enum=["a", "1"]), _bound(unique=True)),
        texts=["a", "1", "", "été", "[1]"],
    ),
}  # fmt: skip

# What a keyboard, a spreadsheet and a careless export put among good texts.
STRANGE_CHARS = [*"0123456789,.:;/-+_ TZeEaxPDM|{}[]\"'", "٣", "３", "\u00a0", "\u202f", "é", "\n",
                 "\t", "€", "%", "−", "²", "\x00", "\ufeff"]  # fmt: skip
STRANGE_TEXTS = ["", " ", "  ", "NaN", "sNaN", "-", "NA", "null", "None", "0", "\u00a0", "x",
                 "١", "9" * 25, "1_000", "31/02/2024", "2024-02-30", "TRUE ", "\t1",
                 "a\r\nb"]  # fmt: skip


def edited(text: str, edits: list[tuple[int, int, str]]) -> str:
    """Change a text letter by letter: insert, replace, drop or double."""
    chars = list(text)
    for kind, place, char in edits:
        at = place % (len(chars) + 1)
        if kind == 0 or at == len(chars):
            chars.insert(at, char)
        elif kind == 1:
            chars[at] = char
        elif kind == 2:
            del chars[at]
        else:
            chars.insert(at, chars[at])
    return "".join(chars)


def uses_second_edition(field: dict[str, Any]) -> bool:
    """Tell whether a field has what Data Package 2 has added: refused where none names it."""
    missing = field.get("missingValues", [])
    return "exclusive" in str(field.get("constraints")) or any(isinstance(m, dict) for m in missing)
