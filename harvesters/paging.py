"""Reads a list page by page until it is complete, or says that it cannot be had complete.

Portals change while they are read, cap their pages below what was asked, sort unstably, repeat a
page for ever, or stop in the middle. What was missed would look like deleted datasets, so nothing
less than the whole list counts: the pages are added up, and compared with the portal's own total.
"""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from catalogue.errors import FetchError
from catalogue.records import RunIssue
from harvesters.contract import Raw

PASSES = 3
MAX_RECORDS = 1_000_000


class Page(NamedTuple):
    """What a portal answered: its rows, and how many it says there are in all, if it says."""

    rows: list[Any]
    total: int | None


class Row(NamedTuple):
    """A row with its id; `is_repeat` where the portal lists the id more than once."""

    id: str
    body: Any
    is_repeat: bool = False


class Numbered:
    """Pages with numbers from 1, for `rows`, whatever size the portal gives them.

    `ask(number)` fetches a page, an object with its rows under `rows_key`. Raises FetchError
    `unexpected-answer`.
    """

    def __init__(self, ask: Callable[[int], Any], rows_key: str, total_key: str, url: str) -> None:
        self._ask = ask
        self._keys = rows_key, total_key
        self._url = url
        self._number = 0

    def read(self, offset: int) -> Page:
        """Return the page after the last one, or the first where a list is begun again."""
        self._number = self._number + 1 if offset else 1
        found = self._ask(self._number)
        rows_key, total_key = self._keys
        listed = found.get(rows_key) if isinstance(found, dict) else None
        total = found.get(total_key) if isinstance(found, dict) else None
        if not isinstance(listed, list) or not isinstance(total, int | None):
            raise FetchError("unexpected-answer", url=self._url, expected=", ".join(self._keys))
        return Page(listed, total)


class _Pass:
    """What one reading from the first page to the last has seen."""

    def __init__(self) -> None:
        self.ids: set[str] = set()
        self.repeats: list[Row] = []
        self.pages: set[tuple[str, ...]] = set()
        self.total: int | None = None
        self.row_count = 0
        self.has_drifted = False

    def is_complete(self) -> bool:
        return self.total is None or self.row_count == self.total


def rows(
    read: Callable[[int], Page], id_of: Callable[[Any, int], str], *, url: str
) -> Iterator[Row]:
    """Yield every row once, in the portal's order; `read(offset)` fetches a page.

    Where the total changes in between, or rows repeat (then others may be missing), the list is
    read again, at most three times in all. Raises FetchError `repeated-page`, `count-drift`,
    `records-missing` (both with `expected` and `received`) or `too-many-records`.
    """
    known: set[str] = set()
    for attempt in range(PASSES):
        current = _Pass()
        before = len(known)
        for row in _read_once(read, id_of, current, url):
            if row.id not in known:
                known.add(row.id)
                yield row
        if current.has_drifted:
            continue
        is_settled = not current.repeats or (attempt > 0 and len(known) == before)
        if current.is_complete() and is_settled:
            yield from current.repeats
            return
    code = "count-drift" if current.has_drifted else "records-missing"
    raise FetchError(code, url=url, expected=current.total, received=len(current.ids))


def _read_once(
    read: Callable[[int], Page], id_of: Callable[[Any, int], str], current: _Pass, url: str
) -> Iterator[Row]:
    while True:
        page = read(current.row_count)
        if current.pages and page.total != current.total:
            current.has_drifted = True
        current.total = page.total
        if not page.rows:
            return
        ids = tuple(id_of(body, current.row_count + i) for i, body in enumerate(page.rows))
        if ids in current.pages:
            if current.has_drifted:
                return
            raise FetchError("repeated-page", url=url, offset=current.row_count)
        current.pages.add(ids)
        for row_id, body in zip(ids, page.rows, strict=True):
            if row_id in current.ids:
                current.repeats.append(Row(row_id, body, is_repeat=True))
            else:
                current.ids.add(row_id)
                yield Row(row_id, body)
        current.row_count += len(page.rows)
        if current.row_count > MAX_RECORDS:
            raise FetchError("too-many-records", url=url, limit=MAX_RECORDS)
        if page.total is not None and current.row_count >= page.total:
            return


def raw(row: Row, origin: str) -> Raw:
    """Return a row as a record, with the problem where it cannot be one."""
    problem = None
    if not isinstance(row.body, dict):
        problem = RunIssue(code="not-an-object", params={"value": str(row.body)[:80]})
    elif row.is_repeat:
        problem = RunIssue(code="duplicate-id", params={"remote_id": row.id}, severity="warning")
    elif row.id.startswith("#"):
        problem = RunIssue(code="record-without-id", params={"position": row.id})
    body = row.body if isinstance(row.body, dict) else {}
    return Raw(remote_id=row.id, body=body, origin=origin, problem=problem)
