"""Dirty copies of the tables of a pack, with an answer key: what was broken where, and what a check
against the Table Schema of the pack must find, no more and no less.

Every rule of every field is broken a given number of times, each time in a row of its own as long
as there are rows. Three files of a table: cells and rows; the encoding; a column left out. The key
holds for a check that knows the other tables of the pack as `data/` has them.
"""

import csv
import hashlib
import io
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from catalogue.views.places import LATITUDES, LONGITUDES
from sandbox.packs import breaking

FOLDER = "dirty"
KEY = "faults.json"
MAX_EACH = 50
_END = "\r\n"


class Expected(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A finding of the check, by the codes of tablecheck (those of frictionless where it has one).

    `row` counts records from 1, the header included; None where the finding is of the whole file.
    """

    code: str
    row: int | None = None
    column: str | None = None


class Fault(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One thing that was broken, and what must be found of it."""

    kind: str
    file: str
    table: str
    row: int | None
    column: str | None
    before: str | None
    after: str | None
    expected: list[Expected]


class Shortfall(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A rule that was broken less often than asked: too few rows, or no text that breaks it."""

    kind: str
    table: str
    column: str | None
    made: int


class AnswerKey(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All faults of a pack; `each` is how often each rule was to be broken."""

    seed: int | str
    each: int
    faults: list[Fault]
    shortfalls: list[Shortfall]


def dirtied(
    contents: Mapping[str, bytes], schemas: Mapping[str, dict[str, Any]], seed: int | str, each: int
) -> tuple[dict[str, bytes], AnswerKey]:
    """Return the dirty files of a pack by their path, and the answer key."""
    files: dict[str, bytes] = {}
    faults: list[Fault] = []
    shortfalls: list[Shortfall] = []
    tables = {name: _rows(contents[f"data/{name}.csv"]) for name in schemas}
    for name in sorted(tables):
        known = {
            key["fields"][0]: set(_column(tables, name, key))
            for key in schemas[name].get("foreignKeys", [])
            if len(key["fields"]) == 1
        }
        dirty = _Dirty(name, schemas[name], tables[name], seed, each, known)
        files |= dirty.files()
        faults += dirty.faults
        shortfalls += dirty.shortfalls
    return files, AnswerKey(seed=seed, each=each, faults=faults, shortfalls=shortfalls)


class _Dirty:
    """The dirty copies of one table."""

    def __init__(
        self,
        name: str,
        schema: dict[str, Any],
        rows: list[list[str]],
        seed: int | str,
        each: int,
        known: dict[str, set[str]],
    ) -> None:
        self.name = name
        self.faults: list[Fault] = []
        self.shortfalls: list[Shortfall] = []
        self._fields: list[breaking.Field] = schema["fields"]
        self._places = {field["name"]: place for place, field in enumerate(self._fields)}
        self._head, self._rows = rows[0], [list(row) for row in rows[1:]]
        self._clean = rows[1:]
        self._each = each
        self._known = known
        self._primary = list(schema.get("primaryKey", []))
        keys = schema.get("foreignKeys", [])
        # Whoever refers to its own table must find what it refers to.
        self._untouched = {
            column
            for key in keys
            for column in [
                *(key["reference"]["fields"] if not key["reference"]["resource"] else []),
                *(key["fields"] if len(key["fields"]) > 1 else []),
            ]
        }
        self._separated: set[int] = set()
        order = sorted(
            range(len(self._rows)),
            key=lambda row: hashlib.sha256(f"{seed}\x1f{name}\x1f{row}".encode()).digest(),
        )
        self._order = order
        self._free = list(order)
        self._whole: set[int] = set()  # rows that no other fault may touch
        self._touched: set[tuple[int, str]] = set()

    def files(self) -> dict[str, bytes]:
        """Break what can be broken and return the files."""
        path = f"{FOLDER}/{self.name}.csv"
        self._duplicate_keys(path)
        self._separators(path)
        self._swapped(path)
        for field in self._fields:
            if field["name"] not in self._untouched:
                self._of_field(path, field)
        files = {path: self._written()}
        return files | self._encoding() | self._missing_column()

    # Faults of rows

    def _duplicate_keys(self, path: str) -> None:
        if not self._primary or self._untouched & set(self._primary):
            return
        made = 0
        while made < self._each and len(self._free) >= 2:
            first, later = sorted((self._free.pop(0), self._free.pop(0)))
            self._whole |= {first, later}
            before = "|".join(self._cell(later, name) for name in self._primary)
            expected = [self._found("primary-key", later)]
            for name in self._primary:
                self._rows[later][self._places[name]] = self._cell(first, name)
                if self._rule(name, "unique"):
                    expected.append(self._found("unique-error", later, name))
            after = "|".join(self._cell(later, name) for name in self._primary)
            self._note(
                "duplicate-key", path, later, "|".join(self._primary), before, after, expected
            )
            made += 1
        self._short("duplicate-key", None, made)

    def _separators(self, path: str) -> None:
        """Write a row with another separator: it becomes one cell."""
        first, *others = self._fields
        if not others or first.get("type", "string") != "string" or first.get("format"):
            return
        if first["name"] in self._known or self._untouched:
            return
        made = 0
        for row in list(self._free):
            if made == self._each:
                break
            cells = self._rows[row]
            text = ";".join(cells)
            if any(sign in text for sign in ',"\r\n') or breaking.broken_rules(first, text):
                continue
            self._free.remove(row)
            self._whole.add(row)
            self._separated.add(row)
            expected = [
                finding
                for field in others
                for finding in (
                    self._found("missing-cell", row, field["name"]),
                    *self._constraints(row, field, ""),
                )
            ]
            if self._primary and first["name"] not in self._primary:
                expected.append(self._found("primary-key", row))
            self._note("separator", path, row, None, ",".join(cells), text, expected)
            made += 1
        self._short("separator", None, made)

    def _swapped(self, path: str) -> None:
        """Put the longitude where the latitude belongs, where their bounds tell."""
        lon, lat = (self._number(names) for names in (LONGITUDES, LATITUDES))
        if lon is None or lat is None:
            return
        made = 0
        for row in list(self._free):
            if made == self._each:
                break
            west, north = self._cell(row, lon["name"]), self._cell(row, lat["name"])
            if not west or not north:
                continue
            expected = [*self._constraints(row, lon, north), *self._constraints(row, lat, west)]
            if not expected:
                continue
            self._free.remove(row)
            self._set(row, lon["name"], north)
            self._set(row, lat["name"], west)
            columns, pair = f"{lon['name']}|{lat['name']}", (f"{west}|{north}", f"{north}|{west}")
            self._note("swapped-coordinates", path, row, columns, *pair, expected)
            made += 1
        self._short("swapped-coordinates", None, made)

    # Faults of cells

    def _of_field(self, path: str, field: breaking.Field) -> None:
        name = field["name"]
        rules = field.get("constraints") or {}
        if rules.get("unique") and name not in self._primary:
            self._repeated(path, name)
        for kind in self._kinds(field):
            made = 0
            for row in self._rows_for(name):
                if made == self._each:
                    break
                before = self._cell(row, name)
                broken = self._broken(field, kind, before, row)
                if broken is None:
                    continue
                after, expected = broken
                self._set(row, name, after)
                self._note(kind, path, row, name, before, after, expected)
                made += 1
            self._short(kind, name, made)

    def _kinds(self, field: breaking.Field) -> Iterator[str]:
        name, rules = field["name"], field.get("constraints") or {}
        is_key = name in self._primary
        if breaking.type_breakers(field) and not is_key:
            yield "type"
        if field.get("type") in ("date", "datetime") and not is_key:
            yield "date"
        if rules.get(breaking.REQUIRED) and (not is_key or len(self._primary) == 1):
            yield breaking.REQUIRED
        for rule in ("minimum", "maximum", "enum", "pattern", "minLength", "maxLength"):
            if rule in rules:
                yield rule
        if name in self._known:
            yield "foreign-key"

    def _broken(
        self, field: breaking.Field, kind: str, before: str, row: int
    ) -> tuple[str, list[Expected]] | None:
        """Return what a cell becomes and what is found of it; None where it cannot be broken so."""
        name = field["name"]
        if kind == breaking.REQUIRED:
            expected = [self._found("constraint-error", row, name)]
            if name in self._primary:
                expected.append(self._found("primary-key", row))
            return ("", expected) if before else None
        if not before:
            return None
        if kind == "foreign-key":
            lost = breaking.elsewhere(field, before, self._known[name])
            return None if lost is None else (lost, [self._found("foreign-key", row, name)])
        if kind in ("type", "date"):
            text = (
                breaking.type_breakers(field)[row % len(breaking.type_breakers(field))]
                if kind == "type"
                else breaking.day_first(field, before)
            )
            return None if text is None else (text, [self._found("type-error", row, name)])
        for text in breaking.rule_breakers(field, kind, before):
            is_broken = breaking.is_of_type(field, text) and kind in breaking.broken_rules(
                field, text
            )
            if is_broken and self._is_lone(row, name, text):
                expected = self._constraints(row, field, text)
                if name in self._known and text not in self._known[name]:
                    expected.append(self._found("foreign-key", row, name))
                return text, expected
        return None

    def _repeated(self, path: str, name: str) -> None:
        made = 0
        while made < self._each and len(self._free) >= 2:
            first, later = sorted((self._free.pop(0), self._free.pop(0)))
            before, after = self._cell(later, name), self._cell(first, name)
            self._whole |= {first, later}
            if not before or not after:
                continue
            self._rows[later][self._places[name]] = after
            expected = [self._found("unique-error", later, name)]
            self._note("unique", path, later, name, before, after, expected)
            made += 1
        self._short("unique", name, made)

    def _rows_for(self, name: str) -> Iterator[int]:
        """Give rows to break a cell of: those that nothing has touched, then those in which this
        cell is whole.
        """
        yield from list(self._free)
        for row in self._order:
            if row not in self._whole and (row, name) not in self._touched:
                yield row

    # Faults of files

    def _encoding(self) -> dict[str, bytes]:
        """Write some cells in the encoding of old Windows machines, within a file of UTF-8."""
        path = f"{FOLDER}/{self.name}.encoding.csv"
        fields = [
            field
            for field in self._fields
            if field.get("type", "string") == "string"
            and not field.get("format")
            and field["name"] not in {*self._primary, *self._known, *self._untouched}
        ]
        old: dict[int, tuple[str, str, str]] = {}
        for row in self._order:
            if len(old) == self._each:
                break
            if (found := self._accented(row, fields)) is not None:
                old[row] = found
        self._short("encoding", None, len(old))
        lines = [csv_line(self._head).encode()]
        is_mixed = False
        for row, cells in enumerate(self._clean):
            texts = list(cells)
            if row in old:
                name, _, after = old[row]
                texts[self._places[name]] = after
            lines.append(csv_line(texts).encode("cp1252" if row in old else "utf-8"))
            is_mixed = is_mixed or (row not in old and not lines[-1].isascii())
        # One finding for the whole file: by its first fault.
        expected = [Expected(code="encoding-mixed" if is_mixed else "encoding-assumed")]
        for row in sorted(old):
            self._note("encoding", path, row, *old[row], expected)
            expected = []
        return {path: b"".join(lines)} if old else {}

    def _accented(self, row: int, fields: list[breaking.Field]) -> tuple[str, str, str] | None:
        """Return a cell of a row that may end in é: its column, its text before and after."""
        try:
            csv_line(self._clean[row]).encode("cp1252")
        except UnicodeEncodeError:
            return None
        for field in fields:
            before = self._clean[row][self._places[field["name"]]]
            after = f"{before}é"
            if before and not breaking.broken_rules(field, after):
                return field["name"], before, after
        return None

    def _missing_column(self) -> dict[str, bytes]:
        """Leave out the last column: in the midst of others all that follow would be wrong too."""
        path = f"{FOLDER}/{self.name}.missing-column.csv"
        last = self._head[-1]
        if len(self._head) < 2 or last in {*self._primary, *self._known, *self._untouched}:
            self._short("missing-column", None, 0)
            return {}
        expected = [Expected(code="missing-label", row=1, column=last)]
        self.faults.append(
            Fault(
                kind="missing-column", file=path, table=self.name, row=None, column=last,
                before=last, after=None, expected=expected,
            )
        )  # fmt: skip
        rows = [self._head, *self._clean]
        return {path: "".join(csv_line(row[:-1]) for row in rows).encode()}

    # What they share

    def _written(self) -> bytes:
        lines = [csv_line(self._head)]
        for row, cells in enumerate(self._rows):
            lines.append(";".join(cells) + _END if row in self._separated else csv_line(cells))
        return "".join(lines).encode()

    def _cell(self, row: int, name: str) -> str:
        return self._rows[row][self._places[name]]

    def _set(self, row: int, name: str, text: str) -> None:
        self._rows[row][self._places[name]] = text
        self._touched.add((row, name))
        if row in self._free:
            self._free.remove(row)
        if name in self._primary:
            self._whole.add(row)

    def _is_lone(self, row: int, name: str, text: str) -> bool:
        """Tell whether a text repeats no key."""
        names = self._primary if name in self._primary else [name]
        if name not in self._primary and not self._rule(name, "unique"):
            return True
        made = [text if each == name else self._cell(row, each) for each in names]
        others = ([self._cell(each, n) for n in names] for each in range(len(self._rows)))
        return all(made != other for place, other in enumerate(others) if place != row)

    def _rule(self, name: str, rule: str) -> Any:
        return (self._fields[self._places[name]].get("constraints") or {}).get(rule)

    def _number(self, names: Iterable[str]) -> breaking.Field | None:
        found = [f for f in self._fields if f["name"].lower() in names and f["type"] == "number"]
        return found[0] if found else None

    def _constraints(self, row: int, field: breaking.Field, text: str) -> list[Expected]:
        rules = breaking.broken_rules(field, text)
        return [self._found("constraint-error", row, field["name"]) for _ in rules]

    def _found(self, code: str, row: int, column: str | None = None) -> Expected:
        return Expected(code=code, row=row + 2, column=column)

    def _note(
        self,
        kind: str,
        path: str,
        row: int,
        column: str | None,
        before: str,
        after: str,
        expected: list[Expected],
    ) -> None:
        self.faults.append(
            Fault(
                kind=kind, file=path, table=self.name, row=row + 2, column=column,
                before=before, after=after, expected=expected,
            )
        )  # fmt: skip

    def _short(self, kind: str, column: str | None, made: int) -> None:
        if made < self._each:
            short = Shortfall(kind=kind, table=self.name, column=column, made=made)
            self.shortfalls.append(short)


def _rows(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode(), newline="")))


def csv_line(cells: list[str]) -> str:
    """Write a record as packs write it."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator=_END).writerow(cells)
    return text.getvalue()


def _column(tables: Mapping[str, list[list[str]]], name: str, key: dict[str, Any]) -> Iterator[str]:
    """Give the values that a foreign key of one field may have."""
    head, *rows = tables[key["reference"]["resource"] or name]
    place = head.index(key["reference"]["fields"][0])
    return (row[place] for row in rows)
