"""What a foreign key may name: the columns of the other table, or of the table itself.

They are read once, as texts where the table is a delimited text, else row by row by frictionless.
Where both tables read a text alike, a text that stands in the other column is proof; the values
themselves are made only when they are asked for.
"""

import copy
from collections.abc import Iterable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from frictionless import Package, Resource
from frictionless.formats import CsvControl
from frictionless.resources import TableResource
from frictionless.table.row import Row, create_cell_handlers

from tablecheck.accept.texts import Texts
from tablecheck.arrow import Cells
from tablecheck.encoding import scan
from tablecheck.errors import UnreadableFileError
from tablecheck.layout import of_descriptor
from tablecheck.limits import Limits
from tablecheck.package import Others
from tablecheck.stream import DistrustError
from tablecheck.tokens import Streamed, Tokens

Names = tuple[str, ...]
_PROSE = frozenset({"name", "title", "description", "constraints", "example", "rdfType"})
_HASHED = frozenset({"string", "integer", "year", "boolean", "date", "time", "datetime"})
# Types whose values are told apart by their texts alone, once the fields read alike: no NaN, which
# equals nothing, and nothing that cannot be hashed, on which frictionless crashes.
_BY_TEXT = frozenset({"string", "integer", "year"})


def enclose(resource: TableResource, others: Others) -> None:
    """Put a table into a package with the tables that its keys name.

    Raises FrictionlessException where one of them is described wrongly.
    """
    folder = str(others.folder)
    package = Package(resources=[resource], basepath=folder)
    name, number = resource.name, 2
    while name in others.resources:  # a key that names it means the other
        name, number = f"table-{number}", number + 1
    resource.name = name
    for descriptor in others.resources.values():
        package.add_resource(Resource.from_descriptor(copy.deepcopy(descriptor), basepath=folder))


def described(dialect: Any) -> dict[str, Any]:
    """Describe the dialect of an open CSV with all that frictionless guessed."""
    descriptor = dict(dialect.to_descriptor())
    control = CsvControl.from_dialect(dialect)
    read = {
        "delimiter": control.delimiter,
        "quoteChar": control.quote_char,
        "skipInitialSpace": control.skip_initial_space,
    }
    csv = {**descriptor.get("csv", {}), **read}
    return {**descriptor, "headerRows": list(dialect.header_rows), "csv": csv}


def reading_of(field: Any) -> dict[str, Any]:
    """Give what decides how a field reads a text."""
    found = {key: value for key, value in field.to_descriptor().items() if key not in _PROSE}
    missing = field.missing_values
    if not field.has_defined("missing_values") and field.schema:
        missing = field.schema.missing_values
    return {**found, "missingValues": missing}


class Referenced:
    """Hold the rows of some columns of a table."""

    def __init__(self, fields: Sequence[Any | None], readers: Sequence[Any]) -> None:
        self.fields = fields
        """frictionless fields; None for a name that the table does not have."""
        self._readers = readers
        self._blocks: list[list[Cells]] = []
        self._others: set[tuple[Any, ...]] = set()

    def add(self, columns: list[Cells]) -> None:
        """Take in a block of texts, a column for each field that there is."""
        self._blocks.append(columns)

    def add_values(self, values: tuple[Any, ...]) -> None:
        """Take in a row that frictionless has read; raises TypeError as its lookup does."""
        if set(values) != {None}:
            self._others.add(values)

    def reads_alike(self, fields: Sequence[Any]) -> bool:
        """Tell whether equal texts are equal values here and in these fields."""
        return bool(self._blocks) and all(
            mine is not None
            and mine.type in _BY_TEXT
            and mine.format == "default"
            and reading_of(mine) == reading_of(other)
            for mine, other in zip(self.fields, fields, strict=True)
        )

    @cached_property
    def wholes(self) -> npt.NDArray[np.int64]:
        """Give the whole numbers of the one column that are written the shortest way, in order."""
        found = [texts.wholes[texts.canonical] for texts in map(Texts, self._column(0))]
        return np.unique(np.concatenate([np.empty(0, dtype=np.int64), *found]))

    @cached_property
    def texts(self) -> set[Any]:
        """Give the texts of the one column, or the tuples of texts of several."""
        if len(self.fields) == 1:
            return set(pa.chunked_array(self._column(0), pa.string()).unique().to_pylist())
        found: set[Any] = set()
        for block in self._blocks:
            found.update(zip(*(column.to_pylist() for column in block), strict=True))
        return found

    @cached_property
    def values(self) -> set[tuple[Any, ...]]:
        """Give the values, as frictionless's lookup holds them; raises as it does."""
        found = set(self._others)
        for block in self._blocks:
            columns = iter(block)
            lists = [
                [None] * len(block[0]) if field is None else _cast(field, reader, next(columns))
                for field, reader in zip(self.fields, self._readers, strict=True)
            ]
            found.update(zip(*lists, strict=True))
        found.discard((None,) * len(self.fields))
        return found

    def _column(self, place: int) -> list[Cells]:
        return [block[place] for block in self._blocks]


def _cast(field: Any, reader: Any, cells: Cells) -> list[Any]:
    """Give the values of texts; those that say themselves what they are take no reader."""
    encoded: Any = cells.dictionary_encode()
    distinct: Cells = encoded.dictionary
    texts: list[Any] = distinct.to_pylist()
    reading = reading_of(field)
    missing = set(reading["missingValues"])
    if field.type == "string" and field.format == "default":
        values = [None if text in missing else text for text in texts]
    elif field.type == "integer" and field.bare_number:
        seen = Texts(distinct)
        values = [
            whole if is_canonical and text not in missing else reader(text)[0]
            for text, whole, is_canonical in zip(
                texts, seen.wholes.tolist(), seen.canonical.tolist(), strict=True
            )
        ]
    else:
        values = [reader(text)[0] for text in texts]
    return [values[index] for index in encoded.indices.to_pylist()]


def of_tokens(
    tokens: Tokens, fields: list[Any], handlers: Any, wanted: Iterable[Names]
) -> dict[Names, Referenced] | None:
    """Gather columns of a text in one pass; None where an empty line would be taken for a text."""
    order = [field.name for field in fields]
    places = {names: [order.index(n) if n in order else None for n in names] for names in wanted}

    def gathered() -> dict[Names, Referenced]:
        found = {}
        for names, ats in places.items():
            mine = [None if at is None else fields[at] for at in ats]
            found[names] = Referenced(mine, [f and handlers[f.name].reader for f in mine])
        for block in tokens.blocks():
            for names, ats in places.items():
                columns = [block.columns[at] for at in ats if at is not None]
                if columns:
                    found[names].add(columns)
        return found

    try:
        found = gathered()
    except DistrustError:  # the tokens now know it, and are read with care
        found = gathered()
    if tokens.empty_places and any("" not in reading_of(f)["missingValues"] for f in fields):
        return None
    for number, cells in tokens.odd:
        for names, referenced in found.items():
            row = Row(list(cells), handlers=handlers, row_number=number)
            referenced.add_values(tuple(row.get(name) for name in names))
    for referenced in found.values():
        if any(field is not None and field.type not in _HASHED for field in referenced.fields):
            _ = referenced.values  # raises now, as frictionless does, whether or not it is asked
    return found


def by_rows(resource: TableResource, wanted: Iterable[Names]) -> dict[Names, Referenced]:
    """Gather columns of an open table as frictionless reads them."""
    found = {names: Referenced([None] * len(names), [None] * len(names)) for names in wanted}
    for row in resource.row_stream:
        for names, referenced in found.items():
            referenced.add_values(tuple(row.get(name) for name in names))
    return found


def of_other(resource: Any, name: str, wanted: Iterable[Names]) -> dict[Names, Referenced]:
    """Read another table of the package once; raises as frictionless does where it cannot be."""
    other = resource.package.get_resource(name).to_copy()
    if other.schema:
        other.schema.foreign_keys = []
    wanted = list(wanted)
    with other:
        return _quickly(other, wanted) or by_rows(other, wanted)


def _quickly(other: Any, wanted: list[Names]) -> dict[Names, Referenced] | None:
    """Gather columns of an open table from its cells; None where frictionless must read it."""
    is_plain = (other.format, other.scheme, other.compression) == ("csv", "file", None)
    if not is_plain or other.multipart or other.encoding not in ("utf-8", "utf-8-sig"):
        return None
    if not _is_hashable(other.schema):  # frictionless would crash on its way through the rows
        return None
    dialect = of_descriptor(described(other.dialect))
    if dialect is None or dialect.is_blank_skipped:
        return None
    path, limits = Path(other.normpath), Limits()
    fields = other.header.get_expected_fields()
    handlers = create_cell_handlers(fields)
    try:
        if scan(path, limits, encoding=other.encoding).encoding != other.encoding:
            return None
        tokens = Streamed(path, other.encoding, dialect, limits)
        if not len(handlers) == len(fields) == len(tokens.labels):
            return None
        if list(other.labels) not in (tokens.labels, []):
            return None
        return of_tokens(tokens, fields, handlers, wanted)
    except (UnreadableFileError, DistrustError, OSError, UnicodeError):
        return None  # frictionless has its own words for it


def _is_hashable(schema: Any) -> bool:
    """Tell whether the values of the other table's own keys can be remembered."""
    keys = set(schema.primary_key)
    keyed = [f for f in schema.fields if f.name in keys or f.constraints.get("unique")]
    return all(field.type in _HASHED for field in keyed)
