"""Pages of a long list, counted from 1."""

import msgspec


class Paging(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where in a list of `total` things a page of `size` stands."""

    number: int
    size: int
    total: int

    @property
    def count(self) -> int:
        """Return how many pages there are, at least one."""
        return max(1, -(-self.total // self.size))

    @property
    def first(self) -> int:
        """Return the number of the first thing on the page, from 1; 0 where there is none."""
        return min((self.number - 1) * self.size + 1, self.total)

    @property
    def last(self) -> int:
        """Return the number of the last thing on the page."""
        return min(self.number * self.size, self.total)

    @property
    def numbers(self) -> list[int | None]:
        """Return the pages to link: the ends, those around this one, None for each gap.

        >>> Paging(number=5, size=10, total=100).numbers
        [1, None, 4, 5, 6, None, 10]
        """
        near = {1, self.count, *range(self.number - 1, self.number + 2)}
        shown = sorted(number for number in near if 1 <= number <= self.count)
        numbers: list[int | None] = []
        for number in shown:
            if numbers and numbers[-1] is not None and number - numbers[-1] > 1:
                numbers.append(None)
            numbers.append(number)
        return numbers
