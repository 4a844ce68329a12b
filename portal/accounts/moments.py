"""Moments from now on, as the store writes them."""

from datetime import UTC, datetime

from catalogue.store.database import ahead

_FORM = "%Y-%m-%dT%H:%M:%S.%fZ"


def from_now(*, hours: float = 0.0, seconds: float = 0.0) -> str:
    """Return the moment so far ahead, or, with a negative number, back."""
    return ahead(3600 * hours + seconds)


def seconds_until(moment: str) -> float:
    """Return the seconds until a moment of the store; negative where it is past."""
    return (
        datetime.strptime(moment, _FORM).replace(tzinfo=UTC) - datetime.now(UTC)
    ).total_seconds()
