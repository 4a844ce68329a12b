"""Durations in whole units, in the order of ISO 8601: `P1Y2M3D`, `PT4H5M6S`, `P3W`."""

from typing import Any

from tablecheck.accept.texts import Acceptor, Mask, Texts

_N = "[0-9]{1,4}"
_CLOCK = f"T(?:{_N}H(?:{_N}M)?(?:{_N}S)?|{_N}M(?:{_N}S)?|{_N}S)"
_DAYS = f"(?:{_N}Y(?:{_N}M)?(?:{_N}D)?|{_N}M(?:{_N}D)?|{_N}D)"
_DURATION = rf"^P(?:{_N}W|{_DAYS}(?:{_CLOCK})?|{_CLOCK})\z"


def durations(_field: Any) -> tuple[Acceptor | None, str]:
    """Give the test of a duration field."""
    return _accept, ""


def _accept(texts: Texts) -> Mask:
    return texts.matching(_DURATION)
