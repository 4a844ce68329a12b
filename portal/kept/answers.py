"""The answers that are kept, each with the state of the catalogue that it tells."""

from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock
from typing import Any, NamedTuple

from portal.kept.asked import Asked

BUDGET_BYTES = 32_000_000
# A page of many columns is some 100 kB packed: what is larger is no usual page.
LARGEST_BYTES = 500_000
_HEAD_BYTES = 2_000

Headers = list[tuple[bytes, bytes]]


class Kept(NamedTuple):
    """An answer: what it was made of, its bytes, the headers of a reader who has it already, and
    what it is a use of.
    """

    state: Hashable
    etag: str
    headers: Headers
    body: bytes
    unchanged: Headers
    uses: Any


class KeptAnswers:
    """Answers by what was asked, the least recently asked for out first; for many threads."""

    def __init__(self, budget_bytes: int = BUDGET_BYTES) -> None:
        self._budget_bytes = budget_bytes
        self._size_bytes = 0
        self._answers: OrderedDict[Asked, Kept] = OrderedDict()
        self._lock = Lock()

    def __contains__(self, asked: Asked) -> bool:
        return asked in self._answers

    def get(self, asked: Asked, state: Hashable) -> Kept | None:
        """Return the answer, where the catalogue is what it was when that was made."""
        with self._lock:
            found = self._answers.get(asked)
            if found is None or found.state != state:
                return None
            self._answers.move_to_end(asked)
            return found

    def put(self, asked: Asked, answer: Kept) -> None:
        """Keep an answer, in place of those that nobody asked for longest."""
        if len(answer.body) > LARGEST_BYTES:
            return
        with self._lock:
            before = self._answers.pop(asked, None)
            self._size_bytes += _size(answer) - (_size(before) if before else 0)
            self._answers[asked] = answer
            while self._size_bytes > self._budget_bytes:
                _, oldest = self._answers.popitem(last=False)
                self._size_bytes -= _size(oldest)


def _size(answer: Kept) -> int:
    return len(answer.body) + _HEAD_BYTES
