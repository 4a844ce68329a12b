"""Compares the rows of two versions; DuckDB does, and puts aside on disk what its memory does not
hold.
"""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from catalogue.changes.records import CellChange, ChangedRow, Changes, KeyOrigin, WholeRow
from catalogue.records import Column, Version
from catalogue.views import Engine
from catalogue.views.kinds import Kind, kind_of
from catalogue.views.literals import identifier, quoted

SHOWN = 50
# Each column is one more comparison of every row that both files have.
DEADLINE_S = 180.0
_LONGEST = 300
# What the name of a key says; a number or a text of another name is unique by chance.
_NAMES = (
    *("id", "uuid", "uri", "code", "key", "ref", "nr", "num", "siren", "siret", "insee", "nis"),
    *("name", "nom", "naam", "title", "titre", "titel"),
)


class Side(NamedTuple):
    """A version with its file."""

    version: Version
    file: Path


class Comparison:
    """Two files, the columns that both have, and the key by which their rows are told apart."""

    def __init__(self, old: Side, new: Side, engine: Engine) -> None:
        self._engine = engine
        self.old, self.new = _read(old.file), _read(new.file)
        self._types = [
            dict(self._run(f"DESCRIBE SELECT * FROM {file}", 2)) for file in (self.old, self.new)
        ]
        self.columns = [
            column.name
            for column in new.version.columns
            if column.name in self._types[0] and column.name in self._types[1]
        ]
        self.names = [*self._types[1], *(n for n in self._types[0] if n not in self._types[1])]
        self.names.remove("file_row_number")
        self.origin, self.key = self._key(old.version, new.version)

    def keyed(self) -> Changes:
        """Compare row by row."""
        rest = [name for name in self.columns if name not in self.key]
        differ = self.differ(rest)
        counts = ", ".join(f"count(*) FILTER ({self.differs(name)})" for name in rest)
        (found,) = self._run(
            f"SELECT count(*), count(*) FILTER ({differ}){', ' if rest else ''}{counts}"
            f" FROM {self.joined()}"
        )
        both, changed = int(found[0]), int(found[1])
        by_column = {name: count for name, count in zip(rest, found[2:], strict=True) if count}
        return Changes(
            origin=self.origin,
            key=self.key,
            columns=self.columns,
            added=self._count(self.new) - both,
            removed=self._count(self.old) - both,
            changed=changed,
            unchanged=both - changed,
            by_column=by_column,
            changed_rows=self._changed_rows(list(by_column), differ) if changed else [],
            added_rows=self._rows_of_one("n", f"{self.new} n ANTI JOIN {self.old} o {self.on()}"),
            removed_rows=self._rows_of_one("o", f"{self.old} o ANTI JOIN {self.new} n {self.on()}"),
        )

    def whole(self) -> Changes:
        """Compare the rows as they are, each as often as it occurs."""
        if not self.columns:
            return self._of_nothing_in_common()
        counted = f"WITH d AS ({self.multiset()})"
        ((added, removed),) = self._run(
            f"{counted} SELECT coalesce(sum(more) FILTER (more > 0), 0),"
            " coalesce(-sum(more) FILTER (more < 0), 0) FROM d"
        )
        cells = ", ".join(
            f"left(c{place}::VARCHAR, {_LONGEST})" for place in range(len(self.columns))
        )
        some = [
            [
                WholeRow(row=row, count=abs(more), values=list(values))
                for row, more, *values in self._run(
                    f"{counted} SELECT row, more, {cells} FROM d"
                    f" WHERE more {sign} 0 ORDER BY row LIMIT {SHOWN}"
                )
            ]
            for sign in (">", "<")
        ]
        return Changes(
            origin=self.origin,
            key=[],
            columns=self.columns,
            added=int(added),
            removed=int(removed),
            changed=0,
            unchanged=self._count(self.new) - int(added),
            added_rows=some[0],
            removed_rows=some[1],
        )

    def _of_nothing_in_common(self) -> Changes:
        return Changes(
            origin=self.origin,
            key=[],
            columns=[],
            added=self._count(self.new),
            removed=self._count(self.old),
            changed=0,
            unchanged=0,
        )

    def joined(self) -> str:
        """Return the rows that both files have, `o` beside `n`."""
        return f"{self.old} o JOIN {self.new} n {self.on()}"

    def on(self) -> str:
        """Return the condition that two rows are the same one."""
        return "ON " + " AND ".join(
            f"{self.comparable('o', name)} = {self.comparable('n', name)}" for name in self.key
        )

    def differs(self, name: str) -> str:
        """Return the condition that a cell of `o` and of `n` differ."""
        old, new = self.comparable("o", name), self.comparable("n", name)
        return f"{old} IS DISTINCT FROM {new}"

    def differ(self, names: Sequence[str]) -> str:
        """Return the condition that some cell differs."""
        return " OR ".join(self.differs(name) for name in names) or "false"

    def multiset(self) -> str:
        """Return the rows that one file holds more often: `more` times in the new one, or less.

        Their cells are called c0, c1 and so on, `row` is the number of the last such row.
        """
        listed = [
            f"{self.comparable('x', name)} AS c{place}" for place, name in enumerate(self.columns)
        ]
        every = ", ".join(f"c{place}" for place in range(len(listed)))
        rows = " UNION ALL ".join(
            f"SELECT {sign} AS more, file_row_number + 1 AS row, {', '.join(listed)} FROM {file} x"
            for sign, file in ((1, self.new), (-1, self.old))
        )
        return (
            "SELECT sum(more)::BIGINT AS more, CASE WHEN sum(more) > 0"
            " THEN max(row) FILTER (more > 0) ELSE max(row) FILTER (more < 0) END AS row,"
            f" {every} FROM ({rows}) GROUP BY {every} HAVING sum(more) <> 0"
        )

    def has(self, alias: str, name: str) -> bool:
        """Tell whether a file has a column."""
        return name in self._types[0 if alias == "o" else 1]

    def comparable(self, alias: str, name: str) -> str:
        """Return a cell as both files can hold it: as text where their types differ."""
        cell = f"{alias}.{identifier(name)}"
        kinds = {types[name] for types in self._types if name in types}
        if kinds == {"GEOMETRY"} or (len(kinds) > 1 and not self._are_numbers(kinds)):
            return f"{cell}::VARCHAR"
        return cell

    def _are_numbers(self, kinds: set[str]) -> bool:
        return all(kind_of(kind) is Kind.NUMBER for kind in kinds)

    def _key(self, old: Version, new: Version) -> tuple[KeyOrigin, list[str]]:
        declared = new.schema.get("primaryKey") or []
        names = [declared] if isinstance(declared, str) else list(declared)
        if names and all(name in self.columns for name in names) and self._is_unique(names):
            return KeyOrigin.SCHEMA, names
        ranks = {column.name: _rank(column) for column in new.columns}
        wanted = [(rank, name) for name in self.columns if (rank := ranks[name]) is not None]
        for _, name in sorted(wanted, key=lambda pair: pair[0]):
            if self._is_unique([name]):
                return KeyOrigin.UNIQUE, [name]
        return KeyOrigin.WHOLE, []

    def _is_unique(self, names: list[str]) -> bool:
        """Tell whether both files hold a value of these columns in each row, and none twice."""
        for file in (self.old, self.new):
            cells = [self.comparable("x", name) for name in names]
            empty = " OR ".join(f"{cell} IS NULL" for cell in cells)
            if self._run(f"SELECT 1 FROM {file} x WHERE {empty} LIMIT 1") or self._run(
                f"SELECT 1 FROM {file} x GROUP BY {', '.join(cells)} HAVING count(*) > 1 LIMIT 1"
            ):
                return False
        return True

    def _changed_rows(self, names: list[str], differ: str) -> list[ChangedRow]:
        cells = "".join(
            f", {self.differs(name)}, {self._text('o', name)}, {self._text('n', name)}"
            for name in names
        )
        rows = self._run(
            f"SELECT o.file_row_number + 1, n.file_row_number + 1, [{self._texts('n', self.key)}]"
            f"{cells} FROM {self.joined()} WHERE {differ} ORDER BY 2 LIMIT {SHOWN}"
        )
        return [
            ChangedRow(
                old_row=old_row,
                new_row=new_row,
                key=key,
                cells=[
                    CellChange(column=name, old=old, new=new)
                    for name, is_other, old, new in zip(
                        names, found[::3], found[1::3], found[2::3], strict=True
                    )
                    if is_other
                ],
            )
            for old_row, new_row, key, *found in rows
        ]

    def _rows_of_one(self, alias: str, rows: str) -> list[WholeRow]:
        found = self._run(
            f"SELECT {alias}.file_row_number + 1, {self._texts(alias, self.columns)} FROM {rows}"
            f" ORDER BY 1 LIMIT {SHOWN}"
        )
        return [WholeRow(row=row, values=list(values)) for row, *values in found]

    def _texts(self, alias: str, names: Sequence[str]) -> str:
        return ", ".join(self._text(alias, name) for name in names) or "NULL"

    def _text(self, alias: str, name: str) -> str:
        return f"left({alias}.{identifier(name)}::VARCHAR, {_LONGEST})"

    def _count(self, file: str) -> int:
        ((count,),) = self._run(f"SELECT count(*) FROM {file}")
        return int(count)

    def _run(self, text: str, width: int | None = None) -> list[tuple[Any, ...]]:
        rows = self._engine.run(text, deadline_s=DEADLINE_S)
        return [row[:width] for row in rows]


def _read(file: Path) -> str:
    return f"read_parquet({quoted(str(file))}, file_row_number = true)"


def _rank(column: Column) -> int | None:
    """Return how good a key a column would be, 0 the best; None where it would be none."""
    if (column.field.get("constraints") or {}).get("unique"):
        return 0
    if kind_of(column.type) not in (Kind.TEXT, Kind.NUMBER) or column.type in ("DOUBLE", "FLOAT"):
        return None
    parts = set(re.split(r"[^a-z]+", column.name.lower()))
    return next((place for place, name in enumerate(_NAMES, 1) if name in parts), None)
