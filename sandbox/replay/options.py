"""How a series is to be played: read from the address, `at=28800;errors=0.1;seed=3` in the path or
the same pairs in the query string.
"""

import math
import re
from collections.abc import Iterable
from datetime import UTC, datetime

import msgspec

from sandbox.replay.errors import ReplayError

MAX_SPEED = 86_400.0
MAX_DELAY_MS = 2_000
_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?")


class Play(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How to play. `at_s` names the moment of the series itself, so that no clock has a say;
    without it the clock runs from `start_s` (seconds since 1970; None: the start of the series) at
    `speed`, beginning at `from_s`. `times` tells which moments the bodies state: `recorded`, `now`,
    or the moment (ISO 8601) that is to be the present. Faults are shares of the requests, 0 to 1.
    """

    at_s: float | None = None
    start_s: float | None = None
    from_s: float = 0.0
    speed: float = 1.0
    is_looped: bool = True
    times: str = "recorded"
    seed: str = "0"
    attempt: str = "0"
    errors: float = 0.0
    limited: float = 0.0
    stale: float = 0.0
    truncated: float = 0.0
    delay_ms: int = 0


def read_play(pairs: Iterable[tuple[str, str]]) -> Play:
    """Read options; the last of a name counts. Raises ReplayError for what does not fit."""
    values: dict[str, object] = {}
    for name, text in pairs:
        if name not in _READERS:
            raise ReplayError("replay-option-unknown", name=name, allowed=sorted(_READERS))
        attribute, read = _READERS[name]
        try:
            values[attribute] = read(text)
        except (ValueError, OverflowError) as error:
            raise ReplayError("replay-option-unfit", name=name, value=text) from error
    return msgspec.convert(values, Play)


def moment_s(text: str) -> float:
    """Return a moment of ISO 8601, or in seconds since 1970, in seconds since 1970."""
    if re.fullmatch(r"\d{1,12}(\.\d{1,6})?", text):
        return float(text)
    # In a query string a plus sign is a space.
    moment = datetime.fromisoformat(text.replace(" ", "+") if "T" in text else text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _seconds(text: str) -> float:
    if match := _CLOCK.fullmatch(text):
        hours, minutes, seconds = (int(part or 0) for part in match.groups())
        return float(3600 * hours + 60 * minutes + seconds)
    return _number(text, 0.0, 1e9)


def _number(text: str, least: float, most: float) -> float:
    value = float(text)
    if not math.isfinite(value) or not least <= value <= most:
        raise ValueError(text)
    return value


def _truth(text: str) -> bool:
    if text not in ("0", "1"):
        raise ValueError(text)
    return text == "1"


def _times(text: str) -> str:
    if text not in ("recorded", "now"):
        moment_s(text)
    return text


def _word(text: str) -> str:
    if len(text) > 60:
        raise ValueError(text)
    return text


def _share(text: str) -> float:
    return _number(text, 0.0, 1.0)


_READERS = {
    "at": ("at_s", _seconds),
    "start": ("start_s", moment_s),
    "from": ("from_s", _seconds),
    "speed": ("speed", lambda text: _number(text, 0.001, MAX_SPEED)),
    "loop": ("is_looped", _truth),
    "times": ("times", _times),
    "seed": ("seed", _word),
    "try": ("attempt", _word),
    "errors": ("errors", _share),
    "limited": ("limited", _share),
    "stale": ("stale", _share),
    "truncated": ("truncated", _share),
    "delay": ("delay_ms", lambda text: int(_number(text, 0, MAX_DELAY_MS))),
}
