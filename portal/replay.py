"""The series that this installation plays: the simulated day, made where it is first asked for, and
what was recorded into its data folder.
"""

import re
import shutil
import time
from pathlib import Path
from tempfile import mkdtemp
from threading import BoundedSemaphore, Lock

from portal.errors import Refusal
from portal.services import Services
from sandbox import replay
from sandbox.replay import Play, ReplayError, Series
from sandbox.replay.series import ABOUT

FOLDER = "replay"
# Who waits holds a thread of the server: few at a time.
SLOW_AT_ONCE = 6
RETRY_S = 2

_ID = re.compile(r"[a-z0-9][a-z0-9._-]{0,62}")
_making = Lock()
_slow = BoundedSemaphore(SLOW_AT_ONCE)


def is_series_id(text: str) -> bool:
    """Tell whether a series may be called so."""
    return _ID.fullmatch(text) is not None


def series_of(services: Services, series_id: str) -> Series:
    """Return a series by its id. Raises ReplayError."""
    folder = services.settings.data / FOLDER
    if not is_series_id(series_id):
        raise ReplayError("replay-unknown", series=series_id)
    place = folder / series_id
    if series_id in replay.SIMULATED and not (place / ABOUT).is_file():
        _simulate(folder, series_id)
    return replay.open_series(place)


def every_series(services: Services) -> list[Series]:
    """Return the series that can be played, the simulated ones first."""
    folder = services.settings.data / FOLDER
    found = sorted(file.parent.name for file in folder.glob(f"*/{ABOUT}"))
    names = [*replay.SIMULATED, *(name for name in found if name not in replay.SIMULATED)]
    listed = []
    for name in names:
        try:
            listed.append(series_of(services, name))
        except ReplayError:  # one that is broken is told where it is asked for
            continue
    return listed


def answer(series: Series, play: Play, file: str, root: str) -> replay.Answer:
    """Return what a series answers now, after the delay that was asked for.

    Raises Refusal 503 where many wait already.
    """
    found = replay.answer(series, play, file, time.time(), root)
    if found.delay_s:
        if not _slow.acquire(blocking=False):
            raise Refusal(503, "too-busy", headers={"Retry-After": str(RETRY_S)}, seconds=RETRY_S)
        try:
            time.sleep(found.delay_s)
        finally:
            _slow.release()
    return found


def _simulate(folder: Path, series_id: str) -> None:
    with _making:
        if (folder / series_id / ABOUT).is_file():
            return
        folder.mkdir(parents=True, exist_ok=True)
        scratch = Path(mkdtemp(dir=folder, prefix=".making-"))
        try:
            made = scratch / series_id
            replay.simulate(made, replay.SIMULATED[series_id])
            try:
                made.rename(folder / series_id)
            except OSError:  # another process was quicker
                if not (folder / series_id / ABOUT).is_file():
                    raise
        finally:
            shutil.rmtree(scratch)
