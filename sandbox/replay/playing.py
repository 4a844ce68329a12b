"""What a series answers to one request: a function of the request and, where the request names no
moment, of the clock. Two that ask the same are answered the same, faults included.
"""

import hashlib
import math

import msgspec

from sandbox.replay import gbfs
from sandbox.replay.options import Play, moment_s
from sandbox.replay.series import DISCOVERY, About, Series

# How old a stale answer is.
STALE_S = 900.0
RETRY_AFTER_S = 30


class Answer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An answer: its status, its body, where in the series it is from, how long to wait with it.

    `fault` names what was done to it: `error`, `limited`, `truncated`, `stale`, or `recorded` where
    the feed itself could not be had at that moment.
    """

    status: int
    body: bytes
    media_type: str
    at_s: float
    fault: str | None = None
    delay_s: float = 0.0
    retry_after_s: int | None = None


def answer(series: Series, play: Play, file: str, now_s: float, root: str) -> Answer:
    """Return what a file answers; `root` is the address below which the files of this replay lie,
    without a final slash. Raises ReplayError for a file that the series does not have.
    """
    about = series.about
    elapsed_s = elapsed(about, play, now_s)
    at_s = placed(about, play, elapsed_s)
    chance = _Chance(play, about.id, file, elapsed_s)
    delay_s = play.delay_ms / 1000 * chance.of("delay")
    moment = series.moment(file, at_s)  # also tells of a file that is not there
    media_type = gbfs.media_type_of(file)

    def refused(status: int, fault: str, retry_after_s: int | None = None) -> Answer:
        return Answer(
            status=status, body=b'{"error": "%s"}' % fault.encode(), media_type="application/json",
            at_s=at_s, fault=fault, delay_s=delay_s, retry_after_s=retry_after_s,
        )  # fmt: skip

    if chance.of("limited") < play.limited:
        return refused(429, "limited", RETRY_AFTER_S)
    if chance.of("errors") < play.errors:
        return refused((500, 502, 503)[int(chance.of("status") * 3)], "error")
    fault = None
    if chance.of("stale") < play.stale:
        fault, moment = "stale", series.moment(file, max(at_s - STALE_S, 0.0))
    if moment.sha256 is None:
        return refused(503, "recorded")
    body = series.body(moment.sha256)
    if file.rpartition("/")[2] == DISCOVERY and about.gbfs is not None:
        body = gbfs.led_to(body, root, series.files)
    if (shift_s := _shift(about, play, at_s, now_s)) is not None and about.gbfs is not None:
        body = gbfs.shifted(body, shift_s)
    if chance.of("truncated") < play.truncated:
        fault, body = "truncated", body[: int(len(body) * (0.1 + 0.8 * chance.of("cut")))]
    return Answer(
        status=200, body=body, media_type=media_type, at_s=at_s, fault=fault, delay_s=delay_s
    )


def elapsed(about: About, play: Play, now_s: float) -> float:
    """Return how long a replay has run, in seconds of the series, rounds of a loop added up."""
    if play.at_s is not None:
        return play.at_s
    start_s = about.started_s if play.start_s is None else play.start_s
    return play.from_s + (now_s - start_s) * play.speed


def placed(about: About, play: Play, elapsed_s: float) -> float:
    """Return the moment of the series that is played."""
    if play.is_looped:
        return elapsed_s % about.duration_s
    return min(max(elapsed_s, 0.0), about.duration_s)


def _shift(about: About, play: Play, at_s: float, now_s: float) -> float | None:
    """Return by how much the moments in a body are moved, None where they stay."""
    if play.times == "recorded":
        return None
    present_s = now_s if play.times == "now" else moment_s(play.times)
    return present_s - (about.started_s + at_s)


class _Chance:
    """Numbers from 0 to 1 that follow from a request: the same for whoever asks the same."""

    def __init__(self, play: Play, series: str, file: str, elapsed_s: float) -> None:
        second = str(math.floor(elapsed_s))
        self._facts = [play.seed, play.attempt, series, file, second]

    def of(self, what: str) -> float:
        """Return the number for one question."""
        digest = hashlib.sha256(msgspec.json.encode([*self._facts, what])).digest()
        return int.from_bytes(digest[:7], "big") / (1 << 56)
