"""What the settings allow SQL to take, in the sandbox's own words."""

from portal.settings import Settings
from sandbox.limits import Limits, QueryLimits
from sandbox.supervisor import Sandbox


def sandbox_of(settings: Settings) -> Sandbox:
    """Make the sandbox of a process, not yet started."""
    chosen = settings.sandbox
    return Sandbox(
        Limits(memory_bytes=chosen.memory_mb << 20),
        workers=chosen.workers,
        folders=((settings.data / "objects").resolve(),),
    )


def query_limits(
    settings: Settings, *, is_signed_in: bool = False, max_rows: int | None = None
) -> QueryLimits:
    """Return what one query of a caller may take."""
    chosen = settings.sandbox
    return QueryLimits(
        deadline_s=chosen.signed_in_deadline_s if is_signed_in else chosen.deadline_s,
        queue_s=chosen.queue_wait_s,
        sql_bytes=chosen.max_sql_bytes,
        max_rows=max_rows,
        max_bytes=chosen.max_result_bytes,
    )
