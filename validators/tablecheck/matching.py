"""Which known schema a table is an instance of: by its header, and by what its cells hold.

The known schemas are handed in by the caller. A label matches a field by its name, by its title in
any language (`title`, `labels`), by a name that another standard gives it (`aliases`), or by a near
spelling; accents, case and punctuation aside.
"""

from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Any, Literal

import msgspec
import pyarrow as pa

from tablecheck.arrow import Column, pc
from tablecheck.names import words
from tablecheck.readers import judge_of
from tablecheck.typed import text_of

How = Literal["name", "title", "alias", "near"]
_STRENGTH: dict[How, float] = {"name": 1.0, "title": 0.9, "alias": 0.85, "near": 0.75}
_NEAR = 0.84
_LEAST_SCORE = 0.35
_SURE_SCORE = 0.8
_LEAST_COLUMNS = 2
_TELLING_COLUMNS = 4
_OPTIONAL_WEIGHT = 0.2
_LOOKED_INTO = 5
_SAMPLE_ROWS = 5_000
_SAMPLE_VALUES = 200


class Pair(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A column and the field that it matches; `fit` is the share of its cells that the field
    accepts, None where the cells were not at hand.
    """

    column: str
    field: str
    how: How
    fit: float | None = None


class Match(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How well a table matches a known schema; `score` is between 0 and 1."""

    schema: str
    score: float
    pairs: tuple[Pair, ...]
    missing: tuple[str, ...] = ()
    """Fields without a column, the required ones first."""
    missing_required: tuple[str, ...] = ()
    extra: tuple[str, ...] = ()
    """Columns without a field."""

    @property
    def is_sure(self) -> bool:
        """Tell whether the table was made for this schema: its very names, no required one less.

        Where it has no other columns, its cells need not fit: they are what is to be checked.
        """
        by_name = all(pair.how == "name" for pair in self.pairs)
        is_alike = self.score >= _SURE_SCORE or (
            not self.extra and len(self.pairs) >= _TELLING_COLUMNS
        )
        return by_name and not self.missing_required and is_alike


def match(
    labels: Sequence[str], known: Mapping[str, Mapping[str, Any]], table: pa.Table | None = None
) -> tuple[Match, ...]:
    """Match the header of a table, and its cells where they are given, with known schemas.

    The best comes first; what shares fewer than two columns with the table is left out. `table`
    has its columns in the order of the labels.
    """
    by_header = [_matched(name, labels, schema) for name, schema in known.items()]
    likely = sorted(
        (one for one in by_header if len(one.pairs) >= _LEAST_COLUMNS),
        key=lambda one: (-one.score, one.schema),
    )[:_LOOKED_INTO]
    if table is not None and table.num_rows:
        likely = [_looked_into(one, labels, known[one.schema], table) for one in likely]
    found = [one for one in likely if one.score >= _LEAST_SCORE]
    return tuple(sorted(found, key=lambda one: (-one.score, one.schema)))


def _fields(schema: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [field for field in schema.get("fields", []) if isinstance(field, Mapping)]


@lru_cache(maxsize=10_000)
def _key(text: str) -> str:
    return "".join(words(text))


def _matched(name: str, labels: Sequence[str], schema: Mapping[str, Any]) -> Match:
    fields = _fields(schema)
    pairs: dict[int, tuple[int, How]] = {}
    taken: set[int] = set()
    for how, said in _ways(fields):
        for column, label in enumerate(labels):
            wanted = label.strip() if how == "name" else _key(label)
            field = said.get(wanted) if wanted else None
            if field is not None and column not in pairs and field not in taken:
                pairs[column] = (field, how)
                taken.add(field)
    if pairs:
        for column, field in _near(labels, fields, pairs, taken):
            pairs[column] = (field, "near")
    found = tuple(
        Pair(column=labels[column], field=str(fields[field]["name"]), how=how)
        for column, (field, how) in sorted(pairs.items())
    )
    return _scored(name, labels, fields, found)


def _ways(fields: Sequence[Mapping[str, Any]]) -> Iterator[tuple[How, dict[str, int]]]:
    """Give the ways in which a label may name a field, the surest first."""
    yield "name", {str(field["name"]): n for n, field in enumerate(fields)}
    folded: dict[str, int] = {}
    titles: dict[str, int] = {}
    aliases: dict[str, int] = {}
    for n, field in enumerate(fields):
        folded.setdefault(_key(str(field["name"])), n)
        for title in (field.get("title", ""), *dict(field.get("labels", {})).values()):
            titles.setdefault(_key(str(title)), n)
        for alias in field.get("aliases", ()):
            aliases.setdefault(_key(str(alias)), n)
    yield "near", folded
    yield "title", titles
    yield "alias", aliases


def _near(
    labels: Sequence[str],
    fields: Sequence[Mapping[str, Any]],
    pairs: Mapping[int, Any],
    taken: set[int],
) -> Iterator[tuple[int, int]]:
    for column, label in enumerate(labels):
        wanted = _key(label)
        if column in pairs or len(wanted) < 4:
            continue
        best, best_ratio = None, _NEAR
        for n, field in enumerate(fields):
            if n in taken:
                continue
            for text in (field["name"], *dict(field.get("labels", {})).values()):
                found = SequenceMatcher(None, wanted, _key(str(text)), autojunk=False)
                if found.real_quick_ratio() > best_ratio and found.ratio() > best_ratio:
                    best, best_ratio = n, found.ratio()
        if best is not None:
            taken.add(best)
            yield column, best


def _scored(
    name: str,
    labels: Sequence[str],
    fields: Sequence[Mapping[str, Any]],
    pairs: tuple[Pair, ...],
) -> Match:
    """Weigh what is there against what the schema wants and what the table has besides."""
    worth = {p.field: _STRENGTH[p.how] * (1.0 if p.fit is None else p.fit) for p in pairs}
    weights = {str(field["name"]): _weight(field) for field in fields}
    wanted = sum(weights.values())
    there = sum(weight * worth.get(field, 0.0) for field, weight in weights.items())
    recall = there / wanted if wanted else 0.0
    precision = sum(worth.values()) / len(labels) if labels else 0.0
    score = 2 * recall * precision / (recall + precision) if recall + precision else 0.0
    missing = [field for field in weights if field not in worth]
    missing.sort(key=lambda field: -weights[field])
    matched = {pair.column for pair in pairs}
    return Match(
        schema=name,
        score=round(score, 3),
        pairs=pairs,
        missing=tuple(missing),
        missing_required=tuple(field for field in missing if weights[field] == 1),
        extra=tuple(label for label in labels if label not in matched),
    )


def _weight(field: Mapping[str, Any]) -> float:
    return 1.0 if dict(field.get("constraints", {})).get("required") else _OPTIONAL_WEIGHT


def _looked_into(
    found: Match, labels: Sequence[str], schema: Mapping[str, Any], table: pa.Table
) -> Match:
    fields = _fields(schema)
    by_name = {str(field["name"]): field for field in fields}
    places = {label: place for place, label in enumerate(labels)}
    pairs = tuple(
        msgspec.structs.replace(
            pair, fit=_fit(table.column(places[pair.column]), by_name[pair.field], schema)
        )
        if places[pair.column] < table.num_columns
        else pair
        for pair in found.pairs
    )
    return _scored(found.schema, labels, fields, pairs)


def _fit(column: Column, field: Mapping[str, Any], schema: Mapping[str, Any]) -> float | None:
    """Give the share of the filled cells of the beginning that the field accepts."""
    sample = pc.value_counts(column.slice(0, _SAMPLE_ROWS).drop_null())
    own = {key: field[key] for key in field if key not in ("labels", "descriptions", "aliases")}
    missing = field.get("missingValues", schema.get("missingValues", [""]))
    judge = judge_of({**own, "missingValues": list(missing)})
    right = total = 0
    for entry in sample[:_SAMPLE_VALUES].to_pylist():
        text = text_of(entry["values"])
        if text is None or text == "":
            continue
        total += entry["counts"]
        right += entry["counts"] * judge(text)[1]
    return round(right / total, 3) if total else None
