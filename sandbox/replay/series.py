"""A series on disk: `series.json` says what it is, `timeline.ndjson` which body each file of the
feed had from when on, `bodies/<sha256>` holds the bytes as they came.
"""

import hashlib
import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

import msgspec

from sandbox.replay.errors import ReplayError

ABOUT, TIMELINE, BODIES = "series.json", "timeline.ndjson", "bodies"
DISCOVERY = "gbfs.json"
EDITION = 1
_SHA256 = re.compile(r"[0-9a-f]{64}")


class About(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a series is. `started_s` is in seconds since 1970, `duration_s` how long it lasts;
    `gbfs` the version of the feed, None for files of other kinds.
    """

    edition: int = EDITION
    id: str
    title: dict[str, str] = {}
    source_url: str
    started_s: float
    duration_s: float
    gbfs: str | None = None
    is_simulated: bool = False
    attribution: str = ""


class Moment(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """From `at_s` seconds after the start on, a file has this body; without `sha256` it could not
    be had, with the code of the reason.
    """

    at_s: float
    file: str
    sha256: str | None = None
    error: str | None = None


class Series:
    """A series for reading."""

    def __init__(self, folder: Path, about: About, moments: Iterable[Moment]) -> None:
        self.about = about
        self._folder = folder
        self._moments: dict[str, list[Moment]] = defaultdict(list)
        for moment in sorted(moments, key=lambda each: each.at_s):
            self._moments[moment.file].append(moment)
        self._times = {f: [m.at_s for m in some] for f, some in self._moments.items()}

    @property
    def files(self) -> list[str]:
        """Return the files of the feed."""
        return sorted(self._moments)

    def moments(self, file: str) -> list[Moment]:
        """Return what a file was, one after the other."""
        return self._moments.get(file, [])

    def moment(self, file: str, at_s: float) -> Moment:
        """Return what a file was at a moment; before its first, the first. Raises ReplayError."""
        if file not in self._times:
            raise ReplayError("replay-file-unknown", file=file, files=self.files)
        place = bisect_right(self._times[file], at_s) - 1
        return self._moments[file][max(place, 0)]

    def body(self, sha256: str) -> bytes:
        """Return a body as it came. Raises ReplayError where it is not there."""
        try:
            return (self._folder / BODIES / sha256).read_bytes()
        except FileNotFoundError as error:
            raise ReplayError("replay-broken", series=self.about.id) from error


class Writer:
    """Writes a series into a new folder."""

    def __init__(self, folder: Path) -> None:
        (folder / BODIES).mkdir(parents=True)
        self._folder = folder
        self._last: dict[str, str | None] = {}
        self._lines: list[bytes] = []

    def add(self, at_s: float, file: str, body: bytes | None, error: str | None = None) -> None:
        """Note what a file is from now on; the same again is not noted."""
        sha256 = None if body is None else hashlib.sha256(body).hexdigest()
        if file in self._last and self._last[file] == sha256:
            return
        self._last[file] = sha256
        if body is not None and sha256 is not None:
            target = self._folder / BODIES / sha256
            if not target.exists():
                target.write_bytes(body)
        moment = Moment(at_s=round(at_s, 3), file=file, sha256=sha256, error=error)
        self._lines.append(msgspec.json.encode(moment))

    def close(self, about: About) -> None:
        """Write what the series is; before that it is none."""
        (self._folder / TIMELINE).write_bytes(b"".join(line + b"\n" for line in self._lines))
        (self._folder / ABOUT).write_bytes(msgspec.json.format(msgspec.json.encode(about)) + b"\n")


def open_series(folder: Path) -> Series:
    """Open a series. Raises ReplayError where there is none, or none that can be read."""
    try:
        return _opened(folder, (folder / ABOUT).stat().st_mtime_ns)
    except FileNotFoundError as error:
        raise ReplayError("replay-unknown", series=folder.name) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ReplayError("replay-broken", series=folder.name) from error


@lru_cache(maxsize=32)
def _opened(folder: Path, _changed: int) -> Series:
    about = msgspec.json.decode((folder / ABOUT).read_bytes(), type=About)
    lines = (folder / TIMELINE).read_bytes().splitlines()
    moments = [msgspec.json.decode(line, type=Moment) for line in lines]
    for moment in moments:
        if moment.sha256 is not None and not _SHA256.fullmatch(moment.sha256):
            raise ReplayError("replay-broken", series=folder.name)
    if about.edition != EDITION or about.duration_s <= 0 or not moments:
        raise ReplayError("replay-broken", series=folder.name)
    return Series(folder, about, moments)
