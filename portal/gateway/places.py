"""Lets few long bodies at a time have a thread that waits for them: some in all, fewer from one
address.
"""

import asyncio
from collections import Counter


class Places:
    """Who finds no place waits for one without a thread. For the event loop only."""

    def __init__(self, count: int, *, per_address: int) -> None:
        self._free = count
        self._per_address = per_address
        self._taken: Counter[str] = Counter()
        self._changed = asyncio.Condition()

    async def take(self, address: str, *, within_s: float) -> bool:
        """Take a place; return whether there was one in time."""
        try:
            async with asyncio.timeout(within_s), self._changed:
                await self._changed.wait_for(lambda: self._has_room_for(address))
                self._free -= 1
                self._taken[address] += 1
        except TimeoutError:
            return False
        return True

    async def give_back(self, address: str) -> None:
        """Give a place back, to whoever waits for one."""
        async with self._changed:
            self._free += 1
            self._taken[address] -= 1
            if not self._taken[address]:
                del self._taken[address]
            self._changed.notify_all()

    def _has_room_for(self, address: str) -> bool:
        return self._free > 0 and self._taken[address] < self._per_address
