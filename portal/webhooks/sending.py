"""Sends what waits for webhooks, from one thread of the worker.

An answer of 2xx within the deadline means that it arrived. A redirect is none: it would lead past
what the user has agreed with the receiver. Private addresses are refused as for harvests, by the
connection itself.
"""

import logging
import time
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Thread

from urllib3 import PoolManager, Timeout

from catalogue.errors import FetchError
from catalogue.http_errors import translated
from catalogue.net_guard import NetGuard, Watch
from catalogue.store import Store, webhooks
from catalogue.store.webhooks import Delivery, Webhook
from portal.version import version
from portal.webhooks.signing import headers
from portal.webhooks.telling import tell

# The pauses that Standard Webhooks proposes: three days and three hours in all.
PAUSES_S = (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
DEADLINE_S = 15.0
_CONNECT_S, _READ_S = 5.0, 10.0
_LOOK_EVERY_S = 2.0
_AT_ONCE = 200
_THREADS = 4
_GONE = 410

log = logging.getLogger(__name__)


class Sender:
    """Tells and sends for one data folder; one at a time may run."""

    def __init__(self, store: Store, *, root: str, guard: NetGuard) -> None:
        self._store = store
        self._root = root
        self._pool: PoolManager = guard.pool_manager(num_pools=20, cert_reqs="CERT_REQUIRED")

    def send_due(self) -> int:
        """Write down what has changed and send what is due; return how many were tried.

        Several webhooks are sent to at once, each in order; one that fails waits with all it has.
        """
        tell(self._store, self._root)
        by_hook: defaultdict[int, list[tuple[Webhook, Delivery]]] = defaultdict(list)
        for hook, delivery in webhooks.due(self._store, limit=_AT_ONCE):
            by_hook[hook.id].append((hook, delivery))
        with ThreadPoolExecutor(_THREADS) as threads:
            return sum(threads.map(self._send_all, by_hook.values()))

    def _send_all(self, waiting: list[tuple[Webhook, Delivery]]) -> int:
        for count, (hook, delivery) in enumerate(waiting, start=1):
            if not self._send(hook, delivery):
                return count
        return len(waiting)

    def _send(self, hook: Webhook, delivery: Delivery) -> bool:
        http_status, fault = self._attempt(hook, delivery)
        is_last = delivery.attempt_count >= len(PAUSES_S)
        stop_code = None
        if http_status == _GONE:
            stop_code = "webhook-gone"
        elif fault is not None and is_last:
            stop_code = "webhook-given-up"
        webhooks.mark(
            self._store,
            delivery,
            http_status=http_status,
            fault=fault,
            again_in_s=None if stop_code or is_last else PAUSES_S[delivery.attempt_count],
            stop_code=stop_code,
        )
        return fault is None

    def _attempt(self, hook: Webhook, delivery: Delivery) -> tuple[int | None, str | None]:
        """Return the status of the answer, where one came, and what went wrong, where it did."""
        body = delivery.body.encode()
        sent = {
            "Content-Type": "application/json",
            "User-Agent": f"eurometropolis-webhooks/{version()}",
            **headers(hook.secret, delivery.id, int(time.time()), body),
        }
        try:
            with Watch(DEADLINE_S).running() as watch, translated(hook.url, watch):
                answer = self._pool.request(
                    "POST",
                    hook.url,
                    body=body,
                    headers=sent,
                    redirect=False,
                    retries=False,
                    timeout=Timeout(connect=_CONNECT_S, read=_READ_S),
                    preload_content=False,
                )
                answer.close()  # what it says beside its status is not read
        except FetchError as error:
            return None, error.code
        is_good = 200 <= answer.status < 300
        return answer.status, None if is_good else "http-status"


def keep_sending(store: Store, *, root: str, guard: NetGuard) -> Callable[[], None]:
    """Send in the background; return what ends it."""
    done = Event()
    sender = Sender(store, root=root, guard=guard)

    def run() -> None:
        while not done.is_set():
            try:
                sender.send_due()
            except Exception:  # a store that is away for a while must not end the thread
                log.exception("webhooks could not be sent")
            done.wait(_LOOK_EVERY_S)

    Thread(target=run, name="webhooks", daemon=True).start()
    return done.set
