"""The fast path: prove, block by block, which rows frictionless has nothing to say about.

It may only accept. A value that no accept module proves is put to frictionless's own cell reader,
once for each distinct text; a row that holds a value refused there, that is ragged or blank, that
shares a value of a key or names nothing known, is handed to frictionless's own `Row`. So every
error is frictionless's by construction, and what is only counted is counted from its readers.
"""

from collections.abc import Iterable, Iterator
from typing import Any, Self

from frictionless.resources import TableResource
from frictionless.table.row import create_cell_handlers

from tablecheck.foreign import Lookup
from tablecheck.referenced import Names, Referenced, by_rows, of_other, of_tokens
from tablecheck.report import Tally
from tablecheck.scan import Scan
from tablecheck.stream import DistrustError
from tablecheck.tokens import Tokens


class Fast:
    """Judge a table from its cells."""

    def __init__(self, resource: TableResource, tokens: Tokens, fields: list[Any]) -> None:
        self._resource = resource
        self._tokens = tokens
        self._fields = fields
        self._handlers = create_cell_handlers(fields)
        self._scan: Scan | None = None
        self.slow_reasons: dict[str, str] = {}

    @classmethod
    def proven(
        cls,
        resource: TableResource,
        tokens: Tokens | None,
        limit: int | None,
        foreign_keys: list[dict[str, Any]],
        *,
        has_checks: bool,
    ) -> Self | None:
        """Prove what can be proven of an open resource; None where the cells are not at hand."""
        if tokens is None or not tokens.labels:
            return None
        fields = resource.header.get_expected_fields()
        fast = cls(resource, tokens, fields)
        width = len(fast._handlers)
        if has_checks:
            fast.slow_reasons["*"] = "checks"
        elif list(resource.labels) not in (tokens.labels, []) or width != len(tokens.labels):
            fast.slow_reasons["*"] = "header"
        else:
            known = fast._lookups(foreign_keys)
            try:
                fast._scan = fast._scanned(limit, foreign_keys, known)
            except DistrustError:  # the tokens now know it, and are read with care
                fast._scan = fast._scanned(limit, foreign_keys, known)
        return fast

    @property
    def is_possible(self) -> bool:
        """Tell whether the table is judged so."""
        return self._scan is not None

    @property
    def row_count(self) -> int:
        """Count the rows judged, proven ones included."""
        return self._tokens.row_count

    @property
    def fast_share(self) -> float | None:
        """Give the share of cells that needed no call of frictionless; None without cells."""
        cells = self.row_count * len(self._fields)
        if self._scan is None or not cells:
            return None
        return max(0.0, round(1 - self._scan.slow_cells() / cells, 6))

    def errors(self, tally: Tally) -> Iterator[Any]:
        """Give frictionless's errors as long as they are listed; count the others."""
        if self._scan is None:
            return
        yield from self._scan.errors(tally)
        for judge in self._scan.columns:
            if judge.slow_reason:
                self.slow_reasons[judge.field.name] = judge.slow_reason

    def _lookups(self, foreign_keys: list[dict[str, Any]]) -> Lookup:
        wanted: dict[str, dict[Names, None]] = {}
        for key in foreign_keys:
            reference = key["reference"]
            wanted.setdefault(reference["resource"], {})[tuple(reference["fields"])] = None
        own = ("", self._resource.name)
        return {
            name: self._own(names) if name in own else of_other(self._resource, name, names)
            for name, names in wanted.items()
        }

    def _own(self, wanted: Iterable[Names]) -> dict[Names, Referenced]:
        """Gather what keys to the table itself may name."""
        found = of_tokens(self._tokens, self._fields, self._handlers, wanted)
        if found is not None:
            return found
        with self._resource.to_copy() as copy:
            return by_rows(copy, wanted)

    def _scanned(self, limit: int | None, keys: list[dict[str, Any]], known: Lookup) -> Scan:
        scan = Scan(self._resource, self._tokens, self._fields, self._handlers, limit)
        scan.watch(keys, known)
        for block in self._tokens.blocks():
            scan.add(block)
        if scan.is_misled:  # a stream knows its empty lines at its end
            return self._scanned(limit, keys, known)
        scan.settle()
        return scan
