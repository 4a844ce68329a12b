"""How much a machine gives to SQL, and how much one query may take of it."""

import os

import msgspec

MiB = 1 << 20
GiB = 1 << 30
MACHINE_BYTES = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


class QueryLimits(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What one query of one client may take; the defaults are those of the anonymous."""

    deadline_s: float = 10.0  # counted from the arrival of the request
    queue_s: float = 2.0  # longest wait for a worker
    running: int = 2  # queries of one client at once
    waiting: int = 4  # queries of one client in the queue
    sql_bytes: int = 50_000
    max_rows: int | None = None  # the answer is cut here, and says so
    max_bytes: int = GiB  # a larger answer is refused, never cut


class Limits(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the machine gives to all queries together."""

    memory_bytes: int = GiB  # DuckDB's memory_limit, a worker
    rss_bytes: int = 1_800 * MiB  # a worker that holds more is killed
    all_rss_bytes: int = max(2 * GiB, MACHINE_BYTES // 2)  # if all hold more, the one that has most
    address_bytes: int = 3 * GiB  # address space beyond what a warm worker has reserved
    threads: int = max(1, min(4, os.cpu_count() or 1))
    spares: int = 1  # ready workers beyond those that may run
    queries_per_worker: int = 1_000
    long_after_s: float = 1.0  # a query that runs longer counts as long
    long_when_waited_s: float = 0.1  # … and sooner while others wait
    max_tables: int = 200  # tables in one statement
    start_timeout_s: float = 30.0
    uid: int = 65_534  # taken on by workers where we are root
    time_zone: str = "Europe/Brussels"
