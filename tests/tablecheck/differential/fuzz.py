"""Made CSVs: ragged, quoted and misquoted, with any line end, byte mark, dialect and header."""

import random
from typing import Any

from tests.tablecheck.differential.cases import SECOND_EDITION, Case
from tests.tablecheck.differential.fields import (
    FAMILIES,
    STRANGE_CHARS,
    STRANGE_TEXTS,
    edited,
    uses_second_edition,
)

KINDS = (
    "plain", "quoted", "ragged", "midquote", "afterquote", "unterminated", "bare-cr", "blank",
    "nul", "mixed-ends", "bom", "no-end", "dirty",
    "ragged-quoted",
)  # fmt: skip
DIALECTS: list[dict[str, Any]] = [
    {}, {}, {}, {"delimiter": ";"}, {"delimiter": "\t"}, {"delimiter": "|"}, {"quoteChar": "'"},
    {"quoteChar": ""}, {"doubleQuote": False}, {"escapeChar": "\\"},
    {"escapeChar": "\\", "doubleQuote": False}, {"skipInitialSpace": True},
    {"lineTerminator": "\n"},
    {"delimiter": ";", "quoteChar": "'", "skipInitialSpace": True}, {"nullSequence": "NA"},
]  # fmt: skip
LAYOUTS: list[dict[str, Any]] = [
    {"headerRows": [1]}, {"headerRows": [1]}, {"headerRows": [1]}, {"headerRows": [2]},
    {"headerRows": [1, 2]}, {"headerRows": [1, 3], "headerJoin": "-"}, {"header": False}, {},
    {"headerRows": [1], "skipBlankRows": True}, {"header": False, "skipBlankRows": True},
    {"headerRows": [1], "commentChar": "#"}, {"headerRows": [1], "commentRows": [2, 4]},
    {"headerRows": [1], "headerCase": False}, {"commentChar": "#"}, {"headerRows": []},
    {"headerRows": [3], "commentRows": [1], "skipBlankRows": True},
]  # fmt: skip
SIMPLE = ("string", "integer", "number", "boolean", "date", "datetime", "year", "any")


def fuzzed(seed: int) -> Case:
    """Make the case of a seed."""
    pick = random.Random(seed)  # noqa: S311 - test data, no secret
    kind = KINDS[seed % len(KINDS)]
    csv = dict(pick.choice(DIALECTS))
    layout = pick.choice(LAYOUTS)
    fields = [_field(pick, number) for number in range(pick.choice((1, 2, 2, 3, 3, 4)))]
    schema: dict[str, Any] = {"fields": fields}
    _keys(pick, schema)
    if any(map(uses_second_edition, fields)):
        schema["$schema"] = pick.choice((SECOND_EDITION,) * 4 + ("https://x.org/own.json", ""))
    text = _text(pick, kind, fields, csv)
    data = text.encode("utf-8", "surrogatepass")
    encoding = pick.choice(("utf-8",) * 9 + ("utf-8-sig", "cp1252", "utf-16"))
    if encoding != "utf-8" and pick.random() < 0.8:
        data = text.encode(encoding, "replace")
    if kind == "bom":
        data = b"\xef\xbb\xbf" + data
    if kind == "dirty" and pick.random() < 0.3:
        data = data[: len(data) // 2] + b"\xe9" + data[len(data) // 2 :]
    if not pick.random() < 0.1:
        csv = {"delimiter": ",", "quoteChar": '"', "skipInitialSpace": False} | csv
    return Case(
        name=f"fuzz {seed} ({kind})", data=data, schema=schema, encoding=encoding,
        dialect={**layout, "csv": csv} if csv else dict(layout),
        limit=pick.choice((1, 3, 1_000, 1_000, 1_000)),
    )  # fmt: skip


def _field(pick: random.Random, number: int) -> dict[str, Any]:
    type_ = pick.choice(SIMPLE if pick.random() < 0.8 else tuple(FAMILIES))
    return {**pick.choice(FAMILIES[type_].fields), "name": "abcdef"[number]}


def _keys(pick: random.Random, schema: dict[str, Any]) -> None:
    names = [field["name"] for field in schema["fields"]]
    chance = pick.random()
    if chance < 0.15:
        schema["primaryKey"] = pick.sample(names, min(len(names), pick.choice((1, 1, 2))))
    elif chance < 0.22:
        reference = {"resource": "", "fields": [pick.choice(names)]}
        schema["foreignKeys"] = [{"fields": [pick.choice(names)], "reference": reference}]
    if pick.random() < 0.2:
        schema["missingValues"] = pick.sample(
            ["", "-", "NA", "0", " ", "x"], pick.choice((0, 1, 2))
        )
        if pick.random() < 0.3:
            schema["missingValues"] = [{"value": text} for text in schema["missingValues"]]
    if pick.random() < 0.2:
        schema["fieldsMatch"] = pick.choice(("exact", "equal", "subset", "superset", "partial"))


def _text(pick: random.Random, kind: str, fields: list[dict[str, Any]], csv: dict[str, Any]) -> str:
    delimiter, quote = csv.get("delimiter", ","), csv.get("quoteChar", '"') or '"'
    names = [field["name"] for field in fields]
    records = [_labels(pick, names)]
    for _ in range(pick.choice((0, 1, 2, 3, 5, 8, 12))):
        cells = [_cell(pick, kind, field, quote) for field in fields]
        if kind.startswith("ragged"):
            cells = [*cells, _word(pick)][: pick.choice((0, 1, *[len(cells)] * 3, len(cells) + 1))]
        records.append(cells)
        if kind == "blank" and pick.random() < 0.4:
            records.append([""] * pick.choice((0, 1, len(cells))))
        if pick.random() < 0.05:
            records.append(["#" + _word(pick), *cells[1:]])
    ends = {"mixed-ends": ["\n", "\r\n", "\r"]}.get(kind, [pick.choice(("\n", "\n", "\r\n"))])
    lines = [delimiter.join(cells) + pick.choice(ends) for cells in records]
    text = "".join(lines)
    if pick.random() < 0.05:
        text = pick.choice(("", "\n", "\n\n", " ", delimiter)) + text
    return text.rstrip("\r\n") if kind == "no-end" else text


def _labels(pick: random.Random, names: list[str]) -> list[str]:
    labels = list(names)
    chance = pick.random()
    if chance < 0.05:
        pick.shuffle(labels)
    elif chance < 0.08:
        labels.append(pick.choice(("z", "", names[0])))
    elif chance < 0.11:
        labels.pop()
    elif chance < 0.14:
        labels[pick.randrange(len(labels))] = pick.choice(("A", "", " a", "a", "a "))
    return labels


def _cell(pick: random.Random, kind: str, field: dict[str, Any], quote: str) -> str:
    text = _word(pick, FAMILIES[field["type"]].texts)
    if kind == "midquote" and pick.random() < 0.4:
        return pick.choice(('a"b', '5" x', f"5{quote} x", text))
    if kind == "afterquote" and pick.random() < 0.4:
        return pick.choice((f"{quote}{text}{quote}b", f"{quote}a{quote} ", f" {quote}a{quote}"))
    if kind == "unterminated" and pick.random() < 0.1:
        return quote + text
    if kind == "bare-cr" and pick.random() < 0.3:
        return pick.choice(("a\rb", f"{quote}a\rb{quote}"))
    if kind == "nul" and pick.random() < 0.3:
        return "a\x00b"
    if kind == "ragged-quoted" and pick.random() < 0.03:
        return pick.choice((f"{quote}{text}{quote}b", f"5{quote}", f"{quote}a\n{quote}"))
    if kind == "plain" or pick.random() < 0.2:
        return text
    is_quoted = kind == "quoted" or (kind == "ragged-quoted" and pick.random() < 0.5)
    if is_quoted or any(mark in text for mark in ',;\t|\n\r"' + quote):
        return quote + text.replace(quote, quote * 2) + quote
    return text


def _word(pick: random.Random, texts: list[str] | None = None) -> str:
    chance = pick.random()
    if chance < 0.1:
        return pick.choice(STRANGE_TEXTS)
    text = pick.choice(texts or ["a", "1", ""])
    if chance < 0.3:
        edits = [
            (pick.randrange(4), pick.randrange(20), pick.choice(STRANGE_CHARS))
            for _ in range(pick.choice((1, 1, 2)))
        ]
        return edited(text, edits)
    return text
