"""Samples that come out the same everywhere: by a hash of seed, table and row, never by chance.

A row's turn depends on nothing but its own key: neither on where it lies in the file, nor on the
other tables of the recipe, nor on the machine.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgspec


def turn(seed: int | str, table: str, key: bytes) -> bytes:
    """Return what rows are ordered by before the first ones are taken."""
    head = msgspec.json.encode([str(seed), table])
    return hashlib.sha256(head + key).digest()


def quotas(sizes: Sequence[int], rows: int) -> list[int]:
    """Divide `rows` over strata of these sizes: one each where that is possible, the rest by
    largest remainder; never more than there are. Ties go to what comes first.

    >>> quotas([80, 15, 5], 10)
    [7, 2, 1]
    >>> quotas([80, 15, 5], 2)
    [2, 0, 0]
    """
    wanted = min(rows, sum(sizes))
    base = [1] * len(sizes) if wanted >= len(sizes) else [0] * len(sizes)
    left = [size - one for size, one in zip(sizes, base, strict=True)]
    spare, total = wanted - sum(base), sum(left)
    if not total:
        return base
    shares = [divmod(spare * size, total) for size in left]
    order = sorted(range(len(sizes)), key=lambda place: (-shares[place][1], place))
    extra = set(order[: spare - sum(whole for whole, _ in shares)])
    return [
        one + whole + (place in extra)
        for place, (one, (whole, _)) in enumerate(zip(base, shares, strict=True))
    ]


def stratified(
    rows: Iterable[int], values: Sequence[Any], count: int
) -> Iterator[tuple[int, list[int]]]:
    """Give how many rows of each value are to be taken, with its rows in their order; values come
    in the order of their JSON.
    """
    strata: dict[bytes, list[int]] = defaultdict(list)
    for row in rows:
        strata[msgspec.json.encode(values[row])].append(row)
    ordered = [strata[value] for value in sorted(strata)]
    yield from zip(quotas([len(some) for some in ordered], count), ordered, strict=True)
