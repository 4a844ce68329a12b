"""Guards forms that anyone may send: a few an hour from one place, never faster than a person
types, and nothing from what fills a field that people do not see.

Who sent is known by a keyed hash in the memory of this process only: no address is kept, and
another process counts anew.
"""

import hashlib
import math
import secrets
import time
from collections import deque
from collections.abc import Callable
from threading import Lock

from itsdangerous import BadSignature, SignatureExpired, TimestampSigner

from portal.accounts.errors import TooManyTries, Unfit

MOST_CLIENTS = 20_000
MOST_AGE_S = 12 * 3600


class Gate:
    """Lets through `most` forms in `window_s` seconds of one client, each open for `least_s`
    seconds at least.
    """

    def __init__(
        self,
        *,
        most: int = 5,
        window_s: float = 3600.0,
        least_s: float = 3.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._most, self._window_s, self._least_s = most, window_s, least_s
        self._clock = clock
        self._key = secrets.token_bytes(32)
        self._signer = TimestampSigner(secrets.token_bytes(32), salt="public-form")
        self._seen: dict[bytes, deque[float]] = {}
        self._lock = Lock()

    def ticket(self) -> str:
        """Return what a form carries to tell when it was opened."""
        return self._signer.sign(f"{self._clock():.3f}").decode()

    def check(self, ticket: str, client: str) -> None:
        """Raise Unfit for a form that is too new, too old or not ours, TooManyTries where its
        client has sent enough.
        """
        try:
            opened_at = float(self._signer.unsign(ticket, max_age=MOST_AGE_S))
        except (BadSignature, SignatureExpired, ValueError) as fault:
            raise Unfit("form-expired") from fault
        if self._clock() - opened_at < self._least_s:
            raise Unfit("form-too-soon")
        self.count(client)

    def count(self, client: str) -> None:
        """Count what a client sends. Raises TooManyTries where it has sent enough."""
        key = hashlib.blake2b(client.encode(), key=self._key, digest_size=16).digest()
        at = self._clock()
        with self._lock:
            moments = self._seen.pop(key, deque())
            while moments and moments[0] <= at - self._window_s:
                moments.popleft()
            self._seen[key] = moments  # the one seen last stands last
            if len(moments) >= self._most:
                wait_s = max(1, math.ceil(moments[0] + self._window_s - at))
                raise TooManyTries(
                    "form-too-often", retry_after_s=wait_s, minutes=math.ceil(wait_s / 60)
                )
            moments.append(at)
            while len(self._seen) > MOST_CLIENTS:
                del self._seen[next(iter(self._seen))]
