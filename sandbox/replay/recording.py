"""Records a feed: asks for each of its files at a pace, and keeps what comes as it comes, failures
included. Who fetches is the caller's: the platform's one guarded client.
"""

import time
from collections.abc import Callable
from pathlib import Path

from catalogue.errors import FetchError
from sandbox.replay import gbfs
from sandbox.replay.series import DISCOVERY, About, Writer

Get = Callable[[str], bytes]
Tell = Callable[[int, int], None]
MAX_FILES = 40


def record(
    url: str,
    folder: Path,
    get: Get,
    *,
    every_s: float,
    for_s: float,
    attribution: str = "",
    tell: Tell = lambda polls, changes: None,
    is_stopped: Callable[[], bool] = lambda: False,
) -> About:
    """Record the feed at an address into a new folder, until the time is over or `is_stopped`.

    The address is that of the list of feeds of GBFS, or of any one file. Raises FetchError where
    not even that can be had at the beginning.
    """
    first = get(url)
    version = gbfs.version_of(first)
    if version is None:
        files = {gbfs.file_name(url): url}
    else:
        files = dict(list({DISCOVERY: url, **gbfs.files_of(first)}.items())[:MAX_FILES])
    writer = Writer(folder)
    started_s, began = time.time(), time.monotonic()
    polls = changes = 0
    at_s = 0.0
    while True:
        for file, address in files.items():
            moment_s = time.monotonic() - began
            try:
                body = first if polls == 0 and address == url else get(address)
            except FetchError as error:
                writer.add(moment_s, file, None, error.code)
            else:
                writer.add(moment_s, file, body)
                changes += 1
        polls += 1
        tell(polls, changes)
        at_s += every_s
        if at_s >= for_s or is_stopped():
            break
        time.sleep(max(0.0, at_s - (time.monotonic() - began)))
    about = About(
        id=folder.name,
        source_url=url,
        started_s=round(started_s, 3),
        duration_s=max(round(time.monotonic() - began, 3), every_s),
        gbfs=version,
        attribution=attribution,
    )
    writer.close(about)
    return about
