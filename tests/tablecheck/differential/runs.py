"""One run of a part of the suite: what was judged, and what differed."""

import time
from collections.abc import Iterator

from tests.tablecheck.differential.cases import Case
from tests.tablecheck.differential.verdicts import Difference, difference

_KEPT = 50


class Run:
    """Judge cases until the time is over, and keep the account."""

    def __init__(self, *, until: float = float("inf")) -> None:
        self._until = until
        self.case_count = 0
        self.cell_count = 0
        self.difference_count = 0
        self.differences: list[Difference] = []

    def is_over(self) -> bool:
        """Tell whether the time given has passed."""
        return time.monotonic() > self._until

    def judge(self, case: Case, *, cells: int = 0) -> None:
        """Judge one case twice and keep a difference."""
        found = difference(case)
        self.case_count += 1
        self.cell_count += cells
        if found is not None:
            self.difference_count += 1
            if len(self.differences) < _KEPT:
                self.differences.append(found)

    def judge_all(self, cases: Iterator[Case]) -> None:
        """Judge cases one after the other while there is time."""
        for case in cases:
            if self.is_over():
                return
            self.judge(case)
